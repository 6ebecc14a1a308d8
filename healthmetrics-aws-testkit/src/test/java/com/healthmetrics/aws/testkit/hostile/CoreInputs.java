package com.healthmetrics.aws.testkit.hostile;

import com.healthmetrics.aws.AwsSettings;
import com.healthmetrics.aws.cdn.CdnUrlResolver;
import com.healthmetrics.aws.cdn.CloudFrontSigningKey;
import com.healthmetrics.aws.cdn.CloudFrontUrlSigner;
import com.healthmetrics.aws.mail.AccountEmails;
import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.EmailAttachment;
import com.healthmetrics.aws.mail.EmailTemplates;
import com.healthmetrics.aws.mail.IdempotencyStore;
import com.healthmetrics.aws.mail.InMemoryMailer;
import com.healthmetrics.aws.mail.JdbcIdempotencyStore;
import com.healthmetrics.aws.mail.LoggingMailer;
import com.healthmetrics.aws.mail.MailEvent;
import com.healthmetrics.aws.mail.MailReceipt;
import com.healthmetrics.aws.mail.MailerChain;
import com.healthmetrics.aws.mail.SesMailer;
import com.healthmetrics.aws.storage.ImageType;
import com.healthmetrics.aws.storage.InMemoryBucket;
import com.healthmetrics.aws.storage.NewObject;
import com.healthmetrics.aws.storage.ObjectHead;
import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.PresignedPut;
import com.healthmetrics.aws.storage.S3Bucket;
import com.healthmetrics.aws.storage.UploadInspector;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadRequest;
import com.healthmetrics.aws.testkit.TestKeys;
import com.healthmetrics.aws.testkit.idempotency.Database;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.h2.jdbcx.JdbcDataSource;

/** The texts that core's public interface accepts. */
final class CoreInputs {
  private static final UploadPolicy POLICY = UploadPolicy.avatars();
  private static final EmailAddress ADA = EmailAddress.of("ada@example.com");
  private static final InMemoryBucket BUCKET = new InMemoryBucket();
  private static final ObjectKey KEY = ObjectKey.of("avatars/a.png");
  private static final CdnUrlResolver CDN =
      CdnUrlResolver.of(URI.create("https://d111111abcdef8.cloudfront.net"));
  private static final CloudFrontUrlSigner SIGNER = signer();
  private static final AccountEmails ACCOUNT_EMAILS =
      AccountEmails.builder()
          .mailer(email -> MailReceipt.of("1"))
          .from(ADA)
          .appUrl(URI.create("https://app.example.com"))
          .oneEmailPerToken()
          .build();

  private static final JdbcIdempotencyStore STORE = store();

  private CoreInputs() {}

  private static JdbcIdempotencyStore store() {
    Database database = Database.inMemory();
    try {
      return JdbcIdempotencyStore.of(database.dataSource(), database.newTable());
    } catch (SQLException | IOException e) {
      throw new AssertionError(e);
    }
  }

  static Stream<HostileInput> all() {
    return Stream.of(settings(), addresses(), emails(), templates(), uploads(), cdn())
        .flatMap(List::stream);
  }

  private static List<HostileInput> settings() {
    return List.of(
        setting("AWS_REGION", "\u2026", "us-a\u2026", "us-\u2026-1"),
        setting("S3_BUCKET_NAME", "\u2026", "arn:\u2026"),
        setting("CLOUDFRONT_URL", "\u2026", "https://\u2026", "https://a/\u2026"),
        setting("SES_FROM_EMAIL", "\u2026", "\u2026<a@b.com>", "\"\u2026\" <a@b.com> #"),
        setting("APP_URL", "\u2026", "http://\u2026.localhost"),
        setting("SES_REGION", "\u2026", "us-a\u2026"),
        setting("SES_CONFIGURATION_SET", "\u2026"),
        setting(
            "SES_IDENTITY_ARN", "\u2026", "arn:aws:ses:eu-central-1:123456789012:identity/\u2026"),
        setting(
            "MAIL_EVENTS_QUEUE_URL",
            "\u2026",
            "http://\u2026",
            "https://a/\u2026",
            "https://\u2026"),
        setting("AWS_ENDPOINT_URL", "\u2026", "http://\u2026"),
        setting("AWS_ENDPOINT_URL_S3", "\u2026", "http://\u2026"),
        setting("AWS_ENDPOINT_URL_SESV2", "\u2026", "http://\u2026"),
        setting("S3_MAX_PRESIGN_SECONDS", "\u2026", "1\u2026", "-\u2026"),
        setting("HEALTHMETRICS_MODULE_VERSION", "\u2026", "1.2.\u2026"),
        setting("S3_PUBLIC_ENDPOINT_URL", "\u2026", "http://\u2026"),
        setting("ENVIRONMENT", "\u2026", "\"dev\"\u2026", "dev #\u2026"),
        setting("ALLOW_CLEARTEXT_HTTP", "\u2026"),
        setting("AWS_USE_DUALSTACK_ENDPOINT", "\u2026"),
        setting("AWS_USE_FIPS_ENDPOINT", "\u2026"),
        setting("CLOUDFRONT_KEY_PAIR_ID", "\u2026"),
        setting("CLOUDFRONT_PRIVATE_KEY", "\u2026"));
  }

