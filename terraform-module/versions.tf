terraform {
  # Validation rules look at other variables since 1.9.
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7.0"

      # CloudFront takes its certificate from us-east-1 and reports its metrics there.
      configuration_aliases = [aws.us_east_1]
    }
  }
}

locals {
  # One version for the library and this module: the library's settings are this module's outputs.
  module_version = "0.1.0-SNAPSHOT"

  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  # Not "name" and not "region": only "id" is current in both provider 5 and 6.
  region = data.aws_region.current.id
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

data "aws_region" "us_east_1" {
  provider = aws.us_east_1
}
