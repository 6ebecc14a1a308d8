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

run "keeps_the_bucket_closed_by_default" {
  assert {
    condition     = aws_s3_bucket.uploads.bucket == "healthmetrics-test-uploads-123456789012" && !aws_s3_bucket.uploads.force_destroy
    error_message = "The account ID is part of the name, and pictures are not destroyed: ${aws_s3_bucket.uploads.bucket}"
  }

  assert {
    condition     = aws_s3_bucket_ownership_controls.uploads.rule[0].object_ownership == "BucketOwnerEnforced"
    error_message = "ACLs must be off."
  }

  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.uploads.block_public_acls,
      aws_s3_bucket_public_access_block.uploads.block_public_policy,
      aws_s3_bucket_public_access_block.uploads.ignore_public_acls,
      aws_s3_bucket_public_access_block.uploads.restrict_public_buckets,
    ])
    error_message = "All four blocks of public access must be on."
  }

  assert {
    condition     = aws_s3_bucket_versioning.uploads.versioning_configuration[0].status == "Enabled"
    error_message = "Versions must be kept."
  }

  assert {
    condition     = one(one(aws_s3_bucket_server_side_encryption_configuration.uploads.rule).apply_server_side_encryption_by_default).sse_algorithm == "AES256"
    error_message = "SSE-S3 is the default."
  }

  assert {
    condition     = length(aws_kms_key.uploads) + length(aws_kms_alias.uploads) + length(aws_kms_key_policy.uploads) + length(aws_s3_bucket_logging.uploads) == 0
    error_message = "No key and no logs by default."
  }
}

