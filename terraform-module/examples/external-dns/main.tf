# A domain whose DNS is not in Route 53: create the records of the output dns_records, then set
# certificate_issued = true and apply again.

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

module "healthmetrics_aws" {
  source    = "../.."
  providers = { aws = aws, aws.us_east_1 = aws.us_east_1 }

  name        = "healthmetrics-prod"
  environment = "production"
  app_url     = "https://app.example.com"
  from_email  = "HealthMetrics <noreply@example.com>"
  dmarc       = { policy = "none", rua = ["dmarc@example.com"] }
  role        = { ec2 = true }

  cdn_domain = {
    name               = "cdn.example.com"
    certificate_issued = false
  }
}

output "dns_records" {
  value = module.healthmetrics_aws.dns_records
}

output "application_environment" {
  value = module.healthmetrics_aws.application_environment
}

output "instance_profile_name" {
  value = module.healthmetrics_aws.instance_profile_name
}
