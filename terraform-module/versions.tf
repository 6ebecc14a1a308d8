terraform {
  # Validation rules can refer to other variables since 1.9.
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7.0"

      # CloudFront accepts certificates from us-east-1 and reports its metrics there.
      configuration_aliases = [aws.us_east_1]
    }
  }
}

locals {
  # Library and module have one version: the library's settings are the module's outputs.
  module_version = "0.1.0-SNAPSHOT"

  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  region     = data.aws_service.s3.region
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

# The region of a provider. Of data "aws_region", provider 6 deprecates id and name, and provider 5 lacks region.
data "aws_service" "s3" {
  service_id = "s3"
}

data "aws_service" "s3_us_east_1" {
  provider = aws.us_east_1

  service_id = "s3"
}
