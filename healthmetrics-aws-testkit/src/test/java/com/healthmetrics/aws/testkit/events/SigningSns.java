package com.healthmetrics.aws.testkit.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.internal.JsonValue;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonObject;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonString;
import com.healthmetrics.aws.testkit.internal.JsonWriter;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * Signs messages as SNS does, and is the HTTP client that loads its certificate.
 *
 * <p>The certificate names SNS and is signed by itself: the message manager trusts the host that it
 * loads it from. Source: Amazon SNS Developer Guide, "Verifying the signatures of Amazon SNS
 * messages".
 */
final class SigningSns implements SdkHttpClient {
  static final String TOPIC = "arn:aws:sns:eu-central-1:111122223333:account-email-events";
  static final String CERTIFICATE =
      "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-f3ecfb7224c7233f.pem";
  static final String SUBSCRIBE =
      "https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=" + TOPIC;

  private static final char[] PASSWORD = "changeit".toCharArray();

  private final PrivateKey key;
  private final byte[] certificate;

  private SigningSns(KeyStore keys) throws GeneralSecurityException {
    this.key = (PrivateKey) keys.getKey("sns", PASSWORD);
    String pem =
        Base64.getMimeEncoder(64, new byte[] {'\n'})
            .encodeToString(keys.getCertificate("sns").getEncoded());
    this.certificate =
        "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"
            .formatted(pem)
            .getBytes(StandardCharsets.US_ASCII);
  }

  /** Makes a certificate with the JDK's keytool, as the JDK has no API for that. */
  static SigningSns create(Path folder) throws Exception {
    Path file = folder.resolve("sns.p12");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-genkeypair", "-alias", "sns", "-keyalg", "RSA", "-keysize", "2048"));
    command.addAll(List.of("-dname", "CN=sns.amazonaws.com"));
    command.addAll(List.of("-ext", "san=dns:sns.amazonaws.com"));
    command.addAll(List.of("-storetype", "PKCS12", "-storepass", new String(PASSWORD)));
    command.addAll(List.of("-keystore", file.toString()));
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(keytool.waitFor()).as(output).isZero();
    return new SigningSns(KeyStore.getInstance(file.toFile(), PASSWORD));
  }

  /** A notification of the topic, signed. */
  String notification(String message) {
    return signed(TOPIC, message, "2", CERTIFICATE);
  }

  String signed(String topic, String message, String version, String certificateUrl) {
    Map<String, String> fields = new TreeMap<>();
    fields.put("Message", message);
    fields.put("Type", "Notification");
    return signed(fields, topic, version, certificateUrl);
  }

  /** What SNS posts first: it asks to confirm the subscription. */
  String confirmation(String topic) {
    Map<String, String> fields = new TreeMap<>();
    fields.put("Message", "You have chosen to subscribe to the topic.");
    fields.put("SubscribeURL", SUBSCRIBE);
    fields.put("Token", "2336412f37");
    fields.put("Type", "SubscriptionConfirmation");
    return signed(fields, topic, "2", CERTIFICATE);
  }

  /** What is signed: each field and its value on a line, by name. */
  private String signed(
      Map<String, String> fields, String topic, String version, String certificateUrl) {
    fields.put("MessageId", "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324");
    fields.put("Timestamp", "2026-08-05T00:41:02.669Z");
    fields.put("TopicArn", topic);
    StringBuilder text = new StringBuilder();
    fields.forEach((name, value) -> text.append(name).append('\n').append(value).append('\n'));
    fields.put("SignatureVersion", version);
    fields.put("Signature", sign(text.toString(), version));
    fields.put("SigningCertURL", certificateUrl);
    Map<String, JsonValue> members = new LinkedHashMap<>();
    fields.forEach((name, value) -> members.put(name, new JsonString(value)));
    return JsonWriter.write(new JsonObject(members));
  }

  private String sign(String text, String version) {
    try {
      Signature signature =
          Signature.getInstance(version.equals("1") ? "SHA1withRSA" : "SHA256withRSA");
      signature.initSign(key);
      signature.update(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** Responds with the certificate, as the host of SNS does. */
  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    assertThat(request.httpRequest().getUri()).hasToString(CERTIFICATE);
    return new ExecutableHttpRequest() {
      @Override
      public HttpExecuteResponse call() {
        return HttpExecuteResponse.builder()
            .response(SdkHttpResponse.builder().statusCode(200).build())
            .responseBody(AbortableInputStream.create(new ByteArrayInputStream(certificate)))
            .build();
      }

      @Override
      public void abort() {}
    };
  }

  @Override
  public void close() {}
}
