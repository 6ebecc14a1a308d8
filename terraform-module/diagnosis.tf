# Exactly what the doctor's checks of email read. The comment on an action names the checks that need it; a test
# of the library keeps both complete. Its checks of pictures use the application's own policy.
# Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon Simple Email Service
# v2", for the resources that each action supports.

locals {
  diagnosis_policy = {
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "ReadSender"
        Effect = "Allow"
        Action = [
          "ses:GetEmailIdentity", # email.identity, email.dkim, email.mail-from
        ]
        Resource = local.email_identity_arn
      },
      {
        Sid    = "ReadConfigurationSet"
        Effect = "Allow"
        Action = [
          "ses:GetConfigurationSet",                  # email.configuration-set
          "ses:GetConfigurationSetEventDestinations", # email.events
        ]
        Resource = aws_sesv2_configuration_set.this.arn
      },
      {
        Sid    = "ReadAccount"
        Effect = "Allow"
        Action = [
          "ses:GetAccount",               # email.account, email.quota
          "ses:GetSuppressedDestination", # email.suppression
        ]
        Resource = "*" # the actions support no resource
      },
    ]
  }

  # Literal labels, as in iam.tf.
  diagnosis_roles = merge(
    { for label, role in var.attach_diagnosis_to_roles : "existing/${label}" => role },
    anytrue(var.role[*].diagnosis) ? { created = aws_iam_role.application[0].name } : {},
  )
}

resource "aws_iam_policy" "diagnosis" {
  name        = "${var.name}-diagnosis"
  description = "Reads how SES sends the emails of ${var.name}, for the library's doctor"
  policy      = jsonencode(local.diagnosis_policy)
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "diagnosis" {
  for_each = local.diagnosis_roles

  role       = each.value
  policy_arn = aws_iam_policy.diagnosis.arn
}
