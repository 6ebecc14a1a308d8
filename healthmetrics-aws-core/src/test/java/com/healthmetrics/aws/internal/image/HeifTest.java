package com.healthmetrics.aws.internal.image;

import static com.healthmetrics.aws.internal.image.Bytes.ascii;
import static com.healthmetrics.aws.internal.image.Bytes.concat;
import static com.healthmetrics.aws.internal.image.Bytes.iccProfile;
import static com.healthmetrics.aws.internal.image.Bytes.secret;
import static com.healthmetrics.aws.internal.image.Bytes.u16;
import static com.healthmetrics.aws.internal.image.Bytes.u32;
import static com.healthmetrics.aws.internal.image.Bytes.u64;
import static com.healthmetrics.aws.internal.image.Bytes.u8;
import static com.healthmetrics.aws.internal.image.HeifFile.avif;
import static com.healthmetrics.aws.internal.image.HeifFile.box;
import static com.healthmetrics.aws.internal.image.HeifFile.boxes;
import static com.healthmetrics.aws.internal.image.HeifFile.exif;
import static com.healthmetrics.aws.internal.image.HeifFile.freshExif;
import static com.healthmetrics.aws.internal.image.HeifFile.fullBox;
import static com.healthmetrics.aws.internal.image.HeifFile.grid;
import static com.healthmetrics.aws.internal.image.HeifFile.heic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.healthmetrics.aws.internal.image.HeifFile.Item;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeifTest {
  private static final String XMP = "\0application/rdf+xml\0";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "heic\0\0\0\0mif1heic",
        "mif1\0\0\0\0",
        "mif1\0\0\0\0mif1",
        "avif\0\0\0\0",
        "msf1\0\0\0\0"
      })
  void readsTheFormatFromTheItemRatherThanFromBrands(String brands) {
    ImageFile image = CleanedImage.parse(heic().brands(brands).toBytes());

    assertThat(image.format()).isEqualTo(ImageFormat.HEIC);
    assertThat(image.width()).isEqualTo(HeifFile.HEVC_SIZE);
    assertThat(image.pixels()).isEqualTo(64 * 64);
    assertThat(CleanedImage.parse(avif().brands(brands).toBytes()).format())
        .isEqualTo(ImageFormat.AVIF);
  }

  @Test
  void readsTheSizeOfAGridAndTheCodecOfItsTiles() {
    ImageFile image = CleanedImage.parse(grid().toBytes());

    assertThat(image.format()).isEqualTo(ImageFormat.HEIC);
    assertThat(image.width()).isEqualTo(64);
    assertThat(image.height()).isEqualTo(128);
  }

  @Test
  void countsThePixelsOfTheLargestImage() {
    HeifFile file = heic();
    int size = file.property(HeifFile.size(100_000, 100_000));
    file.item(new Item(2, "hvc1").data(HeifFile.HEVC).essential(1).property(size));

    ImageFile image = CleanedImage.parse(file.toBytes());

    assertThat(image.width()).isEqualTo(64);
    assertThat(image.pixels()).isEqualTo(10_000_000_000L);
  }

  /** The angle is in quarter turns to the left; a mirror of 0 exchanges top and bottom. */
  @ParameterizedTest
  @CsvSource({
    ",, 1",
    "irot 1,, 8",
    "irot 2,, 3",
    "irot 3,, 6",
    "imir 0,, 4",
    "imir 1,, 2",
    "imir 1, irot 1, 5",
    "imir 1, irot 2, 4",
    "imir 1, irot 3, 7",
    "imir 0, irot 1, 7",
    "irot 1, imir 1, 7",
    "irot 3, imir 1, 5",
    "irot 1, imir 0, 5"
  })
  void readsTheOrientationFromProperties(String first, String second, int orientation) {
    HeifFile file = heic();
    int size = file.property(HeifFile.size(40, 30));
    file.item(new Item(2, "hvc1").data(HeifFile.HEVC).essential(1).property(size)).primary(2);
    for (String property : Arrays.asList(first, second)) {
      if (property != null) {
        int value = property.charAt(5) - '0';
        file.property(2, box(property.substring(0, 4), u8(value)));
      }
    }

    ImageFile image = CleanedImage.parse(file.toBytes());

    assertThat(image.orientation()).isEqualTo(orientation);
    assertThat(image.width()).isEqualTo(orientation < 5 ? 40 : 30);
    assertThat(image.height()).isEqualTo(orientation < 5 ? 30 : 40);
    assertThat(CleanedImage.of(file.toBytes())).isEqualTo(file.toBytes());
  }

  @Test
  void readsTheSizeAfterACleanAperture() {
    HeifFile file = heic().property(1, box("clap", u32(58, 2, 20, 1, 0, 1, 0, 1)));
    HeifFile damaged = heic().property(1, box("clap", u32(58, 0, 2000, 1, 0, 1, 0, 1)));

    assertThat(CleanedImage.parse(file.toBytes()).width()).isEqualTo(29);
    assertThat(CleanedImage.parse(file.toBytes()).height()).isEqualTo(20);
    assertThat(CleanedImage.parse(file.toBytes()).pixels()).isEqualTo(64 * 64);
    assertThat(CleanedImage.parse(damaged.toBytes()).width()).isEqualTo(64);
  }

  static Stream<Arguments> kept() {
    return Stream.of(
        arguments("HEIC", heic()),
        arguments("AVIF", avif()),
        arguments("a grid", grid()),
        arguments(
            "an identity",
            heic().primary(2).item(new Item(2, "iden").property(2)).reference("dimg", 2, 1)),
        arguments(
            "an overlay",
            grid()
                .item(new Item(4, "iovl").method(1).data(u16(0, 1, 2, 3, 4)).property(2))
                .reference("dimg", 4, 1, 2)
                .primary(4)),
        arguments(
            "a tone map",
            grid()
                .item(new Item(4, "tmap").data(u32(1, 2, 3)).property(2))
                .reference("dimg", 4, 1, 2)
                .inMeta(box("grpl", fullBox("altr", 0, 0, u32(1, 2, 4, 1))))),
        arguments(
            "images that are equivalent",
            grid().inMeta(box("grpl", fullBox("eqiv", 0, 0, u32(1, 2, 1, 2))))),
        arguments(
            "a clean aperture", heic().property(1, box("clap", u32(58, 2, 20, 1, 0, 1, 0, 1)))),
        arguments(
            "a stereo pair", grid().inMeta(box("grpl", fullBox("ster", 0, 0, u32(1, 2, 1, 2))))),
        arguments(
            "alpha",
            grid().property(2, fullBox("auxC", 0, 0, ascii("urn:mpeg:hevc:2015:auxid:1\0")))),
        arguments(
            "a thumbnail in JPEG",
            heic().item(new Item(2, "jpeg").data(JpegFile.plain()).inParts(3))),
        arguments("a profile", heic().property(1, box("colr", ascii("prof"), iccProfile(200)))),
        arguments(
            "a restricted profile",
            heic().property(1, box("colr", ascii("rICC"), iccProfile(200)))),
        arguments(
            "code points", heic().property(1, box("colr", ascii("nclx"), u16(9, 16, 9), u8(0x80)))),
        arguments("channels", heic().property(1, fullBox("pixi", 0, 0, u8(3, 8, 8, 8)))),
        arguments("a pixel ratio", heic().property(1, box("pasp", u32(1, 1)))),
        arguments("light levels", heic().property(1, box("clli", u16(1000, 400)))),
        arguments("a mastering display", heic().property(1, box("mdcv", new byte[24]))),
        arguments("ambient light", heic().property(1, box("amve", new byte[8]))),
        arguments("content colors", heic().property(1, box("cclv", new byte[16]))),
        arguments("layers of HEVC", heic().property(1, box("lhvC", new byte[16]))),
        arguments("the selected layer", heic().property(1, box("lsel", u16(0)))),
        arguments("the operating point", avif().property(1, box("a1op", u8(0)))),
        arguments("the layers of AV1", avif().property(1, box("a1lx", new byte[7]))),
        arguments("a location in an image", heic().property(1, fullBox("rloc", 0, 0, u32(0, 0)))),
        arguments(
            "this file as the place of data",
            heic().inMeta(box("dinf", fullBox("dref", 0, 0, u32(1), fullBox("url ", 0, 1))))),
        arguments("Exif with the orientation", heic().item(exifItem(freshExif(6, 100)))),
        arguments("free space without content", heic().before(box("free", new byte[9]))));
  }

  private static Item exifItem(byte[] data) {
    return new Item(9, "Exif").data(data);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("kept")
  void keeps(String name, HeifFile file) {
    byte[] bytes = file.toBytes();

    assertThat(CleanedImage.of(bytes)).isSameAs(bytes);
  }

  static Stream<Arguments> hidingPlaces() {
    byte[] exif = exif(1);
    byte[] secret = secret();
    String spaces = " ".repeat(Bytes.xmp().length);
    String zeros = "\0".repeat(secret.length);
    return Stream.of(
        arguments(
            "Exif in the media data",
            heic().item(exifItem(exif)).reference("cdsc", 9, 1),
            heic().item(exifItem(freshExif(1, exif.length))).reference("cdsc", 9, 1)),
        arguments(
            "Exif in the item data",
            heic().item(exifItem(exif).method(1)),
            heic().item(exifItem(freshExif(1, exif.length)).method(1))),
        arguments(
            "Exif in an AVIF",
            avif().item(exifItem(exif)),
            avif().item(exifItem(freshExif(1, exif.length)))),
        arguments(
            "Exif in two parts",
            heic().item(exifItem(exif).inParts(2)),
            heic().item(exifItem(freshExif(1, exif.length)).inParts(2))),
        arguments(
            "Exif in parts of which none is long enough",
            heic().item(exifItem(exif).inParts(exif.length / 8)),
            heic().item(exifItem(new byte[exif.length]).inParts(exif.length / 8))),
        arguments(
            "text instead of Exif",
            heic().item(exifItem(secret)),
            heic().item(exifItem(new byte[secret.length]))),
        arguments(
            "XMP",
            heic().item(new Item(9, "mime").texts(XMP).data(Bytes.xmp())),
            heic().item(new Item(9, "mime").texts(XMP).data(ascii(spaces)))),
        arguments(
            "XMP in an AVIF",
            avif().item(new Item(9, "mime").texts(XMP).data(Bytes.xmp())),
            avif().item(new Item(9, "mime").texts(XMP).data(ascii(spaces)))),
        arguments(
            "XMP of which the entry has a name",
            heic().item(new Item(9, "mime").texts(Bytes.SECRET + XMP).data(u8(1))),
            heic().item(new Item(9, "mime").texts(XMP + zeros).data(u8(' ')))),
        arguments(
            "text as the type of a text",
            heic().item(new Item(9, "mime").texts("\0" + Bytes.SECRET + "\0").data(secret)),
            heic()
                .item(
                    new Item(9, "mime")
                        .texts("\0" + zeros + "\0")
                        .data(ascii(" ".repeat(secret.length))))),
        arguments(
            "an item of an unknown type",
            heic().item(new Item(9, "iptc").data(secret)),
            heic().item(new Item(9, "iptc").data(new byte[secret.length]))),
        arguments(
            "a URI",
            heic().item(new Item(9, "uri ").texts("\0" + Bytes.SECRET + "\0").data(secret)),
            heic()
                .item(
                    new Item(9, "uri ").texts("\0" + zeros + "\0").data(new byte[secret.length]))),
        arguments(
            "a thumbnail in JPEG that has a comment",
            heic().item(new Item(9, "jpeg").data(JpegFile.with(JpegFile.segment(0xFE, secret)))),
            heic().item(new Item(9, "jpeg").data(new byte[JpegFile.plain().length + 25]))),
        arguments(
            "text instead of a thumbnail in JPEG",
            heic().item(new Item(9, "jpeg").data(secret)),
            heic().item(new Item(9, "jpeg").data(new byte[secret.length]))),
        arguments("the name of an image", heicNamed(Bytes.SECRET + "\0"), heicNamed(zeros + "\0")),
        arguments(
            "the texts of the handler",
            heic().handlerText(Bytes.SECRET),
            heic().handlerText(zeros)),
        arguments(
            "a user description",
            heic().property(1, fullBox("udes", 0, 0, secret)),
            heic().property(1, box("free", new byte[4 + secret.length]))),
        arguments(
            "a unique property",
            heic().property(1, box("uuid", secret)),
            heic().property(1, box("free", new byte[secret.length]))),
        arguments(
            "a profile that is none",
            heic().property(1, box("colr", ascii("prof"), secret)),
            heic().property(1, box("free", new byte[4 + secret.length]))),
        arguments(
            "an unknown kind of color",
            heic().property(1, box("colr", ascii("text"), secret)),
            heic().property(1, box("free", new byte[4 + secret.length]))),
        arguments(
            "an unknown group",
            heic().inMeta(box("grpl", fullBox("brst", 0, 0, secret))),
            heic().inMeta(box("grpl", box("free", new byte[4 + secret.length])))),
        arguments(
            "free space beside the place of data",
            heic().inMeta(box("dinf", box("free", secret))),
            heic().inMeta(box("dinf", box("free", new byte[secret.length])))),
        arguments(
            "free space beside properties",
            heic().besideProperties(box("uuid", secret)),
            heic().besideProperties(box("free", new byte[secret.length]))),
        arguments(
            "XML beside the items", heic().inMeta(fullBox("xml ", 0, 0, secret)), freeInMeta(4)),
        arguments("user data beside the items", heic().inMeta(box("udta", secret)), freeInMeta(0)),
        arguments("a unique box", heic().inMeta(box("uuid", secret)), freeInMeta(0)),
        arguments("free space beside the items", heic().inMeta(box("free", secret)), freeInMeta(0)),
        arguments("free space", heic().before(box("free", secret)), freeBefore()),
        arguments("skipped space", heic().before(box("skip", secret)), freeBefore()),
        arguments("user data", heic().before(box("udta", secret)), freeBefore()),
        arguments(
            "a unique box before the items", heic().before(box("uuid", secret)), freeBefore()),
        arguments("an unknown box", heic().before(box("priv", secret)), freeBefore()),
        arguments(
            "a box with a size of 64 bits",
            heic().before(concat(u32(1), ascii("uuid"), u64(16 + secret.length), secret)),
            heic()
                .before(
                    concat(
                        u32(1), ascii("free"), u64(16 + secret.length), new byte[secret.length]))),
        arguments("a unique box after the image", heic().after(box("uuid", secret)), heic()),
        arguments("a Motion Photo", heic().after(box("mpvd", secret)), heic()),
        arguments("the boxes of Samsung", heic().after(box("sefd", secret)), heic()),
        arguments(
            "a video that is appended",
            heic()
                .after(box("ftyp", ascii("mp42"), u32(0)))
                .after(box("moov", secret))
                .after(box("mdat", secret)),
            heic()),
        arguments("a trailer", heic().after(secret), heic()),
        arguments("a trailer of a few bytes", heic().after(ascii("SEFT")), heic()),
        arguments(
            "a box that ends with the file",
            heic().after(concat(u32(0), ascii("priv"), secret)),
            heic()),
        arguments(
            "media data that no item uses",
            heic().after(box("mdat", secret)),
            heic().after(box("mdat", new byte[secret.length]))));
  }

  private static HeifFile heicNamed(String name) {
    HeifFile file = heic();
    file.item(1).texts(name);
    return file;
  }

  private static HeifFile freeInMeta(int more) {
    return heic().inMeta(box("free", new byte[secret().length + more]));
  }

  private static HeifFile freeBefore() {
    return heic().before(box("free", new byte[secret().length]));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hidingPlaces")
  void removes(String name, HeifFile file, HeifFile expected) {
    byte[] cleaned = CleanedImage.of(file.toBytes());

    assertThat(boxes(cleaned)).isEqualTo(boxes(expected.toBytes()));
    assertThat(cleaned).isEqualTo(expected.toBytes());
  }

  @Test
  void removesWhatIsBetweenItems() {
    HeifFile file = heic().item(new Item(2, "hvc1").data(HeifFile.HEVC).property(2));
    int gap = 10;
    file.item(2).at(HeifFile.HEVC.length + gap, HeifFile.HEVC.length - gap);
    byte[] bytes = file.toBytes();

    byte[] cleaned = CleanedImage.of(bytes);

    int from = file.mediaDataStart() + HeifFile.HEVC.length;
    byte[] expected = bytes.clone();
    Arrays.fill(expected, from, from + gap, (byte) 0);
    assertThat(cleaned).isEqualTo(expected).isNotEqualTo(bytes);
  }

  @Test
  void removesWhatIsBetweenItemsOfTheItemData() {
    HeifFile file = grid();
    file.item(new Item(4, "iden").method(1).data(secret()).at(0, 1).property(2));

    byte[] cleaned = CleanedImage.of(file.toBytes());

    assertThat(cleaned).hasSize(file.toBytes().length);
    assertThat(CleanedImage.parse(file.toBytes()).metadata()).containsExactly("unused bytes");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8})
  void keepsTheOrientationOfExifForViewersThatReadIt(int orientation) {
    byte[] file = heic().item(exifItem(exif(orientation))).toBytes();

    assertThat(CleanedImage.of(file))
        .isEqualTo(heic().item(exifItem(freshExif(orientation, exif(1).length))).toBytes());
    assertThat(CleanedImage.parse(file).orientation()).as("that of the properties").isEqualTo(1);
  }

  @Test
  void acceptsMediaDataThatEndWithTheFile() {
    byte[] file = heic().toBytes();
    int size = Bytes.indexOf(file, ascii("mdat")) - 4;
    byte[] open = file.clone();
    Arrays.fill(open, size, size + 4, (byte) 0);

    assertThat(CleanedImage.of(open)).isSameAs(open);
  }

  @Test
  void namesWhatIsRemoved() {
    byte[] file =
        heic()
            .before(box("uuid", secret()))
            .handlerText(Bytes.SECRET)
            .property(1, fullBox("udes", 0, 0, secret()))
            .item(exifItem(exif(1)))
            .item(new Item(3, "mime").texts(XMP).data(Bytes.xmp()))
            .item(new Item(4, "iptc").data(secret()))
            .after(box("mdat", secret()))
            .after(secret())
            .toBytes();

    assertThat(CleanedImage.parse(file).metadata())
        .containsExactly(
            "other boxes",
            "name",
            "other properties",
            "Exif",
            "XMP",
            "other items",
            "unused bytes",
            "trailer");
  }

  /** Readers of 64-bit offsets and of other versions of each table. */
  @Test
  void readsEveryVersionOfTheTables() {
    byte[] large = concat(u32(1), ascii("mdat"), u64(16 + HeifFile.AV1.length), HeifFile.AV1);
    byte[] fileType = box("ftyp", ascii("avif\0\0\0\0"));
    long at = fileType.length + 16;
    byte[] meta =
        fullBox(
            "meta",
            0,
            0,
            HeifFile.handler("pict", ""),
            fullBox("pitm", 1, 0, u32(70_000)),
            fullBox(
                "iloc",
                2,
                0,
                u16(0x8888),
                u32(1),
                u32(70_000),
                u16(0, 0),
                u64(at),
                u16(1),
                u64(7),
                u64(0),
                u64(HeifFile.AV1.length)),
            fullBox(
                "iinf",
                1,
                0,
                u32(1),
                fullBox("infe", 3, 0, u32(70_000), u16(0), ascii("av01"), u8(0))),
            fullBox("iref", 1, 0, box("cdsc", u32(70_001), u16(1), u32(70_000))),
            box(
                "iprp",
                box("ipco", HeifFile.size(16, 16)),
                fullBox("ipma", 1, 1, u32(1), u32(70_000), u8(1), u16(1))));
    byte[] file = concat(fileType, large, meta);

    assertThat(CleanedImage.parse(file).format()).isEqualTo(ImageFormat.AVIF);
    assertThat(CleanedImage.of(file)).isSameAs(file);
  }

  @Test
  void readsLocationsOfTheFirstVersionWithABase() {
    byte[] file = avif().toBytes();
    int from = Bytes.indexOf(file, ascii("iloc")) - 4;
    int to = Bytes.indexOf(file, ascii("iinf")) - 4;
    int length = HeifFile.AV1.length;
    byte[] unknown = firstVersion(0, length);
    int moved = unknown.length - (to - from);
    byte[] changed =
        concat(
            Arrays.copyOf(file, from),
            firstVersion(avif().mediaDataStart() + moved - 1, length),
            Arrays.copyOfRange(file, to, file.length));
    int meta = Bytes.indexOf(changed, ascii("meta")) - 4;
    int mediaData = Bytes.indexOf(changed, ascii("mdat")) - 4;
    System.arraycopy(u32(mediaData - meta), 0, changed, meta, 4);

    assertThat(CleanedImage.of(changed)).isSameAs(changed);
  }

  private static byte[] firstVersion(long base, long length) {
    return fullBox("iloc", 0, 0, u16(0x4440, 1, 1, 0), u32(base), u16(1), u32(1, length));
  }
}
