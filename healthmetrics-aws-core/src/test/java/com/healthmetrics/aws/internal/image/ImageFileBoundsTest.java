package com.healthmetrics.aws.internal.image;

import static com.healthmetrics.aws.internal.image.Bytes.ascii;
import static com.healthmetrics.aws.internal.image.Bytes.concat;
import static com.healthmetrics.aws.internal.image.Bytes.iccProfile;
import static com.healthmetrics.aws.internal.image.Bytes.u16;
import static com.healthmetrics.aws.internal.image.Bytes.u32;
import static com.healthmetrics.aws.internal.image.Bytes.u8;
import static com.healthmetrics.aws.internal.image.HeifFile.box;
import static com.healthmetrics.aws.internal.image.HeifFile.fullBox;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that are made to cost much: 16 MiB of the smallest parts that a format has. */
class ImageFileBoundsTest {
  private static final int SIZE = 16 << 20;

  /** What reading may allocate in all, most of it short-lived: a multiple of the largest file. */
  private static final long MAX_ALLOCATED = 6L * SIZE;

  private static byte[] repeat(byte[] part, int bytes) {
    byte[] all = Arrays.copyOf(part, bytes / part.length * part.length);
    for (int filled = part.length; filled < all.length; filled *= 2) {
      System.arraycopy(all, 0, all, filled, Math.min(filled, all.length - filled));
    }
    return all;
  }

  /** Made by its test: all at once would fill half a gigabyte. */
  private static Arguments file(String name, Supplier<byte[]> file) {
    return arguments(name, file);
  }

  static Stream<Arguments> files() {
    byte[] jpeg = JpegFile.plain();
    byte[] scans = Arrays.copyOfRange(jpeg, JpegFile.indexOf(jpeg, 0xDA), jpeg.length - 2);
    byte[] bomb = PngFile.chunk("iCCP", ascii("p"), u8(0, 0), Bytes.deflate(iccProfile(8 << 20)));
    return Stream.of(
        file("comments", () -> JpegFile.with(repeat(u8(0xFF, 0xFE, 0, 2), SIZE))),
        file("restarts between segments", () -> JpegFile.with(repeat(u8(0xFF, 0xD0), SIZE))),
        file("fill bytes", () -> JpegFile.with(repeat(u8(0xFF), SIZE))),
        file("other bytes", () -> JpegFile.with(repeat(u8(7), SIZE))),
        file("scans", () -> JpegFile.insert(jpeg, jpeg.length - 2, repeat(scans, SIZE))),
        file("empty chunks", () -> PngFile.beforeImage(repeat(PngFile.chunk("prVt"), SIZE))),
        file("chunks of different types", () -> PngFile.beforeImage(differentChunks())),
        file("compressed profiles", () -> PngFile.beforeImage(repeat(bomb, SIZE))),
        file(
            "frames and text",
            () ->
                PngFile.of(
                    PngFile.header(),
                    PngFile.chunk("acTL", u32(1, 0)),
                    PngFile.image(),
                    PngFile.frame(0),
                    framesAndText(),
                    PngFile.end())),
        file(
            "parts of an image", () -> PngFile.of(PngFile.header(), repeat(PngFile.image(), SIZE))),
        file("chunks of WebP", () -> WebPFile.of(WebPFile.lossy(), new byte[SIZE])),
        file("boxes", () -> HeifFile.heic().before(repeat(box("free"), SIZE)).toBytes()),
        file(
            "boxes beside items",
            () -> HeifFile.heic().inMeta(repeat(box("free"), SIZE)).toBytes()),
        file("items", () -> table("iinf", concat(u16(0), new byte[SIZE]))),
        file("locations", () -> table("iloc", concat(u16(0, 0xFFFF), counted(SIZE, 6)))),
        file(
            "extents of a byte",
            () -> table("iloc", concat(u16(0x1000, 1, 1, 0, 0xFFFF), repeat(u8(1), SIZE)))),
        file(
            "properties of items",
            () ->
                HeifFile.heic()
                    .besideProperties(fullBox("ipma", 1, 0, u32(-1), counted(SIZE, 5)))
                    .toBytes()),
        file("references", () -> HeifFile.heic().inMeta(references()).toBytes()),
        file(
            "Exif of the whole file",
            () ->
                HeifFile.heic().item(new HeifFile.Item(2, "Exif").data(new byte[SIZE])).toBytes()),
        file("Exif that shares its bytes with other Exif", () -> sharedExif()),
        file(
            "a thumbnail of the whole file",
            () ->
                HeifFile.heic()
                    .item(
                        new HeifFile.Item(2, "jpeg")
                            .data(JpegFile.with(repeat(u8(0xFF, 0xFE, 0, 2), SIZE))))
                    .toBytes()));
  }

