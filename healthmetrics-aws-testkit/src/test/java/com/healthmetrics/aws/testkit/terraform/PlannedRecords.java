package com.healthmetrics.aws.testkit.terraform;

import static com.healthmetrics.aws.testkit.terraform.JsonMembers.text;

import com.healthmetrics.aws.testkit.deliverability.DnsRecord;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The records that the module plans for the DNS, with the provider mocked. */
final class PlannedRecords {
  /** Otherwise terraform prints outputs only together with 13 MB of schemas. */
  private static final String TEST =
      """
      mock_provider "aws" {
        source = "./tests/mocks"
      }

      mock_provider "aws" {
        alias  = "us_east_1"
        source = "./tests/mocks/us-east-1"
      }

      run "plan" {
        variables {
          name        = "healthmetrics-test"
          environment = "production"
          app_url     = "https://app.example.com"
          from_email  = "HealthMetrics <noreply@example.com>"
          dmarc       = { policy = "reject" }
        }

        assert {
          condition     = length(output.dns_records) == 0
          error_message = jsonencode(output.dns_records)
        }
      }
      """;

  private PlannedRecords() {}

  /**
   * Plans in an empty folder.
   *
   * @param check what is checked with the records
   */
  static List<DnsRecord> of(Path folder, String check) throws IOException {
    Terraform terraform = Terraform.forChecking(check).withProvider();
    ModuleFolder.copyTo(folder);
    Files.writeString(folder.resolve("planned.tftest.hcl"), TEST);
    terraform.init(folder);
    Terraform.Output output = terraform.run(folder, "test", "-json", "-filter=planned.tftest.hcl");
    String records =
        output.diagnostics().stream()
            .map(Diagnostic::detail)
            .filter(detail -> detail.startsWith("{"))
            .findFirst()
            .orElseThrow(() -> new AssertionError(output.toString()));
    return JsonMembers.read(records).members().values().stream()
        .map(JsonObject.class::cast)
        .map(
            record ->
                new DnsRecord(text(record, "name"), text(record, "type"), text(record, "value")))
        .toList();
  }
}
