package com.healthmetrics.aws.testkit.terraform;

import static com.healthmetrics.aws.testkit.terraform.AwsPermission.Policy.ACCOUNT_ERASURE;
import static com.healthmetrics.aws.testkit.terraform.AwsPermission.Policy.APPLICATION;
import static com.healthmetrics.aws.testkit.terraform.AwsPermission.Policy.DIAGNOSIS;
import static com.healthmetrics.aws.testkit.terraform.AwsPermission.Policy.KMS;
import static com.healthmetrics.aws.testkit.terraform.AwsPermission.Policy.MAIL_EVENTS_QUEUE;
import static com.healthmetrics.aws.testkit.terraform.AwsPermission.Policy.SUPPRESSION;
import static com.healthmetrics.aws.testkit.terraform.AwsPermission.Policy.TRACKING_OVERRIDE;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An action that IAM must allow, and the policy of the Terraform module that allows it.
 *
 * <p>Source: AWS Service Authorization Reference, "Amazon S3", "Amazon SES v2", "Amazon SQS" and
 * "AWS KMS"; Amazon S3 User Guide, "Required permissions for Amazon S3 API operations".
 */
record AwsPermission(Policy policy, String action) {
  enum Policy {
    APPLICATION,
    ACCOUNT_ERASURE,
    TRACKING_OVERRIDE,
    SUPPRESSION,
    DIAGNOSIS,
    /** Of the application's own poller: the library does not call SQS. */
    MAIL_EVENTS_QUEUE,
    /** In addition to the application's, if the bucket is encrypted with a KMS key. */
    KMS;

    AwsPermission allows(String action) {
      return new AwsPermission(this, action);
    }

    String inTheContract() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The permissions that each of the application's {@link AwsCalls} needs. */
  static final Map<String, List<AwsPermission>> OF_CALLS =
      Map.ofEntries(
          call("S3Signer signs", APPLICATION.allows("s3:PutObject"), storesEncrypted()),
          // Decrypts too: it requests the checksum.
          call("S3Client.headObject", APPLICATION.allows("s3:GetObject"), readsEncrypted()),
          call("S3Client.getObject", APPLICATION.allows("s3:GetObject"), readsEncrypted()),
          call("S3Client.putObject", APPLICATION.allows("s3:PutObject"), storesEncrypted()),
          call("S3Client.deleteObject", APPLICATION.allows("s3:DeleteObject")),
          call("S3Client.deleteObjects", APPLICATION.allows("s3:DeleteObject")),
          call("S3Client.listObjectsV2", APPLICATION.allows("s3:ListBucket")),
          call("S3Client.listObjectVersions", ACCOUNT_ERASURE.allows("s3:ListBucketVersions")),
          call("ObjectIdentifier.versionId", ACCOUNT_ERASURE.allows("s3:DeleteObjectVersion")),
          call("DeleteObjectRequest.versionId", ACCOUNT_ERASURE.allows("s3:DeleteObjectVersion")),
          call("SesV2Client.sendEmail", APPLICATION.allows("ses:SendEmail")),
          call("SesV2Client.getAccount", APPLICATION.allows("ses:GetAccount")),
          call(
              "SendEmailRequest.configurationOverrides",
              TRACKING_OVERRIDE.allows("ses:ApplyTrackingConfigurationOverrides")),
          call(
              "SesV2Client.getSuppressedDestination",
              SUPPRESSION.allows("ses:GetSuppressedDestination")),
          call(
              "SesV2Client.deleteSuppressedDestination",
              SUPPRESSION.allows("ses:DeleteSuppressedDestination")),
          call("SesClient.sendEmail", APPLICATION.allows("ses:SendEmail")),
          call("SesClient.sendRawEmail", APPLICATION.allows("ses:SendRawEmail")));

  /**
   * The permissions that each of the doctor's own {@link AwsCalls} needs.
   *
   * <p>Source for GetCallerIdentity: AWS Security Token Service API Reference, "GetCallerIdentity".
   */
  static final Map<String, List<AwsPermission>> OF_THE_DOCTOR =
      Map.ofEntries(
          call("SesV2Client.getAccount", DIAGNOSIS.allows("ses:GetAccount")),
          call("SesV2Client.getConfigurationSet", DIAGNOSIS.allows("ses:GetConfigurationSet")),
          call(
              "SesV2Client.getConfigurationSetEventDestinations",
              DIAGNOSIS.allows("ses:GetConfigurationSetEventDestinations")),
          call("SesV2Client.getEmailIdentity", DIAGNOSIS.allows("ses:GetEmailIdentity")),
          // Asks who the caller is, and tries what the bucket must refuse.
          call("SignedRequest signs"));

  /** What the doctor asks for through the library, without the policy of an application. */
  private static final List<AwsPermission> THROUGH_THE_LIBRARY =
      List.of(DIAGNOSIS.allows("ses:GetSuppressedDestination"));

  /** The permissions that a poller of mail events needs, in the application. */
  private static final List<AwsPermission> OF_THE_POLLER =
      List.of(
          MAIL_EVENTS_QUEUE.allows("sqs:ReceiveMessage"),
          MAIL_EVENTS_QUEUE.allows("sqs:DeleteMessage"));

  private static Map.Entry<String, List<AwsPermission>> call(
      String call, AwsPermission... permissions) {
    return Map.entry(call, List.of(permissions));
  }

  private static AwsPermission readsEncrypted() {
    return KMS.allows("kms:Decrypt");
  }

  private static AwsPermission storesEncrypted() {
    return KMS.allows("kms:GenerateDataKey");
  }

  /** The actions of the library's own calls. */
  static Set<String> actionsOfTheLibrary() {
    return OF_CALLS.values().stream()
        .flatMap(List::stream)
        .map(AwsPermission::action)
        .collect(Collectors.toSet());
  }

  /** The actions of all policies. */
  static Set<String> actions() {
    return Stream.of(Policy.values())
        .flatMap(policy -> actions(policy).stream())
        .collect(Collectors.toSet());
  }

  /** The actions of one policy, sorted. */
  static List<String> actions(Policy policy) {
    return Stream.of(
            OF_CALLS.values(),
            OF_THE_DOCTOR.values(),
            List.of(THROUGH_THE_LIBRARY),
            List.of(OF_THE_POLLER))
        .flatMap(Collection::stream)
        .flatMap(List::stream)
        .filter(permission -> permission.policy() == policy)
        .map(AwsPermission::action)
        .distinct()
        .sorted()
        .toList();
  }
}
