# Everything that the module accepts from outside is created here, so that it is unknown at plan time.

terraform {
  required_providers {
    aws = {
      source                = "hashicorp/aws"
      configuration_aliases = [aws.us_east_1]
    }
  }
}

variable "name" {
  type = string
}

variable "environment" {
  type = string
}

variable "app_url" {
  type = string
}

variable "from_email" {
  type = string
}

resource "aws_route53_zone" "this" {
  name = "example.com"
}

resource "aws_kms_key" "this" {}

resource "aws_sns_topic" "this" {}

resource "aws_s3_bucket" "logs" {}

resource "aws_iam_role" "task" {
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [] })
}

resource "aws_acm_certificate" "this" {
  provider = aws.us_east_1

  domain_name       = "cdn.example.org"
  validation_method = "DNS"
}

resource "aws_iam_openid_connect_provider" "this" {
  url            = "https://oidc.example.com"
  client_id_list = ["sts.amazonaws.com"]
}

module "this" {
  source = "../.."

  providers = {
    aws           = aws
    aws.us_east_1 = aws.us_east_1
  }

  name              = var.name
  environment       = var.environment
  app_url           = var.app_url
  from_email        = var.from_email
  dns               = { zone_id = aws_route53_zone.this.zone_id }
  dmarc             = { policy = "elsewhere" }
  cdn_domain        = { name = "cdn.example.com" }
  kms_key           = { arn = aws_kms_key.this.arn }
  mail_events_topic = { arn = aws_sns_topic.this.arn }
  alarms            = { topic_arns = [aws_sns_topic.this.arn] }
  access_logs       = { bucket = aws_s3_bucket.logs.bucket }
  attach_to_roles   = { task = aws_iam_role.task.name }

  signed_urls = {
    public_keys = { a = "-----BEGIN PUBLIC KEY-----\n${aws_kms_key.this.key_id}\n-----END PUBLIC KEY-----\n" }
    signing_key = "a"
  }

  role = {
    oidc = [{ provider_arn = aws_iam_openid_connect_provider.this.arn, subjects = ["system:serviceaccount:web:app"] }]
    eks_pod_identity = {
      cluster_arn     = aws_kms_key.this.arn
      namespace       = "web"
      service_account = "app"
    }
    permissions_boundary_arn = aws_iam_role.task.arn
  }
}

module "with_a_certificate" {
  source = "../.."

  providers = {
    aws           = aws
    aws.us_east_1 = aws.us_east_1
  }

  name            = "${var.name}-2"
  environment     = var.environment
  app_url         = var.app_url
  from_email      = var.from_email
  email_identity  = { create = false }
  cdn_domain      = { name = "cdn.example.org" }
  cdn_certificate = { arn = aws_acm_certificate.this.arn }
}
