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

run "creates_no_queue_by_default" {
  assert {
    condition     = length(aws_sns_topic.mail_events_queue) + length(aws_sns_topic_policy.mail_events_queue) + length(aws_sns_topic_subscription.mail_events_queue) + length(aws_sqs_queue.mail_events) + length(aws_sqs_queue.mail_events_dead_letters) + length(aws_sqs_queue_policy.mail_events) + length(aws_sesv2_configuration_set_event_destination.queue) + length(aws_cloudwatch_metric_alarm.mail_events) == 0
    error_message = "A queue that nobody reads would only keep addresses."
  }

  assert {
    condition     = output.mail_events_queue_arn == null && output.mail_events_dead_letter_queue_arn == null && !can(output.application_environment.MAIL_EVENTS_QUEUE_URL)
    error_message = "Nothing to output: ${jsonencode(output.application_environment)}"
  }

  assert {
    condition     = !strcontains(output.application_policy_json, "sqs")
    error_message = output.application_policy_json
  }
}

run "queues_every_event_that_tracks_nobody" {
  variables {
    mail_events_queue = {}
    tags              = { team = "health" }
  }

  override_resource {
    target = aws_sns_topic.mail_events_queue[0]
    values = { arn = "arn:aws:sns:eu-central-1:123456789012:for-the-queue" }
  }

  override_resource {
    target = aws_sqs_queue.mail_events[0]
    values = {
      arn = "arn:aws:sqs:eu-central-1:123456789012:events"
      url = "https://sqs.eu-central-1.amazonaws.com/123456789012/events"
    }
  }

  override_resource {
    target = aws_sqs_queue.mail_events_dead_letters[0]
    values = {
      arn = "arn:aws:sqs:eu-central-1:123456789012:dead"
      url = "https://sqs.eu-central-1.amazonaws.com/123456789012/dead"
    }
  }

  assert {
    condition = (
      aws_sesv2_configuration_set_event_destination.queue[0].event_destination_name != aws_sesv2_configuration_set_event_destination.sns[0].event_destination_name
      && aws_sesv2_configuration_set_event_destination.queue[0].configuration_set_name == "healthmetrics-test"
      && one(aws_sesv2_configuration_set_event_destination.queue[0].event_destination).enabled
      && one(aws_sesv2_configuration_set_event_destination.queue[0].event_destination).matching_event_types == toset(["BOUNCE", "COMPLAINT", "DELIVERY", "DELIVERY_DELAY", "REJECT", "RENDERING_FAILURE", "SEND", "SUBSCRIPTION"])
      && one(one(aws_sesv2_configuration_set_event_destination.queue[0].event_destination).sns_destination).topic_arn == "arn:aws:sns:eu-central-1:123456789012:for-the-queue"
    )
    error_message = "A second destination, for all events but OPEN and CLICK."
  }

  assert {
    condition     = one(aws_sesv2_configuration_set_event_destination.sns[0].event_destination).matching_event_types == toset(["BOUNCE", "COMPLAINT", "REJECT", "RENDERING_FAILURE"]) && output.mail_events_topic_arn == aws_sns_topic.mail_events[0].arn
    error_message = "People's inboxes receive what they received before."
  }

  assert {
    condition = jsondecode(aws_sns_topic_policy.mail_events_queue[0].policy) == {
      Version = "2012-10-17"
      Statement = [
        {
          Sid       = "AllowSesToPublish"
          Effect    = "Allow"
          Principal = { Service = "ses.amazonaws.com" }
          Action    = "sns:Publish"
          Resource  = "arn:aws:sns:eu-central-1:123456789012:for-the-queue"
          Condition = {
            StringEquals = {
              "AWS:SourceAccount" = "123456789012"
              "AWS:SourceArn"     = "arn:aws:ses:eu-central-1:123456789012:configuration-set/mocked"
            }
          }
        },
      ]
    }
    error_message = aws_sns_topic_policy.mail_events_queue[0].policy
  }

  assert {
    condition     = aws_sns_topic_policy.mail_events_queue[0].arn == "arn:aws:sns:eu-central-1:123456789012:for-the-queue"
    error_message = "The policy is that of the topic."
  }

  assert {
    condition = (
      aws_sns_topic_subscription.mail_events_queue[0].topic_arn == "arn:aws:sns:eu-central-1:123456789012:for-the-queue"
      && aws_sns_topic_subscription.mail_events_queue[0].protocol == "sqs"
      && aws_sns_topic_subscription.mail_events_queue[0].endpoint == "arn:aws:sqs:eu-central-1:123456789012:events"
      && aws_sns_topic_subscription.mail_events_queue[0].raw_message_delivery
      && jsondecode(aws_sns_topic_subscription.mail_events_queue[0].redrive_policy) == { deadLetterTargetArn = "arn:aws:sqs:eu-central-1:123456789012:dead" }
    )
    error_message = "The events arrive as SES wrote them; what the queue refuses is kept."
  }

  assert {
    condition = { for key, queue in aws_sqs_queue_policy.mail_events : key => [queue.queue_url, jsondecode(queue.policy)] } == {
      for key, name in { events = "events", dead_letters = "dead" } : key => [
        "https://sqs.eu-central-1.amazonaws.com/123456789012/${name}",
        {
          Version = "2012-10-17"
          Statement = [
            {
              Sid       = "AllowTopicToSend"
              Effect    = "Allow"
              Principal = { Service = "sns.amazonaws.com" }
              Action    = "sqs:SendMessage"
              Resource  = "arn:aws:sqs:eu-central-1:123456789012:${name}"
              Condition = { ArnEquals = { "aws:SourceArn" = "arn:aws:sns:eu-central-1:123456789012:for-the-queue" } }
            },
            {
              Sid       = "DenyPlainHttp"
              Effect    = "Deny"
              Principal = "*"
              Action    = "sqs:*"
              Resource  = "arn:aws:sqs:eu-central-1:123456789012:${name}"
              Condition = { Bool = { "aws:SecureTransport" = "false" } }
            },
          ]
        },
      ]
    }
    error_message = jsonencode(aws_sqs_queue_policy.mail_events)
  }

  assert {
    condition = (
      aws_sqs_queue.mail_events[0].visibility_timeout_seconds == 120
      && aws_sqs_queue.mail_events[0].receive_wait_time_seconds == 20
      && jsondecode(aws_sqs_queue.mail_events[0].redrive_policy) == { deadLetterTargetArn = "arn:aws:sqs:eu-central-1:123456789012:dead", maxReceiveCount = 10 }
    )
    error_message = "A message that cannot be processed does not stay for ever: ${jsonencode(aws_sqs_queue.mail_events[0])}"
  }

  assert {
    condition     = aws_sqs_queue.mail_events[0].message_retention_seconds == 604800 && aws_sqs_queue.mail_events_dead_letters[0].message_retention_seconds == 1209600
    error_message = "Dead letters stay for 14 days, and a message keeps its age when it becomes one."
  }

  assert {
    condition     = alltrue([for queue in concat(aws_sqs_queue.mail_events, aws_sqs_queue.mail_events_dead_letters) : queue.sqs_managed_sse_enabled && queue.kms_master_key_id == null]) && aws_sns_topic.mail_events_queue[0].kms_master_key_id == null
    error_message = "The queues are encrypted with keys of SQS."
  }

  assert {
    condition = { for statement in jsondecode(output.application_policy_json).Statement : statement.Sid => statement if strcontains(statement.Sid, "MailEvents") } == {
      ReadMailEvents = {
        Sid      = "ReadMailEvents"
        Effect   = "Allow"
        Action   = ["sqs:ReceiveMessage", "sqs:DeleteMessage"]
        Resource = "arn:aws:sqs:eu-central-1:123456789012:events"
      }
    }
    error_message = output.application_policy_json
  }

  assert {
    condition     = output.application_environment.MAIL_EVENTS_QUEUE_URL == "https://sqs.eu-central-1.amazonaws.com/123456789012/events"
    error_message = jsonencode(output.application_environment)
  }

  assert {
    condition     = output.mail_events_queue_arn == "arn:aws:sqs:eu-central-1:123456789012:events" && output.mail_events_dead_letter_queue_arn == "arn:aws:sqs:eu-central-1:123456789012:dead"
    error_message = "The outputs name the queues."
  }

  assert {
    condition     = [aws_sns_topic.mail_events_queue[0].name, aws_sqs_queue.mail_events[0].name, aws_sqs_queue.mail_events_dead_letters[0].name] == ["healthmetrics-test-mail-events-queue", "healthmetrics-test-mail-events", "healthmetrics-test-mail-events-dead-letters"]
    error_message = "Names of this environment, and not that of the topic for people."
  }

  assert {
    condition     = alltrue([for tags in concat([aws_sns_topic.mail_events_queue[0].tags, aws_sqs_queue.mail_events[0].tags, aws_sqs_queue.mail_events_dead_letters[0].tags], [for alarm in aws_cloudwatch_metric_alarm.mail_events : alarm.tags]) : tags == tomap({ team = "health" })])
    error_message = "Every resource that supports tags has them."
  }
}

