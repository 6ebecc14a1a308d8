package com.healthmetrics.aws.internal.image;

import static com.healthmetrics.aws.internal.image.Bytes.ascii;
import static com.healthmetrics.aws.internal.image.Bytes.concat;
import static com.healthmetrics.aws.internal.image.Bytes.iccProfile;
import static com.healthmetrics.aws.internal.image.Bytes.little32;
import static com.healthmetrics.aws.internal.image.Bytes.secret;
import static com.healthmetrics.aws.internal.image.Bytes.u8;
import static com.healthmetrics.aws.internal.image.CleanedImage.assertRefused;
import static com.healthmetrics.aws.internal.image.WebPFile.ALPHA;
import static com.healthmetrics.aws.internal.image.WebPFile.ANIMATION;
import static com.healthmetrics.aws.internal.image.WebPFile.EXIF;
import static com.healthmetrics.aws.internal.image.WebPFile.ICC;
import static com.healthmetrics.aws.internal.image.WebPFile.XMP;
import static com.healthmetrics.aws.internal.image.WebPFile.alpha;
import static com.healthmetrics.aws.internal.image.WebPFile.animationHeader;
import static com.healthmetrics.aws.internal.image.WebPFile.chunk;
import static com.healthmetrics.aws.internal.image.WebPFile.chunks;
import static com.healthmetrics.aws.internal.image.WebPFile.exif;
import static com.healthmetrics.aws.internal.image.WebPFile.extension;
import static com.healthmetrics.aws.internal.image.WebPFile.frame;
import static com.healthmetrics.aws.internal.image.WebPFile.lossless;
import static com.healthmetrics.aws.internal.image.WebPFile.lossy;
import static com.healthmetrics.aws.internal.image.WebPFile.of;
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

