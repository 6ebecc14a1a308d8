mock_provider "aws" {
  source = "./tests/mocks"
}

mock_provider "aws" {
  alias  = "us_east_1"
  source = "./tests/mocks/us-east-1"
}

variables {
  name        = "healthmetrics-test"
  environment = "production"
  app_url     = "https://app.example.com"
  from_email  = "HealthMetrics <noreply@example.com>"
}

run "keeps_what_the_doctor_reads_in_a_policy_of_its_own" {
  assert {
    condition = jsondecode(output.diagnosis_policy_json) == {
      Version = "2012-10-17"
      Statement = [
        {
          Sid      = "ReadSender"
          Effect   = "Allow"
          Action   = ["ses:GetEmailIdentity"]
          Resource = "arn:aws:ses:eu-central-1:123456789012:identity/example.com"
        },
        {
          Sid      = "ReadConfigurationSet"
          Effect   = "Allow"
          Action   = ["ses:GetConfigurationSet", "ses:GetConfigurationSetEventDestinations"]
          Resource = "arn:aws:ses:eu-central-1:123456789012:configuration-set/mocked"
        },
        {
          Sid      = "ReadAccount"
          Effect   = "Allow"
          Action   = ["ses:GetAccount", "ses:GetSuppressedDestination"]
          Resource = "*"
        },
      ]
    }
    error_message = output.diagnosis_policy_json
  }

  assert {
    condition     = alltrue([for action in flatten(jsondecode(output.diagnosis_policy_json).Statement[*].Action) : startswith(action, "ses:Get")])
    error_message = "It is read-only: ${output.diagnosis_policy_json}"
  }

  assert {
    condition     = aws_iam_policy.diagnosis.policy == output.diagnosis_policy_json && output.diagnosis_policy_arn == aws_iam_policy.diagnosis.arn
    error_message = "The output is the created policy."
  }
}
