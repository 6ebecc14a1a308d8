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

run "permits_exactly_what_the_library_calls" {
  assert {
    condition = { for statement in jsondecode(output.application_policy_json).Statement : statement.Sid => statement } == {
      Pictures = {
        Sid    = "Pictures"
        Effect = "Allow"
        Action = ["s3:PutObject", "s3:GetObject", "s3:DeleteObject"]
        Resource = [
          "arn:aws:s3:::mocked/avatars/*",
          "arn:aws:s3:::mocked/pending/avatars/*",
          "arn:aws:s3:::mocked/food-photos/*",
          "arn:aws:s3:::mocked/pending/food-photos/*",
          "arn:aws:s3:::mocked/progress-photos/*",
          "arn:aws:s3:::mocked/pending/progress-photos/*",
        ]
      }
      ListPictures = {
        Sid       = "ListPictures"
        Effect    = "Allow"
        Action    = ["s3:ListBucket"]
        Resource  = "arn:aws:s3:::mocked"
        Condition = { StringLike = { "s3:prefix" = ["avatars/*", "pending/avatars/*", "food-photos/*", "pending/food-photos/*", "progress-photos/*", "pending/progress-photos/*"] } }
      }
      SendMail = {
        Sid       = "SendMail"
        Effect    = "Allow"
        Action    = ["ses:SendEmail", "ses:SendRawEmail"]
        Resource  = ["arn:aws:ses:eu-central-1:123456789012:identity/example.com", "arn:aws:ses:eu-central-1:123456789012:configuration-set/mocked"]
        Condition = { StringEquals = { "ses:FromAddress" = "noreply@example.com" } }
      }
      ReadSendRate = {
        Sid      = "ReadSendRate"
        Effect   = "Allow"
        Action   = ["ses:GetAccount"]
        Resource = "*"
      }
    }
    error_message = output.application_policy_json
  }

  assert {
    condition     = aws_iam_policy.application.policy == output.application_policy_json && output.application_policy_arn == aws_iam_policy.application.arn
    error_message = "The output is the created policy."
  }
}

run "keeps_account_erasure_in_a_policy_of_its_own" {
  assert {
    condition = { for statement in jsondecode(output.account_erasure_policy_json).Statement : statement.Sid => statement } == {
      EraseVersions = {
        Sid    = "EraseVersions"
        Effect = "Allow"
        Action = ["s3:DeleteObjectVersion"]
        Resource = [
          "arn:aws:s3:::mocked/avatars/*",
          "arn:aws:s3:::mocked/pending/avatars/*",
          "arn:aws:s3:::mocked/food-photos/*",
          "arn:aws:s3:::mocked/pending/food-photos/*",
          "arn:aws:s3:::mocked/progress-photos/*",
          "arn:aws:s3:::mocked/pending/progress-photos/*",
        ]
      }
      ListVersions = {
        Sid       = "ListVersions"
        Effect    = "Allow"
        Action    = ["s3:ListBucketVersions"]
        Resource  = "arn:aws:s3:::mocked"
        Condition = { StringLike = { "s3:prefix" = ["avatars/*", "pending/avatars/*", "food-photos/*", "pending/food-photos/*", "progress-photos/*", "pending/progress-photos/*"] } }
      }
    }
    error_message = output.account_erasure_policy_json
  }
}

run "keeps_the_suppression_list_in_a_policy_of_its_own" {
  assert {
    condition = jsondecode(output.suppression_policy_json) == {
      Version = "2012-10-17"
      Statement = [
        {
          Sid      = "Suppression"
          Effect   = "Allow"
          Action   = ["ses:GetSuppressedDestination", "ses:DeleteSuppressedDestination"]
          Resource = "*"
        },
      ]
    }
    error_message = output.suppression_policy_json
  }

  assert {
    condition     = aws_iam_policy.suppression.policy == output.suppression_policy_json && output.suppression_policy_arn == aws_iam_policy.suppression.arn
    error_message = "The output is the created policy."
  }
}

run "creates_no_role_and_attaches_nothing_by_default" {
  assert {
    condition     = length(aws_iam_role.application) + length(aws_iam_instance_profile.application) + length(aws_iam_role_policy_attachment.application) + length(aws_iam_role_policy_attachment.account_erasure) + length(aws_iam_role_policy_attachment.suppression) + length(aws_iam_role_policy_attachment.diagnosis) == 0
    error_message = "Only the policies."
  }

  assert {
    condition     = output.role_name == null && output.role_arn == null && output.instance_profile_name == null
    error_message = "Nothing to output."
  }
}

