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

run "lists_every_record_for_dns_elsewhere" {
  variables {
    cdn_domain = { name = "cdn.example.com" }
    dmarc      = { policy = "none", rua = ["dmarc@example.com", "agg@reports.example.net"] }
  }

  assert {
    condition = { for record in output.dns_records : "${record.type} ${record.name}" => record.value } == {
      "CNAME token1._domainkey.example.com" = "token1.dkim.amazonses.com"
      "CNAME token2._domainkey.example.com" = "token2.dkim.amazonses.com"
      "CNAME token3._domainkey.example.com" = "token3.dkim.amazonses.com"
      "MX mail.example.com"                 = "10 feedback-smtp.eu-central-1.amazonses.com"
      "TXT mail.example.com"                = "v=spf1 include:amazonses.com -all"
      "TXT _dmarc.example.com"              = "v=DMARC1; p=none; rua=mailto:agg@reports.example.net,mailto:dmarc@example.com"
      "CNAME _a1.cdn.example.com"           = "_b2.acm-validations.aws"
      "CNAME cdn.example.com"               = "d111111abcdef8.cloudfront.net"
    }
    error_message = jsonencode(output.dns_records)
  }

  assert {
    condition     = alltrue([for record in output.dns_records : keys(record) == ["name", "ttl", "type", "value"] && record.ttl == 300])
    error_message = jsonencode(output.dns_records)
  }

  assert {
    condition     = length(aws_route53_record.email) + length(aws_route53_record.certificate) + length(aws_route53_record.cdn) == 0
    error_message = "Nothing is created in Route 53."
  }
}

run "creates_every_record_in_a_zone_of_route_53" {
  variables {
    cdn_domain = { name = "cdn.example.com" }
    dmarc      = { policy = "reject" }
    dns        = { zone_id = "Z0123456789" }
  }

  assert {
    condition = { for record in concat(values(aws_route53_record.email), values(aws_route53_record.certificate)) : "${record.type} ${record.name}" => one(record.records) } == {
      "CNAME token1._domainkey.example.com" = "token1.dkim.amazonses.com"
      "CNAME token2._domainkey.example.com" = "token2.dkim.amazonses.com"
      "CNAME token3._domainkey.example.com" = "token3.dkim.amazonses.com"
      "MX mail.example.com"                 = "10 feedback-smtp.eu-central-1.amazonses.com"
      "TXT mail.example.com"                = "v=spf1 include:amazonses.com -all"
      "TXT _dmarc.example.com"              = "v=DMARC1; p=reject"
      "CNAME _a1.cdn.example.com"           = "_b2.acm-validations.aws"
    }
    error_message = jsonencode(output.dns_records)
  }

  assert {
    condition = { for record in values(aws_route53_record.cdn) : "${record.type} ${record.name}" => one(record.alias) } == {
      for type in ["A", "AAAA"] : "${type} cdn.example.com" => { name = "d111111abcdef8.cloudfront.net", zone_id = "Z2FDTNDATAQYW2", evaluate_target_health = false }
    }
    error_message = "The CDN's name resolves to the distribution, on IPv4 and IPv6."
  }

  assert {
    condition     = alltrue([for record in concat(values(aws_route53_record.email), values(aws_route53_record.certificate), values(aws_route53_record.cdn)) : record.zone_id == "Z0123456789"])
    error_message = "All records are in the given zone."
  }

  assert {
    condition     = aws_route53_record.certificate["certificate"].allow_overwrite
    error_message = "A former certificate of the domain may have left its record."
  }

  assert {
    condition     = alltrue([for record in concat(values(aws_route53_record.email), values(aws_route53_record.certificate)) : record.ttl == 300])
    error_message = "Five minutes, so that a mistake is soon corrected."
  }
}

run "ends_dkim_records_with_the_domain_of_the_region" {
  override_data {
    target = data.aws_service.s3
    values = { region = "eu-south-1" }
  }

  assert {
    condition     = [for label in ["dkim_1", "dkim_2", "dkim_3"] : output.dns_records[label].value] == ["token1.dkim.eu-south-1.amazonses.com", "token2.dkim.eu-south-1.amazonses.com", "token3.dkim.eu-south-1.amazonses.com"]
    error_message = jsonencode(output.dns_records)
  }

  assert {
    condition     = [for record in output.dns_records : record.value if record.type == "MX"] == ["10 feedback-smtp.eu-south-1.amazonses.com"]
    error_message = jsonencode(output.dns_records)
  }
}

run "ends_dkim_records_with_the_given_domain_in_an_unknown_region" {
  variables {
    email_identity = { dkim_domain = "dkim.xx-new-1.amazonses.com" }
  }

  assert {
    condition     = output.dns_records["dkim_1"].value == "token1.dkim.xx-new-1.amazonses.com"
    error_message = jsonencode(output.dns_records)
  }
}

run "works_with_a_zone_that_is_created_in_the_same_apply" {
  command = plan

  module {
    source = "./tests/zone-in-the-same-apply"
  }

  assert {
    condition     = aws_route53_zone.this.name == "example.com"
    error_message = "The plan itself is the test: the zone's ID, the tokens and the key are unknown."
  }
}

run "has_records_for_a_zone_of_another_account" {
  command = plan

  module {
    source = "./tests/zone-of-another-account"
  }

  assert {
    condition     = keys(aws_route53_record.healthmetrics) == ["cdn", "certificate", "dkim_1", "dkim_2", "dkim_3", "dmarc", "mail_from_mx", "mail_from_spf"]
    error_message = "The plan knows the labels while tokens and domain names are unknown."
  }
}

run "leaves_own_dkim_keys_alone" {
  variables {
    email_identity = { own_dkim_keys = true }
    dns            = { zone_id = "Z0123456789" }
    dmarc          = { policy = "elsewhere" }
  }

  override_resource {
    target = aws_sesv2_email_identity.this[0]
    values = { dkim_signing_attributes = [{ tokens = ["selector"], signing_attributes_origin = "EXTERNAL" }] }
  }

  assert {
    condition     = keys(aws_route53_record.email) == ["mail_from_mx", "mail_from_spf"]
    error_message = "The record of an own key is the owner's: ${join(", ", keys(aws_route53_record.email))}"
  }
}

run "warns_of_a_domain_without_dmarc" {
  command = plan

  variables {
    dns            = { zone_id = "Z0123456789" }
    email_identity = { own_dkim_keys = true }
  }

  expect_failures = [check.dmarc]
}

run "does_not_warn_about_the_domain_of_another_environment" {
  command = plan

  variables {
    dns            = { zone_id = "Z0123456789" }
    email_identity = { create = false }
  }

  assert {
    condition     = length(aws_route53_record.email) == 0
    error_message = "The records belong to the environment that created the identity."
  }
}
