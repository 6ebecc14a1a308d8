package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.internal.ServerResponse;
import com.healthmetrics.aws.testkit.internal.XmlWriter;
import com.healthmetrics.aws.testkit.storage.DeleteRequest.Target;
import com.healthmetrics.aws.testkit.storage.ObjectTable.Version;
import java.util.Map;
import java.util.Optional;

/** DeleteObject and DeleteObjects. */
final class Deletions {
  private final S3Settings settings;
  private final ObjectTable objects;

  Deletions(S3Settings settings, ObjectTable objects) {
    this.settings = settings;
    this.objects = objects;
  }

  /** The version that a deletion removed, or the delete marker that it created or removed. */
  private record Outcome(Optional<String> versionId, Optional<String> markerId) {}

  private Outcome delete(String key, Optional<String> versionId, Optional<String> ifMatch) {
    if (settings.deniesDelete().test(key)) {
      throw S3Refusal.accessDenied(
          "Access Denied", "This LocalS3 was built with denyDelete() for this key.");
    }
    if (versionId.isEmpty()) {
      return new Outcome(Optional.empty(), objects.delete(key, ifMatch).map(Version::id));
    }
    if (ifMatch.isPresent()) {
      throw S3Refusal.notImplemented(
          "If-Match is not implemented for a version; S3 compares current versions only.");
    }
    Optional<Version> gone = objects.deleteVersion(key, versionId.get());
    return new Outcome(
        versionId, gone.filter(version -> version.object().isEmpty()).map(Version::id));
  }

  /** 204 whether the object exists or not, except with If-Match. */
  ServerResponse one(String key, Optional<String> versionId, Optional<String> ifMatch) {
    Outcome outcome = delete(key, versionId, ifMatch);
    ServerResponse response = ServerResponse.of(204);
    if (outcome.markerId().isPresent()) {
      response = response.withHeader("x-amz-delete-marker", "true");
    }
    Optional<String> shown = outcome.markerId().or(outcome::versionId);
    return shown.isPresent() ? response.withHeader("x-amz-version-id", shown.get()) : response;
  }

  ServerResponse several(Map<String, String> sent, byte[] body) {
    if (!Checksums.hasDigest(sent)) {
      throw S3Refusal.invalidRequest(
          "Missing required header for this request: Content-MD5 OR x-amz-checksum-*",
          "S3 deletes a list of objects only with a digest of the list.");
    }
    Checksums.requireMatching(sent, body);
    DeleteRequest request = DeleteRequest.parse(body);
    XmlWriter xml = new XmlWriter().open("DeleteResult" + ListParameters.NAMESPACE);
    // As on S3, a key that is listed twice appears twice in the response.
    for (Target target : request.objects()) {
      try {
        ObjectTable.requireUsable(target.key());
        Outcome outcome = delete(target.key(), target.versionId(), Optional.empty());
        if (!request.quiet()) {
          deleted(xml, target, outcome);
        }
      } catch (S3Refusal refusal) {
        xml.open("Error").text("Key", target.key()).text("VersionId", target.versionId());
        xml.text("Code", refusal.code()).text("Message", refusal.getMessage()).close("Error");
      }
    }
    return ServerResponse.of(200).withBody("application/xml", xml.close("DeleteResult").bytes());
  }

  private static void deleted(XmlWriter xml, Target target, Outcome outcome) {
    xml.open("Deleted").text("Key", target.key()).text("VersionId", target.versionId());
    if (outcome.markerId().isPresent()) {
      xml.text("DeleteMarker", true).text("DeleteMarkerVersionId", outcome.markerId().get());
    }
    xml.close("Deleted");
  }
}
