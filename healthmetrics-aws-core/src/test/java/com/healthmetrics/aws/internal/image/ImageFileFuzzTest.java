package com.healthmetrics.aws.internal.image;

import com.healthmetrics.aws.internal.image.GeneratedPictures.Picture;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/**
 * Damaged files end in a refusal, or in a picture that can be read again, and in nothing else. A
 * failure names the file and how it was damaged. {@code -Dhostile.batch=25} tries that many times
 * more random changes.
 */
@Timeout(value = 300, unit = TimeUnit.SECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
class ImageFileFuzzTest {
  private static final int RANDOM_CHANGES = 20 * Integer.getInteger("hostile.batch", 1);

  private static Stream<Picture> pictures() throws IOException {
    return Stream.concat(GeneratedPictures.withMetadata(), GeneratedPictures.withoutMetadata());
  }

  private static void check(byte[] file, String name, String damage, int at) {
    try {
      ImageFile image = ImageFile.parse(file);
      ImageFile again = ImageFile.parse(image.withoutMetadata());
      if (!again.metadata().isEmpty() || !seen(again).equals(seen(image))) {
        throw new AssertionError(
            name + ", " + damage + " at " + at + ": " + seen(image) + " became " + seen(again));
      }
    } catch (UnreadableImageException e) {
      if (e.getMessage().length() > 150) {
        throw new AssertionError(name + ", " + damage + " at " + at + ": " + e.getMessage());
      }
    } catch (RuntimeException e) {
      throw new AssertionError(name + ", " + damage + " at " + at, e);
    }
  }

  /** What a viewer sees of a picture. */
  private static List<Object> seen(ImageFile image) {
    return List.of(image.format(), image.width(), image.height(), image.orientation());
  }

  @Test
  void survivesTruncationAtEveryByte() throws IOException {
    pictures()
        .forEach(
            picture -> {
              for (int length = 0; length < picture.file().length; length++) {
                check(Arrays.copyOf(picture.file(), length), picture.name(), "truncated", length);
              }
            });
  }

  /** Whichever bytes are a length, a count, an offset or a type, they get these values. */
  @Test
  void survivesExtremeNumbersAtEveryByte() throws IOException {
    byte[][] extremes = {
      Bytes.u8(0),
      Bytes.u8(0xFF),
      Bytes.u32(0),
      Bytes.u32(0x7FFF_FFFFL),
      Bytes.u32(0xFFFF_FFFFL),
      Bytes.little32(0x7FFF_FFFFL),
      Bytes.u64(-1)
    };
    GeneratedPictures.withoutMetadata()
        .forEach(
            picture -> {
              for (byte[] extreme : extremes) {
                for (int at = 0; at + extreme.length <= picture.file().length; at++) {
                  byte[] changed = picture.file().clone();
                  System.arraycopy(extreme, 0, changed, at, extreme.length);
                  check(changed, picture.name(), Arrays.toString(extreme), at);
                }
              }
            });
  }

  @Test
  void survivesRandomChanges() throws IOException {
    pictures()
        .forEach(
            picture -> {
              for (int seed = 0; seed < RANDOM_CHANGES; seed++) {
                Random random = new Random(seed);
                byte[] changed = picture.file().clone();
                for (int i = 0; i <= random.nextInt(8); i++) {
                  int at = random.nextInt(changed.length);
                  if (random.nextBoolean()) {
                    changed[at] ^= (byte) (1 << random.nextInt(8));
                  } else {
                    changed[at] = (byte) random.nextInt(256);
                  }
                }
                check(changed, picture.name(), "seed", seed);
              }
            });
  }

  /** A part of a file in the place of another, as when two writers used the same file. */
  @Test
  void survivesPartsInTheWrongPlace() throws IOException {
    pictures()
        .forEach(
            picture -> {
              for (int seed = 0; seed < RANDOM_CHANGES; seed++) {
                Random random = new Random(seed);
                byte[] file = picture.file();
                byte[] changed = file.clone();
                int length = random.nextInt(file.length);
                System.arraycopy(
                    file,
                    random.nextInt(file.length - length + 1),
                    changed,
                    random.nextInt(file.length - length + 1),
                    length);
                check(changed, picture.name(), "seed", seed);
              }
            });
  }
}
