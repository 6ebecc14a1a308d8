# Bucket, distribution and email of one environment, with its domain in Route 53.

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
  source    = "../.." # in your repository: "git::https://HOST/ORG/REPOSITORY.git//terraform-module?ref=vX.Y.Z"
  providers = { aws = aws, aws.us_east_1 = aws.us_east_1 }

  name        = "healthmetrics-prod"
  environment = "production"
  app_url     = "https://app.example.com"
  from_email  = "HealthMetrics <noreply@example.com>"
  dns         = { zone_id = data.aws_route53_zone.this.zone_id }
  dmarc       = { policy = "none", rua = ["dmarc@example.com"] } # where reports go; "elsewhere" if there is a record
  role        = { ecs_tasks = true }

  # Without topics, alarms notify nobody; the output silent_alarms names those:
  # alarms = { topic_arns = […], us_east_1_topic_arns = […] }
}

# Terraform prints only the outputs of your own configuration. None of the module's is a secret.
output "healthmetrics_aws" {
  value = module.healthmetrics_aws
}
