package com.healthmetrics.aws.testkit.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.Sweep;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Inputs that only the account or its region shows to be invalid are rejected before anything is
 * created.
 */
@Sweep("inputs that the Terraform module rejects in a region")
@Tag("terraform")
class PreconditionsTest {
  private static final List<InputCase> CASES =
      InputCase.table(
          """
          KMS key in another region    | kms_key = { arn = "arn:aws:kms:us-east-1:123456789012:key/mine" } | kms_key.arn must be the ARN of a key in the bucket's region, eu-central-1.
          key of mail events in another region | mail_events = { kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/mine" } | mail_events.kms_key_arn must be the ARN of a key in the region of the topic, eu-central-1.
          key of the queue in another region | mail_events_queue = { kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/mine" } | mail_events_queue.kms_key_arn must be the ARN of a key in the region of the queue, eu-central-1.
          logs of the bucket in itself | bucket_name = "pictures" ; access_logs = { bucket = "pictures" } | access_logs.bucket must not be the bucket of the pictures
          too many prefixes            | private_prefixes = [for i in range(60) : "photos-${i}/"] | public_prefixes, private_prefixes and sandbox_recipients are too many
          too many OIDC subjects       | role = { oidc = [{ provider_arn = "arn:aws:iam::123456789012:oidc-provider/a", subjects = [for i in range(100) : "repo:example/application-${i}:environment:production"] }] } | role.oidc has too many
          certificate for 65 characters | cdn_domain = { name = "${join("", [for i in range(53) : "a"])}.example.com" } | cdn_domain.name must have at most 64 characters
          partition without CloudFront | providers = { aws = aws.us_gov, aws.us_east_1 = aws.us_east_1 } | CloudFront's distributions exist in the partition aws, not in aws-us-gov:
          mail events in another region | mail_events_topic = { arn = "arn:aws:sns:us-east-1:123456789012:mine" } | mail_events_topic.arn must be the ARN of a topic in eu-central-1:
          identity in another region   | email_identity = { create = false, arn = "arn:aws:ses:eu-west-1:999999999999:identity/example.com" } | email_identity.arn must be an identity in eu-central-1:
          alarms in another region     | alarms = { topic_arns = ["arn:aws:sns:us-east-1:123456789012:ops"] } | alarms.topic_arns must be ARNs of topics in eu-central-1:
          another region as us-east-1  | providers = { aws = aws, aws.us_east_1 = aws } | providers must set aws.us_east_1 to a provider for us-east-1, not eu-central-1:
          """);

  private static List<Diagnostic> diagnostics;

  @BeforeAll
  static void callTheModule(@TempDir Path folder) throws IOException {
    diagnostics =
        MockedPlan.of(CASES, folder, "which inputs the Terraform module rejects in a region")
            .diagnostics();
  }

  @TestFactory
  Stream<DynamicTest> reject() {
    return CASES.stream()
        .map(
            input ->
                DynamicTest.dynamicTest(
                    input.what(),
                    () ->
                        assertThat(diagnostics)
                            .extracting(Diagnostic::detail)
                            .anyMatch(detail -> detail.startsWith(input.message()))));
  }

  @Test
  void rejectNothingElse() {
    assertThat(diagnostics)
        .allMatch(it -> CASES.stream().anyMatch(input -> it.detail().startsWith(input.message())));
  }

  /** A rule that no case violates is untested. */
  @Test
  void areAllViolated() {
    List<HclBlock> rules =
        ModuleFolder.blocks().stream()
            .flatMap(block -> block.blocks("lifecycle").stream())
            .flatMap(lifecycle -> lifecycle.blocks("precondition").stream())
            .toList();

    assertThat(rules).isNotEmpty();
    assertThat(rules)
        .filteredOn(rule -> diagnostics.stream().noneMatch(it -> isAbout(rule, it)))
        .isEmpty();
  }

  /** The condition is the first line of the block. */
  private static boolean isAbout(HclBlock rule, Diagnostic diagnostic) {
    return diagnostic.line() == rule.line() + 1
        && Path.of(diagnostic.file()).endsWith(rule.file().getFileName());
  }
}