  /** A setting among others that are right. */
  private static HostileInput setting(String name, String... frames) {
    Map<String, String> honest =
        Map.of(
            "AWS_REGION", "eu-central-1",
            "S3_BUCKET_NAME", "healthmetrics-uploads",
            "CLOUDFRONT_URL", "https://d111111abcdef8.cloudfront.net",
            "SES_FROM_EMAIL", "HealthMetrics <noreply@healthmetrics.example>",
            "APP_URL", "https://app.healthmetrics.example");
    return HostileInput.of(
        "AwsSettings.fromEnvironment " + name,
        text -> {
          Map<String, String> environment = new HashMap<>(honest);
          if (name.startsWith("CLOUDFRONT_K") || name.startsWith("CLOUDFRONT_P")) {
            environment.put("CLOUDFRONT_KEY_PAIR_ID", "K2JCJMDEHXQW5F");
            environment.put("CLOUDFRONT_PRIVATE_KEY", "none");
          }
          environment.put(name, text);
          AwsSettings.fromEnvironment(environment).toString();
        },
        frames);
  }

  private static List<HostileInput> addresses() {
    return List.of(
        HostileInput.of(
            "EmailAddress.of",
            EmailAddress::of,
            "\u2026",
            "\u2026@example.com",
            "a@\u2026.com",
            "a@e\u2026.com",
            "a@b.\u2026"),
        HostileInput.of(
            "EmailAddress.valueOf", EmailAddress::valueOf, "\u2026", "a@b\u00DF\u2026.com"),
        HostileInput.of(
            "EmailAddress.parse",
            EmailAddress::parse,
            "\u2026",
            "\u2026 <a@b.com>",
            "\"\u2026\" <a@b.com>",
            "Ada <\u2026>",
            "Ada <a@\u2026>"),
        HostileInput.of(
            "EmailAddress.withDisplayName",
            text -> ADA.withDisplayName(text).toHeaderValue(),
            "\u2026"),
        HostileInput.of(
            "MailerChain.Builder.allowOnly",
            text -> MailerChain.builder().allowOnly(List.of(text)),
            "\u2026",
            "a@\u2026",
            "e\u2026.com"),
        HostileInput.of("MailerChain.confirm", text -> chain().confirm(text, MailReceipt.of("1"))),
        HostileInput.of("MailerChain.forget", text -> chain().forget(text)),
        HostileInput.of("JdbcIdempotencyStore.find", STORE::find),
        HostileInput.of("JdbcIdempotencyStore.findByAttempt", STORE::findByAttempt),
        HostileInput.of(
            "JdbcIdempotencyStore.of",
            text -> JdbcIdempotencyStore.of(new JdbcDataSource(), text),
            "\u2026",
            "a.\u2026"),
        HostileInput.of(
            "MailEvent.parse",
            text -> MailEvent.parse(text).ifPresent(MailEvent::toString),
            "\u2026",
            "{\"eventType\":\u2026",
            "{\"a\":\"\u2026\"}",
            "[\u2026]",
            "{\"Type\":\"Notification\",\"Message\":\"\u2026\"}",
            "{\"eventType\":\"Send\",\"mail\":{\"timestamp\":\"2026-08-05T00:40:02Z\","
                + "\"messageId\":\"1\",\"destination\":[\"\u2026\"]}}"),
        HostileInput.of("MailReceipt.of", text -> MailReceipt.of(text).toString()),
        HostileInput.of("InMemoryMailer.sentTo", text -> new InMemoryMailer().sentTo(text)));
  }

