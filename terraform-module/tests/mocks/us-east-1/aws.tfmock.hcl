# Resources that are created in us-east-1.

mock_data "aws_service" {
  defaults = {
    region = "us-east-1"
  }
}

mock_resource "aws_acm_certificate" {
  defaults = {
    arn = "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"
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
    id              = "validated in us-east-1"
    certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"
  }
}

mock_resource "aws_cloudwatch_log_delivery_destination" {
  defaults = {
    arn = "arn:aws:logs:us-east-1:123456789012:delivery-destination:mocked"
  }
}

mock_resource "aws_cloudwatch_log_delivery_source" {
  defaults = {
    arn = "arn:aws:logs:us-east-1:123456789012:delivery-source:mocked"
  }
}

mock_resource "aws_cloudwatch_metric_alarm" {
  defaults = {
    arn = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:mocked"
  }
}

mock_resource "aws_sns_topic" {
  defaults = {
    arn = "arn:aws:sns:us-east-1:123456789012:mocked"
  }
}
