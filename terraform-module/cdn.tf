locals {
  # In the form that CloudFront returns, or every plan would replace them.
  public_keys = {
    for name, pem in var.signed_urls == null ? {} : var.signed_urls.public_keys : name => "${trimspace(replace(pem, "\r\n", "\n"))}\n"
  }

  # Public prefixes have their own cache behaviors and everything else needs a signature, not vice versa:
  # a path that CloudFront and S3 interpret differently is then refused instead of served.
  trusted_key_groups = var.signed_urls == null ? [] : [aws_cloudfront_key_group.this[0].id]

  cache_policy_id         = var.cache_policy == null ? aws_cloudfront_cache_policy.this[0].id : var.cache_policy.id
  private_cache_policy_id = var.cache_policy == null && var.signed_urls != null ? aws_cloudfront_cache_policy.private[0].id : local.cache_policy_id

  make_certificate = var.cdn_domain != null && var.cdn_certificate == null

  # CloudFront accepts a certificate only once it is issued. Without a zone, the records for ACM are
  # created elsewhere, and certificate_issued states that this is done.
  await_certificate = !local.make_certificate ? false : var.dns != null || var.cdn_domain.certificate_issued
  serve_cdn_domain  = var.cdn_domain == null ? false : !local.make_certificate || local.await_certificate

  cdn_host = local.serve_cdn_domain ? var.cdn_domain.name : aws_cloudfront_distribution.this.domain_name
}

