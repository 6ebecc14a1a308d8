# The module provides what the library needs. A test of the library writes library.json and fails when
# the library's needs change; this one fails when the module provides something else.

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
  from_email  = "noreply@example.com"

  # Not an input of the module; the assertions read it.
  library = jsondecode(file("tests/library.json"))
}

run "provides_the_settings_that_the_application_requires" {
  assert {
    condition     = output.module_version == var.library.version
    error_message = "Module and library must have one version, not ${output.module_version} and ${var.library.version}."
  }

  assert {
    condition     = length(setsubtract(var.library.environment.required, keys(output.application_environment))) == 0
    error_message = "application_environment must have all of ${join(", ", var.library.environment.required)}; it has ${join(", ", keys(output.application_environment))}."
  }

  assert {
    condition     = length(setsubtract(keys(output.application_environment), concat(var.library.environment.required, var.library.environment.optional))) == 0
    error_message = "The library must read every name of application_environment; it has ${join(", ", keys(output.application_environment))}."
  }

  assert {
    condition     = alltrue([for value in values(output.application_environment) : try(length(value) > 0, false)])
    error_message = "No setting may be blank: the library treats it as missing."
  }
}

# The inputs stay the same up to the first run that overrides one, so that a plan knows every value.

run "allows_what_the_library_calls_and_nothing_else" {
  command = plan

  assert {
    condition     = toset(flatten(jsondecode(output.application_policy_json).Statement[*].Action)) == toset(var.library.actions.application)
    error_message = "The application needs ${join(", ", var.library.actions.application)}; its policy is ${output.application_policy_json}"
  }

  assert {
    condition     = toset(flatten(jsondecode(output.account_erasure_policy_json).Statement[*].Action)) == toset(var.library.actions.account_erasure)
    error_message = "Account erasure also needs ${join(", ", var.library.actions.account_erasure)}; its policy is ${output.account_erasure_policy_json}"
  }

  assert {
    condition     = toset(flatten(jsondecode(output.suppression_policy_json).Statement[*].Action)) == toset(var.library.actions.suppression)
    error_message = "The suppression list needs ${join(", ", var.library.actions.suppression)}; its policy is ${output.suppression_policy_json}"
  }

  assert {
    condition     = toset(flatten(jsondecode(output.diagnosis_policy_json).Statement[*].Action)) == toset(var.library.actions.diagnosis)
    error_message = "The doctor needs ${join(", ", var.library.actions.diagnosis)}; its policy is ${output.diagnosis_policy_json}"
  }

  assert {
    condition     = alltrue([for statement in concat(jsondecode(output.application_policy_json).Statement, jsondecode(output.account_erasure_policy_json).Statement, jsondecode(output.suppression_policy_json).Statement, jsondecode(output.diagnosis_policy_json).Statement) : statement.Effect == "Allow" && !can(statement.NotAction)])
    error_message = "Policies must list what they allow, or comparing their actions proves nothing."
  }
}

run "lets_browsers_send_the_headers_of_uploads_and_no_others" {
  command = plan

  assert {
    condition = alltrue([
      for header in var.library.upload_headers : anytrue([
        for allowed in one(aws_s3_bucket_cors_configuration.uploads.cors_rule).allowed_headers :
        endswith(allowed, "*") ? startswith(header, trimsuffix(allowed, "*")) : header == allowed
      ])
    ])
    error_message = "Browsers have to send ${join(", ", var.library.upload_headers)}; CORS allows ${join(", ", one(aws_s3_bucket_cors_configuration.uploads.cors_rule).allowed_headers)} only."
  }

  assert {
    condition = alltrue([
      for allowed in one(aws_s3_bucket_cors_configuration.uploads.cors_rule).allowed_headers : anytrue([
        for header in var.library.upload_headers :
        endswith(allowed, "*") ? startswith(header, trimsuffix(allowed, "*")) : header == allowed
      ])
    ])
    error_message = "Browsers send ${join(", ", var.library.upload_headers)} and nothing else; CORS allows ${join(", ", one(aws_s3_bucket_cors_configuration.uploads.cors_rule).allowed_headers)}."
  }
}

run "accepts_uploads_where_and_as_long_as_the_policies_of_the_library_do" {
  command = plan

  assert {
    condition     = var.max_presign_seconds >= var.library.longest_usual_lifetime_seconds
    error_message = "The bucket would reject after ${var.max_presign_seconds} seconds what the library signs for ${var.library.longest_usual_lifetime_seconds}."
  }

  assert {
    condition     = var.public_prefixes == toset(var.library.prefixes.public)
    error_message = "The library's public prefixes are ${join(", ", var.library.prefixes.public)}, not ${join(", ", var.public_prefixes)}."
  }

  assert {
    condition     = var.private_prefixes == toset(var.library.prefixes.private)
    error_message = "The library's private prefixes are ${join(", ", var.library.prefixes.private)}, not ${join(", ", var.private_prefixes)}."
  }
}

