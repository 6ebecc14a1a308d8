package com.healthmetrics.aws.cdn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.healthmetrics.aws.fixtures.MovableClock;
import com.healthmetrics.aws.storage.ObjectKey;
import jakarta.mail.internet.ContentDisposition;
import jakarta.mail.internet.ParseException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A signed URL with which a browser saves a private picture under a file name. */
class DownloadsTest {
  private static final String PARAMETER = "response-content-disposition=";
  private static final ObjectKey PICTURE = ObjectKey.of("progress/user-42/0f3c.jpg");

  /** Without an extension, so that the name is all of it. */
  private static final ObjectKey PLAIN = ObjectKey.of("progress/user-42/0f3c");

  private final CloudFrontUrlSigner signer =
      CloudFrontUrlSigner.builder()
          .baseUrl(URI.create("https://cdn.example.com"))
          .signingKey(TestKeys.ec())
          .clock(MovableClock.at("2026-11-23T12:00:00Z"))
          .build();

  private SignedUrl download(String fileName) {
    return signer.signDownload(PLAIN, fileName, Duration.ofMinutes(10));
  }

  /** The header that S3 sends, as it is in the URL. */
  private String header(String fileName) {
    return header(download(fileName));
  }

  private static String header(SignedUrl signed) {
    String resource = SignedTexts.of(signed.url()).resource();
    return URLDecoder.decode(
        resource.substring(resource.indexOf(PARAMETER) + PARAMETER.length()),
        StandardCharsets.UTF_8);
  }

  @Test
  void signsTheNameTogetherWithTheKey() {
    SignedUrl signed = signer.signDownload(PICTURE, "front 1.jpg", Duration.ofMinutes(10));
    SignedTexts texts = SignedTexts.of(signed.url());

    assertThat(texts.resource())
        .isEqualTo(
            "https://cdn.example.com/progress/user-42/0f3c.jpg?response-content-disposition="
                + "attachment%3B%20filename%3D%22front%201.jpg%22");
    assertThat(signed.url().getRawQuery())
        .startsWith(PARAMETER)
        .endsWith("&Key-Pair-Id=" + TestKeys.ID);
    assertThat(texts.verifies("EC", "SHA1")).isTrue();
    assertThat(signed.key()).isEqualTo(PICTURE);
    assertThat(signed.expiresAt()).isEqualTo("2026-11-23T12:10:00Z");
    assertThat(signed).hasToString("SignedUrl[" + PICTURE + ", until 2026-11-23T12:10:00Z]");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      textBlock =
          """
          front.jpg        | attachment; filename="front.jpg"
          a;b=c, d'e.jpg   | attachment; filename="a;b=c, d'e.jpg"
          März 1.png       | attachment; filename="M_rz 1.png"; filename*=UTF-8''M%C3%A4rz%201.png
          写真.png         | attachment; filename="__.png"; filename*=UTF-8''%E5%86%99%E7%9C%9F.png
          😀.png           | attachment; filename="_.png"; filename*=UTF-8''%F0%9F%98%80.png
          a"b.png          | attachment; filename="a_b.png"; filename*=UTF-8''a%22b.png
          100%20.png       | attachment; filename="100_20.png"; filename*=UTF-8''100%2520.png
          it's (1)*é.png   | attachment; filename="it's (1)*_.png"; filename*=UTF-8''it%27s%20%281%29%2A%C3%A9.png
          """)
  void writesNamesBeyondAsciiTwice(String fileName, String header) {
    assertThat(header(fileName)).isEqualTo(header);
  }

  @ParameterizedTest
  @CsvSource({
    "front.jpg, front.jpg",
    "front.JPG, front.JPG",
    "front.jpeg, front.jpeg",
    "front, front.jpg",
    "front.png, front.png.jpg",
    "front.jpg.exe, front.jpg.exe.jpg",
    "page.html, page.html.jpg",
    "j, j.jpg",
  })
  void savesAPictureAsNothingElseWhateverItsUploaderCalledIt(String fileName, String saved) {
    assertThat(header(signer.signDownload(PICTURE, fileName, Duration.ofMinutes(10))))
        .isEqualTo("attachment; filename=\"" + saved + "\"");
  }

  /** Jakarta Mail decodes the extended form, and reads quoted strings otherwise. */
  @Property
  void writesWhatAnIndependentParserReadsAsTheName(@ForAll("names") String fileName)
      throws ParseException {
    String header = header(fileName);
    ContentDisposition parsed = new ContentDisposition(header);

    assertThat(header).matches("[ -~]+");
    assertThat(parsed.getDisposition()).isEqualTo("attachment");
    assertThat(parsed.getParameter("filename")).isEqualTo(fileName);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a/b.png",
        "..\\b.png",
        "a\r\nSet-Cookie: x.png",
        "a\0.png",
        "a\u007f.png",
        "a\u0085.png",
        "a\u2028.png",
        "a\ud83d.png",
        "a\u202egnp.exe",
        "a\u2067gnp.exe",
        "a\u200fgnp.exe",
        "a\u061cgnp.exe"
      })
  void refusesANameThatCouldDeceiveOrLeaveTheHeader(String fileName) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> download(fileName))
        .withMessageMatching("The file name has the character U\\+[0-9A-F]{4} at index \\d+\\. .*")
        .withMessageNotContaining("png")
        .withMessageNotContaining("exe");
  }

  @ParameterizedTest
  @ValueSource(strings = {".", ".."})
  void refusesTheNameOfADirectory(String fileName) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> download(fileName))
        .withMessageStartingWith("The file name is a reference to a directory.");
  }

  @ParameterizedTest
  @MethodSource
  void measuresTheName(String fileName) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> download(fileName))
        .withMessageStartingWith("The file name has " + fileName.length() + " characters")
        .withMessageEndingWith(" Use 1 to 255 that are not all blank, such as front.jpg.");
  }

  static String[] measuresTheName() {
    return new String[] {"", " ", "\t\n", "a".repeat(256), "\n".repeat(1_000_000)};
  }

  /** Amazon CloudFront Developer Guide, "Quotas": a URL has at most 8,192 bytes. */
  @Test
  void fitsIntoAUrlWhateverTheKeyAndTheNameAre() {
    ObjectKey longest = ObjectKey.of("写".repeat(341));

    SignedUrl signed = signer.signDownload(longest, "写".repeat(255), Duration.ofMinutes(10));

    assertThat(signed.url().toString()).hasSizeLessThan(8_192);
  }

  @Provide
  Arbitrary<String> names() {
    return Arbitraries.strings()
        .ofMinLength(1)
        .ofMaxLength(60)
        .filter(
            name ->
                !name.isBlank()
                    && name.codePoints()
                        .noneMatch(
                            c ->
                                c == '/'
                                    || c == '\\'
                                    || Character.isISOControl(c)
                                    || (c >= 0xd800 && c <= 0xdfff)
                                    || Character.getType(c) == Character.FORMAT
                                    || c == 0x2028
                                    || c == 0x2029))
        .filter(name -> !name.equals(".") && !name.equals(".."));
  }
}
