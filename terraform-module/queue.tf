# Every event of every email, in a queue for the application. People subscribe to the topic in email.tf; this one has
# no other subscriber.

locals {
  # All that SES has, but OPEN and CLICK: a destination for them makes SES rewrite links and add a picture.
  queued_event_types = ["BOUNCE", "COMPLAINT", "DELIVERY", "DELIVERY_DELAY", "REJECT", "RENDERING_FAILURE", "SEND", "SUBSCRIPTION"]

  # The library does not call SQS: these are the calls of the poller in the application.
  mail_events_queue_statements = concat(
    [
      for queue in aws_sqs_queue.mail_events : {
        Sid      = "ReadMailEvents"
        Effect   = "Allow"
        Action   = ["sqs:ReceiveMessage", "sqs:DeleteMessage"]
        Resource = queue.arn
      }
    ],
    [
      for queue in var.mail_events_queue[*] : {
        Sid       = "DecryptMailEvents"
        Effect    = "Allow"
        Action    = ["kms:Decrypt"]
        Resource  = queue.kms_key_arn
        Condition = { StringEquals = { "kms:ViaService" = "sqs.${local.region}.amazonaws.com" } }
      } if queue.kms_key_arn != null
    ],
  )
}

resource "aws_sns_topic" "mail_events_queue" {
  # checkov:skip=CKV_AWS_26: SES cannot publish with the key of AWS; mail_events_queue.kms_key_arn names your own.

  count = var.mail_events_queue == null ? 0 : 1

  name              = "${var.name}-mail-events-queue"
  kms_master_key_id = var.mail_events_queue.kms_key_arn
  tags              = var.tags

  lifecycle {
    precondition {
      condition     = var.mail_events_queue.kms_key_arn == null ? true : split(":", var.mail_events_queue.kms_key_arn)[3] == local.region
      error_message = "mail_events_queue.kms_key_arn must be the ARN of a key in the region of the queue, ${local.region}."
    }
  }
}

resource "aws_sns_topic_policy" "mail_events_queue" {
  count = var.mail_events_queue == null ? 0 : 1

  arn = aws_sns_topic.mail_events_queue[0].arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "AllowSesToPublish"
        Effect    = "Allow"
        Principal = { Service = "ses.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = aws_sns_topic.mail_events_queue[0].arn
        Condition = {
          StringEquals = {
            "AWS:SourceAccount" = local.account_id
            "AWS:SourceArn"     = aws_sesv2_configuration_set.this.arn
          }
        }
      },
    ]
  })
}

resource "aws_sqs_queue" "mail_events" {
  count = var.mail_events_queue == null ? 0 : 1

  name = "${var.name}-mail-events"
  # Ten messages, each a write to the application's store. Ten receives are 20 minutes in which that store may be down.
  visibility_timeout_seconds = 120
  receive_wait_time_seconds  = 20
  # Shorter than that of the dead letters: a message keeps its age when it moves there.
  message_retention_seconds = 604800
  sqs_managed_sse_enabled   = var.mail_events_queue.kms_key_arn == null ? true : null
  kms_master_key_id         = var.mail_events_queue.kms_key_arn
  tags                      = var.tags

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.mail_events_dead_letters[0].arn
    maxReceiveCount     = 10
  })
}

resource "aws_sqs_queue" "mail_events_dead_letters" {
  count = var.mail_events_queue == null ? 0 : 1

  name                      = "${var.name}-mail-events-dead-letters"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = var.mail_events_queue.kms_key_arn == null ? true : null
  kms_master_key_id         = var.mail_events_queue.kms_key_arn
  tags                      = var.tags
}

resource "aws_sqs_queue_policy" "mail_events" {
  # The topic sends to the dead letters itself what the queue refuses.
  for_each = var.mail_events_queue == null ? {} : {
    events       = aws_sqs_queue.mail_events[0]
    dead_letters = aws_sqs_queue.mail_events_dead_letters[0]
  }

  queue_url = each.value.url
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "AllowTopicToSend"
        Effect    = "Allow"
        Principal = { Service = "sns.amazonaws.com" }
        Action    = "sqs:SendMessage"
        Resource  = each.value.arn
        Condition = { ArnEquals = { "aws:SourceArn" = aws_sns_topic.mail_events_queue[0].arn } }
      },
      {
        Sid       = "DenyPlainHttp"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = each.value.arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}

resource "aws_sns_topic_subscription" "mail_events_queue" {
  count = var.mail_events_queue == null ? 0 : 1

  topic_arn            = aws_sns_topic.mail_events_queue[0].arn
  protocol             = "sqs"
  endpoint             = aws_sqs_queue.mail_events[0].arn
  raw_message_delivery = true
  redrive_policy       = jsonencode({ deadLetterTargetArn = aws_sqs_queue.mail_events_dead_letters[0].arn })

  # SNS does not try again what a queue refuses.
  depends_on = [aws_sqs_queue_policy.mail_events]
}

resource "aws_sesv2_configuration_set_event_destination" "queue" {
  count = var.mail_events_queue == null ? 0 : 1

  configuration_set_name = aws_sesv2_configuration_set.this.configuration_set_name
  event_destination_name = "queue"

  event_destination {
    enabled              = true
    matching_event_types = local.queued_event_types

    sns_destination {
      topic_arn = aws_sns_topic.mail_events_queue[0].arn
    }
  }

  # SES publishes a test message when the destination is created; from then on, no event is lost.
  depends_on = [aws_sns_topic_policy.mail_events_queue, aws_sns_topic_subscription.mail_events_queue]
}
