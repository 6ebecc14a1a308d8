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

run "serves_public_pictures_and_nothing_that_could_harm" {
  assert {
    condition     = aws_cloudfront_distribution.this.enabled && aws_cloudfront_distribution.this.is_ipv6_enabled && aws_cloudfront_distribution.this.http_version == "http2and3" && aws_cloudfront_distribution.this.price_class == "PriceClass_100"
    error_message = "Enabled, on IPv6, with HTTP/2 and 3."
  }

  assert {
    condition     = one(aws_cloudfront_distribution.this.origin).domain_name == aws_s3_bucket.uploads.bucket_regional_domain_name && one(aws_cloudfront_distribution.this.origin).origin_access_control_id == aws_cloudfront_origin_access_control.this.id && aws_cloudfront_origin_access_control.this.name == "healthmetrics-test" && aws_cloudfront_origin_access_control.this.signing_behavior == "always" && aws_cloudfront_origin_access_control.this.signing_protocol == "sigv4"
    error_message = "The distribution signs its requests to the bucket."
  }

  assert {
    condition = alltrue([
      for behavior in concat(aws_cloudfront_distribution.this.default_cache_behavior, aws_cloudfront_distribution.this.ordered_cache_behavior) :
      behavior.viewer_protocol_policy == "redirect-to-https"
      && behavior.allowed_methods == toset(["GET", "HEAD"])
      && behavior.cache_policy_id == aws_cloudfront_cache_policy.this[0].id
      && behavior.response_headers_policy_id == aws_cloudfront_response_headers_policy.this.id
    ])
    error_message = "Every behavior is read-only, over HTTPS, with the module's policies."
  }

  assert {
    condition     = [for behavior in aws_cloudfront_distribution.this.ordered_cache_behavior : behavior.path_pattern] == ["/avatars/*"]
    error_message = "Each public prefix has a behavior."
  }

  assert {
    condition = alltrue([
      for key in aws_cloudfront_cache_policy.this[0].parameters_in_cache_key_and_forwarded_to_origin : alltrue([
        one(key.cookies_config).cookie_behavior == "none",
        one(key.headers_config).header_behavior == "none",
        one(key.query_strings_config).query_string_behavior == "none",
      ])
    ])
    error_message = "A picture is the same for everyone, and no part of a request is forwarded to the bucket."
  }

  assert {
    condition     = aws_cloudfront_cache_policy.this[0].name == "healthmetrics-test-pictures" && aws_cloudfront_cache_policy.this[0].min_ttl == 0 && aws_cloudfront_cache_policy.this[0].default_ttl == 86400 && aws_cloudfront_cache_policy.this[0].max_ttl == 604800
    error_message = "The object's own Cache-Control applies, up to a week."
  }

  assert {
    condition     = { for response in aws_cloudfront_distribution.this.custom_error_response : response.error_code => response.error_caching_min_ttl } == { "403" = 5, "404" = 5 }
    error_message = "A missing picture is requested again soon."
  }

  assert {
    condition     = one(one(aws_cloudfront_distribution.this.restrictions).geo_restriction).restriction_type == "none" && aws_cloudfront_distribution.this.web_acl_id == null
    error_message = "Open to every country, without a WAF."
  }

  assert {
    condition     = length(aws_cloudfront_distribution.this.aliases) == 0 && one(aws_cloudfront_distribution.this.viewer_certificate).cloudfront_default_certificate && output.cdn_url == "https://d111111abcdef8.cloudfront.net"
    error_message = "Served on the CloudFront domain name: ${output.cdn_url}"
  }
}

run "sends_headers_that_make_a_disguised_file_harmless" {
  assert {
    condition = alltrue([
      aws_cloudfront_response_headers_policy.this.security_headers_config[0].content_type_options[0].override,
      aws_cloudfront_response_headers_policy.this.security_headers_config[0].content_security_policy[0].override,
      aws_cloudfront_response_headers_policy.this.security_headers_config[0].content_security_policy[0].content_security_policy == "default-src 'none'; sandbox",
      aws_cloudfront_response_headers_policy.this.security_headers_config[0].frame_options[0].override,
      aws_cloudfront_response_headers_policy.this.security_headers_config[0].frame_options[0].frame_option == "DENY",
      aws_cloudfront_response_headers_policy.this.security_headers_config[0].referrer_policy[0].override,
      aws_cloudfront_response_headers_policy.this.security_headers_config[0].referrer_policy[0].referrer_policy == "no-referrer",
      aws_cloudfront_response_headers_policy.this.security_headers_config[0].strict_transport_security[0].override,
      aws_cloudfront_response_headers_policy.this.security_headers_config[0].strict_transport_security[0].access_control_max_age_sec == 63072000,
      !aws_cloudfront_response_headers_policy.this.security_headers_config[0].strict_transport_security[0].include_subdomains,
    ])
    error_message = "An upload runs no script, is not framed and is not interpreted as another type."
  }

  assert {
    condition     = [for item in aws_cloudfront_response_headers_policy.this.custom_headers_config[0].items : [item.header, item.value, item.override]] == [["Cross-Origin-Resource-Policy", "cross-origin", true], ["Vary", "Origin", true]]
    error_message = "Pages of the application may show the pictures, and a browser keeps one response for each origin."
  }
}

