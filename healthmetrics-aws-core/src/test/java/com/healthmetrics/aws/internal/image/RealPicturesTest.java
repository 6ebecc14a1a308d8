package com.healthmetrics.aws.internal.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.healthmetrics.aws.internal.image.Exiftool.Tag;
import com.healthmetrics.aws.internal.image.UnreadableImageException.Reason;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Pictures of real cameras, phones and encoders, and damaged ones, read by exiftool and by decoders
 * before and after the removal of metadata.
 *
 * <p>They belong to other projects, so none is here: {@code -Dpictures.folder} names the absolute
 * path of a folder with them, and adds the pictures of two libraries. The test writes what it found
 * to {@code target/pictures.md}.
 */
class RealPicturesTest {
  private static final String FOLDER = System.getProperty("pictures.folder", "");
  private static final Path REPORT = Path.of("target", "pictures.md");
  private static final Pattern PICTURE =
      Pattern.compile("(?i).*\\.(jpe?g|a?png|webp|heic|heif|hif|avif)");

  /**
   * The files that no honest user has: they are damaged, or encoded in a way that neither phones
   * nor browsers write. The beginning of a name is enough.
   */
  private static final Map<String, Reason> NOT_HONEST =
      Map.ofEntries(
          // Without the second half of its image.
          Map.entry("test_fixtures_32d08f4a", Reason.TRUNCATED),
          Map.entry("tests_images_heif_corrupted_corrupted", Reason.NO_IMAGE_DATA),
          Map.entry("tests_images_heif_corrupted_empty", Reason.UNKNOWN_FORMAT),
          Map.entry("tests_images_heif_truncated", Reason.TRUNCATED),
          Map.entry("fixture-corrupt.png", Reason.MALFORMED),
          // The first bytes of a WebP, and text.
          Map.entry("fixture-json.webp", Reason.UNKNOWN_FORMAT),
          Map.entry("testfile.png", Reason.TRUNCATED),
          Map.entry("testfile_2.png", Reason.MALFORMED),
          Map.entry("ArrayIndexOutOfBoundsException_DhtSegment", Reason.MALFORMED),
          Map.entry("timeout-48eb4251935b4ca8b26d1859ea525c1b42ae0c78", Reason.TRUNCATED),
          Map.entry("testAVIF.avif", Reason.TRUNCATED),
          // Other bytes follow the start of image at once, so browsers display it as no JPEG.
          Map.entry("0x00-to-0xFF-between-segments", Reason.UNKNOWN_FORMAT),
          // The compact structure of HEIF, with the box mini.
          Map.entry("tests_data_lightning_mini", Reason.UNSUPPORTED),
          Map.entry("tests_data_simple_osm_tile", Reason.UNSUPPORTED),
          // ISO/IEC 23001-17, pixels without a codec.
          Map.entry("tests_data_uncompressed", Reason.UNSUPPORTED),
          Map.entry("tests_data_rgb_generic_compressed", Reason.UNSUPPORTED));

  /**
   * Exif in places where exiftool reads it and viewers do not, so its orientation has no effect.
   */
  private static final Set<String> IGNORED_BY_VIEWERS =
      Set.of(
          "generated, JPEG: Exif between scans",
          "generated, WebP: Exif that the flags do not announce",
          "generated, WebP: chunks after a simple file");

  /** Generated files that a decoder displays without reading them correctly. */
  private static final Set<String> DISPLAYED_BY_CHANCE =
      Set.of(
          // It gives text as a profile to the PNG that it writes.
          "generated, HEIC or AVIF: a profile that is none",
          // It adds text as a frame.
          "generated, WebP: an image beside an animation",
          "generated, WebP: a second image in a frame");

  @TempDir Path folder;

  @BeforeEach
  void requirePictures() {
    assumeTrue(
        !FOLDER.isEmpty(),
        "Skipped: no real pictures. Name their folder with -Dpictures.folder=/absolute/path.");
    assertThat(Path.of(FOLDER)).as("-Dpictures.folder").isAbsolute().isDirectory();
    List<String> missing = Tool.missing();
    if ("true".equals(System.getenv("CI"))) {
      assertThat(missing).as("tools that are not installed, with their packages").isEmpty();
    }
    assumeTrue(missing.isEmpty(), "Skipped: these tools are not installed: " + missing);
  }

