package com.healthmetrics.aws.testkit.events;

import com.healthmetrics.aws.testkit.internal.Percent;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The messages that S3 puts into a queue. Source: Amazon S3 User Guide, "Event message structure"
 * and "Granting permissions to publish event notification messages to a destination".
 */
final class EventsOfS3 {
  private EventsOfS3() {}

  /** The message that S3 sends once a notification is configured. */
  static String test(String bucket) {
    return """
        {
          "Service": "Amazon S3",
          "Event": "s3:TestEvent",
          "Time": "2026-11-28T15:57:02.089Z",
          "Bucket": "%s",
          "RequestId": "5582815E1AEA5ADF",
          "HostId": "8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR+YstdA6Knx4Ip8EXAMPLE"
        }
        """
        .formatted(bucket);
  }

  /** A message with records. */
  static String message(String... records) {
    return List.of(records).stream().collect(Collectors.joining(",", "{\"Records\":[", "]}"));
  }

  /** The record of an object that was created. */
  static String created(String bucket, String key) {
    return record("ObjectCreated:Put", bucket, key);
  }

  /** A record of the event structure 2.5, whose key is encoded as in a form. */
  static String record(String eventName, String bucket, String key) {
    return """
        {
          "eventVersion": "2.5",
          "eventSource": "aws:s3",
          "awsRegion": "us-east-1",
          "eventTime": "2026-11-28T15:58:21.482Z",
          "eventName": "%1$s",
          "userIdentity": {"principalId": "AWS:AIDAJDPLRKLG7UEXAMPLE"},
          "requestParameters": {"sourceIPAddress": "203.0.113.7"},
          "responseElements": {
            "x-amz-request-id": "C3D13FE58DE4C810",
            "x-amz-id-2": "FMyUVURIY8/IgAtTv8xRjskZQpcIZ9KG4V5Wp6S7S/JRWeUWerMUE5JgHvANOjpD"
          },
          "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "pending-uploads",
            "bucket": {
              "name": "%2$s",
              "ownerIdentity": {"principalId": "A3NL1KOZZKExample"},
              "arn": "arn:aws:s3:::%2$s"
            },
            "object": {
              "key": "%3$s",
              "size": 8,
              "eTag": "d41d8cd98f00b204e9800998ecf8427e",
              "versionId": "096fKKXTRTtl3on89fVO.nfljtsv6qko",
              "sequencer": "0055AED6DCD90281E5"
            }
          }
        }
        """
        .formatted(eventName, bucket, formEncoded(key));
  }

  /** A space is a plus sign, and slashes stay. */
  private static String formEncoded(String key) {
    return Percent.encodePath(key).replace("%20", "+");
  }
}