run "lets_pages_of_the_application_read_pictures" {
  variables {
    upload_origins = ["https://app.example.com", "capacitor://localhost"]
  }

  assert {
    condition     = one(one(aws_cloudfront_response_headers_policy.this.cors_config).access_control_allow_origins).items == toset(["capacitor://localhost", "https://app.example.com"])
    error_message = "Exactly the origins that may upload."
  }

  assert {
    condition     = one(one(aws_cloudfront_response_headers_policy.this.cors_config).access_control_allow_methods).items == toset(["GET", "HEAD"]) && one(aws_cloudfront_response_headers_policy.this.cors_config).origin_override
    error_message = "They may read, and the bucket has no say."
  }

  assert {
    condition     = !one(aws_cloudfront_response_headers_policy.this.cors_config).access_control_allow_credentials
    error_message = "Public pictures need no cookies."
  }
}

run "serves_private_pictures_only_with_a_signature" {
  variables {
    signed_urls = {
      public_keys = {
        old = replace(file("tests/keys/first.pem"), "\n", "\r\n")
        new = trimspace(file("tests/keys/second.pem"))
      }
      signing_key = "new"
    }
  }

  assert {
    condition     = one(aws_cloudfront_distribution.this.default_cache_behavior).trusted_key_groups == tolist([aws_cloudfront_key_group.this[0].id])
    error_message = "Everything that is not public needs a signature."
  }

  assert {
    condition     = [for behavior in aws_cloudfront_distribution.this.ordered_cache_behavior : behavior.path_pattern if length(coalesce(behavior.trusted_key_groups, [])) == 0] == ["/avatars/*"]
    error_message = "Only public prefixes need no signature."
  }

  assert {
    condition     = [for statement in jsondecode(aws_s3_bucket_policy.uploads.policy).Statement : statement.Resource if statement.Sid == "AllowDistributionToRead"] == [["arn:aws:s3:::mocked/avatars/*", "arn:aws:s3:::mocked/food-photos/*", "arn:aws:s3:::mocked/progress-photos/*"]]
    error_message = aws_s3_bucket_policy.uploads.policy
  }

  assert {
    condition     = { for label, key in aws_cloudfront_public_key.this : label => key.encoded_key } == { new = file("tests/keys/second.pem"), old = file("tests/keys/first.pem") }
    error_message = "Keys have the form that CloudFront returns, or every plan would replace them."
  }

  assert {
    condition     = aws_cloudfront_key_group.this[0].items == toset([for key in aws_cloudfront_public_key.this : key.id]) && aws_cloudfront_key_group.this[0].name == "healthmetrics-test"
    error_message = "Both keys are trusted during a rotation."
  }

  assert {
    condition     = startswith(aws_cloudfront_public_key.this["new"].name, "healthmetrics-test-new-") && aws_cloudfront_public_key.this["new"].name != replace(aws_cloudfront_public_key.this["old"].name, "-old-", "-new-")
    error_message = "Another key under the same label has another name, so that both can exist for a while."
  }

  assert {
    condition     = output.application_environment.CLOUDFRONT_KEY_PAIR_ID == aws_cloudfront_public_key.this["new"].id && output.cloudfront_public_key_ids["old"] == aws_cloudfront_public_key.this["old"].id
    error_message = "The application receives the ID of the key that it signs with."
  }

  assert {
    condition     = one(aws_cloudfront_response_headers_policy.this.cors_config).access_control_allow_credentials
    error_message = "Signed cookies are sent by pages that read a private picture."
  }
}