run "accepts_uploads_where_the_library_lets_browsers_write" {
  command = plan

  assert {
    condition     = [for statement in jsondecode(aws_s3_bucket_policy.uploads.policy).Statement : trimprefix(statement.NotResource, "${aws_s3_bucket.uploads.arn}/") if can(statement.NotResource)] == ["${var.library.pending_prefix}*"]
    error_message = "Browsers write below ${var.library.pending_prefix}: ${aws_s3_bucket_policy.uploads.policy}"
  }

  assert {
    condition = alltrue([
      for prefix in concat(var.library.prefixes.public, var.library.prefixes.private) : alltrue([
        for place in [prefix, "${var.library.pending_prefix}${prefix}"] :
        contains(flatten(jsondecode(output.application_policy_json).Statement[*].Resource), "${aws_s3_bucket.uploads.arn}/${place}*")
      ])
    ])
    error_message = "The library inspects uploads where browsers write and publishes them: ${output.application_policy_json}"
  }
}

run "serves_pictures_with_the_headers_that_local_cloudfront_sends" {
  command = plan

  assert {
    condition = tomap(var.library.response_headers) == tomap(merge(
      {
        "content-security-policy"   = one(one(aws_cloudfront_response_headers_policy.this.security_headers_config).content_security_policy).content_security_policy
        "referrer-policy"           = one(one(aws_cloudfront_response_headers_policy.this.security_headers_config).referrer_policy).referrer_policy
        "strict-transport-security" = "max-age=${one(one(aws_cloudfront_response_headers_policy.this.security_headers_config).strict_transport_security).access_control_max_age_sec}"
        "x-frame-options"           = one(one(aws_cloudfront_response_headers_policy.this.security_headers_config).frame_options).frame_option
      },
      one(one(aws_cloudfront_response_headers_policy.this.security_headers_config).content_type_options).override ? { "x-content-type-options" = "nosniff" } : {},
      { for item in one(aws_cloudfront_response_headers_policy.this.custom_headers_config).items : lower(item.header) => item.value },
    ))
    error_message = "The distribution must make uploaded files harmless as LocalCloudFront does: ${jsonencode(var.library.response_headers)}"
  }
}

run "provides_every_setting_and_every_action_with_every_feature_enabled" {
  variables {
    allow_tracking_override = true
    create_kms_key          = true
    email_identity          = { create = false, arn = "arn:aws:ses:eu-central-1:999999999999:identity/example.com" }
    mail_events_queue       = {}
    signed_urls = {
      public_keys = { key = file("tests/keys/first.pem") }
      signing_key = "key"
    }
  }

  assert {
    condition     = toset(keys(output.application_environment)) == toset(concat(var.library.environment.required, var.library.environment.optional))
    error_message = "The library reads ${join(", ", concat(var.library.environment.required, var.library.environment.optional))}; application_environment has ${join(", ", keys(output.application_environment))}."
  }

  assert {
    condition     = toset(flatten(jsondecode(output.application_policy_json).Statement[*].Action)) == toset(concat(var.library.actions.application, var.library.actions.kms, var.library.actions.tracking_override, var.library.actions.mail_events_queue))
    error_message = "The application needs ${join(", ", concat(var.library.actions.application, var.library.actions.kms, var.library.actions.tracking_override, var.library.actions.mail_events_queue))}; its policy is ${output.application_policy_json}"
  }

  assert {
    condition     = toset(flatten(jsondecode(output.account_erasure_policy_json).Statement[*].Action)) == toset(var.library.actions.account_erasure)
    error_message = "Account erasure also needs ${join(", ", var.library.actions.account_erasure)}; its policy is ${output.account_erasure_policy_json}"
  }
}

run "allows_the_key_alone" {
  variables {
    kms_key = { arn = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555" }
  }

  assert {
    condition     = toset(flatten(jsondecode(output.application_policy_json).Statement[*].Action)) == toset(concat(var.library.actions.application, var.library.actions.kms))
    error_message = "The application needs ${join(", ", concat(var.library.actions.application, var.library.actions.kms))}; its policy is ${output.application_policy_json}"
  }
}

run "allows_the_tracking_override_alone" {
  variables {
    allow_tracking_override = true
  }

  assert {
    condition     = toset(flatten(jsondecode(output.application_policy_json).Statement[*].Action)) == toset(concat(var.library.actions.application, var.library.actions.tracking_override))
    error_message = "The application needs ${join(", ", concat(var.library.actions.application, var.library.actions.tracking_override))}; its policy is ${output.application_policy_json}"
  }
}

run "allows_the_queue_alone" {
  variables {
    mail_events_queue = {}
  }

  assert {
    condition     = toset(flatten(jsondecode(output.application_policy_json).Statement[*].Action)) == toset(concat(var.library.actions.application, var.library.actions.mail_events_queue))
    error_message = "The application needs ${join(", ", concat(var.library.actions.application, var.library.actions.mail_events_queue))}; its policy is ${output.application_policy_json}"
  }
}