run "encrypts_topic_and_queues_with_a_key_of_your_own" {
  variables {
    mail_events_queue = { kms_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/mine" }
  }

  assert {
    condition = alltrue([
      for key in concat(aws_sns_topic.mail_events_queue[*].kms_master_key_id, aws_sqs_queue.mail_events[*].kms_master_key_id, aws_sqs_queue.mail_events_dead_letters[*].kms_master_key_id) :
      key == "arn:aws:kms:eu-central-1:123456789012:key/mine"
    ])
    error_message = "One key for all that holds addresses."
  }

  assert {
    condition = [for statement in jsondecode(output.application_policy_json).Statement : statement if statement.Sid == "DecryptMailEvents"] == [
      {
        Sid       = "DecryptMailEvents"
        Effect    = "Allow"
        Action    = ["kms:Decrypt"]
        Resource  = "arn:aws:kms:eu-central-1:123456789012:key/mine"
        Condition = { StringEquals = { "kms:ViaService" = "sqs.eu-central-1.amazonaws.com" } }
      },
    ]
    error_message = output.application_policy_json
  }

  assert {
    condition     = aws_sns_topic.mail_events[0].kms_master_key_id == null
    error_message = "The topic for people has a key of its own, or none."
  }
}

run "queues_events_without_the_topic_for_people" {
  variables {
    mail_events       = null
    mail_events_queue = {}
  }

  assert {
    condition     = length(aws_sns_topic.mail_events) + length(aws_sesv2_configuration_set_event_destination.sns) == 0 && length(aws_sesv2_configuration_set_event_destination.queue) == 1
    error_message = "The queue alone."
  }

  assert {
    condition     = aws_sesv2_email_identity_feedback_attributes.this[0].email_forwarding_enabled
    error_message = "The application reads the queue; people still learn of bounces by email."
  }
}

run "warns_of_events_that_nobody_processes" {
  variables {
    mail_events_queue = {}
    alarms            = { topic_arns = ["arn:aws:sns:eu-central-1:123456789012:ops"] }
  }

  assert {
    condition = {
      for kind, alarm in aws_cloudwatch_metric_alarm.mail_events : kind => [alarm.alarm_name, alarm.namespace, alarm.metric_name, alarm.dimensions, alarm.statistic, alarm.period, alarm.evaluation_periods, alarm.threshold, alarm.comparison_operator, alarm.treat_missing_data]
      } == {
      unread       = ["healthmetrics-test-mail-events-unread", "AWS/SQS", "ApproximateAgeOfOldestMessage", tomap({ QueueName = "healthmetrics-test-mail-events" }), "Maximum", 300, 1, 900, "GreaterThanOrEqualToThreshold", "notBreaching"]
      dead-letters = ["healthmetrics-test-mail-events-dead-letters", "AWS/SQS", "ApproximateNumberOfMessagesVisible", tomap({ QueueName = "healthmetrics-test-mail-events-dead-letters" }), "Maximum", 300, 1, 1, "GreaterThanOrEqualToThreshold", "notBreaching"]
    }
    error_message = jsonencode(aws_cloudwatch_metric_alarm.mail_events)
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.mail_events : alarm.alarm_actions == toset(["arn:aws:sns:eu-central-1:123456789012:ops"]) && alarm.ok_actions == alarm.alarm_actions && strcontains(alarm.arn, ":eu-central-1:")])
    error_message = "The topics are notified of an alarm and of its end."
  }
}

run "creates_no_alarm_on_the_queue_when_alarms_are_disabled" {
  variables {
    mail_events_queue = {}
    alarms            = null
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.mail_events) == 0
    error_message = "No alarms."
  }
}
