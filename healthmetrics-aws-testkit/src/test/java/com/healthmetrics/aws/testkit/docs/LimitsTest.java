package com.healthmetrics.aws.testkit.docs;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.healthmetrics.aws.HealthMetricsAws;
import com.healthmetrics.aws.mail.AccountEmails;
import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.InMemoryMailer;
import com.healthmetrics.aws.storage.ObjectStore;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadRejectedException;
import com.healthmetrics.aws.storage.UploadRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The pages' tables of limits are what the library does. */
class LimitsTest {
  private static final EmailAddress FROM = EmailAddress.of("noreply@healthmetrics.example");
  private static final EmailAddress ADA = EmailAddress.of("ada@example.com");

  /**
   * Of AWS or the Terraform module, or of times and memory that a test of documents cannot wait
   * for.
   */
  private static final Set<String> NOT_TRIED =
      Set.of(
          "an email",
          "one call, with its retries",
          "a wait for the send rate",
          "keys that `IdempotencyStore.inMemory()` remembers",
          "a signed URL of a private picture",
          "a verification, or another operation of the bucket",
          "memory of all verifications",
          "an upload that nobody verified",
          "silence while the page sends");

  /**
   * A limit of a page.
   *
   * @param words how its row states it
   * @param most what is accepted, and one more is refused
   */
  private record Limit(String page, String row, String words, long most, LongConsumer use) {
    @Override
    public String toString() {
      return row + ": " + words;
    }
  }

  static Stream<Limit> limits() {
    return Stream.of(
        email("recipients, copies included", "50", 50, LimitsTest::sendTo),
        email("the subject", "995 characters", 995, n -> Email.builder().subject(letters(n))),
        email("headers of your own", "15", 15, LimitsTest::addHeaders),
        email(
            "headers of your own",
            "of 996 characters with the name",
            996 - "X-Note".length(),
            n -> Email.builder().header("X-Note", letters(n))),
        email("an email address", "254 characters", 254, LimitsTest::parseAddress),
        email(
            "a token",
            "1,024 characters",
            1_024,
            n -> emails().build().sendVerification(ADA, letters(n))),
        email(
            "lifetimes of links",
            "at most 30 days",
            30,
            n -> emails().verificationLifetime(Duration.ofDays(n))),
        email(
            "lifetime of a sign-in code",
            "at most 1 hour",
            1,
            n -> emails().signInCodeLifetime(Duration.ofHours(n))),
        upload("a picture", "at most 64 MiB", 64, n -> UploadPolicy.builder().maxBytes(n << 20)),
        upload(
            "its pixels",
            "at most 1,000 million",
            1_000,
            n -> UploadPolicy.builder().maxPixels(n * 1_000_000)),
        upload(
            "a signed upload",
            "at most 15 minutes",
            15,
            n -> UploadPolicy.builder().lifetime(Duration.ofMinutes(n))),
        upload(
            "a signed upload",
            "7 days by `unusuallyLongLifetime`",
            7,
            n -> UploadPolicy.builder().unusuallyLongLifetime(Duration.ofDays(n))),
        upload("an owner id", "128 characters", 128, n -> sign(request(letters(n)))),
        upload(
            "a file name",
            "255 characters",
            255,
            n -> sign(request("user-42").withFileName(letters(n)))),
        upload(
            "all metadata",
            "2 KB",
            2_048 - "x-amz-meta-note".length(),
            n -> sign(request("user-42").withMetadata("note", letters(n)))));
  }

  private static Limit email(String row, String words, long most, LongConsumer use) {
    return new Limit("email.md", row, words, most, use);
  }

  private static Limit upload(String row, String words, long most, LongConsumer use) {
    return new Limit("uploads.md", row, words, most, use);
  }

  private static String letters(long count) {
    return "a".repeat(Math.toIntExact(count));
  }

  private static void sendTo(long recipients) {
    Email.Builder email = Email.builder().cc(ADA);
    LongStream.range(1, recipients).forEach(i -> email.to(EmailAddress.of(i + "@example.com")));
  }

  private static void addHeaders(long headers) {
    Email.Builder email = Email.builder();
    LongStream.range(0, headers).forEach(i -> email.header("X-Note-" + i, "note"));
  }

