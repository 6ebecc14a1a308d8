package com.healthmetrics.aws.testkit.events;

import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadVerification;
import com.healthmetrics.aws.storage.UploadVerifier;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.eventnotifications.s3.model.S3EventNotification;
import software.amazon.awssdk.eventnotifications.s3.model.S3EventNotificationRecord;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;

/** Verifies uploads when S3 reports them, whether or not the browser reports that it is done. */
class UploadEvents {
  private static final Logger LOG = LoggerFactory.getLogger(UploadEvents.class);

  private final SqsClient sqs;
  private final String queueUrl;
  private final String bucket;
  private final UploadPolicy policy;
  private final UploadVerifier verifier;
  private final Pattern pendingKey;

  UploadEvents(
      SqsClient sqs, String queueUrl, String bucket, UploadPolicy policy, UploadVerifier verifier) {
    this.sqs = sqs;
    this.queueUrl = queueUrl;
    this.bucket = bucket;
    this.policy = policy;
    this.verifier = verifier;
    this.pendingKey =
        Pattern.compile(
            "pending/(?<key>%s(?<owner>[^/]+)/[0-9a-f]{32}\\.[a-z]+)"
                .formatted(Pattern.quote(policy.keyPrefix())));
  }

  /** Receives up to ten messages. An upload can be reported more than once. */
  void receive(Consumer<UploadVerification> outcome) {
    for (Message message :
        sqs.receiveMessage(b -> b.queueUrl(queueUrl).maxNumberOfMessages(10)).messages()) {
      try {
        uploads(message).map(this::verify).forEach(outcome);
        sqs.deleteMessage(b -> b.queueUrl(queueUrl).receiptHandle(message.receiptHandle()));
      } catch (RuntimeException e) {
        LOG.warn("not processed; the queue delivers message {} again", message.messageId(), e);
      }
    }
  }

  /** S3's first message, s3:TestEvent, has no records. */
  private Stream<Matcher> uploads(Message message) {
    return Stream.ofNullable(S3EventNotification.fromJson(message.body()).getRecords())
        .flatMap(List::stream)
        .filter(this::isOfThisBucket)
        .map(record -> pendingKey.matcher(record.getS3().getObject().getUrlDecodedKey()))
        .filter(Matcher::matches);
  }

  private boolean isOfThisBucket(S3EventNotificationRecord record) {
    return "aws:s3".equals(record.getEventSource())
        && record.getEventName().startsWith("ObjectCreated:")
        && record.getS3().getBucket().getName().equals(bucket);
  }

  private UploadVerification verify(Matcher upload) {
    return verifier.verify(policy, upload.group("owner"), ObjectKey.of(upload.group("key")));
  }
}
