# Values that a mocked provider must return in AWS's formats, because other resources depend on them:
# ARNs that pass the provider's own validation, tokens, records, and the account. Resources that belong
# in us-east-1 are here too, with ARNs of this region, so that a resource in the wrong region is noticed.

mock_data "aws_caller_identity" {
  defaults = {
    account_id = "123456789012"
  }
}

mock_data "aws_cloudfront_cache_policy" {
  defaults = {
    min_ttl = 0
    parameters_in_cache_key_and_forwarded_to_origin = [
      {
        query_strings_config = [
          {
            query_string_behavior = "whitelist"
            query_strings         = [{ items = ["response-content-disposition"] }]
          },
        ]
      },
    ]
  }
}

mock_data "aws_partition" {
  defaults = {
    partition = "aws"
  }
}

mock_data "aws_route53_zone" {
  defaults = {
    zone_id = "Z0123456789ABCDEFGHIJ"
  }
}

mock_data "aws_service" {
  defaults = {
    region = "eu-central-1"
  }
}

mock_resource "aws_acm_certificate" {
  defaults = {
    arn = "arn:aws:acm:eu-central-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"
    domain_validation_options = [
      {
        domain_name           = "cdn.example.com"
        resource_record_name  = "_a1.cdn.example.com."
        resource_record_type  = "CNAME"
        resource_record_value = "_b2.acm-validations.aws."
      },
    ]
  }
}

mock_resource "aws_acm_certificate_validation" {
  defaults = {
    certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"
  }
}

mock_resource "aws_cloudwatch_metric_alarm" {
  defaults = {
    arn = "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:mocked"
  }
}

mock_resource "aws_cloudfront_distribution" {
  defaults = {
    id             = "E1A2B3C4D5E6F7"
    arn            = "arn:aws:cloudfront::123456789012:distribution/E1A2B3C4D5E6F7"
    domain_name    = "d111111abcdef8.cloudfront.net"
    hosted_zone_id = "Z2FDTNDATAQYW2"
  }
}

mock_resource "aws_iam_policy" {
  defaults = {
    arn = "arn:aws:iam::123456789012:policy/mocked"
  }
}

mock_resource "aws_iam_role" {
  defaults = {
    arn = "arn:aws:iam::123456789012:role/mocked"
  }
}

mock_resource "aws_kms_key" {
  defaults = {
    arn = "arn:aws:kms:eu-central-1:123456789012:key/aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
  }
}

mock_resource "aws_route53_zone" {
  defaults = {
    zone_id = "Z0123456789ABCDEFGHIJ"
  }
}

mock_resource "aws_s3_bucket" {
  defaults = {
    arn                         = "arn:aws:s3:::mocked"
    bucket_regional_domain_name = "mocked.s3.eu-central-1.amazonaws.com"
  }
}

mock_resource "aws_sesv2_configuration_set" {
  defaults = {
    arn = "arn:aws:ses:eu-central-1:123456789012:configuration-set/mocked"
  }
}

mock_resource "aws_sesv2_email_identity" {
  defaults = {
    arn = "arn:aws:ses:eu-central-1:123456789012:identity/mocked"
    dkim_signing_attributes = {
      tokens = ["token1", "token2", "token3"]
    }
  }
}

mock_resource "aws_sns_topic" {
  defaults = {
    arn = "arn:aws:sns:eu-central-1:123456789012:mocked"
  }
}

mock_resource "aws_sqs_queue" {
  defaults = {
    arn = "arn:aws:sqs:eu-central-1:123456789012:mocked"
    url = "https://sqs.eu-central-1.amazonaws.com/123456789012/mocked"
  }
}