  private static void parseAddress(long length) {
    String labels = "a.".repeat(100) + letters(length - 210) + ".example";
    EmailAddress.of("a@" + labels);
  }

  private static AccountEmails.Builder emails() {
    return AccountEmails.builder()
        .mailer(new InMemoryMailer())
        .from(FROM)
        .appUrl(URI.create("https://app.healthmetrics.example"));
  }

  private static UploadRequest request(String owner) {
    return UploadRequest.of(owner, "image/png", 1_000);
  }

  private static void sign(UploadRequest request) {
    try (HealthMetricsAws aws = HealthMetricsAws.inMemory()) {
      aws.uploads().presignPut(UploadPolicy.avatars(), request);
    }
  }

  @DisplayName("accepts as much as the page states, and no more:")
  @ParameterizedTest(name = "{0}")
  @MethodSource("limits")
  void acceptsAsMuchAsThePageStates(Limit limit) {
    assertThat(rows(limit.page())).containsKey(limit.row());
    assertThat(rows(limit.page()).get(limit.row())).contains(limit.words());
    assertThatCode(() -> limit.use().accept(limit.most())).doesNotThrowAnyException();
    assertThatThrownBy(() -> limit.use().accept(limit.most() + 1))
        .isInstanceOfAny(IllegalArgumentException.class, UploadRejectedException.class);
  }

  @Test
  void statesTheDefaults() {
    Map<String, String> uploads = rows("uploads.md");
    Map<String, String> email = rows("email.md");
    AccountEmails emails = emails().build();

    assertThat(uploads.get("a picture")).startsWith("5 MiB for avatars, 20 MiB for photos");
    assertThat(UploadPolicy.avatars().maxBytes()).isEqualTo(5 << 20);
    assertThat(UploadPolicy.progressPhotos().maxBytes()).isEqualTo(20 << 20);
    assertThat(uploads.get("its pixels")).startsWith("50 million");
    assertThat(UploadPolicy.avatars().maxPixels()).isEqualTo(50_000_000);
    assertThat(uploads.get("a signed upload")).startsWith("5 minutes for the presets");
    assertThat(UploadPolicy.avatars().lifetime()).isEqualTo(Duration.ofMinutes(5));
    assertThat(UploadPolicy.progressPhotos().lifetime()).isEqualTo(Duration.ofMinutes(5));
    assertThat(uploads.get("objects that one call deletes")).isEqualTo("10,000");
    assertThat(ObjectStore.PREFIX_LIMIT).isEqualTo(10_000);
    assertThat(email.get("lifetimes of links")).startsWith("24 hours or 1 hour");
    assertThat(emails.verificationLifetime()).isEqualTo(Duration.ofHours(24));
    assertThat(emails.passwordResetLifetime()).isEqualTo(Duration.ofHours(1));
    assertThat(email.get("lifetime of a sign-in code")).startsWith("10 minutes");
    assertThat(emails.signInCodeLifetime()).isEqualTo(Duration.ofMinutes(10));
  }

  @Test
  void triesEveryLimitThatNeedsNoAwsAndNoTime() {
    Set<String> tried = limits().map(Limit::row).collect(toSet());
    tried.add("objects that one call deletes");
    tried.addAll(NOT_TRIED);

    assertThat(tried)
        .isEqualTo(
            Stream.of("email.md", "uploads.md")
                .flatMap(page -> rows(page).keySet().stream())
                .collect(toSet()));
  }

  /** The limits of a page by what they are of. */
  private static Map<String, String> rows(String page) {
    String text;
    try {
      text = Files.readString(ProjectFiles.ROOT.resolve("healthmetrics-aws-core/docs/" + page));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String table = text.substring(text.indexOf("\n## Limits\n"));
    return table
        .lines()
        .skip(2)
        .takeWhile(line -> !line.startsWith("## "))
        .filter(line -> line.startsWith("| ") && !line.startsWith("| |") && !line.startsWith("| -"))
        .map(line -> line.split("\\|"))
        .collect(toMap(cells -> cells[1].strip(), cells -> cells[2].strip()));
  }
}
