package com.healthmetrics.aws.internal.image;

import static com.healthmetrics.aws.internal.image.Bytes.ascii;
import static com.healthmetrics.aws.internal.image.Bytes.concat;
import static com.healthmetrics.aws.internal.image.Bytes.iccProfile;
import static com.healthmetrics.aws.internal.image.Bytes.secret;
import static com.healthmetrics.aws.internal.image.Bytes.u16;
import static com.healthmetrics.aws.internal.image.Bytes.u32;
import static com.healthmetrics.aws.internal.image.Bytes.u8;
import static com.healthmetrics.aws.internal.image.CleanedImage.assertRefused;
import static com.healthmetrics.aws.internal.image.JpegFile.insert;
import static com.healthmetrics.aws.internal.image.JpegFile.segment;
import static com.healthmetrics.aws.internal.image.JpegFile.segments;
import static com.healthmetrics.aws.internal.image.JpegFile.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.healthmetrics.aws.internal.image.UnreadableImageException.Reason;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JpegTest {
  private static final byte[] PLAIN = JpegFile.plain();

  @Test
  void readsSizeFromTheFrame() {
    ImageFile image = CleanedImage.parse(PLAIN);

    assertThat(image.format()).isEqualTo(ImageFormat.JPEG);
    assertThat(image.width()).isEqualTo(JpegFile.WIDTH);
    assertThat(image.height()).isEqualTo(JpegFile.HEIGHT);
    assertThat(image.pixels()).isEqualTo(JpegFile.WIDTH * JpegFile.HEIGHT);
    assertThat(image.orientation()).isEqualTo(1);
  }

  @Test
  void returnsAFileWithoutMetadataAsItIs() {
    assertThat(CleanedImage.of(PLAIN)).isSameAs(PLAIN);
    byte[] progressive = JpegFile.progressive();
    assertThat(CleanedImage.of(progressive)).isSameAs(progressive);
    assertThat(segments(progressive).stream().filter("SOS"::equals)).hasSizeGreaterThan(3);
  }

  static Stream<Arguments> hidingPlaces() throws IOException {
    byte[] other = JpegFile.plain();
    byte[] video = concat(u32(24), ascii("ftypmp42"), u32(0), ascii("isommp42"), secret());
    byte[] mpf = segment(0xE2, ascii("MPF\0II"), u8(42, 0, 8, 0, 0, 0), new byte[40], secret());
    return Stream.of(
        arguments("Exif with maker notes and position", with(JpegFile.exif(1))),
        arguments("a second Exif", with(JpegFile.exif(1), JpegFile.exif(6))),
        arguments(
            "Exif with a thumbnail that has an end of image",
            with(segment(0xE1, ascii("Exif\0\0"), Bytes.exif(1), other))),
        arguments("XMP", with(segment(0xE1, ascii("http://ns.adobe.com/xap/1.0/\0"), Bytes.xmp()))),
        arguments(
            "Extended XMP",
            with(
                segment(
                    0xE1,
                    ascii("http://ns.adobe.com/xmp/extension/\0"),
                    ascii("0123456789ABCDEF0123456789ABCDEF"),
                    u32(1000, 0),
                    Bytes.xmp()))),
        arguments(
            "IPTC in APP13",
            with(
                segment(
                    0xED,
                    ascii("Photoshop 3.0\0" + "8BIM"),
                    u16(0x0404, 0),
                    u32(5 + secret().length),
                    u8(0x1C, 2, 90),
                    u16(secret().length),
                    secret()))),
        arguments("a comment", with(segment(0xFE, secret()))),
        arguments("a comment between scans", betweenScans(segment(0xFE, secret()))),
        arguments("Exif between scans", betweenScans(JpegFile.exif(6))),
        arguments("an Adobe segment between scans", betweenScans(JpegFile.adobe(secret()))),
        arguments("Ducky of Photoshop", with(segment(0xEC, ascii("Ducky"), secret()))),
        arguments("FlashPix in APP2", with(segment(0xE2, ascii("FPXR\0"), secret()))),
        arguments("an unknown application segment", with(segment(0xEB, secret()))),
        arguments("a thumbnail of JFXX", with(segment(0xE0, ascii("JFXX\0"), secret()))),
        arguments(
            "a thumbnail of JFIF",
            concat(
                u8(0xFF, 0xD8),
                segment(0xE0, ascii("JFIF\0"), u8(1, 2, 0, 0, 1, 0, 1, 1, 7), secret()),
                Arrays.copyOfRange(PLAIN, 20, PLAIN.length))),
        arguments(
            "a second JFIF header",
            with(segment(0xE0, ascii("JFIF\0"), u8(1, 2, 0, 0, 1, 0, 1, 0, 0), secret()))),
        arguments("text after the fields of Adobe", with(JpegFile.adobe(secret()))),
        arguments("ICC segments that are no profile", with(JpegFile.icc(1, 1, secret()))),
        arguments(
            "an ICC segment too many",
            with(JpegFile.icc(1, 1, iccProfile(200)), JpegFile.icc(1, 1, secret()))),
        arguments(
            "two ICC segments with one number",
            with(
                JpegFile.icc(1, 2, secret()),
                JpegFile.icc(1, 2, Arrays.copyOf(iccProfile(200), 200 - secret().length)))),
        arguments("an ICC segment too few", with(JpegFile.icc(1, 2, iccProfile(200)))),
        arguments("an ICC segment without a number", with(segment(0xE2, ascii("ICC_PROFILE\0")))),
        arguments(
            "text after an ICC profile",
            with(JpegFile.icc(1, 1, concat(iccProfile(200), secret())))),
        arguments("bytes between segments", with(secret())),
        arguments("a Motion Photo", concat(with(JpegFile.exif(1)), video)),
        arguments("MPF with a second picture", concat(with(mpf), with(segment(0xFE, secret())))),
        arguments(
            "the trailer of Samsung",
            concat(PLAIN, u8(0, 0, 1, 0xA), secret(), ascii("SEFH"), u32(107, 1), ascii("SEFT"))));
  }

  private static byte[] betweenScans(byte[]... segments) {
    byte[] file = JpegFile.progressive();
    int firstScan = JpegFile.indexOf(file, 0xDA);
    int next = firstScan + 2;
    while ((file[next] & 0xFF) != 0xFF || file[next + 1] == 0) {
      next++;
    }
    return insert(file, next, segments);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hidingPlaces")
  void removes(String name, byte[] file) throws IOException {
    byte[] cleaned = CleanedImage.of(file);

    assertThat(segments(cleaned)).containsOnlyOnce("JFIF").endsWith("SOS", "EOI");
    assertThat(segments(cleaned))
        .isSubsetOf(
            "SOI", "JFIF", "Adobe", "ICC_PROFILE", "DQT", "SOF0", "SOF2", "DHT", "SOS", "EOI");
    byte[] encoded = segments(cleaned).contains("SOF2") ? JpegFile.progressive() : PLAIN;
    assertThat(pixels(cleaned)).isEqualTo(pixels(encoded));
  }

  private static int[] pixels(byte[] file) throws IOException {
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(file));
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }

  @Test
  void keepsWhatDecodersNeedForColor() {
    byte[] profile = iccProfile(200);
    byte[] file =
        with(
            JpegFile.icc(2, 2, Arrays.copyOfRange(profile, 150, 200)),
            JpegFile.icc(1, 2, Arrays.copyOf(profile, 150)),
            JpegFile.adobe());

    assertThat(CleanedImage.of(file)).isSameAs(file);
    assertThat(segments(file))
        .containsSubsequence("SOI", "JFIF", "ICC_PROFILE", "ICC_PROFILE", "Adobe", "DQT");
  }

  @Test
  void keepsTheBeginningOfAnAdobeSegmentThatIsTooLong() {
    assertThat(CleanedImage.of(with(JpegFile.adobe(secret())))).isEqualTo(with(JpegFile.adobe()));
  }

  @Test
  void keepsTheDensityOfJfif() {
    byte[] jfif = segment(0xE0, ascii("JFIF\0"), u8(1, 2, 1, 0, 72, 0, 96, 0, 0));
    byte[] thumbnail = segment(0xE0, ascii("JFIF\0"), u8(1, 2, 1, 0, 72, 0, 96, 1, 1), u8(1, 2, 3));
    byte[] rest = Arrays.copyOfRange(PLAIN, 20, PLAIN.length);

    assertThat(CleanedImage.of(concat(u8(0xFF, 0xD8), thumbnail, rest)))
        .isEqualTo(concat(u8(0xFF, 0xD8), jfif, rest));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8})
  void keepsTheOrientationAlone(int orientation) {
    byte[] file = with(JpegFile.exif(orientation));
    ImageFile image = CleanedImage.parse(file);

    byte[] cleaned = CleanedImage.of(file);

    assertThat(image.orientation()).isEqualTo(orientation);
    assertThat(image.width()).isEqualTo(orientation < 5 ? JpegFile.WIDTH : JpegFile.HEIGHT);
    assertThat(image.height()).isEqualTo(orientation < 5 ? JpegFile.HEIGHT : JpegFile.WIDTH);
    assertThat(segments(cleaned)).containsSubsequence("SOI", "JFIF", "Exif", "DQT");
    assertThat(cleaned).hasSize(PLAIN.length + 4 + 6 + 26);
    assertThat(image.metadata()).containsExactly("Exif");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 9, 0xFFFF})
  void dropsExifWhoseOrientationIsUprightOrUnknown(int orientation) {
    assertThat(CleanedImage.of(with(JpegFile.exif(orientation)))).isEqualTo(PLAIN);
  }

  @Test
  void namesWhatIsRemoved() {
    byte[] file =
        concat(
            with(
                JpegFile.exif(1),
                segment(0xE1, ascii("http://ns.adobe.com/xap/1.0/\0"), Bytes.xmp()),
                segment(0xED, ascii("Photoshop 3.0\0"), secret()),
                segment(0xE2, ascii("MPF\0"), secret()),
                segment(0xFE, secret())),
            secret());

    assertThat(CleanedImage.parse(file).metadata())
        .containsExactly("Exif", "XMP", "IPTC", "other pictures", "comment", "trailer");
  }

  @Test
  void walksRestartMarkersStuffingAndFillBytes() {
    int scan = JpegFile.indexOf(PLAIN, 0xDA);
    byte[] header = Arrays.copyOf(PLAIN, scan + 2 + 12);
    byte[] file =
        concat(header, u8(1, 0xFF, 0, 2, 0xFF, 0xD0, 3, 0xFF, 0xD7, 4, 0xFF, 0xFF, 0xFF, 0xD9));

    assertThat(CleanedImage.of(file)).isSameAs(file);
    assertThat(CleanedImage.of(with(u8(0xFF, 0xFF, 0xFF)))).isEqualTo(PLAIN);
    assertThat(CleanedImage.of(with(u8(0xFF, 0xD3, 0xFF, 1)))).isEqualTo(PLAIN);
  }

  @Test
  void readsAHeightThatFollowsTheFirstScan() {
    int frame = JpegFile.indexOf(PLAIN, 0xC0);
    byte[] unknownHeight = PLAIN.clone();
    unknownHeight[frame + 6] = 0;
    int end = PLAIN.length - 2;

    byte[] file = insert(unknownHeight, end, segment(0xDC, u16(JpegFile.HEIGHT)));

    assertThat(CleanedImage.parse(file).height()).isEqualTo(JpegFile.HEIGHT);
    assertThat(CleanedImage.of(file)).isSameAs(file);
    assertRefused(unknownHeight, Reason.MALFORMED, "number of lines is missing");
    assertRefused(
        insert(PLAIN, end, segment(0xDC, u16(JpegFile.HEIGHT + 1))),
        Reason.MALFORMED,
        "number of lines is contradictory");
    assertRefused(
        with(segment(0xDC, u16(JpegFile.HEIGHT))),
        Reason.MALFORMED,
        "number of lines is misplaced");
  }

  static Stream<Arguments> refusals() {
    int frame = JpegFile.indexOf(PLAIN, 0xC0);
    int scan = JpegFile.indexOf(PLAIN, 0xDA);
    byte[] start = u8(0xFF, 0xD8);
    byte[] end = u8(0xFF, 0xD9);
    byte[] frameSegment = Arrays.copyOfRange(PLAIN, frame, frame + 19);
    byte[] scanHeader = Arrays.copyOfRange(PLAIN, scan, scan + 14);
    return Stream.of(
        arguments("three bytes", u8(0xFF, 0xD8, 0xFF), Reason.TRUNCATED, "end of image"),
        arguments("no scan", concat(start, end), Reason.NO_IMAGE_DATA, "without a scan"),
        arguments(
            "a scan without data",
            concat(start, frameSegment, scanHeader, end),
            Reason.NO_IMAGE_DATA,
            "a scan is empty"),
        arguments(
            "HTML after the first marker",
            concat(u8(0xFF, 0xD8, 0xFF, 0xE0), ascii("<html><script>alert(1)</script></html>")),
            Reason.TRUNCATED,
            "ends after"),
        arguments(
            "no end of image",
            Arrays.copyOf(PLAIN, PLAIN.length - 2),
            Reason.TRUNCATED,
            "end of image"),
        arguments(
            "a scan before the frame",
            concat(start, scanHeader, u8(1), end),
            Reason.MALFORMED,
            "scan precedes the frame"),
        arguments("two frames", with(frameSegment), Reason.MALFORMED, "second frame"),
        arguments("a second start", with(start), Reason.MALFORMED, "reserved marker"),
        arguments("a reserved marker", with(segment(0xF0)), Reason.MALFORMED, "reserved marker"),
        arguments(
            "a lossless frame",
            with(segment(0xC3, new byte[15])),
            Reason.UNSUPPORTED,
            "lossless or hierarchical"),
        arguments(
            "a hierarchical file",
            with(segment(0xDE, new byte[15])),
            Reason.UNSUPPORTED,
            "lossless or hierarchical"),
        arguments(
            "a segment without its length",
            with(u8(0xFF, 0xFE, 0, 1)),
            Reason.MALFORMED,
            "shorter than its own length"),
        arguments(
            "text after a quantization table",
            with(segment(0xDB, new byte[65], secret())),
            Reason.MALFORMED,
            "longer than what contains it"),
        arguments(
            "text after a Huffman table",
            with(segment(0xC4, new byte[17], secret())),
            Reason.MALFORMED,
            "longer than what contains it"),
        arguments(
            "text in a restart interval",
            with(segment(0xDD, u16(0), secret())),
            Reason.MALFORMED,
            "restart interval"),
        arguments(
            "text in a conditioning table",
            with(segment(0xCC, u8(0))),
            Reason.MALFORMED,
            "wrong length"),
        arguments(
            "text in a frame",
            concat(
                start,
                segment(0xC0, u8(8), u16(1, 1), u8(1, 1, 0x11, 0), secret()),
                Arrays.copyOfRange(PLAIN, scan, PLAIN.length)),
            Reason.MALFORMED,
            "frame has a wrong length"),
        arguments(
            "text in a scan header",
            concat(Arrays.copyOf(PLAIN, scan), segment(0xDA, u8(1, 1, 0, 0, 63, 0), secret())),
            Reason.MALFORMED,
            "scan header has a wrong length"),
        arguments(
            "no columns",
            concat(start, segment(0xC0, u8(8), u16(1, 0), u8(1, 1, 0x11, 0)), end),
            Reason.MALFORMED,
            "no columns"),
        arguments(
            "no components",
            concat(start, segment(0xC0, u8(8), u16(1, 1), u8(0)), end),
            Reason.MALFORMED,
            "number of components"),
        arguments(
            "segments without end",
            with(concat(Stream.generate(() -> segment(0xFE)).limit(10_001).toArray(byte[][]::new))),
            Reason.TOO_COMPLEX,
            "more than 10000 segments"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusals")
  void refuses(String name, byte[] file, Reason reason, String message) {
    assertRefused(file, reason, message);
  }
}
