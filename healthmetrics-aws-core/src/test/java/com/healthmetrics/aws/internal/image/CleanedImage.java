package com.healthmetrics.aws.internal.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.drew.imaging.ImageMetadataReader;
import com.drew.imaging.ImageProcessingException;
import com.drew.metadata.Directory;
import com.drew.metadata.ErrorDirectory;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifIFD0Directory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;

/** What holds of every picture whose metadata was removed, checked with a reader of others. */
final class CleanedImage {
  /** The names of metadata-extractor for structure, color and orientation. */
  private static final Set<String> ALLOWED =
      Set.of(
          "JPEG",
          "JFIF",
          "Adobe JPEG",
          "Huffman",
          "ICC Profile",
          "Exif IFD0",
          "File Type",
          "PNG-IHDR",
          "PNG-PLTE",
          "PNG-tRNS",
          "PNG-gAMA",
          "PNG-cHRM",
          "PNG-sRGB",
          "PNG-iCCP",
          "PNG Chromaticities",
          "PNG-pHYs",
          "WebP",
          "HEIF",
          "QuickTime");

  private CleanedImage() {}

  static ImageFile parse(byte[] file) {
    try {
      return ImageFile.parse(file);
    } catch (UnreadableImageException e) {
      throw new AssertionError(e);
    }
  }

  /** Removes the metadata of a file; the result keeps what it must, and nothing else. */
  static byte[] of(byte[] file) {
    byte[] original = file.clone();
    ImageFile image = parse(file);
    byte[] cleaned = image.withoutMetadata();
    assertThat(file).as("the array of the caller").isEqualTo(original);
    assertThat(image.metadata().isEmpty()).isEqualTo(cleaned == file);
    ImageFile again = parse(cleaned);
    assertThat(again.metadata()).as("metadata after removal").isEmpty();
    assertThat(again.format()).isEqualTo(image.format());
    assertThat(again.width()).isEqualTo(image.width());
    assertThat(again.height()).isEqualTo(image.height());
    assertThat(again.pixels()).isEqualTo(image.pixels());
    assertThat(again.orientation()).isEqualTo(image.orientation());
    assertThat(Bytes.contains(cleaned, Bytes.secret())).as("contains the position").isFalse();
    assertThat(directories(cleaned)).isSubsetOf(ALLOWED);
    return cleaned;
  }

  /** The names of what metadata-extractor finds; Exif counts if it has more than an orientation. */
  static Set<String> directories(byte[] file) {
    Set<String> names = new TreeSet<>();
    try {
      Metadata metadata = ImageMetadataReader.readMetadata(new ByteArrayInputStream(file));
      for (Directory directory : metadata.getDirectories()) {
        if (directory instanceof ErrorDirectory) {
          // It reads the first extent of an item only.
          continue;
        }
        boolean orientationOnly =
            directory instanceof ExifIFD0Directory
                && directory.getTagCount() == 1
                && directory.containsTag(ExifIFD0Directory.TAG_ORIENTATION);
        names.add(
            directory instanceof ExifIFD0Directory && !orientationOnly
                ? "more than an orientation"
                : directory.getName());
      }
    } catch (ImageProcessingException | IOException e) {
      throw new AssertionError(e);
    }
    return names;
  }

  static UnreadableImageException refusal(byte[] file) {
    UnreadableImageException[] refusal = new UnreadableImageException[1];
    assertThatThrownBy(() -> ImageFile.parse(file))
        .isInstanceOfSatisfying(UnreadableImageException.class, e -> refusal[0] = e);
    return refusal[0];
  }

  static void assertRefused(byte[] file, UnreadableImageException.Reason reason, String message) {
    UnreadableImageException refusal = refusal(file);
    assertThat(refusal.reason()).as(refusal.getMessage()).isEqualTo(reason);
    assertThat(refusal).hasMessageContaining(message).hasMessageEndingWith(".");
    assertThat(refusal.getMessage()).doesNotContain(Bytes.SECRET);
  }
}
