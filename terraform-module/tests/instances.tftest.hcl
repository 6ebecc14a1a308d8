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
  from_email  = "noreply@example.com"
}

# Each folder has a state of its own, here as well.
run "production" {
  module {
    source = "./examples/two-environments/production"
  }

  assert {
    condition     = length(output.healthmetrics_aws.silent_alarms) == 0
    error_message = jsonencode(output.healthmetrics_aws.silent_alarms)
  }
}

run "staging_lives_in_the_account_and_on_the_domain_of_production" {
  module {
    source = "./examples/two-environments/staging"
  }

  assert {
    condition = alltrue([
      for name in ["bucket_name", "cdn_url", "configuration_set_name", "role_name"] :
      output.healthmetrics_aws[name] != run.production.healthmetrics_aws[name]
    ])
    error_message = "AWS would reject a second resource with the same name."
  }

  assert {
    # The mocked provider gives every certificate the same record.
    condition = length(setintersection(
      [for label, record in output.healthmetrics_aws.dns_records : record.name if label != "certificate"],
      [for record in run.production.healthmetrics_aws.dns_records : record.name],
    )) == 0
    error_message = "A domain's records are created once: ${jsonencode(output.healthmetrics_aws.dns_records)}"
  }

  assert {
    condition     = output.healthmetrics_aws.email_identity_arn == run.production.healthmetrics_aws.email_identity_arn
    error_message = "Both send from the same identity."
  }

  assert {
    condition     = output.healthmetrics_aws.application_environment.SES_FROM_EMAIL != run.production.healthmetrics_aws.application_environment.SES_FROM_EMAIL
    error_message = "The policy of one environment would permit the sender of the other."
  }
}

run "starts_every_name_that_must_be_unique_with_its_own" {
  variables {
    create_kms_key    = true
    mail_events_queue = {}
    signed_urls       = { public_keys = { a = file("tests/keys/first.pem") }, signing_key = "a" }
    role              = { ec2 = true }
    monthly_budget    = { limit_usd = 10, email_addresses = ["ops@example.com"] }
  }

  assert {
    condition = alltrue([
      for name in concat(
        [
          aws_budgets_budget.monthly[0].name,
          aws_cloudfront_cache_policy.private[0].name,
          aws_cloudfront_cache_policy.this[0].name,
          aws_cloudfront_key_group.this[0].name,
          aws_cloudfront_origin_access_control.this.name,
          aws_cloudfront_response_headers_policy.this.name,
          aws_cloudwatch_metric_alarm.cdn_errors[0].alarm_name,
          aws_iam_instance_profile.application[0].name,
          aws_iam_policy.account_erasure.name,
          aws_iam_policy.application.name,
          aws_iam_policy.diagnosis.name,
          aws_iam_policy.suppression.name,
          aws_iam_role.application[0].name,
          aws_s3_bucket.uploads.bucket,
          aws_sesv2_configuration_set.this.configuration_set_name,
          aws_sns_topic.mail_events[0].name,
          aws_sns_topic.mail_events_queue[0].name,
          aws_sqs_queue.mail_events[0].name,
          aws_sqs_queue.mail_events_dead_letters[0].name,
          trimprefix(aws_kms_alias.uploads[0].name, "alias/"),
        ],
        [for key in aws_cloudfront_public_key.this : key.name],
        [for alarm in aws_cloudwatch_metric_alarm.mail_reputation : alarm.alarm_name],
        [for alarm in aws_cloudwatch_metric_alarm.mail_events : alarm.alarm_name],
      ) : startswith(name, var.name)
    ])
    error_message = "A name that does not start with the environment's collides with the next environment's."
  }
}
