package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.internal.Percent;
import com.healthmetrics.aws.testkit.internal.RawRequest;
import com.healthmetrics.aws.testkit.internal.ServerResponse;
import com.healthmetrics.aws.testkit.internal.SigV4;
import com.healthmetrics.aws.testkit.internal.Xml;
import com.healthmetrics.aws.testkit.storage.CredentialCheck.Signer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An upload by an HTML form, as the S3 API Reference describes it in "POST Object" and
 * "Authenticating Requests: Browser-Based Uploads Using POST".
 */
final class PostUpload {
  private static final Set<String> NOT_EXPANDED = Set.of("policy", "x-amz-signature");

  private static final String ALGORITHM = "X-Amz-Algorithm";
  private static final String CREDENTIAL = "X-Amz-Credential";
  private static final String DATE = "X-Amz-Date";
  private static final String SIGNATURE = "X-Amz-Signature";

  /** The fields of a signature, spelled as S3 names them in errors. */
  private static final List<String> OF_SIGNATURE = List.of(ALGORITHM, CREDENTIAL, DATE, SIGNATURE);

  private static final Set<String> UNDERSTOOD =
      Names.with(Names.DESCRIPTION, Checksums.HEADERS, Set.of("x-amz-security-token"));

  private static final Set<String> NOT_IMPLEMENTED =
      Set.of("redirect", "success_action_redirect", "tagging");

  private final S3Settings settings;
  private final ObjectTable objects;
  private final CredentialCheck credentials;

  PostUpload(S3Settings settings, ObjectTable objects) {
    this.settings = settings;
    this.objects = objects;
    this.credentials = new CredentialCheck(settings);
  }

  /** Refuses a request that does not carry a form. */
  void requireForm(RawRequest request) {
    String contentType = contentType(request);
    if (!contentType.toLowerCase(Locale.ROOT).startsWith("multipart/form-data")) {
      throw S3Refusal.preconditionFailed(
          "Bucket POST must be of the enclosure-type multipart/form-data",
          "Content-Type was '" + contentType + "'.");
    }
  }

  private static String contentType(RawRequest request) {
    return request.header("content-type").orElse("");
  }

  ServerResponse respond(RawRequest request, S3Address address, byte[] body) {
    MultipartForm form = MultipartForm.parse(contentType(request), body);
    requireField(form, "key");
    if (form.field("awsaccesskeyid").isPresent()) {
      throw CredentialCheck.anotherMechanism("The form is signed with signature version 2.");
    }
    if (OF_SIGNATURE.stream().noneMatch(name -> field(form, name).isPresent())) {
      throw S3Refusal.accessDenied(
          "Access Denied",
          "The form is anonymous and the bucket is private: it needs the fields of a signature.");
    }
    Signer signer = requireSignature(form);

    Map<String, String> fields = expanded(form);
    PostPolicy.parse(requireField(form, "policy"))
        .requireSatisfied(
            fields, settings.bucket(), form.file().length, settings.clock().instant());
    String key = fields.getOrDefault("key", "");
    settings
        .policy()
        .requireYoungSignature("s3:PutObject", key, signer.signedAt(), settings.clock().instant());
    settings.policy().requirePresignedUpload(key);
    requireUnderstood(fields.keySet());
    StoredObject stored = store(fields, form.file());
    return stored(
        fields.getOrDefault("success_action_status", "204"),
        address.bucketUrl() + "/" + Percent.encodePath(stored.key()),
        stored);
  }

  private Signer requireSignature(MultipartForm form) {
    Signer signer =
        credentials.check(
            requireField(form, ALGORITHM),
            requireField(form, CREDENTIAL),
            requireField(form, DATE),
            form.field("x-amz-security-token"));
    // The string to sign is the base64 text as it arrived, not what it decodes to.
    String policy = requireField(form, "policy");
    String provided = requireField(form, SIGNATURE);
    String expected =
        SigV4.signature(settings.credentials().secretAccessKey(), signer.scope(), policy);
    if (!SigV4.same(expected, provided)) {
      throw S3Refusal.of(
              403,
              "SignatureDoesNotMatch",
              "The request signature we calculated does not match the signature you provided. Check"
                  + " your key and signing method.",
              "The signature does not match the policy field as it arrived, or was made with"
                  + " another scope (x-amz-credential) or another secret key.")
          .with("AWSAccessKeyId", signer.scope().accessKeyId())
          .with("StringToSign", policy)
          .with("SignatureProvided", provided);
    }
    return signer;
  }

  private static Optional<String> field(MultipartForm form, String name) {
    return form.field(name.toLowerCase(Locale.ROOT));
  }

  private static String requireField(MultipartForm form, String name) {
    return field(form, name)
        .filter(value -> !value.isEmpty())
        .orElseThrow(
            () ->
                S3Refusal.invalidArgument(
                        "Bucket POST must contain a field named '"
                            + name
                            + "'.  If it is specified, please check the order of the fields.",
                        "There is no field "
                            + name
                            + " before the file; S3 ignores fields after the file.")
                    .with("ArgumentName", name)
                    .with("ArgumentValue", ""));
  }

  /** Fields with {@code ${filename}} replaced: the policy is compared with these. */
  private static Map<String, String> expanded(MultipartForm form) {
    Map<String, String> fields = new LinkedHashMap<>(form.fields());
    fields.replaceAll(
        (name, value) ->
            NOT_EXPANDED.contains(name) ? value : value.replace("${filename}", form.fileName()));
    return fields;
  }

  private StoredObject store(Map<String, String> fields, byte[] file) {
    if (file.length > settings.maxObjectBytes()) {
      throw S3Refusal.of(
              400,
              "EntityTooLarge",
              "Your proposed upload exceeds the maximum allowed size",
              "This LocalS3 keeps objects in memory; see LocalS3.Builder.maxObjectBytes.")
          .with("ProposedSize", file.length)
          .with("MaxSizeAllowed", settings.maxObjectBytes());
    }
    String key = fields.getOrDefault("key", "");
    ObjectTable.requireUsable(key);
    ObjectHeaders headers = ObjectHeaders.from(fields, Checksums.requireMatching(fields, file));
    return objects.put(key, headers, file, WriteCondition.NONE);
  }

  /** Refuses a field that S3 would act upon; it ignores others, which the policy has named. */
  private static void requireUnderstood(Set<String> names) {
    for (String name : names) {
      boolean ofS3 = name.startsWith("x-amz-") || NOT_IMPLEMENTED.contains(name);
      boolean understood =
          UNDERSTOOD.contains(name)
              || name.startsWith(ObjectHeaders.META)
              || OF_SIGNATURE.stream().anyMatch(name::equalsIgnoreCase);
      if (ofS3 && !understood) {
        throw S3Refusal.notImplementedHeader(
            name, "LocalS3 does not implement the field " + name + ".");
      }
    }
  }

  private ServerResponse stored(String status, String location, StoredObject stored) {
    ServerResponse response =
        switch (status) {
          case "200" -> ServerResponse.of(200);
          case "201" ->
              ServerResponse.of(201).withBody("application/xml", document(location, stored));
          // As on S3: 204 for every unknown value.
          default -> ServerResponse.of(204);
        };
    return response.withHeader("ETag", stored.eTag()).withHeader("Location", location);
  }

  private byte[] document(String location, StoredObject stored) {
    Map<String, String> elements = new LinkedHashMap<>();
    elements.put("Location", location);
    elements.put("Bucket", settings.bucket());
    elements.put("Key", stored.key());
    elements.put("ETag", stored.eTag());
    return Xml.document("PostResponse", elements);
  }
}
