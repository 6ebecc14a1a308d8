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

run "verifies_the_domain_of_the_sender" {
  assert {
    condition     = aws_sesv2_email_identity.this[0].email_identity == "example.com" && aws_sesv2_email_identity.this[0].dkim_signing_attributes[0].next_signing_key_length == "RSA_2048_BIT"
    error_message = "DKIM with 2048 bits for the sender's domain."
  }

  assert {
    condition     = aws_sesv2_email_identity.this[0].configuration_set_name == "healthmetrics-test"
    error_message = "Emails without a configuration set use this one."
  }

  assert {
    condition     = aws_sesv2_email_identity_mail_from_attributes.this[0].mail_from_domain == "mail.example.com" && aws_sesv2_email_identity_mail_from_attributes.this[0].behavior_on_mx_failure == "USE_DEFAULT_VALUE"
    error_message = "SPF aligns through the MAIL FROM domain."
  }

  assert {
    condition     = aws_sesv2_configuration_set.this.delivery_options[0].tls_policy == "REQUIRE" && aws_sesv2_configuration_set.this.delivery_options[0].max_delivery_seconds == 3600 && aws_sesv2_configuration_set.this.reputation_options[0].reputation_metrics_enabled && aws_sesv2_configuration_set.this.suppression_options[0].suppressed_reasons == tolist(["BOUNCE", "COMPLAINT"])
    error_message = "TLS, reputation metrics, suppression."
  }

  assert {
    condition     = length(aws_sesv2_email_identity.sandbox_recipient) == 0
    error_message = "No recipients by default."
  }
}

