package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.internal.Percent;
import com.healthmetrics.aws.testkit.internal.ReadConditions;
import com.healthmetrics.aws.testkit.internal.ServerResponse;
import com.healthmetrics.aws.testkit.internal.XmlWriter;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;

/** PutObject and CopyObject. */
final class Uploads {
  private static final String SOURCE = "x-amz-copy-source";
  private static final String DIRECTIVE = "x-amz-metadata-directive";

  private final S3Settings settings;
  private final ObjectTable objects;
  private final ObjectLookup lookup;

  Uploads(S3Settings settings, ObjectTable objects, ObjectLookup lookup) {
    this.settings = settings;
    this.objects = objects;
    this.lookup = lookup;
  }

  /**
   * Stores a body.
   *
   * @param sent lower-case names and values of the headers
   * @param body the content, not copied
   */
  ServerResponse put(String key, Map<String, String> sent, byte[] body) {
    WriteCondition condition = WriteCondition.of(sent);
    ObjectHeaders headers = ObjectHeaders.from(sent, Checksums.requireMatching(sent, body));
    StoredObject stored = objects.put(key, headers, body, condition);
    return GetResponse.withChecksums(
        GetResponse.identified(ServerResponse.of(200), stored), stored);
  }

  /** The source of a copy. */
  private record Source(String key, Optional<String> versionId) {}

  /** Stores a copy of an object of the same bucket. */
  ServerResponse copy(String key, Map<String, String> sent) {
    WriteCondition condition = WriteCondition.of(sent);
    Source source = source(sent.getOrDefault(SOURCE, ""));
    StoredObject original = lookup.requireSource(source.key(), source.versionId());
    requireConditionsOfSource(sent, original);
    boolean replaces = replacesDescription(sent);
    if (source.equals(new Source(key, Optional.empty())) && !replaces && changesNothing(sent)) {
      throw S3Refusal.invalidRequest(
          "This copy request is illegal because it is trying to copy an object to itself without"
              + " changing the object's metadata, storage class, website redirect location or"
              + " encryption attributes.",
          "Set " + DIRECTIVE + ": REPLACE, or copy to another key.");
    }
    ObjectHeaders requested = ObjectHeaders.from(sent, checksums(sent, original));
    // The storage class is never that of the source.
    ObjectHeaders headers =
        replaces
            ? requested
            : original.headers().with(requested.checksums()).stored(requested.storageClass());
    StoredObject copy = objects.put(key, headers, original.content(), condition);
    ServerResponse response =
        GetResponse.identified(
            ServerResponse.of(200).withBody("application/xml", document(copy)), copy);
    return original.versionId().isEmpty()
        ? response
        : response.withHeader("x-amz-copy-source-version-id", original.versionId().get());
  }

  private Source source(String text) {
    String path = text.startsWith("/") ? text.substring(1) : text;
    int query = path.indexOf("?versionId=");
    Optional<String> versionId =
        query < 0 ? Optional.empty() : Optional.of(path.substring(query + "?versionId=".length()));
    String decoded;
    try {
      decoded = Percent.decode(query < 0 ? path : path.substring(0, query));
    } catch (IllegalArgumentException e) {
      throw malformedSource(String.valueOf(e.getMessage()));
    }
    int slash = decoded.indexOf('/');
    if (slash < 1 || slash == decoded.length() - 1) {
      throw malformedSource(SOURCE + " must be bucket/key, percent-encoded.");
    }
    S3Address.requireBucket(decoded.substring(0, slash), settings.bucket());
    String key = decoded.substring(slash + 1);
    ObjectTable.requireUsable(key);
    return new Source(key, ObjectLookup.requireVersionId(versionId));
  }

  private static S3Refusal malformedSource(String reason) {
    return S3Refusal.invalidArgument(
            "Copy Source must mention the source bucket and key: sourcebucket/sourcekey", reason)
        .with("ArgumentName", SOURCE);
  }

  private void requireConditionsOfSource(Map<String, String> sent, StoredObject original) {
    ReadConditions conditions =
        new ReadConditions(
            name -> Optional.ofNullable(sent.get(SOURCE + "-" + name)),
            original.eTag(),
            original.lastModified());
    conditions
        .unmet()
        .or(() -> conditions.notModified(settings.clock().instant()))
        .ifPresent(
            name -> {
              throw S3Refusal.preconditionFailed(
                  SOURCE + "-" + name,
                  "The source has the ETag "
                      + original.eTag()
                      + " and was last modified at "
                      + original.lastModified()
                      + ".");
            });
  }

  private static boolean replacesDescription(Map<String, String> sent) {
    String directive = sent.getOrDefault(DIRECTIVE, "COPY");
    if (!directive.equals("COPY") && !directive.equals("REPLACE")) {
      throw S3Refusal.invalidArgument(
              "Unknown metadata directive.", DIRECTIVE + " must be COPY or REPLACE.")
          .with("ArgumentName", DIRECTIVE)
          .with("ArgumentValue", directive);
    }
    return directive.equals("REPLACE");
  }

  private static boolean changesNothing(Map<String, String> sent) {
    return !sent.containsKey(ObjectHeaders.STORAGE_CLASS)
        && !sent.containsKey(ObjectHeaders.ENCRYPTION);
  }

  /** The checksum of the source, unless the request names another algorithm. */
  private static Map<String, String> checksums(Map<String, String> sent, StoredObject original) {
    String requested = sent.getOrDefault(Checksums.REQUESTED, "");
    if (requested.isEmpty()) {
      return original.headers().checksums();
    }
    Checksums.Algorithm algorithm =
        Checksums.Algorithm.named(requested)
            .orElseThrow(
                () ->
                    S3Refusal.invalidRequest(
                        "Checksum algorithm provided is unsupported. Please try again with any of"
                            + " the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]",
                        Checksums.REQUESTED + " was " + requested + "."));
    return Map.of(algorithm.header(), algorithm.of(original.content()));
  }

  private static byte[] document(StoredObject copy) {
    XmlWriter xml =
        new XmlWriter()
            .open("CopyObjectResult" + ListParameters.NAMESPACE)
            .text("ETag", copy.eTag())
            .text("LastModified", copy.lastModified().truncatedTo(ChronoUnit.MILLIS))
            .text("ChecksumType", "FULL_OBJECT");
    copy.headers()
        .checksums()
        .forEach((header, value) -> xml.text("Checksum" + Checksums.algorithm(header), value));
    return xml.close("CopyObjectResult").bytes();
  }
}
