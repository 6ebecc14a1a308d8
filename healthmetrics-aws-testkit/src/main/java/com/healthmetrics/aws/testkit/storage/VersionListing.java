package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.internal.Query;
import com.healthmetrics.aws.testkit.internal.ServerResponse;
import com.healthmetrics.aws.testkit.internal.XmlWriter;
import com.healthmetrics.aws.testkit.storage.ObjectTable.Version;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** ListObjectVersions, without a delimiter. */
final class VersionListing {
  private final S3Settings settings;
  private final ObjectTable objects;

  VersionListing(S3Settings settings, ObjectTable objects) {
    this.settings = settings;
    this.objects = objects;
  }

  ServerResponse of(Query query) {
    ListParameters parameters = ListParameters.of(query);
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
    XmlWriter xml = new XmlWriter().open("ListVersionsResult" + ListParameters.NAMESPACE);
    xml.text("Name", settings.bucket());
    parameters.describe(xml);
    xml.text("KeyMarker", parameters.shown(keyMarker.orElse("")))
        .text("VersionIdMarker", versionMarker.orElse(""))
        .text("IsTruncated", more);
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
        ListParameters.describe(xml, version, version.object().get());
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