run "publishes_bounces_and_complaints_to_a_topic" {
  assert {
    condition     = jsondecode(aws_sns_topic_policy.mail_events[0].policy).Version == "2012-10-17"
    error_message = "An older policy version has no variables and evaluates some rules differently."
  }

  assert {
    condition = one(aws_sesv2_configuration_set_event_destination.sns[0].event_destination) != null && alltrue([
      one(aws_sesv2_configuration_set_event_destination.sns[0].event_destination).enabled,
      one(aws_sesv2_configuration_set_event_destination.sns[0].event_destination).matching_event_types == toset(["BOUNCE", "COMPLAINT", "REJECT", "RENDERING_FAILURE"]),
      one(one(aws_sesv2_configuration_set_event_destination.sns[0].event_destination).sns_destination).topic_arn == aws_sns_topic.mail_events[0].arn,
    ])
    error_message = "The events that need attention, and none that tracks readers."
  }

  assert {
    condition = jsondecode(aws_sns_topic_policy.mail_events[0].policy).Statement == [
      {
        Sid       = "AllowSesToPublish"
        Effect    = "Allow"
        Principal = { Service = "ses.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = "arn:aws:sns:eu-central-1:123456789012:mocked"
        Condition = {
          StringEquals = {
            "AWS:SourceAccount" = "123456789012"
            "AWS:SourceArn"     = "arn:aws:ses:eu-central-1:123456789012:configuration-set/mocked"
          }
        }
      },
    ]
    error_message = aws_sns_topic_policy.mail_events[0].policy
  }

  assert {
    condition     = aws_sns_topic.mail_events[0].name == "healthmetrics-test-mail-events" && output.mail_events_topic_arn == aws_sns_topic.mail_events[0].arn
    error_message = "The output names the topic to subscribe to."
  }

  assert {
    condition     = !aws_sesv2_email_identity_feedback_attributes.this[0].email_forwarding_enabled
    error_message = "Not twice: events instead of emails."
  }
}

run "forwards_bounces_as_emails_without_events" {
  variables {
    mail_events = null
  }

  assert {
    condition     = length(aws_sns_topic.mail_events) + length(aws_sns_topic_policy.mail_events) + length(aws_sesv2_configuration_set_event_destination.sns) == 0 && output.mail_events_topic_arn == null
    error_message = "No topic."
  }

  assert {
    condition     = aws_sesv2_email_identity_feedback_attributes.this[0].email_forwarding_enabled
    error_message = "Bounces must be reported."
  }
}

run "publishes_to_an_existing_topic" {
  variables {
    mail_events       = { types = ["BOUNCE"] }
    mail_events_topic = { arn = "arn:aws:sns:eu-central-1:123456789012:mine" }
  }

  assert {
    condition     = length(aws_sns_topic.mail_events) + length(aws_sns_topic_policy.mail_events) == 0 && output.mail_events_topic_arn == "arn:aws:sns:eu-central-1:123456789012:mine"
    error_message = "The given topic is unchanged."
  }

  assert {
    condition     = one(aws_sesv2_configuration_set_event_destination.sns[0].event_destination).matching_event_types == toset(["BOUNCE"]) && one(one(aws_sesv2_configuration_set_event_destination.sns[0].event_destination).sns_destination).topic_arn == "arn:aws:sns:eu-central-1:123456789012:mine"
    error_message = "The requested events, to the given topic."
  }

  assert {
    condition     = aws_sesv2_email_identity_feedback_attributes.this[0].email_forwarding_enabled
    error_message = "Complaints are not among the events, so they remain emails."
  }
}

run "applies_the_inputs_of_the_identity" {
  variables {
    from_email         = "noreply@app.example.co.uk"
    email_identity     = { domain = "example.co.uk", mail_from_subdomain = "bounce" }
    mail_events        = { kms_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/mine" }
    sandbox_recipients = ["ada@example.com"]
  }

  assert {
    condition     = aws_sesv2_email_identity.this[0].email_identity == "example.co.uk" && output.email_identity == "example.co.uk" && output.email_identity_arn == "arn:aws:ses:eu-central-1:123456789012:identity/example.co.uk"
    error_message = "The parent domain is verified."
  }

  assert {
    condition     = aws_sesv2_email_identity_mail_from_attributes.this[0].mail_from_domain == "bounce.example.co.uk"
    error_message = "MAIL FROM is below the identity."
  }

  assert {
    condition     = aws_sns_topic.mail_events[0].kms_master_key_id == "arn:aws:kms:eu-central-1:123456789012:key/mine"
    error_message = "The topic is encrypted."
  }

  assert {
    condition     = aws_sesv2_email_identity.sandbox_recipient["ada@example.com"].email_identity == "ada@example.com"
    error_message = "The recipient is verified."
  }
}

run "uses_an_existing_identity" {
  variables {
    email_identity = { create = false }
  }

  assert {
    condition     = output.email_identity_verified == null
    error_message = "The environment that created the identity knows."
  }

  assert {
    condition     = length(aws_sesv2_email_identity.this) + length(aws_sesv2_email_identity_mail_from_attributes.this) + length(aws_sesv2_email_identity_feedback_attributes.this) == 0
    error_message = "The other environment's resources are unchanged."
  }

  assert {
    condition     = output.email_identity_arn == "arn:aws:ses:eu-central-1:123456789012:identity/example.com" && contains(flatten([for statement in jsondecode(output.application_policy_json).Statement : statement.Resource if statement.Sid == "SendMail"]), "arn:aws:ses:eu-central-1:123456789012:identity/example.com")
    error_message = output.application_policy_json
  }

  assert {
    condition     = length(output.dns_records) == 0
    error_message = "Its records exist already."
  }
}

run "uses_an_identity_of_another_account" {
  variables {
    from_email     = "HealthMetrics <noreply@mail.example.com>"
    email_identity = { create = false, arn = "arn:aws:ses:eu-central-1:999999999999:identity/example.com" }
  }

  assert {
    condition     = output.application_environment.SES_IDENTITY_ARN == "arn:aws:ses:eu-central-1:999999999999:identity/example.com" && output.email_identity_arn == "arn:aws:ses:eu-central-1:999999999999:identity/example.com" && output.email_identity == "example.com"
    error_message = "The library passes the ARN on: ${jsonencode(output.application_environment)}"
  }

  assert {
    condition = [for statement in jsondecode(output.application_policy_json).Statement : statement if statement.Sid == "SendMail"] == [
      {
        Sid       = "SendMail"
        Effect    = "Allow"
        Action    = ["ses:SendEmail", "ses:SendRawEmail"]
        Resource  = ["arn:aws:ses:eu-central-1:999999999999:identity/example.com", "arn:aws:ses:eu-central-1:123456789012:configuration-set/mocked"]
        Condition = { StringEquals = { "ses:FromAddress" = "noreply@mail.example.com" } }
      },
    ]
    error_message = output.application_policy_json
  }

  assert {
    condition     = length(aws_sesv2_email_identity.this) + length(aws_sesv2_email_identity_mail_from_attributes.this) + length(output.dns_records) == 0
    error_message = "Identity and records belong to the other account."
  }
}

run "uses_an_address_of_another_account" {
  variables {
    email_identity = { create = false, arn = "arn:aws:ses:eu-central-1:999999999999:identity/noreply@example.com" }
  }

  assert {
    condition     = output.application_environment.SES_IDENTITY_ARN == "arn:aws:ses:eu-central-1:999999999999:identity/noreply@example.com"
    error_message = jsonencode(output.application_environment)
  }
}

run "uses_an_address_with_a_plus_of_another_account" {
  variables {
    from_email     = "HealthMetrics <no+reply@example.com>"
    email_identity = { create = false, arn = "arn:aws:ses:eu-central-1:999999999999:identity/no+reply@example.com" }
  }

  assert {
    condition     = output.application_environment.SES_IDENTITY_ARN == "arn:aws:ses:eu-central-1:999999999999:identity/no+reply@example.com"
    error_message = jsonencode(output.application_environment)
  }
}