run "forwards_the_file_name_of_a_download_for_private_pictures_alone" {
  variables {
    signed_urls = { public_keys = { key = file("tests/keys/first.pem") }, signing_key = "key" }
  }

  assert {
    condition = alltrue([
      for key in aws_cloudfront_cache_policy.private[0].parameters_in_cache_key_and_forwarded_to_origin : alltrue([
        one(key.cookies_config).cookie_behavior == "none",
        one(key.headers_config).header_behavior == "none",
        one(key.query_strings_config).query_string_behavior == "whitelist",
        one(one(key.query_strings_config).query_strings).items == toset(["response-content-disposition"]),
      ])
    ])
    error_message = "Nothing but the file name is forwarded, and it is part of the cache key."
  }

  assert {
    condition     = one(aws_cloudfront_distribution.this.default_cache_behavior).cache_policy_id == aws_cloudfront_cache_policy.private[0].id
    error_message = "Everything that needs a signature forwards it."
  }

  assert {
    condition     = [for behavior in aws_cloudfront_distribution.this.ordered_cache_behavior : behavior.cache_policy_id] == [aws_cloudfront_cache_policy.this[0].id]
    error_message = "Nobody chooses the file name of a public picture."
  }

  assert {
    condition     = aws_cloudfront_cache_policy.private[0].min_ttl == 0 && aws_cloudfront_cache_policy.private[0].default_ttl == aws_cloudfront_cache_policy.this[0].default_ttl && aws_cloudfront_cache_policy.private[0].max_ttl == aws_cloudfront_cache_policy.this[0].max_ttl
    error_message = "Private pictures are cached as they say themselves."
  }
}

run "serves_no_private_pictures_without_keys" {
  assert {
    condition     = length(coalesce(one(aws_cloudfront_distribution.this.default_cache_behavior).trusted_key_groups, [])) == 0 && length(aws_cloudfront_key_group.this) == 0 && length(aws_cloudfront_public_key.this) == 0
    error_message = "No key group without keys."
  }

  assert {
    condition     = !strcontains(aws_s3_bucket_policy.uploads.policy, "-photos/")
    error_message = "Without keys, the distribution may not read private pictures: ${aws_s3_bucket_policy.uploads.policy}"
  }

  assert {
    condition     = !contains(keys(output.application_environment), "CLOUDFRONT_KEY_PAIR_ID")
    error_message = "An ID without a private key would keep the application from starting."
  }
}

run "creates_and_validates_a_certificate_for_a_domain" {
  variables {
    cdn_domain = { name = "cdn.example.com" }
    dns        = { zone_id = "Z0123456789" }
    dmarc      = { policy = "elsewhere" }
  }

  assert {
    condition     = aws_acm_certificate.cdn[0].domain_name == "cdn.example.com" && aws_acm_certificate.cdn[0].validation_method == "DNS" && aws_acm_certificate.cdn[0].options[0].certificate_transparency_logging_preference == "ENABLED" && aws_acm_certificate_validation.cdn[0].validation_record_fqdns == toset([aws_route53_record.certificate["certificate"].fqdn])
    error_message = "The certificate waits for its record."
  }

  assert {
    condition     = strcontains(aws_acm_certificate.cdn[0].arn, ":us-east-1:") && strcontains(aws_acm_certificate_validation.cdn[0].id, "us-east-1")
    error_message = "CloudFront accepts certificates only from us-east-1: ${aws_acm_certificate.cdn[0].arn}"
  }

  assert {
    condition     = one(aws_cloudfront_distribution.this.viewer_certificate).acm_certificate_arn == aws_acm_certificate_validation.cdn[0].certificate_arn && one(aws_cloudfront_distribution.this.viewer_certificate).minimum_protocol_version == "TLSv1.2_2021" && one(aws_cloudfront_distribution.this.viewer_certificate).ssl_support_method == "sni-only"
    error_message = "The distribution waits for the certificate, and requires at least TLS 1.2."
  }

  assert {
    condition     = aws_cloudfront_distribution.this.aliases == toset(["cdn.example.com"]) && output.cdn_url == "https://cdn.example.com" && output.application_environment.CLOUDFRONT_URL == "https://cdn.example.com"
    error_message = output.cdn_url
  }
}

run "serves_a_domain_with_an_existing_certificate" {
  variables {
    cdn_domain      = { name = "cdn.example.com", security_policy = "TLSv1.2_2019" }
    cdn_certificate = { arn = "arn:aws:acm:us-east-1:123456789012:certificate/mine" }
  }

  assert {
    condition     = one(aws_cloudfront_distribution.this.viewer_certificate).acm_certificate_arn == "arn:aws:acm:us-east-1:123456789012:certificate/mine" && one(aws_cloudfront_distribution.this.viewer_certificate).minimum_protocol_version == "TLSv1.2_2019" && output.cdn_url == "https://cdn.example.com"
    error_message = "The given certificate and security policy."
  }

  assert {
    condition     = length(aws_acm_certificate.cdn) + length(aws_acm_certificate_validation.cdn) == 0
    error_message = "No other certificate is created."
  }
}

