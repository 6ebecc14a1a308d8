package com.healthmetrics.aws.testkit.peer;

import static com.healthmetrics.aws.testkit.peer.Source.OWN_READING;
import static com.healthmetrics.aws.testkit.peer.Source.RECORDED;
import static com.healthmetrics.aws.testkit.peer.Source.RECORDED_ALIKE;
import static com.healthmetrics.aws.testkit.peer.Source.page;
import static com.healthmetrics.aws.testkit.peer.Source.thread;
import static com.healthmetrics.aws.testkit.peer.Wire.PICTURE;
import static com.healthmetrics.aws.testkit.peer.Wire.post;
import static com.healthmetrics.aws.testkit.peer.Wire.send;

import com.healthmetrics.aws.testkit.Browser;
import com.healthmetrics.aws.testkit.Bucket;
import com.healthmetrics.aws.testkit.storage.SignedForm;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Browser forms, as signed, tampered with, and with policies of every kind. */
final class FormCases {
  private static final Source POLICY = page("POST Policy");

  private FormCases() {}

  static List<WireCase> ofTheForm() {
    return List.of(
        new WireCase("POST as signed", "204", RECORDED, bucket -> send(post(bucket))),
        new WireCase(
            "POST sent twice", "204", RECORDED_ALIKE, bucket -> Wire.sendTwice(post(bucket))),
        tampered(
            "with a changed signature",
            "403 SignatureDoesNotMatch",
            RECORDED,
            Browser.replacing("x-amz-signature", "0".repeat(64))),
        new WireCase(
            "POST signed with an unknown access key",
            "403 InvalidAccessKeyId",
            page("Error responses"),
            bucket -> send(post(Wire.withUnknownAccessKey(bucket)))),
        new WireCase(
            "POST signed with a wrong secret",
            "403 SignatureDoesNotMatch",
            RECORDED_ALIKE,
            bucket -> send(post(Wire.withWrongSecret(bucket)))),
        tampered("without a policy", "400 InvalidArgument", OWN_READING, Browser.without("policy")),
        tampered(
            "without the fields of a signature",
            "403 AccessDenied",
            RECORDED,
            FormCases::withoutSignature),
        tampered(
            "without `X-Amz-Signature`",
            "400 InvalidArgument",
            RECORDED,
            Browser.without("x-amz-signature")),
        tampered(
            "without `X-Amz-Date`", "400 InvalidArgument", RECORDED, Browser.without("x-amz-date")),
        tampered(
            "without `X-Amz-Credential`",
            "400 InvalidArgument",
            RECORDED,
            Browser.without("x-amz-credential")),
        tampered(
            "without `X-Amz-Algorithm`",
            "400 InvalidArgument",
            RECORDED,
            Browser.without("x-amz-algorithm")),
        tampered("without `key`", "400 InvalidArgument", RECORDED, Browser.without("key")),
        new WireCase(
                "POST without `X-Amz-Signature`: `ArgumentName`",
                "`X-Amz-Signature`",
                RECORDED,
                bucket -> send(post(bucket), Browser.without("x-amz-signature")))
            .showingErrorElement("ArgumentName"),
        new WireCase(
            "POST after expiry",
            "403 AccessDenied",
            RECORDED,
            bucket ->
                send(
                    Wire.signer(bucket, Wire.clockAnHourAgo())
                        .presignPost(Wire.POLICY, Wire.REQUEST))),
        tampered(
            "to another key than signed",
            "403 AccessDenied",
            RECORDED,
            Browser.replacing("key", "pictures/user-1/x.png")),
        tampered(
            "with another content type",
            "403 AccessDenied",
            RECORDED,
            Browser.replacing("content-type", "text/html")),
        tampered(
            "without the signed content type",
            "403 AccessDenied",
            RECORDED_ALIKE,
            Browser.without("content-type")),
        tampered(
            "with a field that the policy does not name",
            "403 AccessDenied",
            RECORDED,
            Browser.replacing("x-amz-meta-more", "1")),
        tampered(
            "with a field `x-ignore-more` that the policy does not name",
            "204",
            POLICY,
            Browser.replacing("x-ignore-more", "1")),
        new WireCase(
            "POST of more bytes than the policy allows",
            "400 EntityTooLarge",
            RECORDED,
            bucket -> send(post(bucket), "more bytes!")),
        new WireCase(
            "POST of an empty file",
            "400 EntityTooSmall",
            RECORDED,
            bucket -> send(post(bucket), "")),
        new WireCase(
            "POST of other bytes than the signed SHA-256",
            "400 BadDigest",
            RECORDED_ALIKE,
            bucket ->
                send(
                    Wire.signer(bucket)
                        .presignPost(Wire.POLICY, Wire.REQUEST.withSha256(Wire.SHA256_OF_PICTURE)),
                    "other")),
        new WireCase(
            "POST that is not multipart",
            "412 PreconditionFailed",
            RECORDED,
            bucket -> form(bucket).sendAs("application/x-www-form-urlencoded", PICTURE).http()),
        new WireCase(
            "POST without a file",
            "400 InvalidArgument",
            page("POST Object"),
            bucket -> form(bucket).withoutFile().send(PICTURE).http()),
        status("200", "200", page("POST Object")),
        status("201", "201", RECORDED),
        status("418", "204", page("POST Object")));
  }

