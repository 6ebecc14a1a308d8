# The records for a zone that another account or another DNS provider has.

terraform {
  required_providers {
    aws = {
      source                = "hashicorp/aws"
      version               = ">= 5.100, < 7.0"
      configuration_aliases = [aws.us_east_1]
    }
  }
}

module "healthmetrics_aws" {
  source    = "../.."
  providers = { aws = aws, aws.us_east_1 = aws.us_east_1 }

  name        = "healthmetrics-test"
  environment = "production"
  app_url     = "https://app.example.com"
  from_email  = "HealthMetrics <noreply@example.com>"
  cdn_domain  = { name = "cdn.example.com" }
  dmarc       = { policy = "reject" }
}

resource "aws_route53_record" "healthmetrics" {
  for_each = module.healthmetrics_aws.dns_records

  zone_id = "Z0123456789ABCDEFGHIJ"
  name    = each.value.name
  type    = each.value.type
  ttl     = each.value.ttl
  records = [each.value.value]
}
