package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.internal.Percent;
import com.healthmetrics.aws.testkit.internal.Query;
import com.healthmetrics.aws.testkit.internal.ServerResponse;
import com.healthmetrics.aws.testkit.internal.XmlWriter;
import com.healthmetrics.aws.testkit.storage.ObjectTable.Version;
import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** ListObjectsV2 and ListObjectVersions. */
final class Listing {
  private static final String NAMESPACE = " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"";
  private static final int MAX_KEYS = 1_000;

  private final S3Settings settings;
  private final ObjectTable objects;

  Listing(S3Settings settings, ObjectTable objects) {
    this.settings = settings;
    this.objects = objects;
  }

  /** The common parameters of both listings. */
  private record Parameters(String prefix, int maxKeys, boolean urlEncoded) {
    static Parameters of(Query query) {
      if (query.first("delimiter").filter(delimiter -> !delimiter.isEmpty()).isPresent()) {
        throw S3Refusal.notImplemented("A listing with a delimiter");
      }
      Optional<String> encoding = query.first("encoding-type");
      if (encoding.isPresent() && !encoding.get().equals("url")) {
        throw S3Refusal.invalidArgument(
                "Invalid Encoding Method specified in Request",
                "encoding-type was " + encoding.get() + "; the only value is url.")
            .with("ArgumentName", "encoding-type");
      }
      return new Parameters(query.first("prefix").orElse(""), maxKeys(query), encoding.isPresent());
    }

    private static int maxKeys(Query query) {
      String text = query.first("max-keys").filter(t -> !t.isEmpty()).orElse("" + MAX_KEYS);
      if (!text.matches("[0-9]{1,9}")) {
        throw S3Refusal.invalidArgument(
                "Provided max-keys not an integer or within integer range",
                "max-keys was " + text + ".")
            .with("ArgumentName", "max-keys");
      }
      return Math.min(Integer.parseInt(text), MAX_KEYS);
    }

    String shown(String key) {
      return urlEncoded ? Percent.encodePath(key) : key;
    }
  }

  ServerResponse objects(Query query) {
    Parameters parameters = Parameters.of(query);
    if (!query.first("list-type").equals(Optional.of("2"))) {
      throw S3Refusal.invalidArgument("Invalid List Type", "list-type must be 2.");
    }
    if (query.first("start-after").isPresent()) {
      throw S3Refusal.notImplemented("A listing with start-after");
    }
    Optional<String> token = query.first("continuation-token");
    String after = token.map(Listing::decode).orElse("");
    List<Version> found =
        objects.versions(parameters.prefix()).stream()
            .filter(version -> version.latest() && version.object().isPresent())
            .filter(version -> ObjectTable.UTF_8_ORDER.compare(version.key(), after) > 0)
            .limit(parameters.maxKeys() + 1L)
            .toList();
    boolean more = found.size() > parameters.maxKeys() && parameters.maxKeys() > 0;
    List<Version> page = found.subList(0, Math.min(found.size(), parameters.maxKeys()));
    XmlWriter xml = new XmlWriter().open("ListBucketResult" + NAMESPACE);
    xml.text("Name", settings.bucket()).text("Prefix", parameters.shown(parameters.prefix()));
    xml.text("KeyCount", page.size()).text("MaxKeys", parameters.maxKeys());
    if (parameters.urlEncoded()) {
      xml.text("EncodingType", "url");
    }
    xml.text("IsTruncated", more).text("ContinuationToken", token);
    if (more) {
      xml.text("NextContinuationToken", encode(page.get(page.size() - 1).key()));
    }
    for (Version version : page) {
      xml.open("Contents").text("Key", parameters.shown(version.key()));
      describe(xml, version, version.object().orElseThrow());
      xml.close("Contents");
    }
    return ServerResponse.of(200)
        .withBody("application/xml", xml.close("ListBucketResult").bytes());
  }

  private static void describe(XmlWriter xml, Version version, StoredObject object) {
    xml.text("LastModified", version.lastModified().truncatedTo(ChronoUnit.MILLIS))
        .text("ETag", object.eTag())
        .text("Size", object.sizeBytes())
        .text("StorageClass", "STANDARD");
  }

  private static String encode(String key) {
    return Base64.getUrlEncoder().encodeToString(("after:" + key).getBytes(StandardCharsets.UTF_8));
  }

  private static String decode(String token) {
    String text = "";
    try {
      text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      // Refused below, like any other unknown token.
    }
    if (!text.startsWith("after:")) {
      throw S3Refusal.invalidArgument(
              "The continuation token provided is incorrect",
              "It is not a NextContinuationToken of this LocalS3.")
          .with("ArgumentName", "continuation-token");
    }
    return text.substring("after:".length());
  }

  ServerResponse versions(Query query) {
    Parameters parameters = Parameters.of(query);
    Optional<String> keyMarker = query.first("key-marker").filter(m -> !m.isEmpty());
    Optional<String> versionMarker = query.first("version-id-marker").filter(m -> !m.isEmpty());
    if (versionMarker.isPresent() && keyMarker.isEmpty()) {
      throw S3Refusal.invalidArgument(
          "A version-id marker cannot be specified without a key marker.",
          "Send key-marker together with version-id-marker.");
    }
    List<Version> all = objects.versions(parameters.prefix());
    List<Version> rest =
        all.subList(all.size() - remaining(all, keyMarker, versionMarker), all.size());
    boolean more = rest.size() > parameters.maxKeys() && parameters.maxKeys() > 0;
    List<Version> page = rest.subList(0, Math.min(rest.size(), parameters.maxKeys()));
    XmlWriter xml = new XmlWriter().open("ListVersionsResult" + NAMESPACE);
    xml.text("Name", settings.bucket()).text("Prefix", parameters.shown(parameters.prefix()));
    xml.text("KeyMarker", parameters.shown(keyMarker.orElse("")));
    xml.text("VersionIdMarker", versionMarker.orElse("")).text("MaxKeys", parameters.maxKeys());
    if (parameters.urlEncoded()) {
      xml.text("EncodingType", "url");
    }
    xml.text("IsTruncated", more);
    if (more) {
      Version last = page.get(page.size() - 1);
      xml.text("NextKeyMarker", parameters.shown(last.key()))
          .text("NextVersionIdMarker", last.id());
    }
    for (Version version : page) {
      String element = version.object().isPresent() ? "Version" : "DeleteMarker";
      xml.open(element)
          .text("Key", parameters.shown(version.key()))
          .text("VersionId", version.id());
      xml.text("IsLatest", version.latest());
      if (version.object().isPresent()) {
        describe(xml, version, version.object().get());
      } else {
        xml.text("LastModified", version.lastModified().truncatedTo(ChronoUnit.MILLIS));
      }
      xml.close(element);
    }
    return ServerResponse.of(200)
        .withBody("application/xml", xml.close("ListVersionsResult").bytes());
  }

  /** The number of versions after the markers. */
  private static int remaining(
      List<Version> all, Optional<String> keyMarker, Optional<String> versionMarker) {
    if (keyMarker.isEmpty()) {
      return all.size();
    }
    int passed = 0;
    boolean reached = false;
    for (Version version : all) {
      int order = ObjectTable.UTF_8_ORDER.compare(version.key(), keyMarker.get());
      if (order > 0 || (order == 0 && reached)) {
        break;
      }
      // Without a version marker, all versions of the key were listed.
      reached = order == 0 && versionMarker.filter(id -> id.equals(version.id())).isPresent();
      passed++;
    }
    return all.size() - passed;
  }
}
