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

run "warns_before_aws_reviews_the_account" {
  variables {
    alarms = {
      topic_arns           = ["arn:aws:sns:eu-central-1:123456789012:ops"]
      us_east_1_topic_arns = ["arn:aws:sns:us-east-1:123456789012:ops"]
    }
  }

  assert {
    condition = {
      for kind, alarm in aws_cloudwatch_metric_alarm.mail_reputation : kind => [alarm.namespace, alarm.metric_name, alarm.dimensions, alarm.statistic, alarm.period, alarm.evaluation_periods, alarm.threshold, alarm.comparison_operator, alarm.treat_missing_data]
      } == {
      bounce    = ["AWS/SES", "Reputation.BounceRate", tomap({ "ses:configuration-set" = "healthmetrics-test" }), "Maximum", 900, 1, 0.03, "GreaterThanOrEqualToThreshold", "ignore"]
      complaint = ["AWS/SES", "Reputation.ComplaintRate", tomap({ "ses:configuration-set" = "healthmetrics-test" }), "Maximum", 900, 1, 0.0008, "GreaterThanOrEqualToThreshold", "ignore"]
    }
    error_message = "Rates of this configuration set, below AWS's 5 % and 0.1 %."
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.mail_reputation : alarm.alarm_actions == toset(["arn:aws:sns:eu-central-1:123456789012:ops"]) && alarm.ok_actions == alarm.alarm_actions])
    error_message = "The topics are notified of an alarm and of its end."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.cdn_errors[0].namespace == "AWS/CloudFront" && aws_cloudwatch_metric_alarm.cdn_errors[0].metric_name == "5xxErrorRate" && aws_cloudwatch_metric_alarm.cdn_errors[0].dimensions == tomap({ DistributionId = "E1A2B3C4D5E6F7", Region = "Global" }) && aws_cloudwatch_metric_alarm.cdn_errors[0].statistic == "Average" && aws_cloudwatch_metric_alarm.cdn_errors[0].period == 300 && aws_cloudwatch_metric_alarm.cdn_errors[0].evaluation_periods == 3 && aws_cloudwatch_metric_alarm.cdn_errors[0].threshold == 5 && aws_cloudwatch_metric_alarm.cdn_errors[0].treat_missing_data == "notBreaching"
    error_message = "The alarm is for this distribution."
  }

  assert {
    condition     = strcontains(aws_cloudwatch_metric_alarm.cdn_errors[0].arn, ":us-east-1:") && alltrue([for alarm in aws_cloudwatch_metric_alarm.mail_reputation : strcontains(alarm.arn, ":eu-central-1:")])
    error_message = "Each alarm is in the region of its metric."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.cdn_errors[0].alarm_actions == toset(["arn:aws:sns:us-east-1:123456789012:ops"]) && aws_cloudwatch_metric_alarm.cdn_errors[0].ok_actions == toset(["arn:aws:sns:us-east-1:123456789012:ops"])
    error_message = "An alarm notifies only topics in its own region."
  }

  assert {
    condition     = length(output.silent_alarms) == 0
    error_message = "Each alarm has a topic."
  }
}

run "names_the_alarms_that_notify_nobody" {
  variables {
    alarms            = { us_east_1_topic_arns = ["arn:aws:sns:us-east-1:123456789012:ops"], account = true }
    mail_events_queue = {}
  }

  assert {
    condition = output.silent_alarms == tolist([
      "healthmetrics-test-account-mail-bounce-rate", "healthmetrics-test-account-mail-complaint-rate",
      "healthmetrics-test-mail-bounce-rate", "healthmetrics-test-mail-complaint-rate",
      "healthmetrics-test-mail-events-dead-letters", "healthmetrics-test-mail-events-unread",
    ])
    error_message = "All but that on CloudFront: ${jsonencode(output.silent_alarms)}"
  }
}

