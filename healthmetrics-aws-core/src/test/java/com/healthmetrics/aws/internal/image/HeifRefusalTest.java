package com.healthmetrics.aws.internal.image;

import static com.healthmetrics.aws.internal.image.Bytes.ascii;
import static com.healthmetrics.aws.internal.image.Bytes.concat;
import static com.healthmetrics.aws.internal.image.Bytes.secret;
import static com.healthmetrics.aws.internal.image.Bytes.u16;
import static com.healthmetrics.aws.internal.image.Bytes.u32;
import static com.healthmetrics.aws.internal.image.Bytes.u64;
import static com.healthmetrics.aws.internal.image.Bytes.u8;
import static com.healthmetrics.aws.internal.image.CleanedImage.assertRefused;
import static com.healthmetrics.aws.internal.image.HeifFile.avif;
import static com.healthmetrics.aws.internal.image.HeifFile.box;
import static com.healthmetrics.aws.internal.image.HeifFile.exif;
import static com.healthmetrics.aws.internal.image.HeifFile.fullBox;
import static com.healthmetrics.aws.internal.image.HeifFile.grid;
import static com.healthmetrics.aws.internal.image.HeifFile.heic;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.healthmetrics.aws.internal.image.HeifFile.Item;
import com.healthmetrics.aws.internal.image.UnreadableImageException.Reason;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HeifRefusalTest {
  private static final int IMAGE_BYTES = HeifFile.HEVC.length;

  static Stream<Arguments> files() {
    return Stream.of(
        arguments(
            "Exif that shares bytes with the image",
            heic().item(new Item(2, "Exif").at(IMAGE_BYTES - 1, 1)),
            Reason.SHARED_EXTENT,
            "shares bytes"),
        arguments(
            "XMP that contains the image",
            heic()
                .item(new Item(2, "mime").texts("\0application/rdf+xml\0").data(secret()))
                .item(new Item(3, "mime").texts("\0application/rdf+xml\0").at(0, IMAGE_BYTES + 1)),
            Reason.SHARED_EXTENT,
            "shares bytes"),
        arguments(
            "Exif within a larger image",
            heic().item(new Item(2, "Exif").at(IMAGE_BYTES / 2, 2)),
            Reason.SHARED_EXTENT,
            "shares bytes"),
        arguments(
            "Exif that shares bytes with XMP",
            heic()
                .item(new Item(2, "Exif").data(exif(1)))
                .item(new Item(3, "mime").texts("\0text/plain\0").at(IMAGE_BYTES + 9, 1)),
            Reason.SHARED_EXTENT,
            "shares bytes"),
        arguments(
            "compressed XMP",
            heic()
                .item(
                    new Item(2, "mime")
                        .texts("\0application/rdf+xml\0deflate\0")
                        .data(Bytes.deflate(Bytes.xmp()))),
            Reason.COMPRESSED_METADATA,
            "compressed metadata"),
        arguments(
            "Exif that is located in another item",
            heic().item(new Item(2, "Exif").method(2).data(exif(1))),
            Reason.UNSUPPORTED,
            "located in other items"),
        arguments(
            "an unknown construction method",
            heic().item(new Item(2, "Exif").method(3).data(exif(1))),
            Reason.UNSUPPORTED,
            "located in other items"),
        arguments(
            "Exif in another file",
            heic().item(new Item(2, "Exif").inOtherFile().data(exif(1))),
            Reason.UNSUPPORTED,
            "data in other files"),
        arguments(
            "another file as the place of data",
            heic()
                .inMeta(
                    box(
                        "dinf",
                        fullBox("dref", 0, 0, u32(1), fullBox("url ", 0, 0, ascii("a\0"))))),
            Reason.UNSUPPORTED,
            "data in other files"),
        arguments(
            "an encrypted item",
            heic().item(new Item(2, "Exif").encrypted().data(exif(1))),
            Reason.UNSUPPORTED,
            "encrypted"),
        arguments(
            "item data that are missing",
            heic().item(new Item(2, "Exif").method(1).at(0, 4)),
            Reason.NO_IMAGE_DATA,
            "no box idat"),
        arguments(
            "Exif beyond the item data",
            grid().item(new Item(4, "Exif").method(1).at(4, 8)),
            Reason.MALFORMED,
            "not within the data"),
        arguments(
            "an image in the tables",
            heic().item(new Item(2, "hvc1").at(-20, 10)),
            Reason.MALFORMED,
            "not within the data"),
        arguments(
            "an image in free space",
            heic()
                .item(new Item(2, "hvc1").at(IMAGE_BYTES + 8, 4))
                .after(box("free", secret()))
                .after(box("mdat")),
            Reason.MALFORMED,
            "not within the data"),
        arguments(
            "an extent without length",
            heic().item(new Item(2, "hvc1").at(0, 0)),
            Reason.MALFORMED,
            "not within the data"),
        arguments(
            "an image beyond the file",
            heic().item(new Item(2, "hvc1").at(0, 10_000)),
            Reason.TRUNCATED,
            "the end of an item"),
        arguments(
            "an image beyond all files",
            heic().item(new Item(2, "hvc1").at(0, 0xFFFF_FFFFL)),
            Reason.TRUNCATED,
            "the end of an item"),
        arguments(
            "an empty image",
            heic().item(new Item(2, "hvc1").property(2)).primary(2),
            Reason.NO_IMAGE_DATA,
            "the image is empty"),
        arguments(
            "an image without a size",
            heic().item(new Item(2, "hvc1").data(HeifFile.HEVC)).primary(2),
            Reason.NO_IMAGE_DATA,
            "no size"),
        arguments(
            "an image with two sizes",
            heic().property(1, HeifFile.size(1, 1)),
            Reason.MALFORMED,
            "two sizes"),
        arguments(
            "an image without columns",
            heic().item(new Item(2, "hvc1").property(3)).property(2, HeifFile.size(0, 1)),
            Reason.MALFORMED,
            "the size is not"),
        arguments(
            "an image larger than any",
            heic().item(new Item(2, "hvc1")).property(2, HeifFile.size(1, 1L << 31)),
            Reason.MALFORMED,
            "the size is not"),
        arguments(
            "a primary item that is missing", heic().primary(2), Reason.NO_IMAGE_DATA, "item"),
        arguments(
            "Exif as the primary item",
            heic().item(new Item(2, "Exif").data(exif(1))).primary(2),
            Reason.UNSUPPORTED,
            "a codec other than"),
        arguments(
            "a picture in AVC",
            heic().item(new Item(2, "avc1").data(secret()).property(2)).primary(2),
            Reason.UNSUPPORTED,
            "a codec other than"),
        arguments(
            "a picture in JPEG",
            heic().item(new Item(2, "jpeg").data(JpegFile.plain()).property(2)).primary(2),
            Reason.UNSUPPORTED,
            "a codec other than"),
        arguments(
            "an image with an essential property that is not known here",
            heic()
                .item(new Item(2, "hvc1").data(HeifFile.HEVC).essential(3))
                .property(2, box("udes", secret())),
            Reason.UNSUPPORTED,
            "unknown property"),
        arguments(
            "a property that is missing",
            heic().item(new Item(2, "hvc1").property(9)),
            Reason.MALFORMED,
            "property that is missing"),
        arguments(
            "an orientation with text",
            heic().property(1, box("irot", u8(1), secret())),
            Reason.MALFORMED,
            "irot has a wrong length"),
        arguments(
            "code points with text",
            heic().property(1, box("colr", ascii("nclx"), u16(9, 16, 9), u8(0x80), secret())),
            Reason.MALFORMED,
            "colr has a wrong length"),
        arguments(
            "a size with text",
            heic().property(1, fullBox("ispe", 0, 0, u32(1, 1), secret())),
            Reason.MALFORMED,
            "ispe has a wrong length"),
        arguments(
            "a grid of one tile too few",
            grid()
                .item(new Item(4, "grid").data(u8(0, 0, 1, 1), u16(64, 128)).property(3))
                .reference("dimg", 4, 1, 2),
            Reason.MALFORMED,
            "grid does not fit"),
        arguments(
            "a grid of another size",
            grid()
                .item(new Item(4, "grid").data(u8(0, 0, 1, 0), u16(64, 99)).property(3))
                .reference("dimg", 4, 1, 2),
            Reason.MALFORMED,
            "grid does not fit"),
        arguments(
            "a grid with text",
            grid()
                .item(new Item(4, "grid").data(u8(0, 0, 1, 0), u16(64, 128), secret()).property(3))
                .reference("dimg", 4, 1, 2),
            Reason.MALFORMED,
            "grid does not fit"),
        arguments(
            "a grid without data",
            grid().item(new Item(4, "grid").property(3)).reference("dimg", 4, 1, 2),
            Reason.NO_IMAGE_DATA,
            "a grid is empty"),
        arguments(
            "a derived image of none",
            heic().item(new Item(2, "iden").property(2)).primary(2),
            Reason.NO_IMAGE_DATA,
            "derived from none"),
        arguments(
            "a derived image of a missing one",
            heic().item(new Item(2, "iden").property(2)).primary(2).reference("dimg", 2, 7),
            Reason.NO_IMAGE_DATA,
            "an item is missing"),
        arguments(
            "a derived image of Exif",
            heic()
                .item(new Item(2, "iden").property(2))
                .item(new Item(3, "Exif").data(exif(1)))
                .primary(2)
                .reference("dimg", 2, 3),
            Reason.UNSUPPORTED,
            "a codec other than"),
        arguments(
            "an image that is derived from itself",
            heic().item(new Item(2, "iden").property(2)).primary(2).reference("dimg", 2, 2),
            Reason.TOO_COMPLEX,
            "more than 8 derivations"),
        arguments(
            "an image that is derived twice",
            heic()
                .item(new Item(2, "iden").property(2))
                .primary(2)
                .reference("dimg", 2, 1)
                .reference("dimg", 2, 1),
            Reason.MALFORMED,
            "derived twice"),
        arguments(
            "a reference with text",
            heic()
                .reference("cdsc", 1, 1)
                .inMeta(fullBox("free", 0, 0))
                .reference("thmb", 1)
                .item(new Item(1, "hvc1")),
            Reason.MALFORMED,
            "the same identifier"),
        arguments(
            "JPEG images that share bytes",
            sharedJpeg(),
            Reason.UNSUPPORTED,
            "JPEG images that share bytes"),
        arguments(
            "two meta boxes",
            heic().after(fullBox("meta", 0, 0)),
            Reason.MALFORMED,
            "a second box meta"),
        arguments(
            "two tables of locations",
            heic().inMeta(fullBox("iloc", 1, 0, u16(0, 0))),
            Reason.MALFORMED,
            "a second box iloc"),
        arguments(
            "the compact form of a picture",
            heic().before(box("mini", secret())),
            Reason.UNSUPPORTED,
            "the box mini"),
        arguments(
            "fragments", heic().after(box("moof", secret())), Reason.UNSUPPORTED, "the box moof"),
        arguments(
            "a truncated meta box",
            heic().after(concat(u32(1_000_000), ascii("mdat"))),
            Reason.TRUNCATED,
            "the end of the box mdat"),
        arguments(
            "a video", heic().brands("mp42\0\0\0\0isommp42"), Reason.UNKNOWN_FORMAT, "not a JPEG"));
  }

  private static HeifFile sharedJpeg() {
    HeifFile file = heic().item(new Item(2, "jpeg").data(JpegFile.plain()));
    IntStream.range(3, 20)
        .forEach(id -> file.item(new Item(id, "jpeg").at(IMAGE_BYTES, JpegFile.plain().length)));
    return file;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void refuses(String name, HeifFile file, Reason reason, String message) {
    assertRefused(file.toBytes(), reason, message);
  }

  private static byte[] replace(byte[] file, String after, int offset, byte[] bytes) {
    byte[] changed = file.clone();
    int at = Bytes.indexOf(file, ascii(after)) + 4 + offset;
    System.arraycopy(bytes, 0, changed, at, bytes.length);
    return changed;
  }

  static Stream<Arguments> damages() {
    byte[] file = heic().toBytes();
    return Stream.of(
        arguments(
            "a handler of videos",
            replace(file, "hdlr", 8, ascii("vide")),
            Reason.NO_IMAGE_DATA,
            "describe no pictures"),
        arguments(
            "an unknown version of locations",
            replace(file, "iloc", 0, u8(3)),
            Reason.UNSUPPORTED,
            "version of the item locations"),
        arguments(
            "an offset of 9 bytes",
            replace(file, "iloc", 4, u8(0x94)),
            Reason.MALFORMED,
            "exceeds 8 bytes"),
        arguments(
            "extents without size",
            replace(file, "iloc", 4, concat(u16(0, 1, 1, 0, 0), u16(0xFFFF))),
            Reason.MALFORMED,
            "have no size"),
        arguments(
            "text after the locations",
            replace(file, "iloc", 6, u16(0)),
            Reason.MALFORMED,
            "followed by something else"),
        arguments(
            "a number of items that is wrong",
            replace(file, "iinf", 4, u16(7)),
            Reason.MALFORMED,
            "number of items is wrong"),
        arguments(
            "an unknown version of an entry",
            replace(file, "infe", 0, u8(1)),
            Reason.UNSUPPORTED,
            "items without a type"),
        arguments(
            "text after the primary item",
            longer(file, "pitm"),
            Reason.MALFORMED,
            "followed by something else"),
        arguments(
            "text after the properties of items",
            replace(file, "ipma", 4, u32(0)),
            Reason.MALFORMED,
            "followed by something else"),
        arguments(
            "a box without a header",
            replace(file, "meta", 4, u32(7)),
            Reason.MALFORMED,
            "shorter than its header"),
        arguments(
            "a box longer than its parent",
            replace(file, "meta", 4, u32(100_000)),
            Reason.MALFORMED,
            "longer than what contains it"),
        arguments(
            "a box of 2^63 bytes",
            replace(file, "meta", 4, concat(u32(1), ascii("hdlr"), u64(Long.MIN_VALUE))),
            Reason.MALFORMED,
            "exceeds 63 bits"),
        arguments(
            "the file type alone",
            Arrays.copyOf(file, 24),
            Reason.NO_IMAGE_DATA,
            "neither items nor a sequence"),
        arguments(
            "a truncated image",
            Arrays.copyOf(file, file.length - 1),
            Reason.TRUNCATED,
            "the end of the box mdat"),
        arguments(
            "a file type without brands",
            concat(u32(8), ascii("ftyp"), u32(0)),
            Reason.MALFORMED,
            "longer than"),
        arguments(
            "a file type that is longer than the file",
            concat(u32(800), ascii("ftypheic")),
            Reason.TRUNCATED,
            "the end of the box ftyp"));
  }

  /** The file with four bytes more in a box of its meta box. */
  private static byte[] longer(byte[] file, String type) {
    int at = Bytes.indexOf(file, ascii(type)) - 4;
    int end = at + java.nio.ByteBuffer.wrap(file).getInt(at);
    byte[] longer = JpegFile.insert(file, end, ascii("text"));
    int meta = Bytes.indexOf(file, ascii("meta")) - 4;
    java.nio.ByteBuffer.wrap(longer)
        .putInt(at, end - at + 4)
        .putInt(meta, java.nio.ByteBuffer.wrap(file).getInt(meta) + 4);
    return longer;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("damages")
  void refusesDamagedFiles(String name, byte[] file, Reason reason, String message) {
    assertRefused(file, reason, message);
  }

  @Test
  void refusesMorePartsThanAnyCameraWrites() {
    HeifFile extents = heic();
    extents.item(
        new Item(2, "hvc1")
            .at(
                IntStream.range(0, 60_000)
                    .flatMap(i -> IntStream.of(0, 1))
                    .asLongStream()
                    .toArray()));
    extents.item(
        new Item(3, "hvc1")
            .at(
                IntStream.range(0, 60_000)
                    .flatMap(i -> IntStream.of(0, 1))
                    .asLongStream()
                    .toArray()));
    HeifFile items = avif();
    IntStream.range(2, 20_002).forEach(id -> items.item(new Item(id, "iden")));

    assertRefused(
        heic().before(concat(many(box("free"), 20_001))).toBytes(),
        Reason.TOO_COMPLEX,
        "more than 20000 boxes");
    assertRefused(extents.toBytes(), Reason.TOO_COMPLEX, "more than 100000 extents");
    assertRefused(items.toBytes(), Reason.TOO_COMPLEX, "more than 20000 items");
  }

  private static byte[][] many(byte[] box, int count) {
    return Stream.generate(() -> box).limit(count).toArray(byte[][]::new);
  }
}