  static List<WireCase> ofThePolicy() {
    return List.of(
        new WireCase(
            "policy with all it needs",
            "204",
            RECORDED,
            bucket -> form(bucket).send(PICTURE).http()),
        new WireCase(
            "policy without a condition for the bucket",
            "403 AccessDenied",
            thread("aws/aws-sdk-php#3292"),
            bucket ->
                form(bucket)
                    .withoutCondition("{\"bucket\":\"" + bucket.name() + "\"}")
                    .send(PICTURE)
                    .http()),
        new WireCase(
            "policy for another bucket",
            "403 AccessDenied",
            RECORDED_ALIKE,
            bucket -> form(bucket).condition("{\"bucket\":\"other\"}").send(PICTURE).http()),
        condition(
            "`[\"eq\",\"field\",…]` without a `$`",
            "403 AccessDenied",
            RECORDED,
            "[\"eq\",\"key\",\"k\"]"),
        condition(
            "a range of a word",
            "403 AccessDenied",
            RECORDED,
            "[\"content-length-range\",\"test\",10]"),
        condition(
            "a range of numeric strings",
            "204",
            RECORDED,
            "[\"content-length-range\",\"1\",\"10\"]"),
        condition("a range of numbers", "204", RECORDED, "[\"content-length-range\",1,10]"),
        condition(
            "a simple condition of two members",
            "400 InvalidPolicyDocument",
            RECORDED,
            "{\"x-amz-meta-a\":\"1\",\"x-amz-meta-b\":\"2\"}"),
        condition(
            "an unknown operator",
            "400 InvalidPolicyDocument",
            OWN_READING,
            "[\"ends-with\",\"$key\",\".png\"]"),
        condition(
            "a condition of two elements",
            "400 InvalidPolicyDocument",
            OWN_READING,
            "[\"eq\",\"$key\"]"),
        condition(
            "`starts-with` of another value",
            "403 AccessDenied",
            RECORDED,
            "[\"starts-with\",\"$key\",\"other/\"]"),
        condition(
            "`starts-with` of an empty value", "204", POLICY, "[\"starts-with\",\"$key\",\"\"]"),
        document("that is not JSON", "{"),
        document("without conditions", "{\"expiration\":\"2030-01-01T00:00:00Z\"}"),
        document("without an expiration", "{\"conditions\":[]}"),
        new WireCase(
            "policy that expired in 2020",
            "403 AccessDenied",
            RECORDED,
            bucket -> form(bucket).expiration("2020-01-01T00:00:00.000Z").send(PICTURE).http()),
        new WireCase(
            "policy that expires in the year +999999999",
            "400 InvalidPolicyDocument",
            OWN_READING,
            bucket ->
                form(bucket).expiration("+999999999-01-01T00:00:00.000Z").send(PICTURE).http()),
        new WireCase(
            "form of signature version 2",
            "400 InvalidRequest",
            thread("benefitcloud/ember-uploader#143"),
            bucket ->
                form(bucket)
                    .without("x-amz-algorithm")
                    .without("x-amz-credential")
                    .without("x-amz-date")
                    .field("AWSAccessKeyId", "AKID")
                    .field("signature", "vjbyPxybdZaNmGa+yT272YEAiv4=")
                    .send(PICTURE)
                    .http()));
  }

  private static SignedForm form(Bucket bucket) {
    return SignedForm.to(bucket, Instant.now()).signedField("key", Wire.newKey());
  }

  private static WireCase status(String requested, String s3, Source source) {
    return new WireCase(
        "POST with `success_action_status` " + requested,
        s3,
        source,
        bucket ->
            form(bucket).signedField("success_action_status", requested).send(PICTURE).http());
  }

  private static WireCase condition(String what, String s3, Source source, String json) {
    return new WireCase(
        "policy with " + what,
        s3,
        source,
        bucket -> form(bucket).condition(json).send(PICTURE).http());
  }

  private static WireCase document(String what, String json) {
    return new WireCase(
        "policy " + what,
        "400 InvalidPolicyDocument",
        OWN_READING,
        bucket -> form(bucket).policy(json).send(PICTURE).http());
  }

  private static WireCase tampered(
      String what, String s3, Source source, UnaryOperator<Map<String, String>> change) {
    return new WireCase("POST " + what, s3, source, bucket -> send(post(bucket), change));
  }

  private static Map<String, String> withoutSignature(Map<String, String> fields) {
    Map<String, String> fewer = new LinkedHashMap<>(fields);
    fewer.keySet().removeIf(name -> name.toLowerCase(Locale.ROOT).startsWith("x-amz-"));
    return fewer;
  }
}
