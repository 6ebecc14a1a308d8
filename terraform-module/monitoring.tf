locals {
  reputation_alarms = var.alarms == null ? {} : {
    bounce    = { metric = "Reputation.BounceRate", threshold = var.alarms.bounce_rate, review = "5 %" }
    complaint = { metric = "Reputation.ComplaintRate", threshold = var.alarms.complaint_rate, review = "0.1 %" }
  }

  # An output and no check, which would warn forever where nobody is to be notified.
  silent_alarms = var.alarms == null ? [] : sort(concat(
    length(var.alarms.topic_arns) > 0 ? [] : [
      for alarm in concat(
        values(aws_cloudwatch_metric_alarm.mail_reputation),
        values(aws_cloudwatch_metric_alarm.account_reputation),
        values(aws_cloudwatch_metric_alarm.mail_events),
      ) : alarm.alarm_name
    ],
    length(var.alarms.us_east_1_topic_arns) > 0 ? [] : aws_cloudwatch_metric_alarm.cdn_errors[*].alarm_name,
  ))
}

# Per configuration set, so that the alarm names the environment.
resource "aws_cloudwatch_metric_alarm" "mail_reputation" {
  for_each = local.reputation_alarms

  alarm_name          = "${var.name}-mail-${each.key}-rate"
  alarm_description   = "Too many emails of ${var.name} result in a ${each.key}. At ${each.value.review}, AWS reviews the account and may pause its sending."
  namespace           = "AWS/SES"
  metric_name         = each.value.metric
  dimensions          = { "ses:configuration-set" = aws_sesv2_configuration_set.this.configuration_set_name }
  statistic           = "Maximum"
  period              = 900
  evaluation_periods  = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = each.value.threshold
  # SES reports only while emails are sent; missing data says nothing about the rate.
  treat_missing_data = "ignore"
  alarm_actions      = var.alarms.topic_arns
  ok_actions         = var.alarms.topic_arns
  tags               = var.tags

  lifecycle {
    precondition {
      condition     = alltrue([for arn in var.alarms.topic_arns : split(":", arn)[3] == local.region])
      error_message = "alarms.topic_arns must be ARNs of topics in ${local.region}: an alarm notifies only topics in its own region."
    }
  }
}

# AWS reviews the account, not the configuration set; the metrics without a dimension are the account's.
resource "aws_cloudwatch_metric_alarm" "account_reputation" {
  for_each = anytrue(var.alarms[*].account) ? local.reputation_alarms : {}

  alarm_name          = "${var.name}-account-mail-${each.key}-rate"
  alarm_description   = "Too many emails of the account result in a ${each.key}. At ${each.value.review}, AWS reviews the account and may pause its sending."
  namespace           = "AWS/SES"
  metric_name         = each.value.metric
  statistic           = "Maximum"
  period              = 900
  evaluation_periods  = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = each.value.threshold
  treat_missing_data  = "ignore"
  alarm_actions       = var.alarms.topic_arns
  ok_actions          = var.alarms.topic_arns
  tags                = var.tags
}

# Events that nobody reads settle nothing, and are gone a week later.
resource "aws_cloudwatch_metric_alarm" "mail_events" {
  for_each = var.alarms == null || var.mail_events_queue == null ? {} : {
    unread = {
      queue       = aws_sqs_queue.mail_events[0].name
      metric      = "ApproximateAgeOfOldestMessage"
      threshold   = 900
      description = "The application of ${var.name} has not processed an event of an email for 15 minutes. Check that it reads the queue."
    }
    "dead-letters" = {
      queue       = aws_sqs_queue.mail_events_dead_letters[0].name
      metric      = "ApproximateNumberOfMessagesVisible"
      threshold   = 1
      description = "The application of ${var.name} could not process an event of an email. Find out why, then start a redrive."
    }
  }

  alarm_name          = "${var.name}-mail-events-${each.key}"
  alarm_description   = each.value.description
  namespace           = "AWS/SQS"
  metric_name         = each.value.metric
  dimensions          = { QueueName = each.value.queue }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = each.value.threshold
  # SQS reports nothing for a queue that was idle for 6 hours.
  treat_missing_data = "notBreaching"
  alarm_actions      = var.alarms.topic_arns
  ok_actions         = var.alarms.topic_arns
  tags               = var.tags
}

resource "aws_cloudwatch_metric_alarm" "cdn_errors" {
  count    = var.alarms == null ? 0 : 1
  provider = aws.us_east_1

  alarm_name          = "${var.name}-cdn-5xx-rate"
  alarm_description   = "The distribution of ${var.name} returns server errors."
  namespace           = "AWS/CloudFront"
  metric_name         = "5xxErrorRate"
  dimensions          = { DistributionId = aws_cloudfront_distribution.this.id, Region = "Global" }
  statistic           = "Average"
  period              = 300
  evaluation_periods  = 3
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = var.alarms.cdn_5xx_percent
  # No requests.
  treat_missing_data = "notBreaching"
  alarm_actions      = var.alarms.us_east_1_topic_arns
  ok_actions         = var.alarms.us_east_1_topic_arns
  tags               = var.tags
}

resource "aws_budgets_budget" "monthly" {
  count = var.monthly_budget == null ? 0 : 1

  name         = "${var.name}-monthly"
  budget_type  = "COST"
  time_unit    = "MONTHLY"
  limit_amount = tostring(var.monthly_budget.limit_usd)
  limit_unit   = "USD"
  tags         = var.tags

  cost_filter {
    name = "Service"
    values = [
      "Amazon CloudFront",
      "Amazon Simple Email Service",
      "Amazon Simple Storage Service",
    ]
  }

  dynamic "notification" {
    for_each = { ACTUAL = 80, FORECASTED = 100 }

    content {
      notification_type          = notification.key
      comparison_operator        = "GREATER_THAN"
      threshold                  = notification.value
      threshold_type             = "PERCENTAGE"
      subscriber_email_addresses = var.monthly_budget.email_addresses
      subscriber_sns_topic_arns  = var.monthly_budget.topic_arns
    }
  }
}