  /** Entries that begin with a number of their own, in 16 or 32 bits. */
  private static byte[] counted(int bytes, int entry) {
    ByteBuffer all = ByteBuffer.allocate(bytes / entry * entry);
    for (int i = 0; i < all.capacity() / entry; i++) {
      if (entry < 6) {
        all.putInt(i * entry, i);
      } else {
        all.putShort(i * entry, (short) i);
      }
    }
    return all.array();
  }

  /** A file whose table is this one. */
  private static byte[] table(String type, byte[] content) {
    byte[] file = HeifFile.heic().toBytes();
    int at = Bytes.indexOf(file, ascii(type)) - 4;
    int end = at + ByteBuffer.wrap(file).getInt(at);
    byte[] table = fullBox(type, 0, 0, content);
    byte[] changed =
        concat(Arrays.copyOf(file, at), table, Arrays.copyOfRange(file, end, file.length));
    int meta = Bytes.indexOf(file, ascii("meta")) - 4;
    int grown = ByteBuffer.wrap(file).getInt(meta) + table.length - (end - at);
    ByteBuffer.wrap(changed).putInt(meta, grown);
    return changed;
  }

  private static byte[] references() {
    byte[] box = box("dimg", u16(1, 0xFFFF), new byte[2 * 0xFFFF]);
    return fullBox("iref", 0, 0, repeat(box, SIZE));
  }

  private static byte[] sharedExif() {
    HeifFile file = HeifFile.heic();
    file.item(new HeifFile.Item(2, "Exif").data(new byte[64 << 10]));
    for (int id = 3; id < 10_000; id++) {
      file.item(new HeifFile.Item(id, "Exif").at(HeifFile.HEVC.length, 64 << 10));
    }
    return file.toBytes();
  }

  private static byte[] differentChunks() {
    byte[][] chunks = new byte[SIZE / 12][];
    for (int i = 0; i < chunks.length; i++) {
      char[] type = new char[4];
      int rest = i;
      for (int letter = 0; letter < 4; letter++) {
        type[letter] = (char) ('a' + rest % 26);
        rest /= 26;
      }
      chunks[i] = PngFile.chunk(new String(type));
    }
    return concat(chunks);
  }

  private static byte[] framesAndText() {
    byte[] text = PngFile.chunk("tEXt");
    byte[][] chunks = new byte[SIZE / 29][];
    for (int i = 0; i < chunks.length; i++) {
      chunks[i] = concat(PngFile.chunk("fdAT", u32(i + 1L), u8(0)), text);
    }
    return concat(chunks);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  @Timeout(value = 300, unit = TimeUnit.SECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
  void readsInBoundedMemory(String name, Supplier<byte[]> making) {
    byte[] file = making.get();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();

    boolean read;
    try {
      ImageFile.parse(file);
      read = true;
    } catch (UnreadableImageException e) {
      read = false;
    }

    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(allocated)
        .as("bytes for a file that was %s", read ? "read" : "refused")
        .isLessThan(MAX_ALLOCATED);
  }
}
