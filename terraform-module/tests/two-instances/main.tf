# Two environments in one account and on one domain.

terraform {
  required_providers {
    aws = {
      source                = "hashicorp/aws"
      configuration_aliases = [aws.us_east_1]
    }
  }
}

variable "app_url" {
  type = string
}

variable "from_email" {
  type = string
}

locals {
  public_key = file("${path.module}/../keys/first.pem")
}

module "prod" {
  source = "../.."

  providers = {
    aws           = aws
    aws.us_east_1 = aws.us_east_1
  }

  name           = "healthmetrics-prod"
  environment    = "production"
  app_url        = var.app_url
  from_email     = var.from_email
  create_kms_key = true
  signed_urls    = { public_keys = { a = local.public_key }, signing_key = "a" }
  role           = { ec2 = true }
  monthly_budget = { limit_usd = 10, email_addresses = ["ops@example.com"] }
}

module "staging" {
  source = "../.."

  providers = {
    aws           = aws
    aws.us_east_1 = aws.us_east_1
  }

  name           = "healthmetrics-staging"
  environment    = "staging"
  app_url        = var.app_url
  from_email     = var.from_email
  email_identity = { create = false }
  create_kms_key = true
  signed_urls    = { public_keys = { a = local.public_key }, signing_key = "a" }
  role           = { ec2 = true }
  monthly_budget = { limit_usd = 10, email_addresses = ["ops@example.com"] }
}

output "prod" {
  value = module.prod
}

output "staging" {
  value = module.staging
}
