locals {
  # "Name <address>" or a bare address.
  from_address = try(regex("<([^>]+)>$", var.from_email)[0], var.from_email)

  email_domain     = coalesce(try(regex("identity/(.+)$", var.email_identity.arn)[0], var.email_identity.domain), regex("@(.+)$", local.from_address)[0])
  mail_from_domain = "${var.email_identity.mail_from_subdomain}.${local.email_domain}"

  # The identity's ARN is known before it exists, and also if another environment created it.
  email_identity_arn = coalesce(var.email_identity.arn, "arn:${local.partition}:ses:${local.region}:${local.account_id}:identity/${local.email_domain}")

  make_events_topic = var.mail_events != null && var.mail_events_topic == null
  events_topic_arn = (
    var.mail_events == null ? null
    : local.make_events_topic ? aws_sns_topic.mail_events[0].arn
    : var.mail_events_topic.arn
  )
}

resource "aws_sesv2_configuration_set" "this" {
  configuration_set_name = var.name
  tags                   = var.tags

  delivery_options {
    tls_policy           = "REQUIRE"
    max_delivery_seconds = var.max_delivery_seconds
  }

  reputation_options {
    reputation_metrics_enabled = true
  }

  suppression_options {
    suppressed_reasons = ["BOUNCE", "COMPLAINT"]
  }

  # The identity must never refer to a deleted configuration set: SES would reject every email.
  lifecycle {
    create_before_destroy = true

    precondition {
      condition     = split(":", local.email_identity_arn)[3] == local.region
      error_message = "email_identity.arn must be an identity in ${local.region}: SES sends only in the region in which the identity is verified."
    }
  }
}

resource "aws_sesv2_email_identity" "this" {
  count = var.email_identity.create ? 1 : 0

  email_identity         = local.email_domain
  configuration_set_name = aws_sesv2_configuration_set.this.configuration_set_name
  tags                   = var.tags

  dynamic "dkim_signing_attributes" {
    # SES's own default is 1024 bits.
    for_each = var.email_identity.own_dkim_keys ? [] : ["RSA_2048_BIT"]

    content {
      next_signing_key_length = dkim_signing_attributes.value
    }
  }

  lifecycle {
    postcondition {
      condition     = var.email_identity.own_dkim_keys || length(flatten(self.dkim_signing_attributes[*].tokens)) == 3
      error_message = "SES did not return 3 DKIM tokens for ${local.email_domain}, so the identity signs with keys of your own. Set email_identity.own_dkim_keys = true, and keep the record of your key yourself."
    }
  }
}

resource "aws_sesv2_email_identity_mail_from_attributes" "this" {
  count = var.email_identity.create ? 1 : 0

  email_identity   = aws_sesv2_email_identity.this[0].email_identity
  mail_from_domain = local.mail_from_domain
  # While the record is missing, email without SPF alignment is better than no email.
  behavior_on_mx_failure = "USE_DEFAULT_VALUE"
}

resource "aws_sesv2_email_identity_feedback_attributes" "this" {
  count = var.email_identity.create ? 1 : 0

  email_identity = aws_sesv2_email_identity.this[0].email_identity
  # Each bounce and complaint is reported, as an event or as an email.
  email_forwarding_enabled = (
    var.mail_events == null ? true : length(setsubtract(["BOUNCE", "COMPLAINT"], var.mail_events.types)) > 0
  )

  depends_on = [aws_sesv2_configuration_set_event_destination.sns]
}

resource "aws_sesv2_email_identity" "sandbox_recipient" {
  for_each = var.sandbox_recipients

  email_identity = each.value
  tags           = var.tags
}

# Bounces and complaints as events

resource "aws_sns_topic" "mail_events" {
  # checkov:skip=CKV_AWS_26: SES cannot publish with the key of AWS; mail_events.kms_key_arn names your own.

  count = local.make_events_topic ? 1 : 0

  name              = "${var.name}-mail-events"
  kms_master_key_id = var.mail_events.kms_key_arn
  tags              = var.tags

  lifecycle {
    precondition {
      condition     = var.mail_events.kms_key_arn == null ? true : split(":", var.mail_events.kms_key_arn)[3] == local.region
      error_message = "mail_events.kms_key_arn must be the ARN of a key in the region of the topic, ${local.region}."
    }
  }
}

resource "aws_sns_topic_policy" "mail_events" {
  count = local.make_events_topic ? 1 : 0

  arn = aws_sns_topic.mail_events[0].arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat([
      {
        Sid       = "AllowSesToPublish"
        Effect    = "Allow"
        Principal = { Service = "ses.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = aws_sns_topic.mail_events[0].arn
        Condition = {
          StringEquals = {
            "AWS:SourceAccount" = local.account_id
            "AWS:SourceArn"     = aws_sesv2_configuration_set.this.arn
          }
        }
      },
    ], jsondecode(var.additional_policy_statements.mail_events_topic))
  })
}

resource "aws_sesv2_configuration_set_event_destination" "sns" {
  count = var.mail_events == null ? 0 : 1

  configuration_set_name = aws_sesv2_configuration_set.this.configuration_set_name
  event_destination_name = "sns"

  event_destination {
    enabled              = true
    matching_event_types = sort(var.mail_events.types)

    sns_destination {
      topic_arn = local.events_topic_arn
    }
  }

  # SES publishes a test message when the destination is created.
  depends_on = [aws_sns_topic_policy.mail_events]

  lifecycle {
    precondition {
      condition     = var.mail_events_topic == null ? true : split(":", var.mail_events_topic.arn)[3] == local.region
      error_message = "mail_events_topic.arn must be the ARN of a topic in ${local.region}: SES publishes only to topics in its own region."
    }
  }
}