run "defines_in_the_bucket_policy_who_is_denied_and_allowed" {
  assert {
    condition = { for statement in jsondecode(aws_s3_bucket_policy.uploads.policy).Statement : statement.Sid => statement } == {
      DenyPlainHttp = {
        Sid       = "DenyPlainHttp"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = ["arn:aws:s3:::mocked", "arn:aws:s3:::mocked/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      }
      DenyTlsBelow12 = {
        Sid       = "DenyTlsBelow12"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = ["arn:aws:s3:::mocked", "arn:aws:s3:::mocked/*"]
        Condition = { NumericLessThan = { "s3:TlsVersion" = "1.2" } }
      }
      DenyOldSignatures = {
        Sid       = "DenyOldSignatures"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = ["arn:aws:s3:::mocked", "arn:aws:s3:::mocked/*"]
        Condition = {
          StringEquals       = { "s3:authType" = ["POST", "REST-QUERY-STRING"] }
          NumericGreaterThan = { "s3:signatureAge" = "900000" }
        }
      }
      DenyPresignedWritesUnlessPending = {
        Sid         = "DenyPresignedWritesUnlessPending"
        Effect      = "Deny"
        Principal   = "*"
        Action      = "s3:PutObject"
        NotResource = "arn:aws:s3:::mocked/pending/*"
        Condition   = { StringEquals = { "s3:authType" = ["POST", "REST-QUERY-STRING"] } }
      }
      AllowDistributionToRead = {
        Sid       = "AllowDistributionToRead"
        Effect    = "Allow"
        Principal = { Service = "cloudfront.amazonaws.com" }
        Action    = "s3:GetObject"
        Resource  = ["arn:aws:s3:::mocked/avatars/*"]
        Condition = { StringEquals = { "AWS:SourceArn" = "arn:aws:cloudfront::123456789012:distribution/E1A2B3C4D5E6F7" } }
      }
    }
    error_message = aws_s3_bucket_policy.uploads.policy
  }
}

run "keeps_pending_uploads_for_a_day" {
  assert {
    condition     = [for rule in aws_s3_bucket_lifecycle_configuration.uploads.rule : [rule.expiration[0].days, rule.noncurrent_version_expiration[0].noncurrent_days] if rule.id == "pending-uploads"] == [[1, 1]]
    error_message = "The shortest time that S3 knows."
  }
}

run "lets_the_pages_of_the_application_upload_and_no_others" {
  assert {
    condition     = one(aws_s3_bucket_cors_configuration.uploads.cors_rule).allowed_origins == toset(["https://app.example.com"])
    error_message = "The origin of app_url alone: ${join(" ", one(aws_s3_bucket_cors_configuration.uploads.cors_rule).allowed_origins)}"
  }

  assert {
    condition     = one(aws_s3_bucket_cors_configuration.uploads.cors_rule).allowed_methods == toset(["POST", "PUT"])
    error_message = "Uploads are PUT and POST; pictures are read through the distribution."
  }

  assert {
    condition     = one(aws_s3_bucket_cors_configuration.uploads.cors_rule).expose_headers == toset(["ETag"]) && one(aws_s3_bucket_cors_configuration.uploads.cors_rule).max_age_seconds == 3600
    error_message = "Upload libraries need the ETag; browsers cache the preflight for an hour."
  }
}

run "expires_what_is_no_longer_needed" {
  variables {
    expire_after_days       = { "food-photos/" = 365, "avatars/tmp/" = 7 }
    noncurrent_version_days = 90
    pending_upload_days     = 3
  }

  assert {
    condition     = { for rule in aws_s3_bucket_lifecycle_configuration.uploads.rule : rule.id => rule.status } == { for id in ["abandoned-multipart-uploads", "former-versions", "pending-uploads", "orphaned-delete-markers", "expire-avatars/tmp/", "expire-food-photos/"] : id => "Enabled" }
    error_message = "Six rules, all enabled: ${join(", ", [for rule in aws_s3_bucket_lifecycle_configuration.uploads.rule : rule.id])}"
  }

  assert {
    condition     = one([for rule in aws_s3_bucket_lifecycle_configuration.uploads.rule : rule.abort_incomplete_multipart_upload[0].days_after_initiation if rule.id == "abandoned-multipart-uploads"]) == 1
    error_message = "Abandoned multipart uploads cost money and are not visible."
  }

  assert {
    condition     = one([for rule in aws_s3_bucket_lifecycle_configuration.uploads.rule : rule.noncurrent_version_expiration[0].noncurrent_days if rule.id == "former-versions"]) == 90
    error_message = "Former versions expire after noncurrent_version_days."
  }

  assert {
    condition     = one([for rule in aws_s3_bucket_lifecycle_configuration.uploads.rule : rule.expiration[0].expired_object_delete_marker if rule.id == "orphaned-delete-markers"])
    error_message = "Delete markers without versions expire too."
  }

  assert {
    condition = { for rule in aws_s3_bucket_lifecycle_configuration.uploads.rule : rule.filter[0].prefix => rule.expiration[0].days if startswith(rule.id, "expire-") } == {
      "avatars/tmp/" = 7
      "food-photos/" = 365
    }
    error_message = "Each prefix has its own days."
  }

  assert {
    condition     = [for rule in aws_s3_bucket_lifecycle_configuration.uploads.rule : [rule.filter[0].prefix, rule.expiration[0].days, rule.noncurrent_version_expiration[0].noncurrent_days] if rule.id == "pending-uploads"] == [["pending/", 3, 3]]
    error_message = "An upload that was never published expires, and so does what its removal leaves as a former version."
  }
}

run "applies_the_inputs_of_the_bucket" {
  variables {
    bucket_name         = "my-pictures"
    public_prefixes     = []
    private_prefixes    = ["scans/"]
    upload_origins      = ["https://app.example.com", "http://localhost:3003"]
    max_presign_seconds = 604800
    access_logs         = { bucket = "my-logs" }
    force_destroy       = true
  }

  assert {
    condition     = aws_s3_bucket.uploads.bucket == "my-pictures" && aws_s3_bucket.uploads.force_destroy
    error_message = aws_s3_bucket.uploads.bucket
  }

  assert {
    condition     = one(aws_s3_bucket_cors_configuration.uploads.cors_rule).allowed_origins == toset(["http://localhost:3003", "https://app.example.com"])
    error_message = "Both origins may upload."
  }

  assert {
    condition     = [for statement in jsondecode(aws_s3_bucket_policy.uploads.policy).Statement : statement.Condition.NumericGreaterThan["s3:signatureAge"] if statement.Sid == "DenyOldSignatures"] == ["604800000"]
    error_message = "S3 measures the age of a signature in milliseconds: ${aws_s3_bucket_policy.uploads.policy}"
  }

  assert {
    condition     = output.application_environment.S3_MAX_PRESIGN_SECONDS == "604800"
    error_message = "The application reads the bucket's limit in seconds: ${jsonencode(output.application_environment)}"
  }

  assert {
    condition     = !strcontains(aws_s3_bucket_policy.uploads.policy, "cloudfront")
    error_message = "Without public prefixes, the distribution may not read: ${aws_s3_bucket_policy.uploads.policy}"
  }

  assert {
    condition     = aws_s3_bucket_logging.uploads[0].target_bucket == "my-logs" && aws_s3_bucket_logging.uploads[0].target_prefix == "s3/my-pictures/"
    error_message = "The logs go to the given bucket and prefix."
  }
}

run "creates_a_key_that_the_distribution_may_read_with" {
  variables {
    create_kms_key = true
  }

  assert {
    condition     = alltrue([for policy in [aws_s3_bucket_policy.uploads.policy, aws_kms_key_policy.uploads[0].policy] : jsondecode(policy).Version == "2012-10-17"])
    error_message = "An older policy version has no variables and evaluates some rules differently."
  }

  assert {
    condition     = one(aws_s3_bucket_server_side_encryption_configuration.uploads.rule).bucket_key_enabled && one(one(aws_s3_bucket_server_side_encryption_configuration.uploads.rule).apply_server_side_encryption_by_default) == { sse_algorithm = "aws:kms", kms_master_key_id = aws_kms_key.uploads[0].arn }
    error_message = "SSE-KMS with the created key, and a bucket key."
  }

  assert {
    condition     = aws_kms_key.uploads[0].enable_key_rotation && aws_kms_key.uploads[0].deletion_window_in_days == 30 && aws_kms_alias.uploads[0].name == "alias/healthmetrics-test-uploads"
    error_message = "The key rotates and has a name."
  }

  assert {
    condition = { for statement in jsondecode(aws_kms_key_policy.uploads[0].policy).Statement : statement.Sid => statement } == {
      AllowAccountToAdminister = {
        Sid       = "AllowAccountToAdminister"
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::123456789012:root" }
        Action    = "kms:*"
        Resource  = "*"
      }
      AllowDistributionToDecrypt = {
        Sid       = "AllowDistributionToDecrypt"
        Effect    = "Allow"
        Principal = { Service = "cloudfront.amazonaws.com" }
        Action    = "kms:Decrypt"
        Resource  = "*"
        Condition = { StringEquals = { "AWS:SourceArn" = "arn:aws:cloudfront::123456789012:distribution/E1A2B3C4D5E6F7" } }
      }
    }
    error_message = aws_kms_key_policy.uploads[0].policy
  }

  assert {
    condition     = output.kms_key_arn == aws_kms_key.uploads[0].arn
    error_message = "The output names the key."
  }
}

run "adds_the_statements_of_the_owner_to_each_policy" {
  variables {
    create_kms_key = true
    additional_policy_statements = {
      bucket            = jsonencode([{ Sid = "DenyScanner", Effect = "Deny", Principal = "*", Action = "s3:PutObject", Resource = "arn:aws:s3:::mocked/pending/*", Condition = { StringEquals = { "aws:PrincipalTag/scanned" = "no" } } }])
      kms_key           = jsonencode([{ Sid = "Backup", Effect = "Allow", Principal = { AWS = "arn:aws:iam::210987654321:root" }, Action = "kms:Decrypt", Resource = "*" }])
      mail_events_topic = jsonencode([{ Sid = "Audit", Effect = "Allow", Principal = { AWS = ["arn:aws:iam::210987654321:root"] }, Action = "sns:Subscribe", Resource = "arn:aws:sns:eu-central-1:123456789012:mocked" }])
    }
  }

  assert {
    condition     = [for statement in jsondecode(aws_s3_bucket_policy.uploads.policy).Statement : statement.Sid] == ["DenyPlainHttp", "DenyTlsBelow12", "DenyOldSignatures", "DenyPresignedWritesUnlessPending", "AllowDistributionToRead", "DenyScanner"]
    error_message = aws_s3_bucket_policy.uploads.policy
  }

  assert {
    condition     = [for statement in jsondecode(aws_kms_key_policy.uploads[0].policy).Statement : statement.Sid] == ["AllowAccountToAdminister", "AllowDistributionToDecrypt", "Backup"]
    error_message = aws_kms_key_policy.uploads[0].policy
  }

  assert {
    condition     = [for statement in jsondecode(aws_sns_topic_policy.mail_events[0].policy).Statement : statement.Sid] == ["AllowSesToPublish", "Audit"]
    error_message = aws_sns_topic_policy.mail_events[0].policy
  }
}

run "moves_pictures_to_the_storage_class_of_their_prefix" {
  variables {
    storage_classes = {
      "food-photos/"     = { storage_class = "INTELLIGENT_TIERING", after_days = 0 }
      "progress-photos/" = { storage_class = "STANDARD_IA", after_days = 30 }
    }
  }

  assert {
    condition = { for rule in aws_s3_bucket_lifecycle_configuration.uploads.rule : rule.filter[0].prefix => [for transition in rule.transition : [transition.storage_class, transition.days]] if startswith(rule.id, "move-") } == {
      "food-photos/"     = [["INTELLIGENT_TIERING", 0]]
      "progress-photos/" = [["STANDARD_IA", 30]]
    }
    error_message = "Each prefix has its own class."
  }
}

run "uses_an_existing_key_and_outputs_what_its_policy_needs" {
  variables {
    kms_key = { arn = "arn:aws:kms:eu-central-1:123456789012:key/mine" }
  }

  assert {
    condition     = one(one(aws_s3_bucket_server_side_encryption_configuration.uploads.rule).apply_server_side_encryption_by_default).kms_master_key_id == "arn:aws:kms:eu-central-1:123456789012:key/mine" && output.kms_key_arn == "arn:aws:kms:eu-central-1:123456789012:key/mine"
    error_message = "The given key."
  }

  assert {
    condition     = length(aws_kms_key.uploads) + length(aws_kms_key_policy.uploads) == 0
    error_message = "No other key is created, and the policy of the given key is unchanged."
  }

  assert {
    condition     = jsondecode(output.kms_key_policy_statement).Principal.Service == "cloudfront.amazonaws.com"
    error_message = output.kms_key_policy_statement
  }
}
