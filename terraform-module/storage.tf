locals {
  bucket_name = coalesce(var.bucket_name, "${var.name}-uploads-${local.account_id}")

  all_prefixes = setunion(var.public_prefixes, var.private_prefixes)

  # Without a key group nobody could be kept from a private picture that the distribution may read.
  cdn_prefixes = var.signed_urls == null ? var.public_prefixes : local.all_prefixes

  app_origin     = regex("^https?://[^/]+", var.app_url)
  upload_origins = coalesce(var.upload_origins, [local.app_origin])

  bucket_policy = {
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid       = "DenyPlainHttp"
          Effect    = "Deny"
          Principal = "*"
          Action    = "s3:*"
          Resource  = [aws_s3_bucket.uploads.arn, "${aws_s3_bucket.uploads.arn}/*"]
          Condition = { Bool = { "aws:SecureTransport" = "false" } }
        },
        {
          Sid       = "DenyTlsBelow12"
          Effect    = "Deny"
          Principal = "*"
          Action    = "s3:*"
          Resource  = [aws_s3_bucket.uploads.arn, "${aws_s3_bucket.uploads.arn}/*"]
          Condition = { NumericLessThan = { "s3:TlsVersion" = "1.2" } }
        },
        {
          # Whoever signs chooses the lifetime; this bounds it for all of them.
          Sid       = "DenyOldSignatures"
          Effect    = "Deny"
          Principal = "*"
          Action    = "s3:*"
          Resource  = [aws_s3_bucket.uploads.arn, "${aws_s3_bucket.uploads.arn}/*"]
          Condition = {
            StringEquals       = { "s3:authType" = ["POST", "REST-QUERY-STRING"] }
            NumericGreaterThan = { "s3:signatureAge" = tostring(var.max_presign_seconds * 1000) }
          }
        },
      ],
      length(local.cdn_prefixes) == 0 ? [] : [
        {
          Sid       = "AllowDistributionToRead"
          Effect    = "Allow"
          Principal = { Service = "cloudfront.amazonaws.com" }
          Action    = "s3:GetObject"
          Resource  = [for prefix in sort(local.cdn_prefixes) : "${aws_s3_bucket.uploads.arn}/${prefix}*"]
          Condition = { StringEquals = { "AWS:SourceArn" = aws_cloudfront_distribution.this.arn } }
        },
      ],
    )
  }
}

resource "aws_s3_bucket" "uploads" {
  bucket        = local.bucket_name
  force_destroy = var.force_destroy
  tags          = var.tags

  # Destroyed before the key: a bucket that is not empty stays, and so does what its pictures need.
  depends_on = [aws_kms_key.uploads]
}

resource "aws_s3_bucket_ownership_controls" "uploads" {
  bucket = aws_s3_bucket.uploads.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_public_access_block" "uploads" {
  bucket = aws_s3_bucket.uploads.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_policy" "uploads" {
  bucket = aws_s3_bucket.uploads.id
  policy = jsonencode(local.bucket_policy)

  # S3 may refuse both at once, with 409 OperationAborted.
  depends_on = [aws_s3_bucket_public_access_block.uploads]
}

resource "aws_s3_bucket_versioning" "uploads" {
  bucket = aws_s3_bucket.uploads.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "uploads" {
  bucket = aws_s3_bucket.uploads.id

  rule {
    # One key for many objects: S3 asks KMS far less often.
    bucket_key_enabled = local.encrypts_with_kms ? true : null

    apply_server_side_encryption_by_default {
      sse_algorithm     = local.encrypts_with_kms ? "aws:kms" : "AES256"
      kms_master_key_id = local.kms_key_arn
    }
  }

  lifecycle {
    precondition {
      condition     = var.kms_key == null ? true : split(":", var.kms_key.arn)[3] == local.region
      error_message = "kms_key.arn must be of a key in the bucket's region, ${local.region}."
    }
  }
}

resource "aws_s3_bucket_cors_configuration" "uploads" {
  bucket = aws_s3_bucket.uploads.id

  cors_rule {
    id              = "browser-uploads"
    allowed_origins = sort(local.upload_origins)
    allowed_methods = ["POST", "PUT"]
    # What the library signs, so that a browser has to send it; nothing else passes a preflight.
    allowed_headers = [
      "cache-control",
      "content-type",
      "if-none-match",
      "x-amz-checksum-*",
      "x-amz-meta-*",
    ]
    # Upload libraries wait for it, and stay at 100 % when they cannot read it.
    expose_headers  = ["ETag"]
    max_age_seconds = 3600
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "uploads" {
  bucket = aws_s3_bucket.uploads.id

  rule {
    id     = "abandoned-multipart-uploads"
    status = "Enabled"
    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }

  rule {
    id     = "former-versions"
    status = "Enabled"
    filter {}

    noncurrent_version_expiration {
      noncurrent_days = var.noncurrent_version_days
    }
  }

  rule {
    id     = "orphaned-delete-markers"
    status = "Enabled"
    filter {}

    expiration {
      expired_object_delete_marker = true
    }
  }

  dynamic "rule" {
    for_each = var.expire_after_days

    content {
      id     = "expire-${rule.key}"
      status = "Enabled"

      filter {
        prefix = rule.key
      }

      expiration {
        days = rule.value
      }
    }
  }

  # S3 refuses rules about versions for a bucket that keeps none.
  depends_on = [aws_s3_bucket_versioning.uploads]
}

resource "aws_s3_bucket_logging" "uploads" {
  count = var.access_logs == null ? 0 : 1

  bucket        = aws_s3_bucket.uploads.id
  target_bucket = var.access_logs.bucket
  target_prefix = coalesce(var.access_logs.prefix, "s3/${local.bucket_name}/")
}

# The key, where one is wanted and none is brought

locals {
  encrypts_with_kms = var.create_kms_key || var.kms_key != null
  kms_key_arn       = var.create_kms_key ? aws_kms_key.uploads[0].arn : var.kms_key == null ? null : var.kms_key.arn

  kms_distribution_statement = {
    Sid       = "AllowDistributionToDecrypt"
    Effect    = "Allow"
    Principal = { Service = "cloudfront.amazonaws.com" }
    Action    = "kms:Decrypt"
    Resource  = "*"
    Condition = { StringEquals = { "AWS:SourceArn" = aws_cloudfront_distribution.this.arn } }
  }
}

resource "aws_kms_key" "uploads" {
  count = var.create_kms_key ? 1 : 0

  description         = "Pictures in ${local.bucket_name}"
  enable_key_rotation = true
  # The longest there is, to think better of it: without the key the pictures are lost.
  deletion_window_in_days = 30
  tags                    = var.tags
}

resource "aws_kms_alias" "uploads" {
  count = var.create_kms_key ? 1 : 0

  name          = "alias/${var.name}-uploads"
  target_key_id = aws_kms_key.uploads[0].key_id
}

# Not in the key itself: the policy names the distribution, which reads the bucket, which needs the key.
resource "aws_kms_key_policy" "uploads" {
  count = var.create_kms_key ? 1 : 0

  key_id = aws_kms_key.uploads[0].key_id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        # Lets IAM policies decide, as AWS's own default key policy does.
        Sid       = "AllowAccountToAdminister"
        Effect    = "Allow"
        Principal = { AWS = "arn:${local.partition}:iam::${local.account_id}:root" }
        Action    = "kms:*"
        Resource  = "*"
      },
      local.kms_distribution_statement,
    ]
  })
}
