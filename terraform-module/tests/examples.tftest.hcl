# Many errors in an example appear only when it is planned and applied, not when it is validated.

mock_provider "aws" {
  source = "./tests/mocks"
}

mock_provider "aws" {
  alias  = "us_east_1"
  source = "./tests/mocks/us-east-1"
}

run "minimal" {
  module {
    source = "./examples/minimal"
  }

  assert {
    condition     = output.healthmetrics_aws.application_environment.CLOUDFRONT_URL == "https://d111111abcdef8.cloudfront.net" && output.healthmetrics_aws.role_arn != null
    error_message = jsonencode(output.healthmetrics_aws)
  }
}

run "complete" {
  module {
    source = "./examples/complete"
  }

  assert {
    condition     = output.application_environment.CLOUDFRONT_URL == "https://cdn.example.com" && output.application_environment.CLOUDFRONT_KEY_PAIR_ID != "" && output.application_environment.MAIL_EVENTS_QUEUE_URL != ""
    error_message = jsonencode(output.application_environment)
  }

  assert {
    condition     = aws_s3_bucket_public_access_block.logs.bucket == aws_s3_bucket.logs.id && aws_s3_bucket_public_access_block.logs.block_public_acls && aws_s3_bucket_public_access_block.logs.block_public_policy && aws_s3_bucket_public_access_block.logs.ignore_public_acls && aws_s3_bucket_public_access_block.logs.restrict_public_buckets
    error_message = "The logs contain IP addresses and keys with user IDs."
  }

  assert {
    condition     = aws_cloudwatch_log_delivery_source.cdn.resource_arn == module.healthmetrics_aws.distribution_arn && aws_cloudwatch_log_delivery_source.cdn.log_type == "ACCESS_LOGS" && strcontains(aws_cloudwatch_log_delivery_source.cdn.arn, ":us-east-1:")
    error_message = "The distribution logs who views which picture."
  }

  assert {
    condition     = length(setintersection(aws_cloudwatch_log_delivery.cdn.record_fields, ["cs-uri-query", "cs(Cookie)", "cs(Referer)"])) == 0 && contains(aws_cloudwatch_log_delivery.cdn.record_fields, "cs-uri-stem")
    error_message = "A log must not contain signatures that are still valid."
  }
}

run "external_dns" {
  module {
    source = "./examples/external-dns"
  }

  assert {
    condition     = length(output.dns_records) == 8 && output.application_environment.CLOUDFRONT_URL == "https://d111111abcdef8.cloudfront.net"
    error_message = "Eight records to create, and until then the CloudFront domain name: ${jsonencode(output.dns_records)}"
  }
}

run "kms_irsa" {
  module {
    source = "./examples/kms-irsa"
  }

  variables {
    oidc_provider_arn = "arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/ABC"
  }

  assert {
    condition     = [for statement in jsondecode(aws_kms_key_policy.pictures.policy).Statement : statement.Sid] == ["AllowAccountToAdminister", "AllowDistributionToDecrypt"]
    error_message = aws_kms_key_policy.pictures.policy
  }
}

run "localhost_dev" {
  module {
    source = "./examples/localhost-dev"
  }

  variables {
    developer = "ada"
  }

  assert {
    condition     = strcontains(output.environment_file, "ENVIRONMENT='development'\n") && strcontains(output.environment_file, "SES_FROM_EMAIL='HealthMetrics <noreply@dev.example.com>'\n")
    error_message = output.environment_file
  }
}

# Planned only: what it creates refuses to be destroyed.
run "state_bootstrap" {
  command = plan

  module {
    source = "./examples/state-bootstrap"
  }

  assert {
    condition     = strcontains(output.backend, "bucket       = \"terraform-state-123456789012\"\n") && strcontains(output.backend, "use_lockfile = true\n")
    error_message = output.backend
  }

  assert {
    condition     = aws_s3_bucket_versioning.state.versioning_configuration[0].status == "Enabled" && aws_s3_bucket_public_access_block.state.restrict_public_buckets
    error_message = "A state is restored from a former version, and nobody else reads it."
  }
}
