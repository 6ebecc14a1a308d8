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

run "outputs_the_environment_of_the_application" {
  variables {
    app_url = "https://app.example.com/app/"
    tags    = { team = "health" }
  }

  assert {
    condition = output.application_environment == {
      APP_URL                      = "https://app.example.com/app/"
      AWS_REGION                   = "eu-central-1"
      CLOUDFRONT_URL               = "https://d111111abcdef8.cloudfront.net"
      ENVIRONMENT                  = "production"
      HEALTHMETRICS_MODULE_VERSION = output.module_version
      S3_BUCKET_NAME               = "healthmetrics-test-uploads-123456789012"
      S3_MAX_PRESIGN_SECONDS       = "900"
      SES_CONFIGURATION_SET        = "healthmetrics-test"
      SES_FROM_EMAIL               = "HealthMetrics <noreply@example.com>"
      SES_REGION                   = "eu-central-1"
    }
    error_message = jsonencode(output.application_environment)
  }

  assert {
    condition = [output.bucket_name, output.bucket_arn, output.distribution_id, output.distribution_arn, output.distribution_domain_name] == [
      "healthmetrics-test-uploads-123456789012", aws_s3_bucket.uploads.arn, aws_cloudfront_distribution.this.id, aws_cloudfront_distribution.this.arn, "d111111abcdef8.cloudfront.net",
    ]
    error_message = "Bucket and distribution."
  }

  assert {
    condition = [output.email_identity, output.email_identity_arn, output.configuration_set_name, output.configuration_set_arn] == [
      "example.com", "arn:aws:ses:eu-central-1:123456789012:identity/example.com", "healthmetrics-test", aws_sesv2_configuration_set.this.arn,
    ]
    error_message = "Identity and configuration set."
  }

  assert {
    condition     = output.email_identity_verified == aws_sesv2_email_identity.this[0].verified_for_sending_status && output.email_identity_verified != null
    error_message = "What SES reports of the identity."
  }

  assert {
    condition     = [output.application_policy_arn, output.account_erasure_policy_arn] == [aws_iam_policy.application.arn, aws_iam_policy.account_erasure.arn] && output.account_erasure_policy_json == aws_iam_policy.account_erasure.policy
    error_message = "Policies."
  }

  assert {
    condition     = output.kms_key_arn == null && length(output.cloudfront_public_key_ids) == 0
    error_message = "What was not requested does not exist."
  }

  assert {
    condition = alltrue([
      for tags in concat(
        [aws_s3_bucket.uploads.tags, aws_cloudfront_distribution.this.tags, aws_sesv2_configuration_set.this.tags, aws_sesv2_email_identity.this[0].tags, aws_sns_topic.mail_events[0].tags, aws_iam_policy.application.tags, aws_iam_policy.account_erasure.tags, aws_iam_policy.suppression.tags, aws_iam_policy.diagnosis.tags],
        [for alarm in aws_cloudwatch_metric_alarm.mail_reputation : alarm.tags],
        [aws_cloudwatch_metric_alarm.cdn_errors[0].tags],
      ) : tags == tomap({ team = "health" })
    ])
    error_message = "Every resource that supports tags has them."
  }
}
