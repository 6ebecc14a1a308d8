package com.healthmetrics.aws.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.MailException;
import com.healthmetrics.aws.mail.SesMailer;
import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.S3Bucket;
import com.healthmetrics.aws.testkit.mail.LocalSes;
import com.healthmetrics.aws.testkit.storage.LocalS3;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A company's proxy does not reach the servers on this machine, so developers behind one exclude
 * them: the HTTP clients of the SDK, unlike the JVM itself, do not do so by default.
 */
@Isolated("The proxy and the HTTP client are settings of the whole JVM")
class BehindAProxyTest {
  private static final String HTTP_CLIENT = "software.amazon.awssdk.http.service.impl";

  /** As the documentation states it. */
  private static final String THIS_MACHINE = "localhost|127.*";

  private final Map<String, String> usual = new HashMap<>();

  private void set(String property, String value) {
    usual.putIfAbsent(property, System.getProperty(property, ""));
    System.setProperty(property, value);
  }

  @BeforeEach
  void setAProxyThatRefusesConnections() {
    set("http.proxyHost", "127.0.0.1");
    set("http.proxyPort", "1");
  }

  @AfterEach
  void restoreTheSettings() {
    usual.forEach(
        (property, value) -> {
          if (value.isEmpty()) {
            System.clearProperty(property);
          } else {
            System.setProperty(property, value);
          }
        });
  }

  private static SesMailer mailer(LocalSes ses) {
    return SesMailer.builder()
        .region(ses.region())
        .endpoint(ses.endpoint())
        .credentials(ses.credentials())
        .withoutRetry()
        .build();
  }

  private static Email email() {
    return Email.builder()
        .from(EmailAddress.of("noreply@example.com"))
        .to(EmailAddress.of("ada@example.com"))
        .subject("Hello")
        .text("Hello")
        .build();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "software.amazon.awssdk.http.apache5.Apache5SdkHttpService",
        "software.amazon.awssdk.http.apache.ApacheSdkHttpService",
        "software.amazon.awssdk.http.crt.AwsCrtSdkHttpService",
        "software.amazon.awssdk.http.urlconnection.UrlConnectionSdkHttpService"
      })
  void reachesThisMachineIfItIsExcluded(String httpClient) {
    set(HTTP_CLIENT, httpClient);
    set("http.nonProxyHosts", THIS_MACHINE);
    try (LocalSes ses = LocalSes.start();
        SesMailer mailer = mailer(ses);
        LocalS3 s3 = LocalS3.start();
        S3Bucket bucket =
            S3Bucket.builder()
                .bucket(s3.bucket())
                .region(s3.region())
                .endpoint(s3.endpoint())
                .credentials(s3.credentials())
                .build()) {
      mailer.send(email());

      assertThat(ses.emails()).hasSize(1);
      assertThat(bucket.objects().head(ObjectKey.of("missing.png"))).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "software.amazon.awssdk.http.apache5.Apache5SdkHttpService",
        "software.amazon.awssdk.http.apache.ApacheSdkHttpService",
        "software.amazon.awssdk.http.crt.AwsCrtSdkHttpService",
        "software.amazon.awssdk.http.urlconnection.UrlConnectionSdkHttpService"
      })
  void sendsNothingIfItIsNot(String httpClient) {
    set(HTTP_CLIENT, httpClient);
    try (LocalSes ses = LocalSes.start();
        SesMailer mailer = mailer(ses)) {
      MailException failure = catchThrowableOfType(MailException.class, () -> mailer.send(email()));

      assertThat(failure.kind()).isEqualTo(MailException.Kind.UNREACHABLE);
      assertThat(ses.sendAttempts()).isZero();
    }
  }
}
