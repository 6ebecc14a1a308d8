output "application_environment" {
  description = "Environment variables of the application, under the names that the library reads. They contain no secret: `CLOUDFRONT_PRIVATE_KEY` comes from your secret store, credentials from the role."
  value = merge(
    {
      APP_URL                      = var.app_url
      AWS_REGION                   = local.region
      CLOUDFRONT_URL               = "https://${local.cdn_host}"
      ENVIRONMENT                  = var.environment
      HEALTHMETRICS_MODULE_VERSION = local.module_version
      S3_BUCKET_NAME               = aws_s3_bucket.uploads.bucket
      S3_MAX_PRESIGN_SECONDS       = tostring(var.max_presign_seconds)
      SES_CONFIGURATION_SET        = aws_sesv2_configuration_set.this.configuration_set_name
      SES_FROM_EMAIL               = var.from_email
      SES_REGION                   = local.region
    },
    var.email_identity.arn == null ? {} : {
      SES_IDENTITY_ARN = var.email_identity.arn
    },
    var.mail_events_queue == null ? {} : {
      MAIL_EVENTS_QUEUE_URL = aws_sqs_queue.mail_events[0].url
    },
    var.signed_urls == null ? {} : {
      CLOUDFRONT_KEY_PAIR_ID = aws_cloudfront_public_key.this[var.signed_urls.signing_key].id
    },
  )
}

output "bucket_name" {
  description = "Name of the bucket."
  value       = aws_s3_bucket.uploads.bucket
}

output "bucket_arn" {
  description = "ARN of the bucket."
  value       = aws_s3_bucket.uploads.arn
}

output "kms_key_arn" {
  description = "ARN of the key that encrypts the pictures; null with SSE-S3."
  value       = local.kms_key_arn
}

output "kms_key_policy_statement" {
  description = "Statement, as JSON, that the policy of your own KMS key needs so that the distribution can read the pictures."
  value       = jsonencode(local.kms_distribution_statement)
}

output "cdn_url" {
  description = "Base URL of the distribution."
  value       = "https://${local.cdn_host}"
}

output "distribution_id" {
  description = "ID of the distribution, for example for invalidations."
  value       = aws_cloudfront_distribution.this.id
}

output "distribution_arn" {
  description = "ARN of the distribution."
  value       = aws_cloudfront_distribution.this.arn
}

output "distribution_domain_name" {
  description = "CloudFront domain name of the distribution."
  value       = aws_cloudfront_distribution.this.domain_name
}

output "cloudfront_public_key_ids" {
  description = "ID of each of `signed_urls.public_keys`: the `CLOUDFRONT_KEY_PAIR_ID` that belongs to its private key."
  value       = { for name, key in aws_cloudfront_public_key.this : name => key.id }
}

output "email_identity" {
  description = "Domain of the SES identity, or what the ARN of another account's names."
  value       = local.email_domain
}

output "email_identity_arn" {
  description = "ARN of the SES identity."
  value       = local.email_identity_arn
}

output "email_identity_verified" {
  description = "Whether SES had verified the identity, and would send from it, when Terraform last read it: false right after the first apply. Null if the identity was created elsewhere."
  value       = one(aws_sesv2_email_identity.this[*].verified_for_sending_status)
}

output "configuration_set_name" {
  description = "Name of the SES configuration set."
  value       = aws_sesv2_configuration_set.this.configuration_set_name
}

output "configuration_set_arn" {
  description = "ARN of the SES configuration set."
  value       = aws_sesv2_configuration_set.this.arn
}

output "mail_events_topic_arn" {
  description = "ARN of the SNS topic that receives bounces and complaints; null if events are disabled."
  value       = local.events_topic_arn
}

output "mail_events_queue_arn" {
  description = "ARN of the SQS queue that receives every event; null without `mail_events_queue`."
  value       = one(aws_sqs_queue.mail_events[*].arn)
}

output "mail_events_dead_letter_queue_arn" {
  description = "ARN of the SQS queue with the events that the application could not process; null without `mail_events_queue`."
  value       = one(aws_sqs_queue.mail_events_dead_letters[*].arn)
}

output "application_policy_arn" {
  description = "ARN of the policy that the application needs."
  value       = aws_iam_policy.application.arn
}

output "application_policy_json" {
  description = "The same policy as JSON, for policies managed elsewhere."
  value       = aws_iam_policy.application.policy
}

output "account_erasure_policy_arn" {
  description = "ARN of the policy that `erasePrefix` and `eraseOwner` need."
  value       = aws_iam_policy.account_erasure.arn
}

output "account_erasure_policy_json" {
  description = "The same policy as JSON."
  value       = aws_iam_policy.account_erasure.policy
}

output "suppression_policy_arn" {
  description = "ARN of the policy that `suppressionList()` needs."
  value       = aws_iam_policy.suppression.arn
}

output "suppression_policy_json" {
  description = "The same policy as JSON."
  value       = aws_iam_policy.suppression.policy
}

output "diagnosis_policy_arn" {
  description = "ARN of the read-only policy that the email checks of the library's doctor need."
  value       = aws_iam_policy.diagnosis.arn
}

output "diagnosis_policy_json" {
  description = "The same policy as JSON."
  value       = aws_iam_policy.diagnosis.policy
}

output "role_name" {
  description = "Name of the created role; null without `role`."
  value       = one(aws_iam_role.application[*].name)

  # The role is usable only with its policies.
  depends_on = [aws_iam_role_policy_attachment.application, aws_iam_role_policy_attachment.account_erasure, aws_iam_role_policy_attachment.suppression, aws_iam_role_policy_attachment.diagnosis]
}

output "role_arn" {
  description = "ARN of the created role; null without `role`."
  value       = one(aws_iam_role.application[*].arn)

  depends_on = [aws_iam_role_policy_attachment.application, aws_iam_role_policy_attachment.account_erasure, aws_iam_role_policy_attachment.suppression, aws_iam_role_policy_attachment.diagnosis]
}

output "instance_profile_name" {
  description = "Name of the instance profile; null without `role.ec2`."
  value       = one(aws_iam_instance_profile.application[*].name)
}

output "silent_alarms" {
  description = "Names of the alarms that notify nobody, because `alarms` has no topic in their region."
  value       = local.silent_alarms
}

output "dns_records" {
  description = "All DNS records that the certificate, the distribution and email need, each under a label that the plan knows, for `for_each`: name, type, value and ttl in seconds. With `dns`, they exist in the zone, the distribution's as an alias record; without it, create them."
  value = {
    for label, record in merge(local.certificate_records, local.cdn_records, local.email_records) :
    label => merge(record, { ttl = local.dns_ttl })
  }
}

output "module_version" {
  description = "Version of this module and of the library that it belongs to."
  value       = local.module_version
}
