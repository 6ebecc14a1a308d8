# A first plan does not show the application's policy, so the README does.

mock_provider "aws" {
  source = "./tests/mocks"
}

mock_provider "aws" {
  alias  = "us_east_1"
  source = "./tests/mocks/us-east-1"
}

run "shows_the_policy_that_the_module_creates" {
  variables {
    name        = "healthmetrics-prod"
    environment = "production"
    app_url     = "https://app.example.com"
    from_email  = "HealthMetrics <noreply@example.com>"
  }

  override_resource {
    target = aws_s3_bucket.uploads
    values = { arn = "arn:aws:s3:::healthmetrics-prod-uploads-123456789012" }
  }

  override_resource {
    target = aws_sesv2_configuration_set.this
    values = { arn = "arn:aws:ses:eu-central-1:123456789012:configuration-set/healthmetrics-prod" }
  }

  assert {
    condition     = aws_s3_bucket.uploads.bucket == "healthmetrics-prod-uploads-123456789012" && aws_sesv2_configuration_set.this.configuration_set_name == "healthmetrics-prod"
    error_message = "The names in the README's ARNs."
  }

  assert {
    condition     = jsondecode(output.application_policy_json) == jsondecode(regex("(?s)```json\n(.*?)```", file("README.md"))[0])
    error_message = output.application_policy_json
  }
}