run "permits_more_only_on_request" {
  variables {
    kms_key                 = { arn = "arn:aws:kms:eu-central-1:123456789012:key/mine" }
    sandbox_recipients      = ["ada@example.com"]
    allow_tracking_override = true
  }

  assert {
    condition = { for statement in jsondecode(output.application_policy_json).Statement : statement.Sid => statement if contains(["EncryptPictures", "SwitchTrackingOff"], statement.Sid) } == {
      EncryptPictures = {
        Sid       = "EncryptPictures"
        Effect    = "Allow"
        Action    = ["kms:GenerateDataKey", "kms:Decrypt"]
        Resource  = "arn:aws:kms:eu-central-1:123456789012:key/mine"
        Condition = { StringEquals = { "kms:ViaService" = "s3.eu-central-1.amazonaws.com" } }
      }
      SwitchTrackingOff = {
        Sid       = "SwitchTrackingOff"
        Effect    = "Allow"
        Action    = ["ses:ApplyTrackingConfigurationOverrides"]
        Resource  = "*"
        Condition = { StringEquals = { "ses:ClickTrackingEnabled" = "DISABLED", "ses:OpenTrackingEnabled" = "DISABLED" } }
      }
    }
    error_message = output.application_policy_json
  }

  assert {
    condition     = [for statement in jsondecode(output.application_policy_json).Statement : statement.Resource[2] if statement.Sid == "SendMail"] == [aws_sesv2_email_identity.sandbox_recipient["ada@example.com"].arn]
    error_message = "In the sandbox, SES also checks the recipient's identity: ${output.application_policy_json}"
  }
}

run "lets_ecs_tasks_of_this_account_assume_the_role" {
  variables {
    role = {
      ecs_tasks                = true
      permissions_boundary_arn = "arn:aws:iam::123456789012:policy/boundary"
    }
  }

  assert {
    condition     = alltrue([for policy in [output.application_policy_json, output.account_erasure_policy_json, aws_iam_role.application[0].assume_role_policy] : jsondecode(policy).Version == "2012-10-17"])
    error_message = "An older policy version has no variables and evaluates some rules differently."
  }

  assert {
    condition = jsondecode(aws_iam_role.application[0].assume_role_policy).Statement == [
      {
        Sid       = "EcsTasks"
        Effect    = "Allow"
        Principal = { Service = "ecs-tasks.amazonaws.com" }
        Action    = "sts:AssumeRole"
        Condition = {
          StringEquals = { "aws:SourceAccount" = "123456789012" }
          ArnLike      = { "aws:SourceArn" = "arn:aws:ecs:eu-central-1:123456789012:*" }
        }
      },
    ]
    error_message = aws_iam_role.application[0].assume_role_policy
  }

  assert {
    condition     = aws_iam_role.application[0].name == "healthmetrics-test-application" && aws_iam_role.application[0].permissions_boundary == "arn:aws:iam::123456789012:policy/boundary"
    error_message = "Name and boundary."
  }

  assert {
    condition     = { for label, attachment in aws_iam_role_policy_attachment.application : label => [attachment.role, attachment.policy_arn] } == { created = ["healthmetrics-test-application", aws_iam_policy.application.arn] } && length(aws_iam_role_policy_attachment.account_erasure) + length(aws_iam_role_policy_attachment.suppression) + length(aws_iam_role_policy_attachment.diagnosis) == 0
    error_message = "The role has the application's policy, not those for erasure, the suppression list and the doctor."
  }

  assert {
    condition     = length(aws_iam_instance_profile.application) == 0 && output.role_name == "healthmetrics-test-application" && output.role_arn == aws_iam_role.application[0].arn
    error_message = "No instance profile; the outputs name the role."
  }
}

