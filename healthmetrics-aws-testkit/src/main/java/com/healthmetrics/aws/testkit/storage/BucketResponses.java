package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.internal.ServerResponse;
import com.healthmetrics.aws.testkit.internal.XmlWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/** What clients ask about the only bucket before they use it. */
final class BucketResponses {
  private static final String US_EAST_1 = "us-east-1";

  private final S3Settings settings;
  private final Instant created;

  BucketResponses(S3Settings settings, Instant created) {
    this.settings = settings;
    this.created = created;
  }

  /** ListBuckets. */
  ServerResponse list() {
    XmlWriter xml =
        new XmlWriter().open("ListAllMyBucketsResult" + ListParameters.NAMESPACE).open("Buckets");
    xml.open("Bucket")
        .text("Name", settings.bucket())
        .text("CreationDate", created.truncatedTo(ChronoUnit.MILLIS))
        .text("BucketRegion", settings.region())
        .close("Bucket")
        .close("Buckets");
    ListParameters.owner(xml);
    return ServerResponse.of(200)
        .withBody("application/xml", xml.close("ListAllMyBucketsResult").bytes());
  }

  /** HeadBucket. */
  ServerResponse head() {
    return ServerResponse.of(200).withHeader("x-amz-bucket-region", settings.region().id());
  }

  /** GetBucketLocation, which is empty for the oldest region. */
  ServerResponse location() {
    String region = settings.region().id();
    XmlWriter xml = new XmlWriter();
    String name = "LocationConstraint";
    xml.open(name + ListParameters.NAMESPACE)
        .text(region.equals(US_EAST_1) ? "" : region)
        .close(name);
    return ServerResponse.of(200).withBody("application/xml", xml.bytes());
  }

  /**
   * CreateBucket of a bucket that exists; S3 API Reference, "CreateBucket", errors. The private ACL
   * is that of every bucket, and rclone sends it.
   */
  ServerResponse create(Map<String, String> sent, byte[] body) {
    Checksums.requireMatching(sent, body);
    if (!sent.getOrDefault(ObjectHeaders.ACL, "private").equals("private")) {
      throw S3Refusal.of(
          400,
          "InvalidBucketAclWithObjectOwnership",
          "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
          "Omit " + ObjectHeaders.ACL + ", the bucket owner owns every object.");
    }
    if (settings.region().id().equals(US_EAST_1)) {
      return ServerResponse.of(200).withHeader("Location", "/" + settings.bucket());
    }
    throw S3Refusal.of(
            409,
            "BucketAlreadyOwnedByYou",
            "Your previous request to create the named bucket succeeded and you already own it.",
            "The bucket exists as long as the server.")
        .with("BucketName", settings.bucket());
  }
}
