# The invalid parts of the configuration that this module replaces, kept so that both errors stay known.
# OriginalConfigurationTest expects exactly these errors.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7.0"
    }
  }
}

resource "aws_ses_domain_identity" "main" {
  domain = "healthmetrics.example"
}

resource "aws_ses_configuration_set" "main" {
  name = "healthmetrics"

  delivery_options {
    tls_policy = "REQUIRE"
  }
}

output "ses_verification_status" {
  value = aws_ses_domain_identity.main.verification_status
}
