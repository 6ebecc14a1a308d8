package com.healthmetrics.aws.testkit;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;

/** Pictures that every viewer shows. */
public final class Pictures {
  private Pictures() {}

  /** A small PNG, always the same. */
  public static byte[] png() {
    return png(8, 6, 0);
  }

  /** A PNG whose structure is whole, checksums included, and half of whose pixels are damaged. */
  public static byte[] damagedPng() {
    byte[] png = png(64, 64, 1);
    ByteBuffer file = ByteBuffer.wrap(png);
    int at = 8;
    while (file.getInt(at + 4) != 0x49444154) { // IDAT
      at += 12 + file.getInt(at);
    }
    int length = file.getInt(at);
    Arrays.fill(png, at + 8 + length / 2, at + 8 + length, (byte) 0xA5);
    CRC32 checksum = new CRC32();
    checksum.update(png, at + 4, 4 + length);
    file.putInt(at + 8 + length, (int) checksum.getValue());
    return png;
  }

  /** A PNG of noise, which does not compress: three bytes for each pixel and some more. */
  public static byte[] png(int width, int height, long seed) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(seed);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, random.nextInt(0x1000000));
      }
    }
    return encoded(image, "png");
  }

  /**
   * A small JPEG as phones write it, with Exif data that holds the position in little-endian order.
   *
   * @param latitude in degrees; south is negative
   * @param longitude in degrees; west is negative
   */
  public static byte[] photoAt(double latitude, double longitude) {
    byte[] jpeg = encoded(new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB), "jpeg");
    ByteBuffer tiff = ByteBuffer.allocate(128).order(ByteOrder.LITTLE_ENDIAN);
    tiff.put(ascii("II*\0")).putInt(8);
    entry(tiff.putShort((short) 1), 0x8825, 4, 1).putInt(26).putInt(0);
    entry(tiff.putShort((short) 4), 1, 2, 2).put(ascii(latitude < 0 ? "S\0\0\0" : "N\0\0\0"));
    entry(tiff, 2, 5, 3).putInt(80);
    entry(tiff, 3, 2, 2).put(ascii(longitude < 0 ? "W\0\0\0" : "E\0\0\0"));
    entry(tiff, 4, 5, 3).putInt(104).putInt(0);
    for (double degrees : new double[] {Math.abs(latitude), Math.abs(longitude)}) {
      // Minutes with decimals, and 0/0 for the seconds.
      tiff.putInt((int) degrees).putInt(1);
      tiff.putInt((int) Math.round(degrees % 1 * 60_000)).putInt(1_000).putInt(0).putInt(0);
    }
    return ByteBuffer.allocate(jpeg.length + 138)
        .put(jpeg, 0, 2)
        .putShort((short) 0xFFE1)
        .putShort((short) 136)
        .put(ascii("Exif\0\0"))
        .put(tiff.array())
        .put(jpeg, 2, jpeg.length - 2)
        .array();
  }

  private static ByteBuffer entry(ByteBuffer tiff, int tag, int type, int count) {
    return tiff.putShort((short) tag).putShort((short) type).putInt(count);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] encoded(BufferedImage image, String format) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, format, file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file.toByteArray();
  }

  /** A small JPEG, always the same. */
  public static byte[] jpeg() {
    BufferedImage image = new BufferedImage(8, 6, BufferedImage.TYPE_INT_RGB);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "jpeg", file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file.toByteArray();
  }

  /** A generated HEIC with a picture of x265 and an Exif item that has a position. */
  public static byte[] heic() {
    try (InputStream file = Pictures.class.getResourceAsStream("generated.heic")) {
      return Objects.requireNonNull(file).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
