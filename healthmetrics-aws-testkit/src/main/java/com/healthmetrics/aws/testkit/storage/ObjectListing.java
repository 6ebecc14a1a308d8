package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.internal.Query;
import com.healthmetrics.aws.testkit.internal.ServerResponse;
import com.healthmetrics.aws.testkit.internal.XmlWriter;
import com.healthmetrics.aws.testkit.storage.ObjectTable.Version;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** ListObjects and ListObjectsV2. */
final class ObjectListing {
  private final S3Settings settings;
  private final ObjectTable objects;

  ObjectListing(S3Settings settings, ObjectTable objects) {
    this.settings = settings;
    this.objects = objects;
  }

  /**
   * An object, or the common prefix of several.
   *
   * @param name the key or the prefix
   * @param object empty for a prefix
   */
  private record Entry(String name, Optional<Version> object) {}

  private record Page(List<Entry> entries, boolean truncated) {
    String last() {
      return entries.get(entries.size() - 1).name();
    }
  }

  /** ListObjects, the first version. */
  ServerResponse first(Query query) {
    ListParameters parameters = ListParameters.of(query);
    String marker = query.first("marker").orElse("");
    Page page = page(parameters, marker);
    XmlWriter xml = begin(parameters, page).text("Marker", parameters.shown(marker));
    // Without a delimiter, clients go on after the last key.
    if (page.truncated() && !parameters.delimiter().isEmpty()) {
      xml.text("NextMarker", parameters.shown(page.last()));
    }
    return end(xml, parameters, page, true);
  }

  /** ListObjectsV2. */
  ServerResponse second(Query query) {
    ListParameters parameters = ListParameters.of(query);
    if (!query.first("list-type").equals(Optional.of("2"))) {
      throw S3Refusal.invalidArgument("Invalid List Type", "list-type must be 2.");
    }
    Optional<String> token = query.first("continuation-token");
    Optional<String> startAfter = query.first("start-after");
    Page page = page(parameters, token.map(ObjectListing::decode).or(() -> startAfter).orElse(""));
    XmlWriter xml =
        begin(parameters, page)
            .text("KeyCount", page.entries().size())
            .text("StartAfter", startAfter.map(parameters::shown))
            .text("ContinuationToken", token);
    if (page.truncated()) {
      xml.text("NextContinuationToken", token(page.last()));
    }
    boolean withOwner = query.first("fetch-owner").filter("true"::equals).isPresent();
    return end(xml, parameters, page, withOwner);
  }

  /** The entries after a key or a common prefix. */
  private Page page(ListParameters parameters, String after) {
    List<Entry> found = new ArrayList<>();
    for (Version version : objects.versions(parameters.prefix())) {
      if (!version.latest() || version.object().isEmpty()) {
        continue;
      }
      Entry entry = entry(version, parameters);
      boolean passed =
          ObjectTable.UTF_8_ORDER.compare(version.key(), after) <= 0 || entry.name().equals(after);
      boolean listed = !found.isEmpty() && found.get(found.size() - 1).name().equals(entry.name());
      if (passed || listed) {
        continue;
      }
      if (found.size() == parameters.maxKeys()) {
        return new Page(found, parameters.maxKeys() > 0);
      }
      found.add(entry);
    }
    return new Page(found, false);
  }

  private static Entry entry(Version version, ListParameters parameters) {
    String key = version.key();
    String delimiter = parameters.delimiter();
    int end = delimiter.isEmpty() ? -1 : key.indexOf(delimiter, parameters.prefix().length());
    return end < 0
        ? new Entry(key, Optional.of(version))
        : new Entry(key.substring(0, end + delimiter.length()), Optional.empty());
  }

  private XmlWriter begin(ListParameters parameters, Page page) {
    XmlWriter xml = new XmlWriter().open("ListBucketResult" + ListParameters.NAMESPACE);
    xml.text("Name", settings.bucket());
    parameters.describe(xml);
    return xml.text("IsTruncated", page.truncated());
  }

  private static ServerResponse end(
      XmlWriter xml, ListParameters parameters, Page page, boolean withOwner) {
    for (Entry entry : page.entries()) {
      if (entry.object().isPresent()) {
        Version version = entry.object().get();
        xml.open("Contents").text("Key", parameters.shown(entry.name()));
        ListParameters.describe(xml, version, version.object().orElseThrow());
        if (withOwner) {
          ListParameters.owner(xml);
        }
        xml.close("Contents");
      } else {
        xml.open("CommonPrefixes")
            .text("Prefix", parameters.shown(entry.name()))
            .close("CommonPrefixes");
      }
    }
    return ServerResponse.of(200)
        .withBody("application/xml", xml.close("ListBucketResult").bytes());
  }

  /** The continuation token of the page after a key or a common prefix. */
  static String token(String name) {
    return Base64.getUrlEncoder()
        .encodeToString(("after:" + name).getBytes(StandardCharsets.UTF_8));
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
}