resource "aws_cloudfront_origin_access_control" "this" {
  name                              = var.name
  description                       = "Lets the distribution of ${var.name} read its bucket"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

resource "aws_cloudfront_cache_policy" "this" {
  count = var.cache_policy == null ? 1 : 0

  name    = "${var.name}-pictures"
  comment = "Follows the object's Cache-Control, up to a maximum: no caching for private pictures"

  # The library stores a Cache-Control with each object; the default is for objects without one.
  min_ttl     = 0
  default_ttl = min(86400, var.max_cache_seconds)
  max_ttl     = var.max_cache_seconds

  parameters_in_cache_key_and_forwarded_to_origin {
    cookies_config {
      cookie_behavior = "none"
    }

    headers_config {
      header_behavior = "none"
    }

    query_strings_config {
      query_string_behavior = "none"
    }
  }

  # Destroyed only after the distribution no longer uses it.
  lifecycle {
    create_before_destroy = true
  }
}

# S3 returns this parameter as Content-Disposition, so that a browser saves a picture under a file name. It is part
# of the signature, and of the cache key, or another download would get the first one's name.
resource "aws_cloudfront_cache_policy" "private" {
  count = var.cache_policy == null && var.signed_urls != null ? 1 : 0

  name    = "${var.name}-private-pictures"
  comment = "As for the other pictures, and forwards the file name of a download"

  min_ttl     = 0
  default_ttl = min(86400, var.max_cache_seconds)
  max_ttl     = var.max_cache_seconds

  parameters_in_cache_key_and_forwarded_to_origin {
    cookies_config {
      cookie_behavior = "none"
    }

    headers_config {
      header_behavior = "none"
    }

    query_strings_config {
      query_string_behavior = "whitelist"

      query_strings {
        items = ["response-content-disposition"]
      }
    }
  }

  # Destroyed only after the distribution no longer uses it.
  lifecycle {
    create_before_destroy = true
  }
}

data "aws_cloudfront_cache_policy" "own" {
  count = var.cache_policy == null ? 0 : 1

  id = var.cache_policy.id
}

check "cache_policy" {
  assert {
    condition     = alltrue([for policy in data.aws_cloudfront_cache_policy.own : policy.min_ttl == 0])
    error_message = "The cache policy of cache_policy has a minimum TTL above 0: CloudFront then caches private pictures too, which the library stores with a Cache-Control that forbids it."
  }

  assert {
    condition = var.signed_urls == null || alltrue([
      for policy in data.aws_cloudfront_cache_policy.own : anytrue([
        for query in flatten(policy.parameters_in_cache_key_and_forwarded_to_origin[*].query_strings_config) :
        query.query_string_behavior == "all" || contains(flatten(query.query_strings[*].items), "response-content-disposition")
      ])
    ])
    error_message = "The cache policy of cache_policy does not forward the query string response-content-disposition: a private picture that is downloaded under a file name would lose it. Ignore this if the application has no such downloads."
  }
}

resource "aws_cloudfront_response_headers_policy" "this" {
  # checkov:skip=CKV_AWS_259: Subdomains and preloading are decisions about the whole domain, not about the distribution.

  name    = "${var.name}-security-headers"
  comment = "Makes uploaded files that are not pictures harmless; the application's pages may read pictures"

  # For a canvas and fetch. Cookies are for private pictures; the library's are SameSite=Lax, so they come with pages of
  # the same site only.
  cors_config {
    access_control_allow_credentials = var.signed_urls != null
    origin_override                  = true

    access_control_allow_origins {
      items = sort(local.upload_origins)
    }

    access_control_allow_methods {
      items = ["GET", "HEAD"]
    }

    # CloudFront requires one. It is for preflight requests, which the distribution refuses and no picture needs.
    access_control_allow_headers {
      items = ["range"]
    }
  }

  security_headers_config {
    content_type_options {
      override = true
    }

    content_security_policy {
      content_security_policy = "default-src 'none'; sandbox"
      override                = true
    }

    frame_options {
      frame_option = "DENY"
      override     = true
    }

    referrer_policy {
      referrer_policy = "no-referrer"
      override        = true
    }

    strict_transport_security {
      access_control_max_age_sec = 63072000
      include_subdomains         = false
      override                   = true
    }
  }

  custom_headers_config {
    items {
      # The application's pages and the pictures they show have different origins.
      header   = "Cross-Origin-Resource-Policy"
      value    = "cross-origin"
      override = true
    }

    items {
      # A browser that shows a picture keeps the response, and would give it to a fetch as well, without the permission
      # to read it.
      header   = "Vary"
      value    = "Origin"
      override = true
    }
  }
}

resource "aws_cloudfront_public_key" "this" {
  for_each = local.public_keys

  # A changed key needs another name: CloudFront cannot change a key, nor delete one that is in use.
  name        = "${var.name}-${each.key}-${substr(sha256(each.value), 0, 8)}"
  encoded_key = each.value

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_cloudfront_key_group" "this" {
  count = var.signed_urls == null ? 0 : 1

  name  = var.name
  items = [for key in aws_cloudfront_public_key.this : key.id]

  # Destroyed only after the distribution no longer uses it.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_cloudfront_distribution" "this" {
  # checkov:skip=CKV_AWS_68: A web ACL costs more than a small distribution; web_acl_arn attaches one.
  # checkov:skip=CKV_AWS_86: The rule knows only the legacy logs; the complete example adds log delivery, version 2.
  # checkov:skip=CKV_AWS_305: Nothing is served at the root, and a default object would be an upload.
  # checkov:skip=CKV_AWS_310: There is one bucket, so no origin to fail over to.

  enabled         = true
  comment         = "Pictures of ${var.name}"
  http_version    = "http2and3"
  is_ipv6_enabled = true
  price_class     = var.price_class
  aliases         = local.serve_cdn_domain ? [var.cdn_domain.name] : []
  web_acl_id      = var.web_acl_arn
  tags            = var.tags

  origin {
    origin_id                = "uploads"
    domain_name              = aws_s3_bucket.uploads.bucket_regional_domain_name
    origin_access_control_id = aws_cloudfront_origin_access_control.this.id
  }

  # All that is not public, which may be viewed with a signature only. Without signed_urls none is required, and nothing is
  # served all the same: the bucket's policy lets the distribution read only public_prefixes.
  default_cache_behavior {
    target_origin_id           = "uploads"
    viewer_protocol_policy     = "redirect-to-https"
    allowed_methods            = ["GET", "HEAD"]
    cached_methods             = ["GET", "HEAD"]
    cache_policy_id            = local.private_cache_policy_id
    response_headers_policy_id = aws_cloudfront_response_headers_policy.this.id
    trusted_key_groups         = local.trusted_key_groups
  }

  dynamic "ordered_cache_behavior" {
    for_each = sort(var.public_prefixes)

    content {
      path_pattern               = "/${ordered_cache_behavior.value}*"
      target_origin_id           = "uploads"
      viewer_protocol_policy     = "redirect-to-https"
      allowed_methods            = ["GET", "HEAD"]
      cached_methods             = ["GET", "HEAD"]
      cache_policy_id            = local.cache_policy_id
      response_headers_policy_id = aws_cloudfront_response_headers_policy.this.id
    }
  }

  # A picture may be requested before its upload; the cached error must expire soon after.
  dynamic "custom_error_response" {
    for_each = [403, 404]

    content {
      error_code            = custom_error_response.value
      error_caching_min_ttl = 5
    }
  }

  restrictions {
    geo_restriction {
      restriction_type = var.geo_restriction == null ? "none" : var.geo_restriction.type
      locations        = var.geo_restriction == null ? [] : sort(var.geo_restriction.countries)
    }
  }

  viewer_certificate {
    cloudfront_default_certificate = !local.serve_cdn_domain
    acm_certificate_arn            = local.viewer_certificate_arn
    # With the CloudFront domain name, these two cannot be chosen.
    ssl_support_method       = local.serve_cdn_domain ? "sni-only" : null
    minimum_protocol_version = local.serve_cdn_domain ? var.cdn_domain.security_policy : "TLSv1"
  }

  lifecycle {
    precondition {
      condition     = local.partition == "aws"
      error_message = "CloudFront's distributions exist in the partition aws, not in ${local.partition}: use a provider for a region such as eu-central-1. (CloudFront in China is a service of its own, with other requirements.)"
    }

    precondition {
      condition     = data.aws_service.s3_us_east_1.region == "us-east-1"
      error_message = "providers must set aws.us_east_1 to a provider for us-east-1, not ${data.aws_service.s3_us_east_1.region}: CloudFront accepts certificates and reports metrics only there."
    }
  }
}

# The certificate, where the module creates it

locals {
  viewer_certificate_arn = (
    !local.serve_cdn_domain ? null
    : local.make_certificate ? aws_acm_certificate_validation.cdn[0].certificate_arn
    : var.cdn_certificate.arn
  )
}

resource "aws_acm_certificate" "cdn" {
  count    = local.make_certificate ? 1 : 0
  provider = aws.us_east_1

  domain_name       = var.cdn_domain.name
  validation_method = "DNS"
  tags              = var.tags

  options {
    # As by default: browsers reject a certificate that is in no public log.
    certificate_transparency_logging_preference = "ENABLED"
  }

  lifecycle {
    create_before_destroy = true

    precondition {
      condition     = length(var.cdn_domain.name) <= 64
      error_message = "cdn_domain.name must have at most 64 characters, the limit of ACM for the first name of a certificate, or come with your own cdn_certificate."
    }

    postcondition {
      condition     = length(self.domain_validation_options) == 1
      error_message = "ACM did not return one validation record for the certificate of cdn_domain: its request may have failed, or be validated by email. Replace it (terraform apply -replace), or set cdn_certificate."
    }
  }
}

resource "aws_acm_certificate_validation" "cdn" {
  count    = local.await_certificate ? 1 : 0
  provider = aws.us_east_1

  certificate_arn         = aws_acm_certificate.cdn[0].arn
  validation_record_fqdns = [for record in aws_route53_record.certificate : record.fqdn]
}