  private static void addPictures(Path root, String prefix, Map<String, byte[]> pictures)
      throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted().toList()) {
        String name = prefix + root.relativize(file);
        if (Files.isRegularFile(file) && PICTURE.matcher(name).matches()) {
          pictures.put(name, Files.readAllBytes(file));
        }
      }
    }
  }

  private static Map<String, byte[]> realPictures() throws IOException {
    Map<String, byte[]> pictures = new LinkedHashMap<>();
    addPictures(Path.of(FOLDER), "", pictures);
    pictures.keySet().removeIf(name -> name.startsWith("malformed"));
    assertThat(pictures).hasSizeGreaterThan(100);
    try (Stream<Path> jars = Files.list(Path.of(System.getProperty("pictures.jars")))) {
      for (Path jar : jars.sorted().toList()) {
        try (FileSystem files = FileSystems.newFileSystem(jar)) {
          addPictures(files.getPath("/"), jar.getFileName() + "/", pictures);
        }
      }
    }
    return pictures;
  }

  private static Optional<Reason> expectedRefusal(String name) {
    String fileName = name.substring(name.lastIndexOf('/') + 1);
    return NOT_HONEST.entrySet().stream()
        .filter(entry -> fileName.startsWith(entry.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /** A picture that was read, with the name that it has on the disk. */
  private record Read(String name, String file, ImageFile image, byte[] before, byte[] after) {}

  @Test
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void leavesNothingButPixelsOrientationAndColor() throws IOException {
    Map<String, byte[]> pictures = new LinkedHashMap<>(realPictures());
    GeneratedPictures.withMetadata()
        .forEach(picture -> pictures.put("generated, " + picture.name(), picture.file()));
    Path before = Files.createDirectory(folder.resolve("before"));
    Path after = Files.createDirectory(folder.resolve("after"));
    List<Read> read = new ArrayList<>();
    List<String> report = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    for (Map.Entry<String, byte[]> picture : pictures.entrySet()) {
      String name = picture.getKey();
      Optional<Reason> expected = expectedRefusal(name);
      if (expected.isPresent()) {
        UnreadableImageException refusal = CleanedImage.refusal(picture.getValue());
        assertThat(refusal.reason()).as(name).isEqualTo(expected.get());
        refused.add("| " + name + " | " + refusal.getMessage() + " |");
        continue;
      }
      ImageFile image = CleanedImage.parse(picture.getValue());
      byte[] cleaned = CleanedImage.of(picture.getValue());
      String file =
          read.size() + "." + image.format().name().toLowerCase(Locale.ROOT).replace("jpeg", "jpg");
      Files.write(before.resolve(file), picture.getValue());
      Files.write(after.resolve(file), cleaned);
      read.add(new Read(name, file, image, picture.getValue(), cleaned));
    }
    Map<String, List<Tag>> tagsBefore = Exiftool.read(before);
    Map<String, List<Tag>> tagsAfter = Exiftool.read(after);
    List<String> wrong = new ArrayList<>();
    for (Read picture : read) {
      List<Tag> was = tagsBefore.get(picture.file());
      List<Tag> is = tagsAfter.get(picture.file());
      is.stream()
          .filter(tag -> !tag.isAllowed())
          .forEach(tag -> wrong.add(picture.name() + " still has " + tag));
      if (!IGNORED_BY_VIEWERS.contains(picture.name())
          && !Exiftool.orientation(was).equals(Exiftool.orientation(is))) {
        wrong.add(
            picture.name()
                + " was "
                + Exiftool.orientation(was)
                + ", is "
                + Exiftool.orientation(is));
      }
      Optional<Boolean> equal =
          Pixels.areEqual(folder, picture.image(), picture.before(), picture.after());
      if (!equal.orElse(true) && !DISPLAYED_BY_CHANCE.contains(picture.name())) {
        wrong.add(picture.name() + " has other pixels");
      }
      report.add(row(picture, was, is, equal));
    }
    write(report, refused);
    assertThat(wrong).isEmpty();
  }

  private static String row(
      Read picture, List<Tag> before, List<Tag> after, Optional<Boolean> equal) {
    return String.join(
        " | ",
        "| " + picture.name(),
        Exiftool.maker(before),
        picture.image().format().toString(),
        picture.image().width() + " × " + picture.image().height(),
        Exiftool.groups(before),
        Exiftool.groups(after),
        String.join(", ", picture.image().metadata()),
        equal.map(same -> same ? "equal" : "different").orElse("no decoder") + " |");
  }

  private static void write(List<String> read, List<String> refused) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("# Pictures before and after the removal of metadata");
    lines.add("");
    lines.add(
        read.size()
            + " pictures, and "
            + refused.size()
            + " that are refused. Groups are those of"
            + " `exiftool -a -G1 -ee3`. No decoder: none of those installed displays both files.");
    lines.add("");
    lines.add(
        "| Picture | Maker | Format | Size | Groups before | Groups after | Removed | Pixels |");
    lines.add("| --- | --- | --- | --- | --- | --- | --- | --- |");
    lines.addAll(read);
    lines.add("");
    lines.add("| Refused | Why |");
    lines.add("| --- | --- |");
    lines.addAll(refused);
    Files.write(REPORT, lines);
  }

  /** The corpus of a fuzzer, for decoders that are less careful. */
  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void refusesDamagedPicturesOrReturnsSomeThatDecode() throws IOException {
    Map<String, byte[]> pictures = new LinkedHashMap<>();
    addPictures(Path.of(FOLDER, "malformed"), "", pictures);
    assertThat(pictures).hasSizeGreaterThan(100);
    List<String> accepted = new ArrayList<>();
    for (Map.Entry<String, byte[]> picture : pictures.entrySet()) {
      try {
        ImageFile image = ImageFile.parse(picture.getValue());
        byte[] cleaned = CleanedImage.of(picture.getValue());
        assertThat(Pixels.areDecoded(folder, image, cleaned)).as(picture.getKey()).isTrue();
        accepted.add(picture.getKey());
      } catch (UnreadableImageException e) {
        assertThat(e).as(picture.getKey()).hasMessageEndingWith(".");
      }
    }
    assertThat(accepted).hasSize(6);
  }
}
