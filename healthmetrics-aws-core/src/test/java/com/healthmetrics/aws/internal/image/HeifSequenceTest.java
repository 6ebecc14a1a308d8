package com.healthmetrics.aws.internal.image;

import static com.healthmetrics.aws.internal.image.Bytes.ascii;
import static com.healthmetrics.aws.internal.image.Bytes.concat;
import static com.healthmetrics.aws.internal.image.Bytes.secret;
import static com.healthmetrics.aws.internal.image.Bytes.u16;
import static com.healthmetrics.aws.internal.image.Bytes.u32;
import static com.healthmetrics.aws.internal.image.Bytes.u64;
import static com.healthmetrics.aws.internal.image.Bytes.u8;
import static com.healthmetrics.aws.internal.image.CleanedImage.assertRefused;
import static com.healthmetrics.aws.internal.image.HeifFile.box;
import static com.healthmetrics.aws.internal.image.HeifFile.boxes;
import static com.healthmetrics.aws.internal.image.HeifFile.fullBox;
import static com.healthmetrics.aws.internal.image.HeifFile.handler;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.healthmetrics.aws.internal.image.UnreadableImageException.Reason;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Image sequences, such as bursts: their images are samples of tracks. */
class HeifSequenceTest {
  private static final byte[] FILE_TYPE = box("ftyp", ascii("avis\0\0\0\0msf1avis"));
  private static final int SAMPLES_AT = FILE_TYPE.length + 8;
  private static final byte[] ONE = HeifFile.AV1;

  /** A track that is complete, and what a test changes about it. */
  private static final class Track {
    private String handler = "pict";
    private String codec = "av01";
    private long dates = 0;
    private String text = "";
    private byte[] sizes = fullBox("stsz", 0, 0, u32(0, 2, ONE.length, ONE.length));
    private byte[] chunks = fullBox("stsc", 0, 0, u32(1, 1, 2, 1));
    private byte[] offsets = fullBox("stco", 0, 0, u32(1, SAMPLES_AT));
    private byte[] inTrack = {};
    private byte[] inMedia = {};
    private byte[] inSamples = {};
    private byte[] inEntry = {};

    byte[] toBytes() {
      byte[] entry =
          box(
              codec,
              new byte[6],
              u16(1),
              new byte[16],
              u16(16, 8),
              u32(0x480000, 0x480000, 0),
              u16(1),
              Arrays.copyOf(concat(u8(text.length()), ascii(text)), 32),
              u16(24, -1),
              box("av1C", u8(0x81, 0x20, 0, 0)),
              inEntry);
      byte[] samples =
          box(
              "stbl",
              fullBox("stsd", 0, 0, u32(1), entry),
              fullBox("stts", 0, 0, u32(1, 2, 1)),
              chunks,
              sizes,
              offsets,
              inSamples);
      byte[] dinf = box("dinf", fullBox("dref", 0, 0, u32(1), fullBox("url ", 0, 1)));
      return box(
          "trak",
          fullBox("tkhd", 0, 3, u32(dates, dates, 1), new byte[68]),
          box("edts", fullBox("elst", 0, 0, u32(1, 2, 0, 0x10000))),
          box("tref", box("auxl", u32(1))),
          box(
              "mdia",
              fullBox("mdhd", 0, 0, u32(dates, dates, 1, 2), u16(0x55C4, 0)),
              handler(handler, text),
              box("minf", fullBox("vmhd", 0, 1, new byte[8]), dinf, samples),
              inMedia),
          inTrack);
    }
  }

  private static byte[] file(byte[]... tracks) {
    return fileOf(movie(0, tracks), new byte[0]);
  }

  private static byte[] fileOf(byte[] movie, byte[] unused) {
    return concat(FILE_TYPE, box("mdat", ONE, ONE, unused), movie);
  }

  private static byte[] movie(long date, byte[]... parts) {
    return box("moov", fullBox("mvhd", 0, 0, u32(date, date, 1, 2), new byte[80]), concat(parts));
  }

  private static Track track() {
    return new Track();
  }

  private static byte[] with(java.util.function.Consumer<Track> change) {
    Track track = track();
    change.accept(track);
    return file(track.toBytes());
  }

