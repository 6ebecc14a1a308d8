# Staging beside ../production, in the same account and on the same domain. Its state has a key of its own, such as
# "healthmetrics/staging.tfstate": with production's, a plan would replace production.

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

module "healthmetrics_aws" {
  source    = "../../.."
  providers = { aws = aws, aws.us_east_1 = aws.us_east_1 }

  name        = "healthmetrics-staging"
  environment = "staging"
  app_url     = "https://app.staging.example.com"
  cdn_domain  = { name = "cdn.staging.example.com" }
  dns         = { zone_id = data.aws_route53_zone.this.zone_id }
  role        = { ecs_tasks = true }

  # Production owns the identity and its records. With a sender of its own, staging is not permitted to send as production.
  from_email     = "HealthMetrics <noreply@staging.example.com>"
  email_identity = { create = false, domain = "example.com" }
  dmarc          = { policy = "elsewhere" }

  # Disposable, and nobody is woken up.
  force_destroy           = true
  noncurrent_version_days = 1
  expire_after_days       = { "avatars/" = 30, "food-photos/" = 30, "progress-photos/" = 30 }
  alarms                  = null
}

output "healthmetrics_aws" {
  value = module.healthmetrics_aws
}
