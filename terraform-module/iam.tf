# Exactly the actions that the library calls, on the resources of this module. The comment on an action
# names the calls that need it; a test of the library keeps both complete. Those of queue.tf are for calls of
# the application itself, and those of diagnosis.tf for the library's doctor.

locals {
  # A prefix for published objects, and the one for the uploads that wait to be inspected.
  library_prefixes = flatten([for prefix in sort(local.all_prefixes) : [prefix, "${local.pending_prefix}${prefix}"]])

  object_arns = [for prefix in local.library_prefixes : "${aws_s3_bucket.uploads.arn}/${prefix}*"]
  # Allows listing "avatars/" and what is below it, such as "avatars/user-42/", and nothing else.
  listed_prefixes = [for prefix in local.library_prefixes : "${prefix}*"]

  application_policy = {
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid    = "Pictures"
          Effect = "Allow"
          Action = [
            "s3:PutObject",    # UploadUrlSigner.presignPut, UploadUrlSigner.presignPost, UploadVerifier.verify, ObjectStore.put
            "s3:GetObject",    # ObjectStore.head, ObjectStore.open, UploadVerifier.verify
            "s3:DeleteObject", # ObjectStore.delete, ObjectStore.deleteAll, ObjectStore.deletePrefix, UploadVerifier.verify
          ]
          Resource = local.object_arns
        },
        {
          Sid    = "ListPictures"
          Effect = "Allow"
          Action = [
            "s3:ListBucket", # ObjectStore.deletePrefix, ObjectStore.list, ObjectStore.pending
          ]
          Resource  = aws_s3_bucket.uploads.arn
          Condition = { StringLike = { "s3:prefix" = local.listed_prefixes } }
        },
      ],
      !local.encrypts_with_kms ? [] : [
        {
          Sid    = "EncryptPictures"
          Effect = "Allow"
          Action = [
            "kms:GenerateDataKey", # UploadUrlSigner.presignPut, UploadUrlSigner.presignPost, UploadVerifier.verify, ObjectStore.put
            "kms:Decrypt",         # ObjectStore.head, ObjectStore.open, UploadVerifier.verify
          ]
          Resource  = local.kms_key_arn
          Condition = { StringEquals = { "kms:ViaService" = "s3.${local.region}.amazonaws.com" } }
        },
      ],
      [
        {
          Sid    = "SendMail"
          Effect = "Allow"
          Action = [
            "ses:SendEmail",    # SesMailer.send
            "ses:SendRawEmail", # SesMailer.Builder.apiV1
          ]
          Resource = concat(
            [local.email_identity_arn, aws_sesv2_configuration_set.this.arn],
            # In the sandbox, SES also checks the recipient's identity.
            [for recipient in sort(var.sandbox_recipients) : aws_sesv2_email_identity.sandbox_recipient[recipient].arn],
          )
          Condition = { StringEquals = { "ses:FromAddress" = local.from_address } }
        },
        {
          Sid    = "ReadSendRate"
          Effect = "Allow"
          Action = [
            "ses:GetAccount", # SesMailer.sendRate
          ]
          Resource = "*" # the action supports no resource
        },
      ],
      !var.allow_tracking_override ? [] : [
        {
          Sid    = "SwitchTrackingOff"
          Effect = "Allow"
          Action = [
            "ses:ApplyTrackingConfigurationOverrides", # SesMailer.Builder.untrackedAccountMail
          ]
          Resource = "*" # the action supports no resource
          Condition = {
            StringEquals = {
              "ses:ClickTrackingEnabled" = "DISABLED"
              "ses:OpenTrackingEnabled"  = "DISABLED"
            }
          }
        },
      ],
      local.mail_events_queue_statements,
    )
  }

  # Estimated, because the plan does not know the bucket's ARN yet: what depends on inputs, and the rest.
  application_policy_length = (var.mail_events_queue == null ? 2000 : 2500) + length(jsonencode([
    [for prefix in local.library_prefixes : ["${prefix}*", "arn:${local.partition}:s3:::${local.bucket_name}/${prefix}*"]],
    [for recipient in var.sandbox_recipients : "${local.email_identity_arn}${recipient}"],
  ]))

  # Separate, so that the process that serves browsers does not need it.
  account_erasure_policy = {
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "EraseVersions"
        Effect = "Allow"
        Action = [
          "s3:DeleteObjectVersion", # ObjectStore.erasePrefix, ObjectStore.eraseOwner
        ]
        Resource = local.object_arns
      },
      {
        Sid    = "ListVersions"
        Effect = "Allow"
        Action = [
          "s3:ListBucketVersions", # ObjectStore.erasePrefix, ObjectStore.eraseOwner
        ]
        Resource  = aws_s3_bucket.uploads.arn
        Condition = { StringLike = { "s3:prefix" = local.listed_prefixes } }
      },
    ]
  }

  # Separate, for the tool of the support staff.
  suppression_policy = {
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "Suppression"
        Effect = "Allow"
        Action = [
          "ses:GetSuppressedDestination",    # SuppressionList.suppression
          "ses:DeleteSuppressedDestination", # SuppressionList.release
        ]
        Resource = "*" # the list is the account's
      },
    ]
  }
}

