# Production and staging in one account and on one domain: this folder and ../staging. Each has a state of its own, such
# as key = "healthmetrics/production.tfstate" in the backend "s3" of the module's README.
#
# Production is applied first and destroyed last: it owns what exists once, which is the identity of the domain with its
# records, the DMARC record, and the alarms on the account.

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

data "aws_route53_zone" "this" {
  name = "example.com"
}

resource "aws_sns_topic" "operations" {
  name = "healthmetrics-production-operations"
}

# CloudFront's metrics are in us-east-1, and an alarm notifies only topics in its own region.
resource "aws_sns_topic" "operations_us_east_1" {
  provider = aws.us_east_1

  name = "healthmetrics-production-operations"
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

module "healthmetrics_aws" {
  source    = "../../.." # in your repository: "git::https://HOST/ORG/REPOSITORY.git//terraform-module?ref=vX.Y.Z"
  providers = { aws = aws, aws.us_east_1 = aws.us_east_1 }

  # Every resource is named after it.
  name        = "healthmetrics-production"
  environment = "production"
  app_url     = "https://app.example.com"
  from_email  = "HealthMetrics <noreply@example.com>"
  cdn_domain  = { name = "cdn.example.com" }
  dns         = { zone_id = data.aws_route53_zone.this.zone_id }
  dmarc       = { policy = "none", rua = ["dmarc@example.com"] }
  role        = { ecs_tasks = true }

  alarms = {
    topic_arns           = [aws_sns_topic.operations.arn]
    us_east_1_topic_arns = [aws_sns_topic.operations_us_east_1.arn]
    account              = true # staging's bounces count, too
  }
}

output "healthmetrics_aws" {
  value = module.healthmetrics_aws
}