class WebPTest {
  static Stream<Arguments> kept() {
    return Stream.of(
        arguments("lossy", of(lossy())),
        arguments("lossless", of(lossless())),
        arguments("alpha", of(extension(ALPHA), alpha(), lossy())),
        arguments("a profile", of(extension(ICC), chunk("ICCP", iccProfile(200)), lossy())),
        arguments(
            "an animation",
            of(
                extension(ANIMATION | ALPHA),
                animationHeader(),
                frame(alpha(), lossy()),
                frame(lossless()))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("kept")
  void keeps(String name, byte[] file) {
    ImageFile image = CleanedImage.parse(file);

    assertThat(image.format()).isEqualTo(ImageFormat.WEBP);
    assertThat(image.width()).isEqualTo(WebPFile.SIZE);
    assertThat(image.height()).isEqualTo(WebPFile.SIZE);
    assertThat(image.pixels()).isEqualTo(256);
    assertThat(CleanedImage.of(file)).isSameAs(file);
  }

  static Stream<Arguments> hidingPlaces() {
    byte[] still = of(extension(0), lossy());
    byte[] animated = of(extension(ANIMATION), animationHeader(), frame(lossy()));
    byte[] odd = chunk("VP8 ", Arrays.copyOfRange(lossy(), 8, lossy().length - 1));
    byte[] padded = odd.clone();
    padded[padded.length - 1] = 'N';
    return Stream.of(
        arguments("Exif with a position", of(extension(EXIF), lossy(), exif(1)), still),
        arguments(
            "Exif as in JPEG",
            of(extension(EXIF), lossy(), chunk("EXIF", Exif.PREFIX, Bytes.exif(1))),
            still),
        arguments("Exif that the flags do not announce", of(extension(0), lossy(), exif(6)), still),
        arguments("XMP", of(extension(XMP), lossy(), chunk("XMP ", Bytes.xmp())), still),
        arguments("an unknown chunk", of(extension(0), chunk("SECR", secret()), lossy()), still),
        arguments("a second image", of(extension(0), lossy(), chunk("VP8L", secret())), still),
        arguments("alpha after the image", of(extension(0), lossy(), alpha()), still),
        arguments(
            "a second alpha",
            of(extension(ALPHA), alpha(), chunk("ALPH", secret()), lossy()),
            of(extension(ALPHA), alpha(), lossy())),
        arguments(
            "a profile that is none",
            of(extension(ICC), chunk("ICCP", secret(), new byte[200]), lossy()),
            still),
        arguments(
            "text after a profile",
            of(extension(ICC), chunk("ICCP", iccProfile(200), secret()), lossy()),
            still),
        arguments(
            "a profile that the flags do not announce",
            of(extension(0), chunk("ICCP", iccProfile(200)), lossy()),
            still),
        arguments(
            "a second profile",
            of(
                extension(ICC),
                chunk("ICCP", iccProfile(200)),
                chunk("ICCP", iccProfile(300)),
                lossy()),
            of(extension(ICC), chunk("ICCP", iccProfile(200)), lossy())),
        arguments(
            "an animation that the flags do not announce",
            of(extension(0), animationHeader(), frame(chunk("VP8 ", secret())), lossy()),
            still),
        arguments(
            "an image beside an animation",
            of(extension(ANIMATION), animationHeader(), frame(lossy()), chunk("VP8 ", secret())),
            animated),
        arguments(
            "a second animation header",
            of(extension(ANIMATION), animationHeader(), chunk("ANIM", secret()), frame(lossy())),
            animated),
        arguments(
            "an unknown chunk in a frame",
            of(extension(ANIMATION), animationHeader(), frame(lossy(), chunk("SECR", secret()))),
            animated),
        arguments(
            "a second image in a frame",
            of(extension(ANIMATION), animationHeader(), frame(lossy(), chunk("VP8 ", secret()))),
            animated),
        arguments(
            "a second alpha in a frame",
            of(
                extension(ANIMATION),
                animationHeader(),
                frame(alpha(), chunk("ALPH", secret()), lossy())),
            of(extension(ANIMATION), animationHeader(), frame(alpha(), lossy()))),
        arguments(
            "metadata of an animation",
            of(
                extension(ANIMATION | EXIF | XMP),
                animationHeader(),
                frame(lossy()),
                exif(1),
                chunk("XMP ", Bytes.xmp())),
            animated),
        arguments("reserved bits", of(extension(0xC1), lossy()), still),
        arguments("chunks after a simple file", of(lossy(), exif(6)), of(lossy())),
        arguments("a trailer", concat(of(lossy()), secret()), of(lossy())),
        arguments("a byte of padding", of(padded), of(odd)),
        arguments("missing padding", withoutPadding(odd), of(odd)));
  }

  private static byte[] withoutPadding(byte[] chunk) {
    return of(Arrays.copyOf(chunk, chunk.length - 1));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hidingPlaces")
  void removes(String name, byte[] file, byte[] expected) {
    byte[] cleaned = CleanedImage.of(file);

    assertThat(chunks(cleaned)).isEqualTo(chunks(expected));
    assertThat(cleaned).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8})
  void keepsTheOrientationAlone(int orientation) {
    byte[] fresh = chunk("EXIF", Exif.of(orientation));
    byte[] exif = exif(orientation);
    byte[] prefixed = chunk("EXIF", Exif.PREFIX, Bytes.exif(orientation));
    byte[] xmp = chunk("XMP ", Bytes.xmp());

    byte[] expected = of(extension(EXIF), lossy(), fresh);
    assertThat(CleanedImage.of(of(extension(EXIF | XMP), lossy(), exif, xmp))).isEqualTo(expected);
    assertThat(CleanedImage.of(of(extension(EXIF), lossy(), prefixed))).isEqualTo(expected);
    assertThat(CleanedImage.of(of(extension(EXIF), lossy(), exif, exif))).isEqualTo(expected);
    assertThat(CleanedImage.parse(expected).orientation()).isEqualTo(orientation);
  }

  @Test
  void namesWhatIsRemoved() {
    byte[] file =
        concat(
            of(
                extension(EXIF | XMP),
                lossy(),
                exif(1),
                chunk("XMP ", Bytes.xmp()),
                chunk("SECR", secret())),
            secret());

    assertThat(CleanedImage.parse(file).metadata())
        .containsExactly("Exif", "XMP", "other chunks", "flags", "trailer");
  }

  static Stream<Arguments> refusals() {
    byte[] file = of(lossy());
    return Stream.of(
        arguments("no chunk", of(), Reason.NO_IMAGE_DATA, "no chunks"),
        arguments(
            "no image", of(chunk("EXIF", secret())), Reason.NO_IMAGE_DATA, "neither VP8, VP8L"),
        arguments("VP8X alone", of(extension(0)), Reason.NO_IMAGE_DATA, "neither VP8 nor VP8L"),
        arguments(
            "an animation without frames",
            of(extension(ANIMATION), animationHeader(), lossy()),
            Reason.NO_IMAGE_DATA,
            "no frames"),
        arguments(
            "a file that ends too early",
            Arrays.copyOf(file, file.length - 1),
            Reason.TRUNCATED,
            "ends after"),
        arguments(
            "a size of almost nothing",
            concat(ascii("RIFF"), little32(2), ascii("WEBP"), lossy()),
            Reason.MALFORMED,
            "longer than what contains it"),
        arguments(
            "a chunk longer than the file",
            of(ascii("VP8 "), little32(0xFFFF_FFFFL)),
            Reason.MALFORMED,
            "longer than what contains it"),
        arguments(
            "VP8X of a wrong length",
            of(chunk("VP8X", new byte[10], secret()), lossy()),
            Reason.MALFORMED,
            "VP8X has a wrong length"),
        arguments(
            "a canvas above the limit",
            of(chunk("VP8X", new byte[4], u8(255, 255, 255, 255, 255, 255)), lossy()),
            Reason.MALFORMED,
            "larger than"),
        arguments(
            "a canvas of another size",
            of(chunk("VP8X", new byte[10]), lossy()),
            Reason.MALFORMED,
            "differ in size"),
        arguments(
            "text in ANIM",
            of(extension(ANIMATION), chunk("ANIM", secret()), frame(lossy())),
            Reason.MALFORMED,
            "ANIM has a wrong length"),
        arguments(
            "a frame before ANIM",
            of(extension(ANIMATION), frame(lossy()), animationHeader()),
            Reason.MALFORMED,
            "precedes the animation"),
        arguments(
            "a frame outside the canvas",
            of(extension(ANIMATION), animationHeader(), frame(2, WebPFile.SIZE, lossy())),
            Reason.MALFORMED,
            "not within the canvas"),
        arguments(
            "a frame of another size",
            of(extension(ANIMATION), animationHeader(), frame(0, 8, lossy())),
            Reason.MALFORMED,
            "image and frame differ"),
        arguments(
            "a frame without an image",
            of(extension(ANIMATION), animationHeader(), frame(chunk("SECR", secret()))),
            Reason.MALFORMED,
            "a frame has no image"),
        arguments(
            "text instead of VP8", of(chunk("VP8 ", secret())), Reason.MALFORMED, "key frame"),
        arguments(
            "an image shorter than its partition",
            of(chunk("VP8 ", Arrays.copyOfRange(lossy(), 8, 8 + 12))),
            Reason.MALFORMED,
            "shorter than its partition"),
        arguments("text instead of VP8L", of(chunk("VP8L", secret())), Reason.MALFORMED, "VP8L"),
        arguments(
            "VP8L of a later version",
            of(chunk("VP8L", u8(0x2F, 0, 0, 0, 0x20, 0))),
            Reason.MALFORMED,
            "VP8L"),
        arguments(
            "VP8L without data", of(chunk("VP8L", u8(0x2F, 0, 0, 0, 0))), Reason.MALFORMED, "VP8L"),
        arguments(
            "chunks without end",
            of(lossy(), new byte[8 * 50_001]),
            Reason.TOO_COMPLEX,
            "more than 50000 chunks"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusals")
  void refuses(String name, byte[] file, Reason reason, String message) {
    assertRefused(file, reason, message);
  }
}
