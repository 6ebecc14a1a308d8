package com.healthmetrics.aws.testkit.hostile;

import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.SuppressionList.Suppression;
import com.healthmetrics.aws.testkit.LocalAws;
import com.healthmetrics.aws.testkit.TestKeys;
import com.healthmetrics.aws.testkit.cdn.LocalCloudFront;
import com.healthmetrics.aws.testkit.dev.DevServer;
import com.healthmetrics.aws.testkit.mail.LocalSes;
import com.healthmetrics.aws.testkit.mail.SesFault;
import com.healthmetrics.aws.testkit.mail.SesIdentity;
import com.healthmetrics.aws.testkit.storage.LocalS3;
import com.healthmetrics.aws.testkit.storage.S3Fault;
import java.security.KeyPair;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** The texts that the testkit's public interface and its servers accept. */
final class TestkitInputs implements AutoCloseable {
  private final LocalS3 s3 = LocalS3.start();
  private final LocalSes ses =
      LocalSes.builder().verifiedIdentity("example.com").configurationSet("set").start();
  private final KeyPair keys = TestKeys.RSA;
  private final LocalCloudFront cloudFront =
      LocalCloudFront.builder(s3)
          .privatePrefix("private/")
          .trustedKey("KEY", keys.getPublic())
          .start();
  private final DevServer dev = DevServer.start(0);

  private TestkitInputs() {}

  static TestkitInputs start() {
    return new TestkitInputs();
  }

  Stream<HostileInput> all() {
    return Stream.of(
            builders(),
            new StorageServerInputs(s3, cloudFront, keys.getPrivate(), dev).all(),
            new MailServerInputs(ses).all(),
            LintInputs.all())
        .flatMap(List::stream);
  }

  private List<HostileInput> builders() {
    return List.of(
        HostileInput.of("LocalS3.Builder.bucket", text -> LocalS3.builder().bucket(text)),
        HostileInput.of(
            "LocalS3.Builder.credentials", text -> LocalS3.builder().credentials(text, text)),
        HostileInput.of(
            "LocalS3.Builder.sessionToken", text -> LocalS3.builder().sessionToken(text)),
        HostileInput.of(
            "LocalS3.Builder.allowedOrigin",
            text -> LocalS3.builder().allowedOrigin(text),
            "\u2026",
            "https://\u2026"),
        HostileInput.of(
            "LocalCloudFront.Builder.allowedOrigin",
            text -> LocalCloudFront.builder(s3).allowedOrigin(text),
            "\u2026",
            "https://\u2026",
            "capacitor://\u2026"),
        HostileInput.of("LocalS3.find", s3::find),
        HostileInput.of("LocalS3.put key", text -> s3.put(text, "image/png", new byte[1])),
        HostileInput.of("LocalS3.put contentType", text -> s3.put("a.png", text, new byte[1])),
        HostileInput.of(
            "LocalSes.Builder.credentials", text -> LocalSes.builder().credentials(text, text)),
        HostileInput.of(
            "LocalSes.Builder.verifiedIdentity",
            text -> LocalSes.builder().verifiedIdentity(text),
            "\u2026",
            "a@\u2026"),
        HostileInput.of("LocalSes.Builder.denied", text -> LocalSes.builder().denied(text)),
        HostileInput.of("LocalSes.suppress", this::suppress),
        HostileInput.of("SesIdentity.verified", SesIdentity::verified),
        HostileInput.of("SesIdentity.pending", text -> SesIdentity.pending(text).toString()),
        HostileInput.of("SesIdentity.dkim", text -> SesIdentity.verified("a").dkim(text)),
        HostileInput.of(
            "SesIdentity.mailFrom", text -> SesIdentity.verified("a").mailFrom(text, text)),
        HostileInput.of(
            "SesIdentity.configurationSet",
            text -> SesIdentity.verified("a").configurationSet(text)),
        HostileInput.of("SesFault.onlyFor", text -> SesFault.throttled().onlyFor(text)),
        HostileInput.of(
            "LocalSes.Builder.configurationSet", text -> LocalSes.builder().configurationSet(text)),
        HostileInput.of("LocalSes.Builder.sandbox", text -> LocalSes.builder().sandbox(text)),
        HostileInput.of(
            "LocalSes.Builder.enforcementStatus",
            text -> LocalSes.builder().enforcementStatus(text)),
        HostileInput.of(
            "LocalCloudFront.Builder.privatePrefix",
            text -> LocalCloudFront.builder(s3).privatePrefix(text),
            "\u2026/"),
        HostileInput.of(
            "LocalS3.Builder.denyPresignedUploadsOutside",
            text -> LocalS3.builder().denyPresignedUploadsOutside(text),
            "\u2026/"),
        HostileInput.of(
            "LocalCloudFront.Builder.trustedKey",
            text -> LocalCloudFront.builder(s3).trustedKey(text, keys.getPublic())),
        HostileInput.of("LocalAws.Builder.bucket", text -> LocalAws.builder().bucket(text)),
        CoreInputs.url("LocalAws.Builder.appUrl", url -> LocalAws.builder().appUrl(url)),
        HostileInput.of(
            "LocalAws.Builder.allowedOrigin", text -> LocalAws.builder().allowedOrigin(text)),
        HostileInput.of(
            "LocalAws.Builder.credentials", text -> LocalAws.builder().credentials(text, text)),
        HostileInput.of(
            "LocalAws.Builder.allowedHost", text -> LocalAws.builder().allowedHost(text)),
        HostileInput.of("LocalS3.Builder.allowedHost", text -> LocalS3.builder().allowedHost(text)),
        HostileInput.of(
            "LocalSes.Builder.allowedHost", text -> LocalSes.builder().allowedHost(text)),
        HostileInput.of(
            "LocalCloudFront.Builder.allowedHost",
            text -> LocalCloudFront.builder(s3).allowedHost(text)),
        HostileInput.of("S3Fault.refused code", text -> S3Fault.refused(400, text, "a")),
        HostileInput.of("S3Fault.refused message", text -> S3Fault.refused(400, "A", text)),
        HostileInput.of("S3Fault.proxyPage", text -> S3Fault.proxyPage(200, text)),
        HostileInput.of("S3Fault.listingWithKey", text -> S3Fault.listingWithKey(text)),
        HostileInput.of("S3Fault.onlyFor", text -> S3Fault.slowDown().onlyFor(text)),
        HostileInput.of("SesFault.refused code", text -> SesFault.refused(400, text, "a")),
        HostileInput.of("SesFault.refused message", text -> SesFault.refused(400, "A", text)));
  }

  private void suppress(String text) {
    ses.suppress(EmailAddress.of("ada@example.com"), new Suppression(text, Instant.EPOCH));
    ses.clear();
  }

  @Override
  public void close() {
    dev.close();
    cloudFront.close();
    ses.close();
    s3.close();
  }
}
