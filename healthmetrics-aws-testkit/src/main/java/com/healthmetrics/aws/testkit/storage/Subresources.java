package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.internal.Query;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Query parameters that make a request another operation, and what to use instead. */
final class Subresources {
  private static final String CONFIGURATION =
      "The configuration of the bucket is that of LocalS3.Builder.";

  private static final String REAL_BUCKET = "Test it with a bucket of a test account.";

  private static final Map<String, String> INSTEAD =
      Stream.of(
              use(
                  "Send the object in one PUT; for a transfer manager, raise the size from which it"
                      + " splits.",
                  "uploads",
                  "uploadId",
                  "partNumber"),
              use("Store the values as x-amz-meta-* headers.", "tagging"),
              use("The bucket owner owns every object, as in every new bucket.", "acl"),
              use("Call HEAD with x-amz-checksum-mode: ENABLED.", "attributes"),
              use("Build it with LocalS3.Builder.versioning().", "versioning"),
              use("Build it with LocalS3.Builder.allowedOrigin().", "cors"),
              use("Copy the object, then delete it.", "renameObject"),
              use(
                  CONFIGURATION,
                  "abac",
                  "accelerate",
                  "analytics",
                  "encryption",
                  "intelligent-tiering",
                  "inventory",
                  "lifecycle",
                  "logging",
                  "metadataConfiguration",
                  "metadataTable",
                  "metrics",
                  "notification",
                  "object-lock",
                  "ownershipControls",
                  "policy",
                  "policyStatus",
                  "publicAccessBlock",
                  "replication",
                  "requestPayment",
                  "website"),
              use(
                  REAL_BUCKET,
                  "legal-hold",
                  "restore",
                  "retention",
                  "select",
                  "session",
                  "torrent"))
          .flatMap(List::stream)
          .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

  private Subresources() {}

  private static List<Map.Entry<String, String>> use(String advice, String... names) {
    return Stream.of(names).map(name -> Map.entry(name, advice)).toList();
  }

  /** What to use instead of a subresource, or of the header that sets it in an upload. */
  static Optional<String> instead(String name) {
    return Optional.ofNullable(INSTEAD.get(name));
  }

  /** Refuses an operation that LocalS3 does not have, whatever its method. */
  static void requireNone(Query query) {
    for (Query.Parameter parameter : query.parameters()) {
      Optional<String> advice = instead(parameter.name());
      if (advice.isPresent()) {
        throw S3Refusal.notImplemented(
            "The subresource ?" + parameter.name() + " is not implemented. " + advice.get());
      }
    }
  }
}
