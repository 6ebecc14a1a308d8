package com.healthmetrics.aws.testkit.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.TestClock;
import com.healthmetrics.aws.testkit.storage.SignedRequest.Response;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PostFormTest {
  private static final String KEY = "avatars/7/a.png";

  private final TestClock clock = TestClock.startingAt(Instant.parse("2026-11-23T12:00:00Z"));
  private final LocalS3 s3 = LocalS3.builder().bucket("pictures").clock(clock).start();

  @AfterEach
  void stop() {
    s3.close();
  }

  private SignedForm form() {
    return SignedForm.to(s3).signedField("key", KEY);
  }

  private void assertRefused(Response response, String refusal, String message) {
    assertThat(response.refusal()).as(response.body()).isEqualTo(refusal);
    assertThat(response.message().replace("&quot;", "\"").replace("&#39;", "'")).contains(message);
    assertThat(response.element("Reason")).isNotBlank();
    assertThat(s3.keys()).isEmpty();
  }

  @Test
  void storesWhatThePolicyAllows() {
    Response response =
        form()
            .signedField("Content-Type", "image/png")
            .signedField("Cache-Control", "max-age=60")
            .signedField("x-amz-meta-owner", "7")
            .condition("[\"content-length-range\", 1, 5]")
            .send("12345");

    assertThat(response.status()).as(response.body()).isEqualTo(204);
    assertThat(response.header("ETag")).contains("\"827ccb0eea8a706c4c34a16891f84e7b\"");
    assertThat(response.header("Location")).contains(s3.endpoint() + "/pictures/" + KEY);
    StoredObject stored = s3.find(KEY).orElseThrow();
    assertThat(stored.bytes()).asString().isEqualTo("12345");
    assertThat(stored.contentType()).isEqualTo("image/png");
    assertThat(stored.cacheControl()).contains("max-age=60");
    assertThat(stored.metadata()).isEqualTo(Map.of("owner", "7"));
  }

  @Test
  void readsTheTypeFromTheFieldAndNotFromThePart() {
    form().send("x");
    assertThat(s3.find(KEY).orElseThrow().contentType()).isEqualTo("binary/octet-stream");
  }

  @ParameterizedTest
  @CsvSource({"200, 200", "201, 201", "204, 204", "302, 204", "x, 204"})
  void respondsWithTheRequestedStatus(String requested, int status) {
    Response response = form().signedField("success_action_status", requested).send("x");
    assertThat(response.status()).isEqualTo(status);
    assertThat(response.element("Key")).isEqualTo(status == 201 ? KEY : "");
    assertThat(response.element("Location"))
        .isEqualTo(status == 201 ? s3.endpoint() + "/pictures/" + KEY : "");
  }

  @ParameterizedTest
  @CsvSource({
    "me.png, u/me.png",
    "C:\\dir\\me.png, u/me.png",
    "a/b.png, u/b.png",
    "ü %22.png, 'u/ü \".png'"
  })
  void putsTheFileNameIntoTheKey(String fileName, String key) {
    Response response =
        SignedForm.to(s3)
            .field("key", "u/${filename}")
            .condition("[\"starts-with\",\"$key\",\"u/\"]")
            .fileName(fileName)
            .send("x");
    assertThat(response.status()).as(response.body()).isEqualTo(204);
    assertThat(s3.keys()).containsExactly(key);
  }

  @Test
  void comparesFieldNamesWithoutCase() {
    Response response =
        SignedForm.to(s3)
            .field("Key", KEY)
            .condition("[\"EQ\",\"$kEY\",\"" + KEY + "\"]")
            .send("x");
    assertThat(response.status()).as(response.body()).isEqualTo(204);
  }

  @Test
  void ignoresFieldsAfterTheFile() {
    Response response =
        form().afterFile("x-amz-meta-late", "1").afterFile("key", "other").send("x");
    assertThat(response.status()).as(response.body()).isEqualTo(204);
    assertThat(s3.find(KEY).orElseThrow().metadata()).isEmpty();
  }

  @Test
  void ignoresFieldsWithTheIgnorePrefix() {
    assertThat(form().field("x-ignore-note", "1").send("x").status()).isEqualTo(204);
  }

  @Test
  void acceptsABinaryFileThatContainsLineEndsAndHyphens() {
    String file = "\r\n--\r\n------WebKit\r\n\u0000";
    assertThat(form().send(file).status()).isEqualTo(204);
    assertThat(s3.find(KEY).orElseThrow().bytes()).asString().isEqualTo(file);
  }

  @Test
  void acceptsAnEmptyFile() {
    assertThat(form().send("").status()).isEqualTo(204);
    assertThat(s3.find(KEY).orElseThrow().sizeBytes()).isZero();
  }

  @Test
  void requiresAKeyBeforeTheFile() {
    assertRefused(
        form().without("key").afterFile("key", KEY).send("x"),
        "400 InvalidArgument",
        "must contain a field named");
  }

  @Test
  void requiresAFile() {
    assertRefused(form().withoutFile().send("x"), "400 InvalidArgument", "exactly one file upload");
  }

  @Test
  void refusesAnAnonymousForm() {
    SignedForm anonymous =
        form()
            .unsigned()
            .without("x-amz-algorithm")
            .without("x-amz-credential")
            .without("x-amz-date");
    assertRefused(anonymous.send("x"), "403 AccessDenied", "Access Denied");
    assertRefused(anonymous.field("policy", "e30=").send("x"), "403 AccessDenied", "Access Denied");
  }

  @Test
  void requiresAPolicy() {
    Response response = form().unsigned().send("x");
    assertRefused(response, "400 InvalidArgument", "must contain a field named 'policy'");
    assertThat(response.element("ArgumentName")).isEqualTo("policy");
  }

  @Test
  void refusesSignatureVersion2() {
    assertRefused(
        form().unsigned().field("AWSAccessKeyId", "AKID").field("signature", "x=").send("x"),
        "400 InvalidRequest",
        "Please use AWS4-HMAC-SHA256");
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Signature"})
  void requiresTheFieldsOfASignature(String name) {
    Response response = form().field(name.toLowerCase(Locale.ROOT), "").send("x");
    assertRefused(response, "400 InvalidArgument", "must contain a field named '" + name + "'");
    assertThat(response.element("ArgumentName")).isEqualTo(name);
  }

  @Test
  void requiresAConditionForTheBucket() {
    assertRefused(
        form().withoutCondition("{\"bucket\":\"pictures\"}").send("x"),
        "403 AccessDenied",
        "Invalid according to Policy: Extra input fields: bucket");
  }

  @Test
  void refusesAnotherSignature() {
    assertRefused(form().secret("wrong").send("x"), "403 SignatureDoesNotMatch", "signature");
    assertRefused(
        form().field("x-amz-signature", "0".repeat(64)).send("x"),
        "403 SignatureDoesNotMatch",
        "signature");
  }

  @Test
  void refusesAPolicyThatWasChangedAfterSigning() {
    assertRefused(
        form().field("policy", "e30=").field("x-amz-signature", "0".repeat(64)).send("x"),
        "403 SignatureDoesNotMatch",
        "signature");
  }

  @ParameterizedTest
  @CsvSource({
    "x-amz-algorithm, AWS4-HMAC-SHA1, 400 AuthorizationQueryParametersError",
    "x-amz-credential, AKID, 400 AuthorizationQueryParametersError",
    "x-amz-credential, AKIAUNKNOWN/20261123/us-east-1/s3/aws4_request, 403 InvalidAccessKeyId",
    "x-amz-credential, AKIA/20261123/eu-west-1/s3/aws4_request, 400"
        + " AuthorizationQueryParametersError",
    "x-amz-credential, AKIA/20261123/us-east-1/ses/aws4_request, 400"
        + " AuthorizationQueryParametersError",
    "x-amz-credential, AKIA/20261122/us-east-1/s3/aws4_request, 400"
        + " AuthorizationQueryParametersError",
    "x-amz-date, yesterday, 400 AuthorizationQueryParametersError",
    "x-amz-security-token, token, 400 InvalidToken"
  })
  void checksSignerScopeAndTime(String field, String value, String refusal) {
    assertRefused(form().field(field, value).send("x"), refusal, "");
  }

  @Test
  void refusesAFormFromTheFuture() {
    try (LocalS3 early =
        LocalS3.builder()
            .clock(TestClock.startingAt(Instant.parse("2026-11-23T11:00:00Z")))
            .start()) {
      Response response = SignedForm.to(early).signedField("key", KEY).send("x");
      assertThat(response.refusal()).isEqualTo("403 AccessDenied");
      assertThat(response.message()).isEqualTo("Request is not yet valid");
    }
  }

  @Test
  void acceptsTheTokenOfTemporaryCredentials() {
    try (LocalS3 temporary = LocalS3.builder().clock(clock).sessionToken("token").start()) {
      assertThat(SignedForm.to(temporary).signedField("key", KEY).send("x").status())
          .isEqualTo(204);
      assertThat(
              SignedForm.to(temporary)
                  .signedField("key", KEY)
                  .without("x-amz-security-token")
                  .send("x")
                  .refusal())
          .isEqualTo("400 InvalidToken");
    }
  }

  @Test
  void refusesAnExpiredPolicy() {
    SignedForm form = form();
    clock.advance(Duration.ofMinutes(10));
    assertRefused(
        form.send("x"), "403 AccessDenied", "Invalid according to Policy: Policy expired.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"key\":\"b.png\"}                            | [\"eq\", \"$key\", \"b.png\"]",
        "[\"eq\",\"$key\",\"b.png\"]                    | [\"eq\", \"$key\", \"b.png\"]",
        "[\"eq\",\"$key\",\"avatars/7\"]                | [\"eq\", \"$key\", \"avatars/7\"]",
        "[\"starts-with\",\"$key\",\"avatars/8/\"]      | [\"starts-with\", \"$key\","
            + " \"avatars/8/\"]",
        "[\"eq\",\"$Content-Type\",\"image/png\"]       | [\"eq\", \"$Content-Type\","
            + " \"image/png\"]",
        "[\"starts-with\",\"$x-amz-meta-a\",\"\"]       | [\"starts-with\", \"$x-amz-meta-a\","
            + " \"\"]",
        "{\"bucket\":\"others\"}                        | [\"eq\", \"$bucket\", \"others\"]",
        "[\"eq\",\"key\",\"avatars/7/a.png\"]          | [\"eq\", \"key\", \"avatars/7/a.png\"]",
        "[\"content-length-range\",\"test\",10]         | [\"content-length-range\", \"test\","
            + " \"10\"]",
        "[\"content-length-range\",1,\"+10\"]           | [\"content-length-range\", \"1\","
            + " \"+10\"]",
      })
  void refusesAFormThatFailsACondition(String condition, String shown) {
    assertRefused(
        form().condition(condition).send("x"),
        "403 AccessDenied",
        "Invalid according to Policy: Policy Condition failed: " + shown);
  }

  @Test
  void comparesTheBucketOfTheUrl() {
    assertRefused(
        form().condition("{\"bucket\":\"others\"}").field("bucket", "others").send("x"),
        "403 AccessDenied",
        "[\"eq\", \"$bucket\", \"others\"]");
  }

  @Test
  void comparesEachElementOfAContentTypeList() {
    String images = "[\"starts-with\",\"$Content-Type\",\"image/\"]";
    assertRefused(
        form().field("Content-Type", "image/png,text/html").condition(images).send("x"),
        "403 AccessDenied",
        "Policy Condition failed");
    assertThat(
            form()
                .field("Content-Type", "image/png, image/gif")
                .condition(images)
                .send("x")
                .status())
        .isEqualTo(204);
  }

  @Test
  void acceptsARangeOfStringsOfDigits() {
    String range = "[\"content-length-range\",\"5\",\"10\"]";
    assertThat(form().condition(range).send("12345").status()).isEqualTo(204);
    assertThat(form().condition(range).send("1234").refusal()).isEqualTo("400 EntityTooSmall");
  }

  @Test
  void refusesAFileAboveTheRange() {
    Response response = form().condition("[\"content-length-range\",1,4]").send("12345");
    assertRefused(response, "400 EntityTooLarge", "exceeds the maximum");
    assertThat(response.element("ProposedSize")).isEqualTo("5");
    assertThat(response.element("MaxSizeAllowed")).isEqualTo("4");
  }

  @Test
  void refusesAFileBelowTheRange() {
    Response response = form().condition("[\"content-length-range\",6,9]").send("12345");
    assertRefused(response, "400 EntityTooSmall", "smaller than the minimum");
    assertThat(response.element("MinSizeAllowed")).isEqualTo("6");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"x-amz-meta-extra", "Content-Type", "acl", "bucket2", "success_action_status"})
  void refusesAFieldThatThePolicyDoesNotMention(String name) {
    assertRefused(
        form().field(name, "1").send("x"),
        "403 AccessDenied",
        "Invalid according to Policy: Extra input fields: " + name.toLowerCase(Locale.ROOT));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "not json",
        "[]",
        "{}",
        "{\"expiration\":\"2026-11-23T12:10:00Z\"}",
        "{\"conditions\":[]}",
        "{\"expiration\":\"soon\",\"conditions\":[]}",
        "{\"expiration\":\"2026-11-23T12:10:00+01:00\",\"conditions\":[]}",
        "{\"expiration\":1,\"conditions\":[]}",
        "{\"expiration\":\"2026-11-23T12:10:00Z\",\"conditions\":{}}",
        "{\"expiration\":\"2026-11-23T12:10:00Z\",\"conditions\":[],\"more\":1}",
        "{\"expiration\":\"2026-11-23T12:10:00Z\",\"conditions\":[1]}",
        "{\"expiration\":\"2026-11-23T12:10:00Z\",\"conditions\":[{}]}",
        "{\"expiration\":\"2026-11-23T12:10:00Z\",\"conditions\":[{\"a\":\"b\",\"c\":\"d\"}]}",
        "{\"expiration\":\"2026-11-23T12:10:00Z\",\"conditions\":[{\"a\":1}]}",
        "{\"expiration\":\"2026-11-23T12:10:00Z\",\"conditions\":[[\"eq\",\"$a\"]]}",
        "{\"expiration\":\"+999999999-12-31T00:00:00Z\",\"conditions\":[]}",
        "{\"expiration\":\"2026-11-23T12:10Z\",\"conditions\":[]}",
        "{\"expiration\":\"2026-11-23T12:10:00Z\",\"conditions\":[[\"ends-with\",\"$a\",\"b\"]]}",
        "{\"expiration\":\"2026-11-23T12:10:00Z\",\"conditions\":[[\"content-length-range\",-1,2]]}",
        "{\"expiration\":\"2026-11-23T12:10:00Z\",\"conditions\":[[\"content-length-range\",1,2.5]]}"
      })
  void refusesAMalformedPolicy(String policy) {
    assertRefused(form().policy(policy).send("x"), "400 InvalidPolicyDocument", "Invalid Policy: ");
  }

  @Test
  void refusesADuplicateField() {
    assertRefused(
        form().signedField("Key", KEY).send("x"), "400 InvalidArgument", "more than once");
  }

  @Test
  void refusesALineBreakInAHeaderField() {
    assertRefused(
        form()
            .field("Content-Type", "image/png\r\nX-Evil: 1")
            .condition("[\"starts-with\",\"$Content-Type\",\"\"]")
            .send("x"),
        "400 InvalidArgument",
        "cannot be represented");
  }

  @Test
  void verifiesAChecksumField() {
    assertRefused(
        form().signedField("x-amz-checksum-crc32", "AAAAAA==").send("x"), "400 BadDigest", "CRC32");
  }

  @Test
  void refusesTooManyBytesBeforeTheFile() {
    assertRefused(
        form().field("x-ignore-a", "x".repeat(21_000)).send("x"),
        "400 MaxPostPreDataLengthExceeded",
        "preceding the upload file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"success_action_redirect", "redirect", "tagging", "x-amz-tagging"})
  void refusesUnsupportedFields(String name) {
    assertRefused(
        form().signedField(name, "https://app.example.com/").send("x"),
        "501 NotImplemented",
        "not implemented");
  }

  @Test
  void boundsMemory() {
    try (LocalS3 small = LocalS3.builder().clock(clock).maxObjectBytes(10).start()) {
      SignedForm form = SignedForm.to(small).signedField("key", KEY);
      assertThat(form.send("x".repeat(11)).refusal()).isEqualTo("400 EntityTooLarge");
      assertThat(form.send("x".repeat(100_000)).refusal()).isEqualTo("400 EntityTooLarge");
      assertThat(form.send("x".repeat(10)).status()).isEqualTo(204);
    }
  }

  @Test
  void acceptsFormsAtTheBucketOnly() {
    Response response =
        SignedRequest.send("POST", URI.create(s3.endpoint() + "/pictures/a"), Map.of(), "x");
    assertRefused(response, "405 MethodNotAllowed", "not allowed");
  }

  @Test
  void refusesABodyThatIsNotAForm() {
    assertRefused(
        form().sendAs("application/x-www-form-urlencoded", "x"),
        "412 PreconditionFailed",
        "pre-conditions");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "preamble\r\n--b\r\n",
        "--b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nvalue",
        "--b\r\nContent-Disposition: form-data; name=\"key\"",
        "--b\r\n\r\nvalue\r\n--b--",
        "--b\r\nContent-Type: text/plain\r\n\r\nvalue\r\n--b--",
        "--b\r\nContent-Disposition: form-data; name=key\r\n\r\nvalue\r\n--b--",
        "--b\r\nContent-Disposition: attachment; name=\"key\"\r\n\r\nvalue\r\n--b--",
        "--b\r\nno colon\r\n\r\nvalue\r\n--b--",
        "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nvalue\r\n--bX",
        "--bX"
      })
  void refusesAMalformedBody(String body) {
    Response response =
        SignedForm.post(
            s3, "multipart/form-data; boundary=b", body.getBytes(StandardCharsets.UTF_8));
    assertRefused(response, "400 MalformedPOSTRequest", "not well-formed");
  }

  @Test
  void refusesAFormWithoutABoundary() {
    assertRefused(form().sendAs("multipart/form-data", "x"), "400 MalformedPOSTRequest", "");
  }

  @Test
  void refusesAFieldThatIsNotUtf8() {
    byte[] body =
        "--b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\né\r\n--b--"
            .getBytes(StandardCharsets.ISO_8859_1);
    assertRefused(
        SignedForm.post(s3, "multipart/form-data; boundary=\"b\"", body),
        "400 MalformedPOSTRequest",
        "");
  }
}
