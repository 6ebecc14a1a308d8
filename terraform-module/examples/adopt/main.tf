# Takes over what exists instead of creating it anew: a bucket with its pictures, a distribution, a verified
# identity and their DNS records. Remove the import blocks after the first apply.

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
  region = "us-east-1"
}

provider "aws" {
  alias  = "us_east_1"
  region = "us-east-1"
}

locals {
  bucket       = "healthmetrics-uploads-prod"
  domain       = "healthmetrics.example"
  distribution = "E1A2B3C4D5E6F7"
  zone         = "Z0123456789ABCDEFGHIJ"
}

module "healthmetrics_aws" {
  source    = "../.."
  providers = { aws = aws, aws.us_east_1 = aws.us_east_1 }

  name           = "healthmetrics-prod"
  environment    = "production"
  app_url        = "https://healthmetrics.example"
  from_email     = "noreply@healthmetrics.example"
  upload_origins = ["https://healthmetrics.example", "https://www.healthmetrics.example"]
  bucket_name    = local.bucket
  dns            = { zone_id = local.zone }
  dmarc          = { policy = "quarantine", rua = ["dmarc@healthmetrics.example"] }
  role           = { ecs_tasks = true }
}

# The bucket. What the module sets on it and is not imported, such as its policy, replaces what is there.
import {
  to = module.healthmetrics_aws.aws_s3_bucket.uploads
  id = local.bucket
}

import {
  to = module.healthmetrics_aws.aws_s3_bucket_versioning.uploads
  id = local.bucket
}

import {
  to = module.healthmetrics_aws.aws_cloudfront_distribution.this
  id = local.distribution
}

# The identity stays verified: SES keeps its DKIM tokens.
import {
  to = module.healthmetrics_aws.aws_sesv2_email_identity.this[0]
  id = local.domain
}

import {
  to = module.healthmetrics_aws.aws_sesv2_email_identity_mail_from_attributes.this[0]
  id = local.domain
}

import {
  to = module.healthmetrics_aws.aws_route53_record.email["mail_from_mx"]
  id = "${local.zone}_mail.${local.domain}_MX"
}

import {
  to = module.healthmetrics_aws.aws_route53_record.email["mail_from_spf"]
  id = "${local.zone}_mail.${local.domain}_TXT"
}

import {
  to = module.healthmetrics_aws.aws_route53_record.email["dmarc"]
  id = "${local.zone}__dmarc.${local.domain}_TXT"
}
