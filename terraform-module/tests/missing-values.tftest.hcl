# A file of its own, because it ends by destroying what it created: an index into what AWS did not return would
# prevent that, too.

mock_provider "aws" {
  source = "./tests/mocks"
}

mock_provider "aws" {
  alias  = "us_east_1"
  source = "./tests/mocks/us-east-1"
}

variables {
  name        = "healthmetrics-test"
  environment = "production"
  app_url     = "https://app.example.com"
  from_email  = "HealthMetrics <noreply@example.com>"
}

run "explains_missing_tokens_and_records_and_can_be_destroyed" {
  variables {
    cdn_domain = { name = "cdn.example.com" }
    dns        = { zone_id = "Z0123456789" }
    dmarc      = { policy = "elsewhere" }
  }

  override_resource {
    target = aws_sesv2_email_identity.this[0]
    values = { dkim_signing_attributes = { tokens = ["selector"] } }
  }

  override_resource {
    target = aws_acm_certificate.cdn[0]
    values = {
      arn                       = "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"
      domain_validation_options = []
    }
  }

  expect_failures = [aws_acm_certificate.cdn, aws_sesv2_email_identity.this]
}