run "lets_every_other_named_principal_assume_the_role" {
  variables {
    role = {
      name             = "app"
      ec2              = true
      account_erasure  = true
      suppression      = true
      diagnosis        = true
      eks_pod_identity = { cluster_arn = "arn:aws:eks:eu-central-1:123456789012:cluster/main", namespace = "web", service_account = "app" }
      oidc = [
        {
          provider_arn = "arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/ABC"
          subjects     = ["system:serviceaccount:web:app"]
        },
        {
          provider_arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
          subjects     = ["repo:example/app:environment:prod", "repo:example/app:ref:refs/heads/*"]
          audience     = "deploy"
        },
      ]
    }
  }

  assert {
    condition = { for statement in jsondecode(aws_iam_role.application[0].assume_role_policy).Statement : statement.Sid => statement } == {
      Ec2 = {
        Sid       = "Ec2"
        Effect    = "Allow"
        Principal = { Service = "ec2.amazonaws.com" }
        Action    = "sts:AssumeRole"
      }
      EksPodIdentity = {
        Sid       = "EksPodIdentity"
        Effect    = "Allow"
        Principal = { Service = "pods.eks.amazonaws.com" }
        Action    = ["sts:AssumeRole", "sts:TagSession"]
        Condition = {
          StringEquals = {
            "aws:RequestTag/eks-cluster-arn"            = "arn:aws:eks:eu-central-1:123456789012:cluster/main"
            "aws:RequestTag/kubernetes-namespace"       = "web"
            "aws:RequestTag/kubernetes-service-account" = "app"
          }
        }
      }
      Oidc0 = {
        Sid       = "Oidc0"
        Effect    = "Allow"
        Principal = { Federated = "arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/ABC" }
        Action    = "sts:AssumeRoleWithWebIdentity"
        Condition = {
          StringEquals = { "oidc.eks.eu-central-1.amazonaws.com/id/ABC:aud" = "sts.amazonaws.com" }
          StringLike   = { "oidc.eks.eu-central-1.amazonaws.com/id/ABC:sub" = ["system:serviceaccount:web:app"] }
        }
      }
      Oidc1 = {
        Sid       = "Oidc1"
        Effect    = "Allow"
        Principal = { Federated = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" }
        Action    = "sts:AssumeRoleWithWebIdentity"
        Condition = {
          StringEquals = { "token.actions.githubusercontent.com:aud" = "deploy" }
          StringLike   = { "token.actions.githubusercontent.com:sub" = ["repo:example/app:environment:prod", "repo:example/app:ref:refs/heads/*"] }
        }
      }
    }
    error_message = aws_iam_role.application[0].assume_role_policy
  }

  assert {
    condition     = aws_iam_role.application[0].name == "app" && aws_iam_instance_profile.application[0].role == "app" && output.instance_profile_name == "app"
    error_message = "EC2 needs an instance profile of the role."
  }

  assert {
    condition     = { for label, attachment in aws_iam_role_policy_attachment.account_erasure : label => [attachment.role, attachment.policy_arn] } == { created = ["app", aws_iam_policy.account_erasure.arn] }
    error_message = "It may erase on request."
  }

  assert {
    condition     = { for label, attachment in aws_iam_role_policy_attachment.suppression : label => [attachment.role, attachment.policy_arn] } == { created = ["app", aws_iam_policy.suppression.arn] }
    error_message = "It may release addresses on request."
  }

  assert {
    condition     = { for label, attachment in aws_iam_role_policy_attachment.diagnosis : label => [attachment.role, attachment.policy_arn] } == { created = ["app", aws_iam_policy.diagnosis.arn] }
    error_message = "It may read how SES sends on request."
  }
}

run "attaches_the_policies_to_existing_roles" {
  variables {
    attach_to_roles             = { task = "my-task-role" }
    attach_erasure_to_roles     = { job = "my-erasure-job" }
    attach_suppression_to_roles = { support = "my-support-tool" }
    attach_diagnosis_to_roles   = { operations = "my-operations" }
  }

  assert {
    condition     = { for label, attachment in aws_iam_role_policy_attachment.application : label => [attachment.role, attachment.policy_arn] } == { "existing/task" = ["my-task-role", aws_iam_policy.application.arn] }
    error_message = "The application's policy, to the application's role."
  }

  assert {
    condition     = { for label, attachment in aws_iam_role_policy_attachment.account_erasure : label => [attachment.role, attachment.policy_arn] } == { "existing/job" = ["my-erasure-job", aws_iam_policy.account_erasure.arn] }
    error_message = "The erasure policy, to the job's role."
  }

  assert {
    condition     = { for label, attachment in aws_iam_role_policy_attachment.suppression : label => [attachment.role, attachment.policy_arn] } == { "existing/support" = ["my-support-tool", aws_iam_policy.suppression.arn] }
    error_message = "The policy for the suppression list, to the role of the support staff's tool."
  }

  assert {
    condition     = { for label, attachment in aws_iam_role_policy_attachment.diagnosis : label => [attachment.role, attachment.policy_arn] } == { "existing/operations" = ["my-operations", aws_iam_policy.diagnosis.arn] }
    error_message = "The policy for the doctor, to the role that runs it."
  }
}