  static Stream<Arguments> kept() {
    return Stream.of(
        arguments("one track", file(track().toBytes())),
        arguments("alpha", file(track().toBytes(), trackOf("auxv").toBytes())),
        arguments(
            "samples of one size",
            with(track -> track.sizes = fullBox("stsz", 0, 0, u32(ONE.length, 2)))),
        arguments(
            "compact sizes",
            with(track -> track.sizes = fullBox("stz2", 0, 0, u32(8, 2), u8(29, 29)))),
        arguments(
            "compact sizes of two bytes",
            with(track -> track.sizes = fullBox("stz2", 0, 0, u32(16, 2), u16(29, 29)))),
        arguments(
            "offsets of 64 bits",
            with(track -> track.offsets = fullBox("co64", 0, 0, u32(1), u64(SAMPLES_AT)))),
        arguments(
            "a chunk for each sample",
            with(
                track -> {
                  track.chunks = fullBox("stsc", 0, 0, u32(2, 1, 1, 1, 2, 1, 1));
                  track.offsets =
                      fullBox("stco", 0, 0, u32(2, SAMPLES_AT, SAMPLES_AT + ONE.length));
                })),
        arguments(
            "other tables of samples",
            with(
                track ->
                    track.inSamples =
                        concat(
                            fullBox("stss", 0, 0, u32(1, 1)),
                            fullBox("ctts", 0, 0, u32(0)),
                            fullBox("cslg", 0, 0, new byte[20]),
                            fullBox("sdtp", 0, 0, u8(0, 0)),
                            fullBox("sgpd", 1, 0, ascii("refs"), u32(0, 0)),
                            fullBox("sgpd", 1, 0, ascii("rap "), u32(1, 0)),
                            fullBox("sgpd", 1, 0, ascii("roll"), u32(2, 0)),
                            fullBox("sbgp", 0, 0, ascii("sync"), u32(0))))),
        arguments(
            "properties of samples",
            with(
                track ->
                    track.inEntry =
                        concat(
                            fullBox("ccst", 0, 0, u32(0)),
                            fullBox("auxi", 0, 0, ascii("urn\0")),
                            box("pasp", u32(1, 1)),
                            box("colr", ascii("nclx"), u16(1, 13, 6), u8(0x80))))));
  }

