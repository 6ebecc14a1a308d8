package com.healthmetrics.aws.testkit.terraform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A plan in which the module is called once for each case, with the provider mocked.
 *
 * <p>The provider validates inputs, and modules see computed values, only in a plan; and one plan
 * takes seconds, however many calls it contains.
 */
final class MockedPlan {
  private static final String TEST =
      """
      mock_provider "aws" {
        source = "./module/tests/mocks"
      }

      mock_provider "aws" {
        alias  = "us_east_1"
        source = "./module/tests/mocks/us-east-1"
      }

      mock_provider "aws" {
        alias = "us_gov"

        mock_data "aws_partition" {
          defaults = { partition = "aws-us-gov" }
        }

        mock_data "aws_service" {
          defaults = { region = "us-gov-west-1" }
        }
      }

      run "plan" {
        command = plan
      }
      """;

  private static final String REQUIREMENTS =
      """
      terraform {
        required_providers {
          aws = {
            source                = "hashicorp/aws"
            configuration_aliases = [aws.us_east_1, aws.us_gov]
          }
        }
      }
      """;

  private MockedPlan() {}

  /**
   * Plans all cases in an empty folder.
   *
   * @param check what is checked with the plan
   */
  static Terraform.Output of(List<InputCase> cases, Path folder, String check) throws IOException {
    Terraform terraform = Terraform.forChecking(check).withProvider();
    ModuleFolder.copyTo(folder.resolve("module"));
    Files.writeString(folder.resolve("requirements.tf"), REQUIREMENTS);
    Files.writeString(folder.resolve("plan.tftest.hcl"), TEST);
    InputCase.writeCalls(
        folder, cases, Map.of("providers", "{ aws = aws, aws.us_east_1 = aws.us_east_1 }"));
    terraform.init(folder);
    return terraform.run(folder, "test", "-json");
  }
}