resource "aws_iam_policy" "application" {
  name        = "${var.name}-application"
  description = "Pictures and email of the application of ${var.name}"
  policy      = jsonencode(local.application_policy)
  tags        = var.tags

  lifecycle {
    precondition {
      condition     = local.application_policy_length <= 6144
      error_message = "public_prefixes, private_prefixes and sandbox_recipients are too many or too long: the application's policy would have some ${local.application_policy_length} characters, and IAM accepts 6144."
    }
  }
}

resource "aws_iam_policy" "account_erasure" {
  name        = "${var.name}-account-erasure"
  description = "Erases the pictures of an account of ${var.name}, including all versions"
  policy      = jsonencode(local.account_erasure_policy)
  tags        = var.tags
}

resource "aws_iam_policy" "suppression" {
  name        = "${var.name}-suppression"
  description = "Looks up and releases addresses to which SES suppresses the emails of ${var.name}"
  policy      = jsonencode(local.suppression_policy)
  tags        = var.tags
}

# Who may use them

locals {
  trust_statements = concat(
    [
      for role in var.role[*] : {
        Sid       = "EcsTasks"
        Effect    = "Allow"
        Principal = { Service = "ecs-tasks.amazonaws.com" }
        Action    = "sts:AssumeRole"
        # Only tasks of this account: prevents the confused deputy problem.
        Condition = {
          StringEquals = { "aws:SourceAccount" = local.account_id }
          ArnLike      = { "aws:SourceArn" = "arn:${local.partition}:ecs:${local.region}:${local.account_id}:*" }
        }
      } if role.ecs_tasks
    ],
    [
      for role in var.role[*] : {
        Sid       = "Ec2"
        Effect    = "Allow"
        Principal = { Service = "ec2.amazonaws.com" }
        Action    = "sts:AssumeRole"
      } if role.ec2
    ],
    [
      for role in var.role[*] : {
        Sid       = "EksPodIdentity"
        Effect    = "Allow"
        Principal = { Service = "pods.eks.amazonaws.com" }
        Action    = ["sts:AssumeRole", "sts:TagSession"]
        Condition = {
          StringEquals = {
            "aws:RequestTag/eks-cluster-arn"            = role.eks_pod_identity.cluster_arn
            "aws:RequestTag/kubernetes-namespace"       = role.eks_pod_identity.namespace
            "aws:RequestTag/kubernetes-service-account" = role.eks_pod_identity.service_account
          }
        }
      } if role.eks_pod_identity != null
    ],
    [
      for index, trust in flatten(var.role[*].oidc) : {
        Sid       = "Oidc${index}"
        Effect    = "Allow"
        Principal = { Federated = trust.provider_arn }
        Action    = "sts:AssumeRoleWithWebIdentity"
        Condition = {
          StringEquals = { "${split("oidc-provider/", trust.provider_arn)[1]}:aud" = trust.audience }
          StringLike   = { "${split("oidc-provider/", trust.provider_arn)[1]}:sub" = sort(trust.subjects) }
        }
      }
    ],
  )

  # Literal labels: for_each must know them while the role's name is still unknown.
  application_roles = merge(
    { for label, role in var.attach_to_roles : "existing/${label}" => role },
    var.role == null ? {} : { created = aws_iam_role.application[0].name },
  )
  erasure_roles = merge(
    { for label, role in var.attach_erasure_to_roles : "existing/${label}" => role },
    anytrue(var.role[*].account_erasure) ? { created = aws_iam_role.application[0].name } : {},
  )
  suppression_roles = merge(
    { for label, role in var.attach_suppression_to_roles : "existing/${label}" => role },
    anytrue(var.role[*].suppression) ? { created = aws_iam_role.application[0].name } : {},
  )
}

resource "aws_iam_role" "application" {
  count = var.role == null ? 0 : 1

  name                 = coalesce(var.role.name, "${var.name}-application")
  description          = "The application of ${var.name}"
  permissions_boundary = var.role.permissions_boundary_arn
  assume_role_policy   = jsonencode({ Version = "2012-10-17", Statement = local.trust_statements })
  tags                 = var.tags

  lifecycle {
    precondition {
      condition     = length(jsonencode(local.trust_statements)) <= 4096
      error_message = "role.oidc has too many or too long subjects: the role's trust policy has ${length(jsonencode(local.trust_statements))} characters, and IAM accepts at most 4096, by default 2048."
    }
  }
}

resource "aws_iam_instance_profile" "application" {
  count = anytrue(var.role[*].ec2) ? 1 : 0

  name = aws_iam_role.application[0].name
  role = aws_iam_role.application[0].name
  tags = var.tags
}

resource "aws_iam_role_policy_attachment" "application" {
  for_each = local.application_roles

  role       = each.value
  policy_arn = aws_iam_policy.application.arn
}

resource "aws_iam_role_policy_attachment" "account_erasure" {
  for_each = local.erasure_roles

  role       = each.value
  policy_arn = aws_iam_policy.account_erasure.arn
}

resource "aws_iam_role_policy_attachment" "suppression" {
  for_each = local.suppression_roles

  role       = each.value
  policy_arn = aws_iam_policy.suppression.arn
}
