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

/** The module's validations and the provider accept every valid input, up to each limit. */
@Sweep("inputs that the Terraform module accepts")
@Tag("terraform")
class AcceptedInputsTest {
  private static final List<InputCase> CASES =
      InputCase.table(
          """
          only the required inputs       | name = "healthmetrics-prod"
          name of three characters       | name = "hm1"
          name of 32 characters          | name = "a23456789-123456789-123456789-12"
          environment of one character   | environment = "p"
          environment of 31 characters   | environment = "a23456789-123456789-123456789-1"
          environment development        | environment = "development"
          environment dev-2              | environment = "dev-2"

          app_url with port and path     | app_url = "https://app.example.com:8443/health/v1.2/"
          app_url with a hidden folder   | app_url = "https://app.example.com/.well-known/~me"
          app_url on one label           | app_url = "https://intranet"
          app_url on the last port       | app_url = "https://app.example.com:65535"
          app_url on localhost           | app_url = "http://localhost:3003"
          app_url on 127.0.0.1           | app_url = "http://127.0.0.1:8080/"

          bare from_email                | from_email = "noreply@example.com"
          from_email with every symbol   | from_email = "a.b!#$%&'*+/=?^_`{|}~-@mail.example.co.uk"
          from_email in punycode         | from_email = "Health & Co. <a@xn--bcher-kva.example>"
          from_email with an umlaut      | from_email = "Gesünder leben <a@example.com>"
          from_email with 64 characters before the @ | from_email = "${join("", [for i in range(64) : "a"])}@example.com"

          tags with every symbol         | tags = { "Kosten Stelle:a/b" = "ä 1_2.3:4/5=6+7-8@9" }
          tags at their limits           | tags = { "${join("", [for i in range(128) : "k"])}" = join("", [for i in range(256) : "v"]), a = "" }

          50 tags                        | tags = { for i in range(50) : "t${i}" => "1" }

          bucket_name of 3 characters    | bucket_name = "a-1"
          bucket_name of 63 characters   | bucket_name = join("", [for i in range(63) : "a"])
          bucket_name null               | bucket_name = null

          no public prefix               | public_prefixes = []
          no private prefix              | private_prefixes = []
          prefixes side by side          | public_prefixes = ["a/b/", "a/b.c_d-e/"] ; private_prefixes = ["a/bc/"]

          upload origin of a developer   | upload_origins = ["https://app.example.com", "http://localhost:3003", "http://127.0.0.1:65535"]
          upload origins of web views    | upload_origins = ["capacitor://localhost", "ionic://localhost", "https://localhost"]
          upload origins null            | upload_origins = null

          presigned for 120 seconds      | max_presign_seconds = 120
          presigned for 7 days           | max_presign_seconds = 604800

          created kms key                | create_kms_key = true
          existing kms key               | kms_key = { arn = "arn:aws:kms:eu-central-1:123456789012:key/mrk-1234abcd" }

          expiry after a day             | expire_after_days = { "avatars/" = 1, "food-photos/2026/" = 3650 }
          pending for a day              | pending_upload_days = 1
          pending for 30 days            | pending_upload_days = 30
          prefixes at their limits       | public_prefixes = ["${join("", [for i in range(252) : "a"])}/"] ; private_prefixes = ["b/", "${join("", [for i in range(255) : "c"])}/"] ; expire_after_days = { "b/${join("", [for i in range(245) : "b"])}/" = 1 }
          twelve prefixes                | private_prefixes = [for i in range(11) : "photos-of-kind-${i}/"]
          prefixes like that of pending uploads | public_prefixes = ["pending.avatars/", "avatars/pending/"]
          storage classes                | storage_classes = { "food-photos/" = { storage_class = "INTELLIGENT_TIERING", after_days = 0 }, "avatars/old/" = { storage_class = "STANDARD_IA", after_days = 30 } }
          additional statements          | additional_policy_statements = { bucket = jsonencode([{ Effect = "Deny", Principal = "*", Action = "s3:DeleteBucket", Resource = "*" }, { Effect = "Allow", Principal = { AWS = "arn:aws:iam::123456789012:root", Service = ["logging.s3.amazonaws.com"] }, Action = "s3:GetObject", Resource = "*" }]) }
          deleted after a day            | noncurrent_version_days = 1
          deleted after ten years        | noncurrent_version_days = 3650

          access logs                    | access_logs = { bucket = "our.logs" }
          access logs below a prefix     | access_logs = { bucket = "logs", prefix = "s3/Health_Metrics/" }
          bucket that may be destroyed   | force_destroy = true

          cdn_domain                     | cdn_domain = { name = "cdn.example.com" }
          cdn_domain of 64 characters    | cdn_domain = { name = "${join("", [for i in range(52) : "a"])}.example.com" }
          cdn_domain of 65 characters with a certificate | cdn_domain = { name = "${join("", [for i in range(53) : "a"])}.example.com" } ; cdn_certificate = { arn = "arn:aws:acm:us-east-1:123456789012:certificate/1234abcd" }
          cdn_domain for older devices   | cdn_domain = { name = "cdn.example.com", security_policy = "TLSv1.2_2019" }
          cdn_domain that is validated   | cdn_domain = { name = "cdn.app.example.com", certificate_issued = true }
          cdn_domain with a certificate  | cdn_domain = { name = "cdn.example.com" } ; cdn_certificate = { arn = "arn:aws:acm:us-east-1:123456789012:certificate/1234abcd-12ab-34cd-56ef-1234567890ab" }
          cdn_domain with its zone       | cdn_domain = { name = "cdn.example.com" } ; dns = { zone_id = "Z0123456789ABCDEFGHIJ" } ; dmarc = { policy = "elsewhere" }

          a public key                   | signed_urls = { public_keys = { a = "-----BEGIN PUBLIC KEY-----\\n${join("", [for i in range(124) : "A"])}\\n-----END PUBLIC KEY-----\\n" }, signing_key = "a" }
          a public key of RSA 2048       | signed_urls = { public_keys = { a = "-----BEGIN PUBLIC KEY-----\\n${join("", [for i in range(392) : "A"])}\\n-----END PUBLIC KEY-----" }, signing_key = "a" }
          five public keys               | signed_urls = { public_keys = { for name in ["a", "b", "c", "d", "e_F-1"] : name => "-----BEGIN PUBLIC KEY-----\\n${join("", [for i in range(124) : "A"])}\\n-----END PUBLIC KEY-----" }, signing_key = "e_F-1" }

          price class 100                | price_class = "PriceClass_100"
          price class 200                | price_class = "PriceClass_200"
          price class all                | price_class = "PriceClass_All"
          cached for a minute            | max_cache_seconds = 60
          cached for a year              | max_cache_seconds = 31536000
          existing cache policy          | cache_policy = { id = "658327ea-f89d-4fab-a63d-7e88639e58f6" }
          web ACL                        | web_acl_arn = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/a/1234abcd-12ab-34cd-56ef-1234567890ab"
          whitelist of countries         | geo_restriction = { type = "whitelist", countries = ["DE", "AT"] }
          blacklist of countries         | geo_restriction = { type = "blacklist", countries = ["US"] }

          identity of the parent domain  | email_identity = { domain = "example.com", mail_from_subdomain = "bounce" } ; from_email = "A <a@mail.example.com>"
          identity of the domain itself  | email_identity = { domain = "example.com" }
          identity of another environment | email_identity = { create = false }
          identity of another account    | email_identity = { create = false, arn = "arn:aws:ses:eu-central-1:999999999999:identity/example.com" } ; from_email = "A <a@mail.example.com>"
          address of another account     | email_identity = { create = false, arn = "arn:aws:ses:eu-central-1:999999999999:identity/a@example.com" } ; from_email = "A <a@example.com>"
          identity with its own DKIM keys | email_identity = { own_dkim_keys = true }
          DKIM domain of a region        | email_identity = { dkim_domain = "dkim.eu-south-1.amazonses.com" }

          DMARC none with reports        | dmarc = { policy = "none", rua = ["dmarc+1@example.com", "a@b.example.org"] }
          DMARC quarantine               | dmarc = { policy = "quarantine" }
          DMARC reject                   | dmarc = { policy = "reject" }

          no events                      | mail_events = null
          every event without tracking   | mail_events = { types = ["BOUNCE", "COMPLAINT", "DELIVERY", "DELIVERY_DELAY", "REJECT", "RENDERING_FAILURE", "SEND"], kms_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/mine" }
          events to an existing topic    | mail_events_topic = { arn = "arn:aws:sns:eu-central-1:123456789012:mail_events-1" }
          events to a queue              | mail_events_queue = {}
          events to an encrypted queue alone | mail_events = null ; mail_events_queue = { kms_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/mrk-1234abcd" }
          delivered for 5 minutes        | max_delivery_seconds = 300
          delivered for 14 hours         | max_delivery_seconds = 50400
          sandbox recipients             | sandbox_recipients = ["ada+test@example.com", "bob@example.org"]

          role for ECS tasks             | role = { ecs_tasks = true, account_erasure = true, suppression = true, diagnosis = true }
          role for EC2 of 64 characters  | role = { ec2 = true, name = join("", [for i in range(64) : "a"]), permissions_boundary_arn = "arn:aws:iam::aws:policy/PowerUserAccess" }
          role for GitHub with ids       | role = { oidc = [{ provider_arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com", subjects = ["repo:health@1/app@2:ref:refs/heads/*"] }] }
          role for EKS Pod Identity      | role = { eks_pod_identity = { cluster_arn = "arn:aws:eks:eu-central-1:123456789012:cluster/prod", namespace = "health", service_account = "app" } }
          role for IRSA                  | role = { oidc = [{ provider_arn = "arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/ABCD", subjects = ["system:serviceaccount:health:app", "system:serviceaccount:health:job-*"] }] }
          role for GitHub                | role = { oidc = [{ provider_arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com", subjects = ["repo:health/app:environment:prod", "repo:health/app:*"] }] }
          policies for existing roles    | attach_to_roles = { app = "health+=,.@_-1" } ; attach_erasure_to_roles = { job = "erasure" } ; attach_suppression_to_roles = { support = "support+=,.@_-1" } ; attach_diagnosis_to_roles = { operations = "operations+=,.@_-1" }
          tracking disabled per email    | allow_tracking_override = true

          no alarms                      | alarms = null
          alarms at the highest levels   | alarms = { topic_arns = ["arn:aws:sns:eu-central-1:123456789012:a"], us_east_1_topic_arns = ["arn:aws:sns:us-east-1:123456789012:a"], bounce_rate = 0.0499, complaint_rate = 0.00099, cdn_5xx_percent = 100 }
          alarms on the account          | alarms = { account = true }
          alarms to five topics          | alarms = { topic_arns = [for i in range(5) : "arn:aws:sns:eu-central-1:123456789012:a${i}"], us_east_1_topic_arns = [for i in range(5) : "arn:aws:sns:us-east-1:123456789012:a${i}"] }
          alarms at the lowest levels    | alarms = { bounce_rate = 0.0001, complaint_rate = 0.00001, cdn_5xx_percent = 0.1 }
          budget for a topic and ten addresses | monthly_budget = { limit_usd = 0.5, topic_arns = ["arn:aws:sns:eu-central-1:123456789012:a"], email_addresses = [for i in range(10) : "a${i}@example.com"] }
          """);

  private static Terraform.Output output;

  @BeforeAll
  static void callTheModule(@TempDir Path folder) throws IOException {
    output = MockedPlan.of(CASES, folder, "which inputs the Terraform module accepts");
  }

  @TestFactory
  Stream<DynamicTest> accepts() {
    return CASES.stream()
        .map(
            input ->
                DynamicTest.dynamicTest(
                    input.what(),
                    () ->
                        assertThat(output.diagnostics().stream().filter(input::concerns))
                            .as(input.toString())
                            .isEmpty()));
  }

  /** Without this test, a plan that never ran would pass. */
  @Test
  void plansThemAll() {
    assertThat(output.diagnostics())
        .filteredOn(it -> CASES.stream().noneMatch(input -> input.concerns(it)))
        .isEmpty();
    assertThat(output.stdout()).contains("Success! 1 passed, 0 failed.");
  }
}
