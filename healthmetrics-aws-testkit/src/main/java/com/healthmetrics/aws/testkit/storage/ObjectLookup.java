package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.storage.ObjectTable.Version;
import java.util.Optional;

/** Finds the object that a request reads, or refuses with the reason why there is none. */
final class ObjectLookup {
  private final ObjectTable objects;
  private final boolean listPermission;

  ObjectLookup(S3Settings settings, ObjectTable objects) {
    this.objects = objects;
    this.listPermission = settings.listPermission();
  }

  /** Finds the current object of a key, or a version of it, to read it. */
  StoredObject require(String key, Optional<String> versionId) {
    return require(
        key,
        versionId,
        S3Refusal.of(
                405,
                "MethodNotAllowed",
                "The specified method is not allowed against this resource.",
                "This version of " + key + " is a delete marker.")
            .with("ResourceType", "DeleteMarker"));
  }

  /** Finds the current object of a key, or a version of it, to copy it. */
  StoredObject requireSource(String key, Optional<String> versionId) {
    return require(
        key,
        versionId,
        S3Refusal.invalidRequest(
            "The source of a copy request may not specifically refer to a delete marker by version"
                + " id.",
            "This version of " + key + " is a delete marker."));
  }

  private StoredObject require(String key, Optional<String> versionId, S3Refusal deleteMarker) {
    Optional<Version> version =
        versionId.isPresent() ? objects.version(key, versionId.get()) : objects.latest(key);
    Optional<StoredObject> object = version.flatMap(Version::object);
    if (object.isPresent()) {
      return object.get();
    }
    if (!listPermission) {
      throw S3Refusal.accessDenied(
          "Access Denied",
          "There is no such object. Without s3:ListBucket, S3 returns 403 for it: this LocalS3 was"
              + " built with withoutListPermission().");
    }
    if (versionId.isEmpty()) {
      throw noSuchKey(key, version.isPresent());
    }
    throw version.isPresent() ? deleteMarker : noSuchVersion(key, versionId.get());
  }

  private static S3Refusal noSuchVersion(String key, String versionId) {
    return S3Refusal.of(
            404,
            "NoSuchVersion",
            "The specified version does not exist.",
            "There is no such version of " + key + ".")
        .with("Key", key)
        .with("VersionId", versionId);
  }

  private static S3Refusal noSuchKey(String key, boolean deleted) {
    return S3Refusal.of(
            404,
            "NoSuchKey",
            "The specified key does not exist.",
            deleted
                ? key + " was deleted; read its former versions by their ids."
                : "There is no object at " + key + ".")
        .with("Key", key);
  }

  /** Refuses an id that S3 never assigned to a version. */
  static Optional<String> requireVersionId(Optional<String> id) {
    if (id.filter(String::isEmpty).isPresent()) {
      throw S3Refusal.invalidArgument(
              "Version id cannot be the empty string", "Omit ?versionId, or give an id.")
          .with("ArgumentName", "versionId");
    }
    if (id.filter(text -> !ObjectTable.isVersionId(text)).isPresent()) {
      throw S3Refusal.invalidArgument(
              "Invalid version id specified",
              "The ids of versions are null and those that this LocalS3 returned.")
          .with("ArgumentName", "versionId")
          .with("ArgumentValue", id.get());
    }
    return id;
  }
}
