locals {
  bucket_name = coalesce(var.bucket_name, "${var.name}-uploads-${local.account_id}")

  all_prefixes = setunion(var.public_prefixes, var.private_prefixes)

  # What a browser wrote waits here until the library has inspected it and published it under its final key.
  pending_prefix = "pending/"

  # Without a key group, the distribution would serve private pictures to everyone if it could read them.
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
          # The signer chooses the lifetime; this limits it for every signer.
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
        {
          # Whatever a signer signs, a browser cannot write where the distribution reads. The application
          # publishes with a request of its own, which is signed in its header.
          Sid         = "DenyPresignedWritesUnlessPending"
          Effect      = "Deny"
          Principal   = "*"
          Action      = "s3:PutObject"
          NotResource = "${aws_s3_bucket.uploads.arn}/${local.pending_prefix}*"
          Condition   = { StringEquals = { "s3:authType" = ["POST", "REST-QUERY-STRING"] } }
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
      jsondecode(var.additional_policy_statements.bucket),
    )
  }
}

resource "aws_s3_bucket" "uploads" {
  # checkov:skip=CKV_AWS_18: Logs need a bucket of the account; access_logs names it.
  # checkov:skip=CKV_AWS_144: Replication doubles the cost and the places to erase; an owner can add it.
  # checkov:skip=CKV_AWS_145: SSE-S3 by default; create_kms_key or kms_key encrypt with a KMS key.

  bucket        = local.bucket_name
  force_destroy = var.force_destroy
  tags          = var.tags

  # Destroyed before the key: a bucket that is not empty remains, and its pictures need the key.
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

  # S3 may reject concurrent changes with 409 OperationAborted.
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
    # One key for many objects: S3 calls KMS far less often.
    bucket_key_enabled = local.encrypts_with_kms ? true : null

    apply_server_side_encryption_by_default {
      sse_algorithm     = local.encrypts_with_kms ? "aws:kms" : "AES256"
      kms_master_key_id = local.kms_key_arn
    }
  }

  lifecycle {
    precondition {
      condition     = var.kms_key == null ? true : split(":", var.kms_key.arn)[3] == local.region
      error_message = "kms_key.arn must be the ARN of a key in the bucket's region, ${local.region}."
    }
  }
}

resource "aws_s3_bucket_cors_configuration" "uploads" {
  bucket = aws_s3_bucket.uploads.id

  cors_rule {
    id              = "browser-uploads"
    allowed_origins = sort(local.upload_origins)
    allowed_methods = ["POST", "PUT"]
    # The headers that the library signs and a browser must send; no other header passes a preflight.
    allowed_headers = [
      "cache-control",
      "content-type",
      "if-none-match",
      "x-amz-checksum-*",
      "x-amz-meta-*",
    ]
    # Upload libraries wait for the ETag, and stay at 100 % if they cannot read it.
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
    id     = "pending-uploads"
    status = "Enabled"

    filter {
      prefix = local.pending_prefix
    }

    expiration {
      days = var.pending_upload_days
    }

    # Where two rules overlap, S3 applies the shorter time.
    noncurrent_version_expiration {
      noncurrent_days = var.pending_upload_days
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

  dynamic "rule" {
    for_each = var.storage_classes

    content {
      id     = "move-${rule.key}"
      status = "Enabled"

      filter {
        prefix = rule.key
      }

      transition {
        days          = rule.value.after_days
        storage_class = rule.value.storage_class
      }
    }
  }

  # S3 rejects rules about versions for a bucket without versioning.
  depends_on = [aws_s3_bucket_versioning.uploads]
}

resource "aws_s3_bucket_logging" "uploads" {
  count = var.access_logs == null ? 0 : 1

  bucket        = aws_s3_bucket.uploads.id
  target_bucket = var.access_logs.bucket
  target_prefix = coalesce(var.access_logs.prefix, "s3/${local.bucket_name}/")

  lifecycle {
    precondition {
      condition     = var.access_logs.bucket != local.bucket_name
      error_message = "access_logs.bucket must not be the bucket of the pictures: each log would be logged again."
    }
  }
}

# The KMS key, where the module creates it

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
  # The maximum, so that a mistake can be undone: without the key the pictures are lost.
  deletion_window_in_days = 30
  tags                    = var.tags
}

resource "aws_kms_alias" "uploads" {
  count = var.create_kms_key ? 1 : 0

  name          = "alias/${var.name}-uploads"
  target_key_id = aws_kms_key.uploads[0].key_id
}

# Not in the key itself: the policy names the distribution, which depends on the bucket, which depends on the key.
resource "aws_kms_key_policy" "uploads" {
  count = var.create_kms_key ? 1 : 0

  key_id = aws_kms_key.uploads[0].key_id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat([
      {
        # Lets IAM policies decide, as AWS's own default key policy does.
        Sid       = "AllowAccountToAdminister"
        Effect    = "Allow"
        Principal = { AWS = "arn:${local.partition}:iam::${local.account_id}:root" }
        Action    = "kms:*"
        Resource  = "*"
      },
      local.kms_distribution_statement,
    ], jsondecode(var.additional_policy_statements.kms_key))
  })
}
