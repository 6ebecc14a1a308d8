package com.healthmetrics.aws.internal.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** Generates JPEG files, and lists their segments with code of its own. */
final class JpegFile {
  static final int WIDTH = 16;
  static final int HEIGHT = 12;

  /** The segments of an encoder, from the start of image to its end. */
  static final List<String> PLAIN =
      List.of("SOI", "JFIF", "DQT", "DQT", "SOF0", "DHT", "DHT", "DHT", "DHT", "SOS", "EOI");

  private JpegFile() {}

  static byte[] plain() {
    return encode(false);
  }

  /** A file with several scans. */
  static byte[] progressive() {
    return encode(true);
  }

  private static byte[] encode(boolean progressive) {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    for (int x = 0; x < WIDTH; x++) {
      for (int y = 0; y < HEIGHT; y++) {
        image.setRGB(x, y, x * 16 << 16 | y * 20 << 8 | 0x80);
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      ImageWriteParam parameters = writer.getDefaultWriteParam();
      if (progressive) {
        parameters.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
      }
      writer.write(null, new IIOImage(image, null, null), parameters);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  static byte[] segment(int marker, byte[]... content) {
    byte[] all = Bytes.concat(content);
    return Bytes.concat(Bytes.u8(0xFF, marker), Bytes.u16(all.length + 2), all);
  }

  static byte[] exif(int orientation) {
    return segment(0xE1, Bytes.ascii("Exif\0\0"), Bytes.exif(orientation));
  }

  static byte[] icc(int number, int count, byte[] part) {
    return segment(0xE2, Bytes.ascii("ICC_PROFILE\0"), Bytes.u8(number, count), part);
  }

  static byte[] adobe(byte[]... more) {
    return segment(
        0xEE, Bytes.ascii("Adobe"), Bytes.u16(100, 0, 0), Bytes.u8(1), Bytes.concat(more));
  }

  /** The file with segments after its JFIF header. */
  static byte[] with(byte[]... segments) {
    return insert(plain(), 2 + 18, segments);
  }

  static byte[] insert(byte[] file, int at, byte[]... parts) {
    return Bytes.concat(
        Arrays.copyOf(file, at), Bytes.concat(parts), Arrays.copyOfRange(file, at, file.length));
  }

  /** The index of the first marker with a code outside the data of segments. */
  static int indexOf(byte[] file, int marker) {
    return Bytes.indexOf(file, Bytes.u8(0xFF, marker));
  }

  /** The names of all segments, and the number of bytes that follow the end of image. */
  static List<String> segments(byte[] file) {
    List<String> names = new ArrayList<>();
    int i = 0;
    while (i + 1 < file.length) {
      int marker = file[i + 1] & 0xFF;
      int from = i + 4;
      if ((file[i] & 0xFF) != 0xFF) {
        names.add("byte");
        i++;
        continue;
      }
      String name = name(marker);
      if (marker == 0xD8 || marker == 0xD9) {
        names.add(name);
        i += 2;
        if (marker == 0xD9) {
          break;
        }
        continue;
      }
      int length = (file[i + 2] & 0xFF) << 8 | file[i + 3] & 0xFF;
      boolean application = marker >= 0xE0 && marker <= 0xEF;
      String identifier = application ? identifier(file, from, i + 2 + length) : "";
      names.add(identifier.isEmpty() ? name : identifier);
      i += 2 + length;
      if (marker == 0xDA) {
        while ((file[i] & 0xFF) != 0xFF || file[i + 1] == 0 || (file[i + 1] & 0xF8) == 0xD0) {
          i++;
        }
      }
    }
    if (i < file.length) {
      names.add("+" + (file.length - i));
    }
    return names;
  }

  private static String identifier(byte[] file, int from, int to) {
    int end = from;
    while (end < to && file[end] != 0 && end < from + 11) {
      end++;
    }
    return new String(file, from, end - from, java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  private static String name(int marker) {
    return switch (marker) {
      case 0xC4 -> "DHT";
      case 0xD8 -> "SOI";
      case 0xD9 -> "EOI";
      case 0xDA -> "SOS";
      case 0xDB -> "DQT";
      case 0xDC -> "DNL";
      case 0xDD -> "DRI";
      case 0xFE -> "COM";
      default ->
          marker >= 0xC0 && marker <= 0xCF
              ? "SOF" + (marker - 0xC0)
              : "segment " + Integer.toHexString(marker);
    };
  }
}
