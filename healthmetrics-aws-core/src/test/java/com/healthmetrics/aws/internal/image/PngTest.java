package com.healthmetrics.aws.internal.image;

import static com.healthmetrics.aws.internal.image.Bytes.ascii;
import static com.healthmetrics.aws.internal.image.Bytes.concat;
import static com.healthmetrics.aws.internal.image.Bytes.deflate;
import static com.healthmetrics.aws.internal.image.Bytes.iccProfile;
import static com.healthmetrics.aws.internal.image.Bytes.secret;
import static com.healthmetrics.aws.internal.image.Bytes.u16;
import static com.healthmetrics.aws.internal.image.Bytes.u32;
import static com.healthmetrics.aws.internal.image.Bytes.u8;
import static com.healthmetrics.aws.internal.image.CleanedImage.assertRefused;
import static com.healthmetrics.aws.internal.image.PngFile.afterImage;
import static com.healthmetrics.aws.internal.image.PngFile.beforeImage;
import static com.healthmetrics.aws.internal.image.PngFile.chunk;
import static com.healthmetrics.aws.internal.image.PngFile.chunks;
import static com.healthmetrics.aws.internal.image.PngFile.damaged;
import static com.healthmetrics.aws.internal.image.PngFile.end;
import static com.healthmetrics.aws.internal.image.PngFile.frame;
import static com.healthmetrics.aws.internal.image.PngFile.frameData;
import static com.healthmetrics.aws.internal.image.PngFile.header;
import static com.healthmetrics.aws.internal.image.PngFile.image;
import static com.healthmetrics.aws.internal.image.PngFile.of;
import static com.healthmetrics.aws.internal.image.PngFile.profile;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.healthmetrics.aws.internal.image.UnreadableImageException.Reason;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PngTest {
  private static final byte[] PLAIN = PngFile.plain();

  @Test
  void readsSizeFromTheHeader() {
    ImageFile image = CleanedImage.parse(PLAIN);

    assertThat(image.format()).isEqualTo(ImageFormat.PNG);
    assertThat(image.width()).isEqualTo(PngFile.WIDTH);
    assertThat(image.height()).isEqualTo(PngFile.HEIGHT);
  }

  @Test
  void countsThePixelsThatAHeaderClaims() {
    byte[] file = of(header(100_000, 100_000, 8, 2), image(), end());

    assertThat(CleanedImage.parse(file).pixels()).isEqualTo(10_000_000_000L);
  }

  @Test
  void returnsAFileWithoutMetadataAsItIs() {
    assertThat(CleanedImage.of(PLAIN)).isSameAs(PLAIN);
  }

  static Stream<Arguments> hidingPlaces() {
    return Stream.of(
        arguments("text", beforeImage(chunk("tEXt", ascii("Comment\0"), secret()))),
        arguments(
            "compressed text",
            beforeImage(chunk("zTXt", ascii("Comment\0"), u8(0), deflate(secret())))),
        arguments(
            "a raw profile of ImageMagick",
            beforeImage(
                chunk("zTXt", ascii("Raw profile type exif\0"), u8(0), deflate(Bytes.exif(6))))),
        arguments(
            "XMP",
            beforeImage(chunk("iTXt", ascii("XML:com.adobe.xmp\0"), new byte[4], Bytes.xmp()))),
        arguments(
            "compressed XMP",
            afterImage(
                chunk("iTXt", ascii("XML:com.adobe.xmp\0"), u8(1, 0, 0, 0), deflate(Bytes.xmp())))),
        arguments("Exif with a position", beforeImage(chunk("eXIf", Bytes.exif(1)))),
        arguments("Exif after the image", afterImage(chunk("eXIf", Bytes.exif(1)))),
        arguments("a time", beforeImage(chunk("tIME", u8(7, 0xEA, 1, 2, 3, 4, 5)))),
        arguments("an unknown chunk", beforeImage(chunk("prVt", secret()))),
        arguments("the chunk of iOS", beforeImage(chunk("iDOT", new byte[28]))),
        arguments("a background", beforeImage(chunk("bKGD", u16(0, 0, 0)))),
        arguments("a trailer", concat(PLAIN, secret())),
        arguments("a chunk after the end", concat(PLAIN, chunk("tEXt", secret()))),
        arguments("gamma of a wrong length", beforeImage(chunk("gAMA", secret()))),
        arguments("chromaticity of a wrong length", beforeImage(chunk("cHRM", secret()))),
        arguments("rendering intent of a wrong length", beforeImage(chunk("sRGB", secret()))),
        arguments("code points of a wrong length", beforeImage(chunk("cICP", secret()))),
        arguments("pixel size of a wrong length", beforeImage(chunk("pHYs", secret()))),
        arguments("transparency of a wrong length", beforeImage(chunk("tRNS", secret()))),
        arguments("color after the image", afterImage(chunk("gAMA", u32(45_455)))),
        arguments("a second gamma", afterImage(chunk("gAMA", u32(45_455)), chunk("gAMA", u32(1)))),
        arguments("a damaged chunk", beforeImage(damaged("gAMA", u32(45_455)))),
        arguments(
            "a profile that is none", beforeImage(profile("p", concat(secret(), new byte[200])))),
        arguments("a profile without its signature", beforeImage(profile("p", unsigned()))),
        arguments(
            "text after a profile", beforeImage(profile("p", concat(iccProfile(200), secret())))),
        arguments(
            "bytes after a compressed profile",
            beforeImage(chunk("iCCP", ascii("p"), u8(0, 0), deflate(iccProfile(200)), secret()))),
        arguments(
            "a profile that is not completely there",
            beforeImage(
                chunk("iCCP", ascii("p"), u8(0, 0), Arrays.copyOf(deflate(iccProfile(200)), 12)))),
        arguments(
            "a profile with an unknown compression",
            beforeImage(chunk("iCCP", ascii("p"), u8(0, 1), deflate(iccProfile(200))))),
        arguments("a profile without a name", beforeImage(chunk("iCCP", secret()))),
        arguments(
            "frames without an animation", afterImage(frame(0), chunk("fdAT", u32(1), secret()))),
        arguments(
            "an animation after the image",
            afterImage(chunk("acTL", u32(1, 0)), frame(0), chunk("fdAT", u32(1), secret()))));
  }

  private static byte[] unsigned() {
    byte[] profile = iccProfile(200);
    Arrays.fill(profile, 36, 40, (byte) 'x');
    return profile;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hidingPlaces")
  void removes(String name, byte[] file) {
    assertThat(CleanedImage.of(file)).isEqualTo(PLAIN);
  }

  static Stream<Arguments> kept() {
    byte[] palette = chunk("PLTE", u8(1, 2, 3, 4, 5, 6));
    byte[] indexed = header(PngFile.WIDTH, PngFile.HEIGHT, 8, 3);
    byte[] gray = header(PngFile.WIDTH, PngFile.HEIGHT, 16, 0);
    return Stream.of(
        arguments("tRNS", beforeImage(chunk("tRNS", u16(1, 2, 3)))),
        arguments("tRNS", of(gray, chunk("tRNS", u16(1)), image(), end())),
        arguments("tRNS", of(indexed, palette, chunk("tRNS", u8(1, 2)), image(), end())),
        arguments("PLTE", beforeImage(palette)),
        arguments("gAMA", beforeImage(chunk("gAMA", u32(45_455)))),
        arguments("cHRM", beforeImage(chunk("cHRM", new byte[32]))),
        arguments("sRGB", beforeImage(chunk("sRGB", u8(0)))),
        arguments("cICP", beforeImage(chunk("cICP", u8(9, 16, 0, 1)))),
        arguments("pHYs", beforeImage(chunk("pHYs", u32(2_835, 2_835), u8(1)))),
        arguments("iCCP", beforeImage(profile("ICC", iccProfile(200)))),
        arguments("acTL", PngFile.animation()),
        arguments("fcTL", PngFile.animation()),
        arguments("fdAT", PngFile.animation()),
        arguments(
            "acTL",
            of(
                header(),
                chunk("acTL", u32(1, 0)),
                image(),
                frame(0, 1, 1, 2, 1),
                frameData(1),
                frameData(2),
                end())));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("kept")
  void keeps(String type, byte[] file) {
    assertThat(chunks(file)).contains(type);
    assertThat(CleanedImage.of(file)).isSameAs(file);
  }

  @Test
  void keepsTheFirstChunkOfAType() {
    byte[] gamma = chunk("gAMA", u32(45_455));
    byte[] other = chunk("gAMA", u32(100_000));
    byte[] profile = profile("ICC", iccProfile(200));
    byte[] control = chunk("acTL", u32(1, 0));

    assertThat(CleanedImage.of(beforeImage(gamma, other))).isEqualTo(beforeImage(gamma));
    assertThat(CleanedImage.of(beforeImage(profile, profile("ICC", iccProfile(300)))))
        .isEqualTo(beforeImage(profile));
    assertThat(CleanedImage.of(of(header(), control, frame(0), control, image(), end())))
        .isEqualTo(of(header(), control, frame(0), image(), end()));
  }

  @Test
  void dropsTransparencyThatDoesNotFitTheColorType() {
    byte[] indexed = header(PngFile.WIDTH, PngFile.HEIGHT, 8, 3);
    byte[] palette = chunk("PLTE", u8(1, 2, 3));
    byte[] alpha = header(PngFile.WIDTH, PngFile.HEIGHT, 8, 6);

    assertThat(CleanedImage.of(of(indexed, palette, chunk("tRNS", u8(1, 2)), image(), end())))
        .isEqualTo(of(indexed, palette, image(), end()));
    assertThat(CleanedImage.of(of(alpha, chunk("tRNS", u16(1, 2, 3)), image(), end())))
        .isEqualTo(of(alpha, image(), end()));
  }

  @Test
  void replacesTheNameOfAProfile() {
    byte[] file = beforeImage(profile(Bytes.SECRET, iccProfile(200)));

    assertThat(CleanedImage.of(file)).isEqualTo(beforeImage(profile("ICC", iccProfile(200))));
  }

  @Test
  void readsAProfileOfAtMost4Mebibytes() {
    byte[] large = beforeImage(profile("ICC", iccProfile(4 << 20)));
    byte[] tooLarge = beforeImage(profile("ICC", iccProfile((4 << 20) + 10_000)));

    assertThat(chunks(CleanedImage.of(large))).contains("iCCP");
    assertThat(chunks(CleanedImage.of(tooLarge))).doesNotContain("iCCP");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8})
  void keepsTheOrientationAlone(int orientation) {
    byte[] fresh = chunk("eXIf", Exif.of(orientation));
    byte[] exif = chunk("eXIf", Bytes.exif(orientation));

    assertThat(CleanedImage.of(beforeImage(exif))).isEqualTo(beforeImage(fresh));
    assertThat(CleanedImage.of(afterImage(exif))).isEqualTo(afterImage(fresh));
    assertThat(CleanedImage.of(beforeImage(exif, exif))).isEqualTo(beforeImage(fresh));
    assertThat(CleanedImage.parse(beforeImage(exif)).orientation()).isEqualTo(orientation);
  }

  @Test
  void namesWhatIsRemoved() {
    byte[] file =
        concat(
            beforeImage(
                chunk("tEXt", ascii("Comment\0")),
                chunk("iTXt", ascii("XML:com.adobe.xmp\0"), new byte[4]),
                chunk("tIME", new byte[7]),
                chunk("eXIf", Bytes.exif(1)),
                chunk("sPLT", secret())),
            secret());

    assertThat(CleanedImage.parse(file).metadata())
        .containsExactly("text", "XMP", "time", "Exif", "other chunks", "trailer");
  }

  static Stream<Arguments> refusals() {
    byte[] control = chunk("acTL", u32(1, 0));
    return Stream.of(
        arguments(
            "HTML after the signature",
            concat(PngFile.SIGNATURE, ascii("<html><script>alert(1)</script></html>")),
            Reason.MALFORMED,
            "not the type of a chunk"),
        arguments("the signature alone", PngFile.SIGNATURE, Reason.TRUNCATED, "IEND"),
        arguments("no end", of(header(), image()), Reason.TRUNCATED, "the chunk IEND"),
        arguments("no image", of(header(), end()), Reason.NO_IMAGE_DATA, "without an IDAT"),
        arguments("no header", of(image(), end()), Reason.MALFORMED, "IHDR is not the first"),
        arguments(
            "two headers",
            of(header(), header(), image(), end()),
            Reason.MALFORMED,
            "IHDR is not the first"),
        arguments(
            "a damaged header",
            of(damaged("IHDR", u32(1, 1), u8(8, 2, 0, 0, 0)), image(), end()),
            Reason.MALFORMED,
            "CRC"),
        arguments(
            "a damaged image",
            of(header(), damaged("IDAT", u8(1)), end()),
            Reason.MALFORMED,
            "CRC"),
        arguments(
            "a header with text",
            of(chunk("IHDR", u32(1, 1), u8(8, 2, 0, 0, 0), secret()), image(), end()),
            Reason.MALFORMED,
            "IHDR has a wrong length"),
        arguments(
            "no columns", of(header(0, 1, 8, 2), image(), end()), Reason.MALFORMED, "the size"),
        arguments(
            "too many rows",
            of(header(1, 1L << 31, 8, 2), image(), end()),
            Reason.MALFORMED,
            "the size"),
        arguments(
            "a bit depth that does not fit",
            of(header(1, 1, 4, 2), image(), end()),
            Reason.MALFORMED,
            "bit depth"),
        arguments(
            "an unknown color type",
            of(header(1, 1, 8, 5), image(), end()),
            Reason.MALFORMED,
            "color type"),
        arguments(
            "an unknown filter",
            of(chunk("IHDR", u32(1, 1), u8(8, 2, 0, 1, 0)), image(), end()),
            Reason.MALFORMED,
            "filter"),
        arguments(
            "an unknown interlace method",
            of(chunk("IHDR", u32(1, 1), u8(8, 2, 0, 0, 2)), image(), end()),
            Reason.MALFORMED,
            "interlace"),
        arguments(
            "a palette after the image",
            afterImage(chunk("PLTE", u8(1, 2, 3))),
            Reason.MALFORMED,
            "PLTE is misplaced"),
        arguments(
            "a palette of a wrong length",
            beforeImage(chunk("PLTE", secret(), u8(0))),
            Reason.MALFORMED,
            "PLTE has a wrong length"),
        arguments(
            "a missing palette",
            of(header(1, 1, 8, 3), image(), end()),
            Reason.MALFORMED,
            "palette is missing"),
        arguments(
            "text between the parts of the image",
            of(header(), image(), chunk("tEXt", secret()), image(), end()),
            Reason.MALFORMED,
            "not together"),
        arguments(
            "an end with text",
            of(header(), image(), chunk("IEND", secret())),
            Reason.MALFORMED,
            "IEND is not empty"),
        arguments(
            "an unknown critical chunk",
            beforeImage(chunk("CgBI", u32(0))),
            Reason.UNSUPPORTED,
            "critical chunk"),
        arguments(
            "chunks without end",
            beforeImage(
                concat(Stream.generate(() -> chunk("prVt")).limit(100_001).toArray(byte[][]::new))),
            Reason.TOO_COMPLEX,
            "more than 100000 chunks"),
        arguments(
            "a chunk longer than the file",
            concat(of(header(), image()), u32(0xFFFF_FFFFL), ascii("tEXt")),
            Reason.TRUNCATED,
            "ends after"),
        arguments(
            "an animation without frames",
            beforeImage(chunk("acTL", u32(0, 0))),
            Reason.MALFORMED,
            "no frames"),
        arguments(
            "an animation of a wrong length",
            beforeImage(chunk("acTL", u32(1, 0), secret())),
            Reason.MALFORMED,
            "acTL has a wrong length"),
        arguments(
            "an animation that lacks frames",
            of(header(), chunk("acTL", u32(2, 0)), frame(0), image(), end()),
            Reason.MALFORMED,
            "lacks frames"),
        arguments(
            "an animation with a frame too many",
            of(header(), control, frame(0), image(), frame(1), frameData(2), end()),
            Reason.MALFORMED,
            "a frame too many"),
        arguments(
            "a frame with text",
            of(header(), control, chunk("fcTL", new byte[26], secret()), image(), end()),
            Reason.MALFORMED,
            "wrong length"),
        arguments(
            "a frame outside the image",
            of(header(), control, frame(0, PngFile.WIDTH, 1, 1, 0), image(), end()),
            Reason.MALFORMED,
            "not within the image"),
        arguments(
            "data without a frame",
            of(header(), control, image(), chunk("fdAT", u32(0), secret()), end()),
            Reason.MALFORMED,
            "precede their frame"),
        arguments(
            "data after the frame that is the image",
            of(header(), control, frame(0), image(), chunk("fdAT", u32(1), secret()), end()),
            Reason.MALFORMED,
            "precede their frame"),
        arguments(
            "a wrong sequence number",
            of(header(), control, frame(1), image(), end()),
            Reason.MALFORMED,
            "sequence number"),
        arguments(
            "a frame without data",
            of(header(), control, image(), frame(0), end()),
            Reason.MALFORMED,
            "lacks frames"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusals")
  void refuses(String name, byte[] file, Reason reason, String message) {
    assertRefused(file, reason, message);
  }
}
