# A real bucket and distribution for a developer's machine: pages on localhost may upload, the
# application logs emails instead of sending them, and everything can be destroyed. Private pictures can
# be uploaded; to view them, add signed_urls as in the example "complete".

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

variable "developer" {
  description = "The developer, in at most 14 lowercase letters, such as ada: the module's name has at most 32 characters."
  type        = string
}

module "healthmetrics_aws" {
  source    = "../.."
  providers = { aws = aws, aws.us_east_1 = aws.us_east_1 }

  name        = "healthmetrics-dev-${var.developer}"
  environment = "development"
  app_url     = "http://localhost:3003"
  from_email  = "HealthMetrics <noreply@dev.example.com>"

  upload_origins          = ["http://localhost:3003", "http://localhost:5173"]
  expire_after_days       = { "avatars/" = 7, "food-photos/" = 7, "progress-photos/" = 7 }
  noncurrent_version_days = 1
  force_destroy           = true

  # Development sends no email, so there are no bounces to report and no domain to verify.
  email_identity = { create = false }
  mail_events    = null
  alarms         = null
}

# Quoted for a shell: terraform output -raw environment_file > dev.env; set -a; . ./dev.env
# Docker's --env-file would keep the quotes.
output "environment_file" {
  value = join("", [
    for name, value in module.healthmetrics_aws.application_environment :
    "${name}='${replace(value, "'", "'\\''")}'\n"
  ])
}

# For the developer's role or permission set.
output "application_policy_arn" {
  value = module.healthmetrics_aws.application_policy_arn
}