run "does_not_wait_for_a_certificate_whose_record_is_created_elsewhere" {
  variables {
    cdn_domain = { name = "cdn.example.com" }
  }

  assert {
    condition     = length(aws_acm_certificate.cdn) == 1 && length(aws_acm_certificate_validation.cdn) == 0 && length(aws_cloudfront_distribution.this.aliases) == 0 && output.cdn_url == "https://d111111abcdef8.cloudfront.net"
    error_message = "Until the certificate is issued, the distribution responds on the CloudFront domain name: ${output.cdn_url}"
  }
}

run "serves_the_domain_once_the_record_is_created" {
  variables {
    cdn_domain = { name = "cdn.example.com", certificate_issued = true }
  }

  assert {
    condition     = aws_cloudfront_distribution.this.aliases == toset(["cdn.example.com"]) && one(aws_cloudfront_distribution.this.viewer_certificate).acm_certificate_arn == aws_acm_certificate_validation.cdn[0].certificate_arn
    error_message = "The domain is served."
  }
}

run "applies_the_inputs_of_the_distribution" {
  variables {
    public_prefixes   = ["recipes/", "avatars/"]
    price_class       = "PriceClass_All"
    max_cache_seconds = 3600
    web_acl_arn       = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/web/1"
    geo_restriction   = { type = "whitelist", countries = ["DE", "AT"] }
  }

  assert {
    condition     = [for behavior in aws_cloudfront_distribution.this.ordered_cache_behavior : behavior.path_pattern] == ["/avatars/*", "/recipes/*"]
    error_message = "A behavior for each public prefix."
  }

  assert {
    condition     = aws_cloudfront_distribution.this.price_class == "PriceClass_All" && aws_cloudfront_distribution.this.web_acl_id == "arn:aws:wafv2:us-east-1:123456789012:global/webacl/web/1"
    error_message = "Price class and web ACL."
  }

  assert {
    condition     = aws_cloudfront_cache_policy.this[0].max_ttl == 3600 && aws_cloudfront_cache_policy.this[0].default_ttl == 3600
    error_message = "CloudFront rejects a default above the maximum."
  }

  assert {
    condition     = one(one(aws_cloudfront_distribution.this.restrictions).geo_restriction).restriction_type == "whitelist" && one(one(aws_cloudfront_distribution.this.restrictions).geo_restriction).locations == toset(["AT", "DE"])
    error_message = "Only the given countries."
  }
}

run "uses_an_existing_cache_policy" {
  variables {
    cache_policy = { id = "658327ea-f89d-4fab-a63d-7e88639e58f6" }
    signed_urls  = { public_keys = { key = file("tests/keys/first.pem") }, signing_key = "key" }
  }

  assert {
    condition = [
      for behavior in concat(aws_cloudfront_distribution.this.default_cache_behavior, aws_cloudfront_distribution.this.ordered_cache_behavior) : behavior.cache_policy_id
    ] == ["658327ea-f89d-4fab-a63d-7e88639e58f6", "658327ea-f89d-4fab-a63d-7e88639e58f6"]
    error_message = "Every behavior uses the given policy."
  }

  assert {
    condition     = length(aws_cloudfront_cache_policy.this) == 0 && length(aws_cloudfront_cache_policy.private) == 0 && length(aws_cloudfront_response_headers_policy.this.security_headers_config) == 1
    error_message = "No other cache policy is created; the headers that make uploads harmless stay."
  }
}

run "warns_of_a_cache_policy_that_drops_file_names" {
  command = plan

  variables {
    cache_policy = { id = "658327ea-f89d-4fab-a63d-7e88639e58f6" }
    signed_urls  = { public_keys = { key = file("tests/keys/first.pem") }, signing_key = "key" }
  }

  override_data {
    target = data.aws_cloudfront_cache_policy.own[0]
    values = {
      min_ttl                                         = 0
      parameters_in_cache_key_and_forwarded_to_origin = [{ query_strings_config = [{ query_string_behavior = "none", query_strings = [] }] }]
    }
  }

  expect_failures = [check.cache_policy]
}

run "warns_of_a_cache_policy_that_caches_private_pictures" {
  command = plan

  variables {
    cache_policy = { id = "658327ea-f89d-4fab-a63d-7e88639e58f6" }
  }

  override_data {
    target = data.aws_cloudfront_cache_policy.own[0]
    values = { min_ttl = 1 }
  }

  expect_failures = [check.cache_policy]
}
