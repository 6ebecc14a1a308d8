# Every feature of the module, for an application on ECS whose domain is in Route 53.

terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7.0"
    }
  }
}

provider "aws" {
  region = "eu-central-1"
}

provider "aws" {
  alias  = "us_east_1"
  region = "us-east-1"
}

locals {
  tags = { application = "healthmetrics", environment = "production" }
}

data "aws_caller_identity" "current" {}

data "aws_route53_zone" "this" {
  name = "example.com"
}

resource "aws_sns_topic" "operations" {
  name = "healthmetrics-operations"
  tags = local.tags
}

# CloudFront's metrics are in us-east-1, and an alarm notifies only topics in its own region.
resource "aws_sns_topic" "operations_us_east_1" {
  provider = aws.us_east_1

  name = "healthmetrics-operations"
  tags = local.tags
}

resource "aws_sns_topic_subscription" "operations" {
  topic_arn = aws_sns_topic.operations.arn
  protocol  = "email"
  endpoint  = "operations@example.com"
}

resource "aws_sns_topic_subscription" "operations_us_east_1" {
  provider = aws.us_east_1

  topic_arn = aws_sns_topic.operations_us_east_1.arn
  protocol  = "email"
  endpoint  = "operations@example.com"
}

# Access logs contain IP addresses and keys with user IDs, so they expire.
resource "aws_s3_bucket" "logs" {
  bucket = "healthmetrics-logs-${data.aws_caller_identity.current.account_id}"
  tags   = local.tags
}

# S3's defaults for new buckets, so that an audit finds them here.
resource "aws_s3_bucket_public_access_block" "logs" {
  bucket = aws_s3_bucket.logs.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

# SSE-S3: log delivery does not write with a KMS key unless the key's policy permits it.
resource "aws_s3_bucket_server_side_encryption_configuration" "logs" {
  bucket = aws_s3_bucket.logs.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "logs" {
  bucket = aws_s3_bucket.logs.id

  rule {
    id     = "old-logs"
    status = "Enabled"
    filter {}

    expiration {
      days = 90
    }
  }
}

resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "AllowS3ToLog"
        Effect    = "Allow"
        Principal = { Service = "logging.s3.amazonaws.com" }
        Action    = "s3:PutObject"
        Resource  = "${aws_s3_bucket.logs.arn}/s3/*"
        Condition = {
          ArnLike      = { "aws:SourceArn" = module.healthmetrics_aws.bucket_arn }
          StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id }
        }
      },
      {
        Sid       = "AllowCloudFrontToLog"
        Effect    = "Allow"
        Principal = { Service = "delivery.logs.amazonaws.com" }
        Action    = "s3:PutObject"
        Resource  = "${aws_s3_bucket.logs.arn}/AWSLogs/${data.aws_caller_identity.current.account_id}/*"
        Condition = {
          ArnLike = { "aws:SourceArn" = aws_cloudwatch_log_delivery_source.cdn.arn }
          StringEquals = {
            "aws:SourceAccount" = data.aws_caller_identity.current.account_id
            "s3:x-amz-acl"      = "bucket-owner-full-control"
          }
        }
      },
    ]
  })
}

# Who viewed which picture: the bucket's own log has only what CloudFront did not have in its cache. Log
# delivery of CloudFront is configured in us-east-1, wherever the logs go.
resource "aws_cloudwatch_log_delivery_source" "cdn" {
  provider = aws.us_east_1

  name         = "healthmetrics-prod-cdn"
  log_type     = "ACCESS_LOGS"
  resource_arn = module.healthmetrics_aws.distribution_arn
}

resource "aws_cloudwatch_log_delivery_destination" "cdn" {
  provider = aws.us_east_1

  name          = "healthmetrics-prod-cdn"
  output_format = "json"

  delivery_destination_configuration {
    destination_resource_arn = aws_s3_bucket.logs.arn
  }
}

resource "aws_cloudwatch_log_delivery" "cdn" {
  provider = aws.us_east_1

  delivery_source_name     = aws_cloudwatch_log_delivery_source.cdn.name
  delivery_destination_arn = aws_cloudwatch_log_delivery_destination.cdn.arn

  # Neither query strings nor cookies: they hold the signatures of private pictures, valid until they expire.
  record_fields = [
    "date",
    "time",
    "c-ip",
    "cs-method",
    "cs(Host)",
    "cs-uri-stem",
    "sc-status",
    "sc-bytes",
    "x-edge-location",
    "x-edge-result-type",
    "x-edge-request-id",
  ]

  depends_on = [aws_s3_bucket_policy.logs]
}

# For the job that erases accounts, separate from the process that serves browsers.
resource "aws_iam_role" "erasure" {
  name = "healthmetrics-erasure"
  tags = local.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { Service = "ecs-tasks.amazonaws.com" }
        Action    = "sts:AssumeRole"
        Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id } }
      },
    ]
  })
}

# For the tool with which the support staff releases suppressed addresses.
resource "aws_iam_role" "support" {
  name = "healthmetrics-support"
  tags = local.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { Service = "ecs-tasks.amazonaws.com" }
        Action    = "sts:AssumeRole"
        Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id } }
      },
    ]
  })
}

module "healthmetrics_aws" {
  source    = "../.."
  providers = { aws = aws, aws.us_east_1 = aws.us_east_1 }

  name        = "healthmetrics-prod"
  environment = "production"
  app_url     = "https://app.example.com"
  from_email  = "HealthMetrics <noreply@example.com>"
  tags        = local.tags

  upload_origins          = ["https://app.example.com", "https://admin.example.com"]
  public_prefixes         = ["avatars/"]
  private_prefixes        = ["food-photos/", "progress-photos/"]
  max_presign_seconds     = 900
  pending_upload_days     = 1
  expire_after_days       = { "food-photos/" = 365 }
  noncurrent_version_days = 30
  access_logs             = { bucket = aws_s3_bucket.logs.id }
  create_kms_key          = true

  cdn_domain  = { name = "cdn.example.com" }
  price_class = "PriceClass_100"
  geo_restriction = {
    type      = "whitelist"
    countries = ["AT", "CH", "DE"]
  }
  # Replace with your own key: the module's README shows how to create a key pair.
  signed_urls = {
    public_keys = { "2026-11" = file("${path.module}/public-key.pem") }
    signing_key = "2026-11"
  }

  dns   = { zone_id = data.aws_route53_zone.this.zone_id }
  dmarc = { policy = "none", rua = ["dmarc@example.com"] }

  mail_events_queue = {}

  role                        = { ecs_tasks = true, diagnosis = true }
  attach_erasure_to_roles     = { job = aws_iam_role.erasure.name }
  attach_suppression_to_roles = { support = aws_iam_role.support.name }
  allow_tracking_override     = true

  alarms = {
    topic_arns           = [aws_sns_topic.operations.arn]
    us_east_1_topic_arns = [aws_sns_topic.operations_us_east_1.arn]
  }
  monthly_budget = {
    limit_usd       = 50
    email_addresses = ["operations@example.com"]
  }
}

# Without a subscription, nobody is notified of bounces and complaints.
resource "aws_sns_topic_subscription" "mail_events" {
  topic_arn = module.healthmetrics_aws.mail_events_topic_arn
  protocol  = "email"
  endpoint  = "operations@example.com"
}

output "application_environment" {
  value = module.healthmetrics_aws.application_environment
}

output "role_arn" {
  value = module.healthmetrics_aws.role_arn
}
