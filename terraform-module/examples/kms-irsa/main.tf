# An application on EKS (IRSA), and pictures encrypted with your own KMS key.

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

variable "oidc_provider_arn" {
  description = "ARN of the cluster's IAM OIDC provider."
  type        = string
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_route53_zone" "this" {
  name = "example.com"
}

resource "aws_kms_key" "pictures" {
  description         = "HealthMetrics pictures"
  enable_key_rotation = true
}

# Separate from the key: the policy names the distribution, whose bucket needs the key.
resource "aws_kms_key_policy" "pictures" {
  key_id = aws_kms_key.pictures.key_id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "AllowAccountToAdminister"
        Effect    = "Allow"
        Principal = { AWS = "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:root" }
        Action    = "kms:*"
        Resource  = "*"
      },
      jsondecode(module.healthmetrics_aws.kms_key_policy_statement),
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
  dns         = { zone_id = data.aws_route53_zone.this.zone_id }
  dmarc       = { policy = "none", rua = ["dmarc@example.com"] } # where reports go; "elsewhere" if there is a record
  kms_key     = { arn = aws_kms_key.pictures.arn }

  role = {
    oidc = [
      {
        provider_arn = var.oidc_provider_arn
        subjects     = ["system:serviceaccount:healthmetrics:application"]
      },
    ]
  }
}

output "application_environment" {
  value = module.healthmetrics_aws.application_environment
}

output "service_account_annotation" {
  value = { "eks.amazonaws.com/role-arn" = module.healthmetrics_aws.role_arn }
}