  private static MailerChain chain() {
    return MailerChain.builder().once(IdempotencyStore.inMemory()).build();
  }

  private static List<HostileInput> emails() {
    return List.of(
        email("Email.Builder.subject", (email, text) -> email.subject(text)),
        email("Email.Builder.text", (email, text) -> email.text(text)),
        email(
            "Email.Builder.html",
            (email, text) -> email.html(text).attach(image("logo")),
            "\u2026",
            "<img src=\"cid:logo\">\u2026"),
        email("Email.Builder.header name", (email, text) -> email.header(text, "a")),
        email("Email.Builder.header value", (email, text) -> email.header("X-A", text)),
        email("Email.Builder.tag name", (email, text) -> email.tag(text, "a")),
        email("Email.Builder.tag value", (email, text) -> email.tag("a", text)),
        email("Email.Builder.configurationSet", (email, text) -> email.configurationSet(text)),
        email("Email.Builder.idempotencyKey", (email, text) -> email.idempotencyKey(text)),
        email(
            "EmailAttachment.of fileName",
            (email, text) -> email.attach(EmailAttachment.of(text, "a/b", new byte[1])),
            "\u2026",
            "\u2026.pdf",
            "a.\u2026"),
        email(
            "EmailAttachment.of mediaType",
            (email, text) -> email.attach(EmailAttachment.of("a.pdf", text, new byte[1])),
            "\u2026",
            "a/\u2026",
            "a/b; c=\u2026",
            "a/b; c=\"\u2026\""),
        email(
            "EmailAttachment.inline contentId",
            (email, text) -> email.attach(image(text)).html("cid:" + text),
            "\u2026",
            "a@\u2026"),
        HostileInput.of(
            "EmailAttachment.inline mediaType",
            text -> EmailAttachment.inline("a", "a.png", text, new byte[1]),
            "\u2026",
            "image/\u2026"),
        HostileInput.of(
            "EmailAttachment.inline fileName",
            text -> EmailAttachment.inline("a", text, "image/png", new byte[1])),
        sent("LoggingMailer.send", loggingMailer()::send),
        sent(
            "MailerChain.Builder.redirectAll",
            MailerChain.builder().redirectAll(ADA).build().wrap(email -> MailReceipt.of("1"))
                ::send),
        HostileInput.of(
            "SesMailer.Builder.configurationSet",
            text -> SesMailer.builder().configurationSet(text)),
        HostileInput.of(
            "SesMailer.Builder.identityArn",
            text -> SesMailer.builder().identityArn(text),
            "\u2026",
            "arn:aws:ses:\u2026",
            "arn:aws:ses:eu-central-1:123456789012:identity/\u2026"),
        url("SesMailer.Builder.endpoint", url -> SesMailer.builder().endpoint(url)));
  }

  private static EmailAttachment image(String contentId) {
    return EmailAttachment.inline(contentId, "a.png", "image/png", new byte[1]);
  }

  private interface Change {
    Email.Builder of(Email.Builder email, String text);
  }

  private static Email.Builder email() {
    return Email.builder().from(ADA).to(ADA).subject("Hello").text("Hello");
  }

  private static HostileInput email(String name, Change change, String... frames) {
    return HostileInput.of(name, text -> change.of(email(), text).build().toString(), frames);
  }

  /** Prints to standard error, as no logger is on. */
  private static LoggingMailer loggingMailer() {
    PrintStream usual = System.err;
    System.setErr(new PrintStream(OutputStream.nullOutputStream()));
    try {
      return new LoggingMailer();
    } finally {
      System.setErr(usual);
    }
  }

  /** An email whose text and HTML are hostile. */
  private static HostileInput sent(String name, Consumer<Email> mailer) {
    return HostileInput.of(
        name,
        text -> mailer.accept(email().text(text).html(text).build()),
        "\u2026",
        "<html>\u2026<body>",
        "<body \u2026",
        "https://a.example\u2026");
  }