  private static Track trackOf(String handler) {
    Track track = track();
    track.handler = handler;
    return track;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("kept")
  void keeps(String name, byte[] file) {
    ImageFile image = CleanedImage.parse(file);

    assertThat(image.format()).isEqualTo(ImageFormat.AVIF);
    assertThat(image.width()).isEqualTo(16);
    assertThat(image.height()).isEqualTo(8);
    assertThat(image.pixels()).isEqualTo(16 * 8);
    assertThat(CleanedImage.of(file)).isSameAs(file);
  }

  @Test
  void readsTheFormatFromTheTrack() {
    for (String codec : List.of("hvc1", "hev1")) {
      byte[] hevc = with(track -> track.codec = codec);

      assertThat(CleanedImage.parse(hevc).format()).isEqualTo(ImageFormat.HEIC);
    }
  }

  static Stream<Arguments> hidingPlaces() {
    byte[] secret = secret();
    byte[] zeros = new byte[secret.length];
    byte[] plain = track().toBytes();
    byte[] position = positionTrack().toBytes();
    byte[] expected = file(plain);
    return Stream.of(
        arguments(
            "dates",
            concat(FILE_TYPE, box("mdat", ONE, ONE), movie(0x12345678, datedTrack().toBytes())),
            expected),
        arguments(
            "names of handler and compressor", with(track -> track.text = Bytes.SECRET), null),
        arguments(
            "user data of the movie",
            file(plain, box("udta", secret)),
            file(plain, box("free", zeros))),
        arguments(
            "metadata of the movie",
            file(plain, fullBox("meta", 0, 0, secret)),
            file(plain, fullBox("free", 0, 0, zeros))),
        arguments(
            "object descriptors",
            file(plain, box("iods", secret)),
            file(plain, box("free", zeros))),
        arguments(
            "a track of positions",
            fileOf(movie(0, plain, position), secret),
            fileOf(movie(0, plain, box("free", new byte[position.length - 8])), zeros)),
        arguments(
            "a video",
            file(plain, trackOf("vide").toBytes()),
            file(plain, box("free", new byte[trackOf("vide").toBytes().length - 8]))),
        arguments(
            "user data of a track",
            with(track -> track.inTrack = box("udta", secret)),
            with(track -> track.inTrack = box("free", zeros))),
        arguments(
            "metadata of a track",
            with(track -> track.inTrack = fullBox("meta", 0, 0, secret)),
            with(track -> track.inTrack = fullBox("free", 0, 0, zeros))),
        arguments(
            "user data of media",
            with(track -> track.inMedia = box("udta", secret)),
            with(track -> track.inMedia = box("free", zeros))),
        arguments(
            "an unknown group of samples",
            with(track -> track.inSamples = fullBox("sgpd", 1, 0, ascii("exif"), secret)),
            with(track -> track.inSamples = fullBox("free", 0, 0, new byte[4 + secret.length]))),
        arguments(
            "auxiliary information of samples",
            with(track -> track.inSamples = box("saiz", secret)),
            with(track -> track.inSamples = box("free", zeros))),
        arguments(
            "a property of samples",
            with(track -> track.inEntry = box("uuid", secret)),
            with(track -> track.inEntry = box("free", zeros))),
        arguments(
            "media data that no sample uses",
            fileOf(movie(0, plain), secret),
            fileOf(movie(0, plain), zeros)));
  }

  private static Track datedTrack() {
    Track track = track();
    track.dates = 0x12345678;
    return track;
  }

  /** A track of metadata, whose samples follow the pictures in the media data. */
  private static Track positionTrack() {
    Track track = trackOf("meta");
    track.codec = "mett";
    track.offsets = fullBox("stco", 0, 0, u32(1, SAMPLES_AT + 2L * ONE.length));
    track.sizes = fullBox("stsz", 0, 0, u32(0, 1, secret().length));
    return track;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hidingPlaces")
  void removes(String name, byte[] file, byte[] expected) {
    byte[] cleaned = CleanedImage.of(file);

    assertThat(cleaned).hasSize(file.length);
    if (expected == null) {
      assertThat(boxes(cleaned)).isEqualTo(boxes(file));
    } else {
      // The versions of emptied boxes remain unknown to their readers.
      assertThat(boxes(cleaned)).isEqualTo(boxes(expected));
      assertThat(cleaned).isEqualTo(expected);
    }
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        arguments(
            "no tracks", file(new byte[0]), Reason.NO_IMAGE_DATA, "neither items nor a sequence"),
        arguments(
            "only alpha",
            file(trackOf("auxv").toBytes()),
            Reason.NO_IMAGE_DATA,
            "neither items nor a sequence"),
        arguments(
            "fragments", file(track().toBytes(), box("mvex")), Reason.UNSUPPORTED, "fragments"),
        arguments(
            "another codec",
            with(track -> track.codec = "avc1"),
            Reason.UNSUPPORTED,
            "a codec other than"),
        arguments(
            "samples of four bits",
            with(track -> track.sizes = fullBox("stz2", 0, 0, u32(4, 2), u8(0x11))),
            Reason.UNSUPPORTED,
            "4 bits"),
        arguments(
            "no samples",
            with(track -> track.sizes = fullBox("stsz", 0, 0, u32(0, 0))),
            Reason.NO_IMAGE_DATA,
            "no samples"),
        arguments(
            "samples beyond the file",
            with(track -> track.sizes = fullBox("stsz", 0, 0, u32(0, 2, 29, 1_000_000))),
            Reason.TRUNCATED,
            "the end of a sample"),
        arguments(
            "samples beyond all files",
            with(track -> track.sizes = fullBox("stsz", 0, 0, u32(-1, -1))),
            Reason.TRUNCATED,
            "the end of a sample"),
        arguments(
            "samples in the tables",
            with(track -> track.offsets = fullBox("stco", 0, 0, u32(1, SAMPLES_AT + 20))),
            Reason.MALFORMED,
            "a sample is not within the data"),
        arguments(
            "chunks that are not in order",
            with(track -> track.chunks = fullBox("stsc", 0, 0, u32(2, 1, 1, 1, 1, 2, 1))),
            Reason.MALFORMED,
            "not in order"),
        arguments(
            "chunks that do not begin with the first",
            with(track -> track.chunks = fullBox("stsc", 0, 0, u32(1, 2, 2, 1))),
            Reason.MALFORMED,
            "not in order"),
        arguments(
            "two tables of offsets",
            with(track -> track.inSamples = fullBox("stco", 0, 0, u32(0))),
            Reason.MALFORMED,
            "a second box stco"),
        arguments(
            "a table of offsets that is longer than its box",
            with(track -> track.offsets = fullBox("stco", 0, 0, u32(-1, SAMPLES_AT))),
            Reason.MALFORMED,
            "longer than what contains it"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusals")
  void refuses(String name, byte[] file, Reason reason, String message) {
    assertRefused(file, reason, message);
  }
}