run "creates_alarms_without_topics_and_no_budget_by_default" {
  assert {
    condition     = length(aws_cloudwatch_metric_alarm.mail_reputation) == 2 && length(aws_cloudwatch_metric_alarm.account_reputation) == 0 && length(aws_cloudwatch_metric_alarm.cdn_errors) == 1 && length(aws_budgets_budget.monthly) == 0
    error_message = "Three alarms."
  }

  assert {
    condition     = alltrue([for alarm in concat(values(aws_cloudwatch_metric_alarm.mail_reputation), aws_cloudwatch_metric_alarm.cdn_errors) : length(alarm.alarm_actions) == 0])
    error_message = "No topic is required."
  }

  assert {
    condition     = output.silent_alarms == tolist(["healthmetrics-test-cdn-5xx-rate", "healthmetrics-test-mail-bounce-rate", "healthmetrics-test-mail-complaint-rate"])
    error_message = "Whoever applies must see that nobody is notified: ${jsonencode(output.silent_alarms)}"
  }
}

run "creates_no_alarms_when_disabled_and_a_budget_on_request" {
  variables {
    alarms         = null
    monthly_budget = { limit_usd = 25.5, email_addresses = ["ops@example.com"], topic_arns = ["arn:aws:sns:eu-central-1:123456789012:ops"] }
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.mail_reputation) + length(aws_cloudwatch_metric_alarm.cdn_errors) == 0
    error_message = "No alarms."
  }

  assert {
    condition     = length(output.silent_alarms) == 0
    error_message = "An alarm that does not exist is not silent."
  }

  assert {
    condition     = aws_budgets_budget.monthly[0].limit_amount == "25.5" && aws_budgets_budget.monthly[0].limit_unit == "USD" && aws_budgets_budget.monthly[0].budget_type == "COST" && aws_budgets_budget.monthly[0].time_unit == "MONTHLY"
    error_message = "US dollars a month."
  }

  assert {
    condition     = one(aws_budgets_budget.monthly[0].cost_filter).name == "Service" && one(aws_budgets_budget.monthly[0].cost_filter).values == tolist(["Amazon CloudFront", "Amazon Simple Email Service", "Amazon Simple Storage Service"])
    error_message = "Only the three services."
  }

  assert {
    condition     = { for notification in aws_budgets_budget.monthly[0].notification : notification.notification_type => [notification.threshold, notification.threshold_type, notification.comparison_operator] } == { ACTUAL = [80, "PERCENTAGE", "GREATER_THAN"], FORECASTED = [100, "PERCENTAGE", "GREATER_THAN"] }
    error_message = "Early enough to act."
  }

  assert {
    condition     = alltrue([for notification in aws_budgets_budget.monthly[0].notification : notification.subscriber_email_addresses == toset(["ops@example.com"]) && notification.subscriber_sns_topic_arns == toset(["arn:aws:sns:eu-central-1:123456789012:ops"])])
    error_message = "Every given recipient."
  }
}

run "applies_given_thresholds" {
  variables {
    alarms = { bounce_rate = 0.02, complaint_rate = 0.0005, cdn_5xx_percent = 1 }
  }

  assert {
    condition     = { for kind, alarm in aws_cloudwatch_metric_alarm.mail_reputation : kind => alarm.threshold } == { bounce = 0.02, complaint = 0.0005 } && aws_cloudwatch_metric_alarm.cdn_errors[0].threshold == 1
    error_message = "The given thresholds."
  }
}

run "adds_alarms_on_the_account_on_request" {
  variables {
    alarms = { account = true, topic_arns = ["arn:aws:sns:eu-central-1:123456789012:ops"] }
  }

  assert {
    condition = {
      for kind, alarm in aws_cloudwatch_metric_alarm.account_reputation : kind => [alarm.alarm_name, alarm.namespace, alarm.metric_name, alarm.dimensions == null, alarm.threshold, alarm.treat_missing_data, alarm.alarm_actions]
      } == {
      bounce    = ["healthmetrics-test-account-mail-bounce-rate", "AWS/SES", "Reputation.BounceRate", true, 0.03, "ignore", toset(["arn:aws:sns:eu-central-1:123456789012:ops"])]
      complaint = ["healthmetrics-test-account-mail-complaint-rate", "AWS/SES", "Reputation.ComplaintRate", true, 0.0008, "ignore", toset(["arn:aws:sns:eu-central-1:123456789012:ops"])]
    }
    error_message = "The rates of the account have no dimension: ${jsonencode(aws_cloudwatch_metric_alarm.account_reputation)}"
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.mail_reputation) == 2
    error_message = "The alarms of the environment stay."
  }
}