  private static List<HostileInput> templates() {
    return List.of(
        HostileInput.of(
            "EmailTemplates.Builder.template",
            text -> EmailTemplates.builder().template(text, Model.class),
            "\u2026",
            "a\u2026"),
        files("EmailTemplates.Builder.files subject", "greeting.subject.mustache"),
        files(
            "EmailTemplates.Builder.files text",
            "greeting.txt.mustache",
            "{{#note}}\u2026{{/note}}"),
        files(
            "EmailTemplates.Builder.files html",
            "greeting.html.mustache",
            "\u2026",
            "<a href=\"https://a.example\">\u2026</a>"),
        files("EmailTemplates.Builder.files partial", "part.mustache"),
        files("EmailTemplates.Builder.files layout", "frame.mustache"),
        HostileInput.of(
            "AccountEmails.Builder.files",
            text ->
                AccountEmails.builder()
                    .mailer(email -> MailReceipt.of("1"))
                    .from(ADA)
                    .appUrl(URI.create("https://app.example.com"))
                    .files(
                        path ->
                            path.equals("verification.html.mustache")
                                ? new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8))
                                : null)
                    .build(),
            "\u2026",
            "<a href=\"{{link}}\">\u2026</a>"),
        HostileInput.of(
            "EmailTemplates.render",
            text -> GREETINGS.render(new Model(text, Optional.of(text), List.of(text))).build()),
        HostileInput.of(
            "EmailTemplates.sample", text -> GREETINGS.sample(text, Locale.ENGLISH).build()),
        HostileInput.of(
            "AccountEmails.Builder.product", text -> AccountEmails.builder().product(text)),
        url("AccountEmails.Builder.appUrl", url -> AccountEmails.builder().appUrl(url)),
        HostileInput.of(
            "AccountEmails.sendVerification", text -> ACCOUNT_EMAILS.sendVerification(ADA, text)),
        HostileInput.of(
            "AccountEmails.sendPasswordReset", text -> ACCOUNT_EMAILS.sendPasswordReset(ADA, text)),
        HostileInput.of(
            "AccountEmails.sendEmailChange", text -> ACCOUNT_EMAILS.sendEmailChange(ADA, text)),
        HostileInput.of(
            "AccountEmails.sendSignInCode",
            text -> ACCOUNT_EMAILS.sendSignInCode(ADA, text, Instant.EPOCH),
            "\u2026",
            "123456\u2026"),
        route("verificationRoute", AccountEmails.Builder::verificationRoute),
        route("passwordResetRoute", AccountEmails.Builder::passwordResetRoute),
        route("emailChangeRoute", AccountEmails.Builder::emailChangeRoute),
        url("AccountEmails.Builder.help", url -> AccountEmails.builder().help(url)));
  }

  private static HostileInput route(
      String name, BiFunction<AccountEmails.Builder, String, AccountEmails.Builder> setter) {
    return HostileInput.of(
        "AccountEmails.Builder." + name,
        text -> setter.apply(AccountEmails.builder(), text),
        "\u2026",
        "/\u2026",
        "/a?b=\u2026",
        "/#/\u2026",
        "/a?%\u2026");
  }

  /** A record for templates. */
  record Model(String name, Optional<String> note, List<String> words) {}

  private static final EmailTemplates GREETINGS = greetings(Map.of());

  private static HostileInput files(String name, String file, String... frames) {
    return HostileInput.of(
        name,
        text -> greetings(Map.of(file, text)).sample("greeting", Locale.ENGLISH).build(),
        frames);
  }

  private static EmailTemplates greetings(Map<String, String> changed) {
    Map<String, String> files = new HashMap<>();
    files.put("greeting.subject.mustache", "Hello {{name}}");
    files.put(
        "greeting.txt.mustache", "Hello {{name}} https://a.example {{#words}}{{.}}{{/words}}");
    files.put(
        "greeting.html.mustache",
        "{{<frame}}{{$body}}<a href=\"https://a.example\">{{name}}</a>{{>part}}{{/body}}{{/frame}}");
    files.put("part.mustache", "{{#note}}{{note}}{{/note}}");
    files.put("frame.mustache", "<html>{{$body}}{{/body}}");
    files.putAll(changed);
    return EmailTemplates.builder()
        .template("greeting", Model.class)
        .locales(Locale.ENGLISH)
        .files(
            path ->
                files.containsKey(path)
                    ? new ByteArrayInputStream(files.get(path).getBytes(StandardCharsets.UTF_8))
                    : null)
        .build();
  }

  private static List<HostileInput> uploads() {
    return List.of(
        upload("UploadRequest.of owner", text -> UploadRequest.of(text, "image/png", 1)),
        upload(
            "UploadRequest.of contentType",
            text -> UploadRequest.of("user-42", text, 1),
            "\u2026",
            "image/\u2026"),
        upload("UploadRequest.withFileName", text -> request().withFileName(text)),
        upload("UploadRequest.withSha256", text -> request().withSha256(text)),
        upload("UploadRequest.withCrc32c", text -> request().withCrc32c(text)),
        upload("UploadRequest.withMetadata name", text -> request().withMetadata(text, "a")),
        upload("UploadRequest.withMetadata value", text -> request().withMetadata("a", text)),
        HostileInput.of(
            "UploadPolicy.Builder.keyPrefix", text -> UploadPolicy.builder().keyPrefix(text)),
        HostileInput.of(
            "UploadPolicy.Builder.cacheControl", text -> UploadPolicy.builder().cacheControl(text)),
        HostileInput.of("ObjectKey.of", ObjectKey::of, "\u2026", "a/\u2026"),
        HostileInput.of("ObjectKey.valueOf", ObjectKey::valueOf),
        HostileInput.of("ImageType.ofMediaType", ImageType::ofMediaType),
        HostileInput.of(
            "UploadPolicy.Builder.keepMetadata", text -> UploadPolicy.builder().keepMetadata(text)),
        HostileInput.of("UploadInspector.Finding.reject", UploadInspector.Finding::reject),
        HostileInput.of(
            "UploadVerifier.verify", text -> BUCKET.verifier().verify(POLICY, text, KEY)),
        HostileInput.of(
            "InMemoryBucket.upload",
            text ->
                BUCKET.upload(BUCKET.uploads().presignPut(POLICY, request()), text, new byte[1])),
        HostileInput.of("NewObject.of contentType", text -> NewObject.of(KEY, text, new byte[1])),
        HostileInput.of(
            "NewObject.withCacheControl",
            text -> NewObject.of(KEY, "image/png", new byte[1]).withCacheControl(text)),
        HostileInput.of(
            "NewObject.withMetadata name",
            text -> NewObject.of(KEY, "image/png", new byte[1]).withMetadata(text, "a")),
        HostileInput.of(
            "NewObject.withMetadata value",
            text -> NewObject.of(KEY, "image/png", new byte[1]).withMetadata("a", text)),
        HostileInput.of(
            "ObjectStore.deletePrefix",
            text -> BUCKET.objects().deletePrefix(text),
            "\u2026",
            "a/\u2026/"),
        HostileInput.of(
            "ObjectStore.erasePrefix", text -> BUCKET.objects().erasePrefix(text), "\u2026/"),
        HostileInput.of("ObjectStore.list", text -> BUCKET.objects().list(text), "\u2026/"),
        HostileInput.of(
            "ObjectStore.eraseOwner", text -> BUCKET.objects().eraseOwner(List.of(POLICY), text)),
        head("ObjectHead.Builder.contentType", (head, text) -> head.contentType(text)),
        head("ObjectHead.Builder.contentEncoding", (head, text) -> head.contentEncoding(text)),
        head(
            "ObjectHead.Builder.contentDisposition", (head, text) -> head.contentDisposition(text)),
        head("ObjectHead.Builder.eTag", (head, text) -> head.eTag(text)),
        head("ObjectHead.Builder.versionId", (head, text) -> head.versionId(text)),
        head(
            "ObjectHead.Builder.metadata", (head, text) -> head.metadata(Map.of("filename", text))),
        head("ObjectHead.Builder.cacheControl", (head, text) -> head.cacheControl(text)),
        head("ObjectHead.Builder.sha256", (head, text) -> head.sha256(text)),
        head("ObjectHead.Builder.crc32c", (head, text) -> head.crc32c(text)),
        HostileInput.of("S3Bucket.Builder.bucket", text -> S3Bucket.builder().bucket(text)),
        url("S3Bucket.Builder.endpoint", url -> S3Bucket.builder().endpoint(url)),
        url("S3Bucket.Builder.publicEndpoint", url -> S3Bucket.builder().publicEndpoint(url)),
        HostileInput.of(
            "PresignedUpload.toCurl",
            text -> BUCKET.uploads().presignPut(POLICY, request()).toCurl(text)),
        HostileInput.of(
            "PresignedPut.differences method",
            text -> put().differences(text, put().url(), Map.of())),
        HostileInput.of(
            "PresignedPut.differences headers",
            text -> put().differences("PUT", put().url(), Map.of(text, text, "host", text)),
            "\u2026",
            "x-amz-\u2026"),
        url(
            "PresignedPut.differences url",
            url -> PresignedPut.differences(url, "PUT", url, Map.of()),
            "https://a.example/?X-Amz-SignedHeaders=a&\u2026",
            "https://a.example/?X-Amz-SignedHeaders=\u2026"));
  }

  private static PresignedPut put() {
    return BUCKET.uploads().presignPut(POLICY, request());
  }

  private static UploadRequest request() {
    return UploadRequest.of("user-42", "image/png", 1);
  }

  private interface Upload {
    UploadRequest of(String text);
  }

  private static HostileInput upload(String name, Upload upload, String... frames) {
    return HostileInput.of(
        name, text -> BUCKET.uploads().presignPost(POLICY, upload.of(text)).toJson(), frames);
  }

  private interface Head {
    ObjectHead.Builder of(ObjectHead.Builder head, String text);
  }

  private static HostileInput head(String name, Head change) {
    return HostileInput.of(
        name,
        text -> {
          ObjectHead head = change.of(ObjectHead.builder(KEY), text).build();
          head.fileName();
          head.toString();
        });
  }

  private static List<HostileInput> cdn() {
    return List.of(
        url("CdnUrlResolver.of", CdnUrlResolver::of),
        url("CdnUrlResolver.allowCleartextHttp", CdnUrlResolver::allowCleartextHttp),
        url("CdnUrlResolver.keyOf", CDN::keyOf, "https://d111111abcdef8.cloudfront.net/\u2026"),
        url(
            "CloudFrontUrlSigner.Builder.baseUrl",
            url -> CloudFrontUrlSigner.builder().baseUrl(url)),
        HostileInput.of(
            "CloudFrontUrlSigner.grant",
            text -> SIGNER.grant(text, Duration.ofMinutes(1)),
            "\u2026",
            "a/\u2026/"),
        HostileInput.of(
            "CloudFrontUrlSigner.signDownload",
            text -> SIGNER.signDownload(KEY, text, Duration.ofMinutes(1)).toJson(),
            "\u2026",
            "\u2026.png"),
        HostileInput.of(
            "SignedGrant.setCookieHeaders",
            text -> SIGNER.grant("a/", Duration.ofMinutes(1)).setCookieHeaders(text),
            "\u2026",
            ".\u2026"),
        HostileInput.of(
            "CloudFrontSigningKey.fromPem id", text -> CloudFrontSigningKey.fromPem(text, "none")),
        HostileInput.of(
            "CloudFrontSigningKey.fromPem pem",
            text -> CloudFrontSigningKey.fromPem("K2JCJMDEHXQW5F", text),
            "\u2026",
            "-----BEGIN PRIVATE KEY-----\u2026-----END PRIVATE KEY-----",
            "-----BEGIN RSA PRIVATE KEY-----\u2026-----END EC PRIVATE KEY-----",
            "-----BEGIN \u2026-----"),
        HostileInput.of(
            "CloudFrontSigningKey.of", text -> CloudFrontSigningKey.of(text, null), "!\u2026"));
  }

  private static CloudFrontUrlSigner signer() {
    return CloudFrontUrlSigner.builder()
        .baseUrl(URI.create("https://d111111abcdef8.cloudfront.net"))
        .signingKey(CloudFrontSigningKey.of("K2JCJMDEHXQW5F", TestKeys.RSA.getPrivate()))
        .build();
  }

  /** What is no URL to the JDK does not arrive. */
  static HostileInput url(String name, Consumer<URI> reader, String... frames) {
    UnaryOperator<String> encoded =
        text -> text.chars().allMatch(c -> c > ' ' && c < 0x7F) ? text : percentEncoded(text);
    return HostileInput.of(
        name,
        text -> {
          URI url;
          try {
            url = new URI(encoded.apply(text));
          } catch (URISyntaxException e) {
            return;
          }
          reader.accept(url);
        },
        Stream.concat(
                Stream.of(frames),
                Stream.of("https://\u2026", "https://a.example/\u2026", "http://\u2026.localhost"))
            .toArray(String[]::new));
  }

  private static String percentEncoded(String text) {
    StringBuilder out = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      out.append(
          b > ' ' && b < 0x7F ? String.valueOf((char) b) : String.format("%%%02X", b & 0xFF));
    }
    return out.toString();
  }
}
