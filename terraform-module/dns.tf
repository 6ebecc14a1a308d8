locals {
  dns_ttl = 300

  # Regions whose DKIM records do not end with dkim.amazonses.com.
  # Source: AWS General Reference, "Amazon Simple Email Service endpoints and quotas", DKIM domains.
  regions_with_own_dkim_domain = [
    "af-south-1", "ap-northeast-3", "ap-south-2", "ap-southeast-3", "ap-southeast-5", "ca-west-1",
    "eu-central-2", "eu-south-1", "il-central-1", "me-central-1", "us-gov-east-1",
  ]
  dkim_domain = coalesce(
    var.email_identity.dkim_domain,
    contains(local.regions_with_own_dkim_domain, local.region) ? "dkim.${local.region}.amazonses.com" : "dkim.amazonses.com",
  )
  makes_dkim_records = var.email_identity.create && !var.email_identity.own_dkim_keys
  makes_dmarc_record = try(var.dmarc.policy != "elsewhere", false)

  # Three, as long as SES signs with keys of its own.
  dkim_tokens = flatten(aws_sesv2_email_identity.this[*].dkim_signing_attributes[*].tokens)

  validation_options = flatten(aws_acm_certificate.cdn[*].domain_validation_options)

  # Literal keys: for_each must know them while tokens and zone are still unknown. What AWS did not return gets
  # a name that says so: postconditions refuse to create it, but an index error would prevent destroying too.
  email_records = merge(
    local.makes_dkim_records ? {
      for index, label in ["dkim_1", "dkim_2", "dkim_3"] : label => {
        name  = "${try(local.dkim_tokens[index], "missing-token-${index + 1}")}._domainkey.${local.email_domain}"
        type  = "CNAME"
        value = "${try(local.dkim_tokens[index], "missing-token-${index + 1}")}.${local.dkim_domain}"
      }
    } : {},
    var.email_identity.create ? {
      mail_from_mx = {
        name  = local.mail_from_domain
        type  = "MX"
        value = "10 feedback-smtp.${local.region}.amazonses.com"
      }
      mail_from_spf = {
        name  = local.mail_from_domain
        type  = "TXT"
        value = "v=spf1 include:amazonses.com -all"
      }
    } : {},
    !local.makes_dmarc_record ? {} : {
      dmarc = {
        name = "_dmarc.${local.email_domain}"
        type = "TXT"
        value = join("; ", concat(
          ["v=DMARC1", "p=${var.dmarc.policy}"],
          length(var.dmarc.rua) == 0 ? [] : ["rua=${join(",", [for address in sort(var.dmarc.rua) : "mailto:${address}"])}"],
        ))
      }
    },
  )

  certificate_records = local.make_certificate ? {
    certificate = {
      name  = trimsuffix(try(local.validation_options[0].resource_record_name, "missing-record.${var.cdn_domain.name}"), ".")
      type  = try(local.validation_options[0].resource_record_type, "CNAME")
      value = trimsuffix(try(local.validation_options[0].resource_record_value, "missing-record.acm-validations.aws"), ".")
    }
  } : {}

  # A CNAME, because other DNS providers do not have Route 53's alias records.
  cdn_records = var.cdn_domain == null ? {} : {
    cdn = {
      name  = var.cdn_domain.name
      type  = "CNAME"
      value = aws_cloudfront_distribution.this.domain_name
    }
  }
}

# The module adds no record by itself: a domain has exactly one, and it may be the organization's.
check "dmarc" {
  assert {
    condition     = var.dns == null || !var.email_identity.create || var.dmarc != null
    error_message = "The domain ${local.email_domain} gets no DMARC record from this module, so that others can send in its name. Set dmarc = { policy = \"none\", rua = [\"dmarc@${local.email_domain}\"] } to start with reports to that address, or dmarc = { policy = \"elsewhere\" } if the domain or its parent has a record."
  }
}

resource "aws_route53_record" "email" {
  for_each = var.dns == null ? {} : local.email_records

  zone_id = var.dns.zone_id
  name    = each.value.name
  type    = each.value.type
  ttl     = local.dns_ttl
  records = [each.value.value]
}

# Separate from the other records: the distribution depends on this one, and the one below on the distribution.
resource "aws_route53_record" "certificate" {
  for_each = var.dns == null ? {} : local.certificate_records

  zone_id = var.dns.zone_id
  name    = each.value.name
  type    = each.value.type
  ttl     = local.dns_ttl
  records = [each.value.value]
  # ACM gives all certificates of an account for a domain the same record, and a former one may have left it.
  allow_overwrite = true
}

resource "aws_route53_record" "cdn" {
  for_each = var.dns == null || var.cdn_domain == null ? [] : toset(["A", "AAAA"])

  zone_id = var.dns.zone_id
  name    = var.cdn_domain.name
  type    = each.value

  alias {
    name                   = aws_cloudfront_distribution.this.domain_name
    zone_id                = aws_cloudfront_distribution.this.hosted_zone_id
    evaluate_target_health = false
  }
}
