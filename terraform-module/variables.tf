# General

variable "name" {
  description = "Prefix of the name of every resource, so that one account can hold several environments, such as `healthmetrics-prod`: 3 to 32 lowercase letters, digits and single hyphens."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}[a-z0-9]$", var.name)) && !strcontains(var.name, "--")
    error_message = "name must be 3 to 32 lowercase letters, digits and single hyphens, start with a letter and not end with a hyphen, such as healthmetrics-prod."
  }

  validation {
    condition     = !startswith(var.name, "sthree-") && !startswith(var.name, "amzn-s3-demo-")
    error_message = "name must not start with sthree- or amzn-s3-demo-: S3 reserves these prefixes, and the bucket's name starts with this name."
  }
}

variable "environment" {
  description = "The application's `ENVIRONMENT`: 1 to 31 lowercase letters, digits and hyphens. With exactly `development`, the library logs emails instead of sending them."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,30}$", var.environment))
    error_message = "environment must be 1 to 31 lowercase letters, digits and hyphens and start with a letter, such as production, staging or development."
  }

  validation {
    condition     = !contains(["dev", "devel", "develop", "local"], var.environment)
    error_message = "environment must be exactly development to log emails instead of sending them; dev, devel, develop and local would send them, as any other value does."
  }
}

variable "app_url" {
  description = "Base URL of the application. Links in emails start with it, and its origin may upload."
  type        = string
  nullable    = false

  validation {
    condition = alltrue([
      can(regex("^(https://([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)*[a-z]([a-z0-9-]*[a-z0-9])?|http://(localhost|127\\.0\\.0\\.1))(:[1-9][0-9]{0,4})?(/[A-Za-z0-9._~-]+)*/?$", var.app_url)),
      !can(regex("/\\.{1,2}(/|$)", var.app_url)),
      !can(regex("^(https://[^/]+:443|http://[^/]+:80)(/|$)", var.app_url)),
      try(tonumber(regex(":([0-9]+)", var.app_url)[0]) <= 65535, true),
    ])
    error_message = "app_url must be https://host[:port][/path] with a lowercase host, without the scheme's default port, dot segments, query or fragment; http is only valid for localhost and 127.0.0.1."
  }
}

variable "from_email" {
  description = "Sender of the emails: an address, or `Name <address>`."
  type        = string
  nullable    = false

  validation {
    condition = alltrue([
      for address in [replace(var.from_email, "/^[^<>\"[:cntrl:]@]+ <([^<>]*)>$/", "$1")] : alltrue([
        can(regex("^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+([a-z]{2,63}|xn--[a-z0-9-]{0,58}[a-z0-9])$", address)),
        can(regex("^[^@]{1,64}@", address)),
      ])
    ])
    error_message = "from_email must be an address such as noreply@example.com, or a name without quotation marks and an address such as HealthMetrics <noreply@example.com>, with a lowercase domain."
  }
}

variable "tags" {
  description = "Tags for every resource that supports tags, in addition to the provider's `default_tags`."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key, value in var.tags : can(regex("^[\\p{L}\\p{N}\\p{Z}_.:/=+@-]{1,128}$", key)) && can(regex("^[\\p{L}\\p{N}\\p{Z}_.:/=+@-]{0,256}$", value)) && !startswith(lower(key), "aws:")])
    error_message = "tags must have keys of 1 to 128 and values of at most 256 letters, digits, spaces and _.:/=+-@ characters; keys must not start with aws:, which AWS reserves."
  }

  validation {
    condition     = length(var.tags) <= 50 && length(distinct([for key in keys(var.tags) : lower(key)])) == length(var.tags)
    error_message = "tags must be at most 50, with keys that differ in more than their case: IAM does not distinguish it."
  }
}

# Storage

variable "bucket_name" {
  description = "Name of the bucket. Default: `<name>-uploads-<account id>`; the account ID keeps it from colliding with other accounts' names."
  type        = string
  default     = null

  validation {
    condition     = var.bucket_name == null ? true : can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket_name))
    error_message = "bucket_name must be 3 to 63 lowercase letters, digits and hyphens, without dots: the certificate checks of virtual-hosted URLs and of CloudFront fail for names with dots."
  }

  validation {
    condition     = var.bucket_name == null ? true : !can(regex("^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|--op-s3|--x-s3|--xa-s3|--table-s3)$", var.bucket_name))
    error_message = "bucket_name must not start with xn--, sthree- or amzn-s3-demo-, nor end with -s3alias, --ol-s3, --op-s3, --x-s3, --xa-s3 or --table-s3: S3 reserves these names."
  }
}

variable "public_prefixes" {
  description = "Key prefixes that the distribution serves to everyone."
  type        = set(string)
  default     = ["avatars/"]
  nullable    = false

  # The pattern is repeated in each rule: plan alone evaluates a rule that refers to a local; validate
  # and editors evaluate the others too.
  validation {
    condition     = alltrue([for prefix in var.public_prefixes : can(regex("^([a-z0-9][a-z0-9._-]*/)+$", prefix)) && length(prefix) <= 253])
    error_message = "public_prefixes must be whole segments of lowercase letters, digits, dots, underscores and hyphens that end with a slash, at most 253 characters, such as avatars/."
  }

  validation {
    condition     = alltrue([for prefix in var.public_prefixes : !startswith(prefix, "pending/")])
    error_message = "public_prefixes must not begin with pending/: uploads wait there, under the key that they will have, until the library has inspected them."
  }
}

variable "private_prefixes" {
  description = "Key prefixes that the distribution serves only through signed URLs; without `signed_urls` it cannot read them at all."
  type        = set(string)
  default     = ["food-photos/", "progress-photos/"]
  nullable    = false

  validation {
    condition     = alltrue([for prefix in var.private_prefixes : can(regex("^([a-z0-9][a-z0-9._-]*/)+$", prefix)) && length(prefix) <= 256])
    error_message = "private_prefixes must be whole segments of lowercase letters, digits, dots, underscores and hyphens that end with a slash, at most 256 characters, such as progress-photos/."
  }

  validation {
    condition     = alltrue([for prefix in var.private_prefixes : !startswith(prefix, "pending/")])
    error_message = "private_prefixes must not begin with pending/: uploads wait there, under the key that they will have, until the library has inspected them."
  }

  validation {
    condition     = length(var.public_prefixes) + length(var.private_prefixes) > 0
    error_message = "public_prefixes and private_prefixes must contain at least one prefix: otherwise nothing can be uploaded."
  }

  validation {
    condition = alltrue([
      for pair in setproduct(concat(tolist(var.public_prefixes), tolist(var.private_prefixes)), concat(tolist(var.public_prefixes), tolist(var.private_prefixes))) :
      pair[0] == pair[1] || !startswith(pair[0], pair[1])
    ]) && length(setintersection(var.public_prefixes, var.private_prefixes)) == 0
    error_message = "public_prefixes and private_prefixes must not overlap: no prefix may equal another or lie within it, or a picture could be both public and private."
  }
}

variable "upload_origins" {
  description = "Origins whose pages may upload, and read pictures for a canvas or with `fetch`. Default: the origin of `app_url`. `http` is only valid for a developer's own machine, such as `http://localhost:3003`. The web view of an app has `capacitor://localhost` or `ionic://localhost` on iOS, and `https://localhost` on Android."
  type        = set(string)
  default     = null

  validation {
    condition = alltrue([
      for origin in coalesce(var.upload_origins, []) : alltrue([
        can(regex("^(https://([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)*[a-z]([a-z0-9-]*[a-z0-9])?|http://(localhost|127\\.0\\.0\\.1))(:[1-9][0-9]{0,4})?$|^(capacitor|ionic)://[a-z0-9]([a-z0-9.-]*[a-z0-9])?$", origin)),
        !can(regex("^(https://.*:443|http://.*:80)$", origin)),
        try(tonumber(regex(":([0-9]+)", origin)[0]) <= 65535, true),
      ])
    ])
    error_message = "upload_origins must be exact origins as browsers send them, https://host[:port] in lowercase without the scheme's default port, a path or *; http is only valid for localhost and 127.0.0.1. Web views of apps have capacitor://localhost or ionic://localhost."
  }

  validation {
    condition     = var.upload_origins == null ? true : length(var.upload_origins) > 0
    error_message = "upload_origins must contain at least one origin, or be omitted to use the origin of app_url: otherwise no browser can upload."
  }
}

variable "max_presign_seconds" {
  description = "Maximum age of a signature, 120 to 604,800 seconds: the bucket rejects older presigned URLs and forms, whatever lifetime they claim. The library's policies sign for 5 minutes, at most 15."
  type        = number
  default     = 900
  nullable    = false

  validation {
    condition     = var.max_presign_seconds >= 120 && var.max_presign_seconds <= 604800 && floor(var.max_presign_seconds) == var.max_presign_seconds
    error_message = "max_presign_seconds must be whole seconds from 120 (below that, small clock differences break uploads) to 604800 (7 days, the maximum of S3)."
  }
}

variable "create_kms_key" {
  description = "Encrypts the pictures with a KMS key that the module creates, instead of S3's own keys (SSE-S3). Decide before the first upload: existing pictures stay encrypted with the key they were uploaded under."
  type        = bool
  default     = false
  nullable    = false
}

variable "kms_key" {
  description = "`{ arn = … }`: encrypts the pictures with your own KMS key. Its policy needs the output `kms_key_policy_statement`, or the distribution cannot read them."
  type        = object({ arn = string })
  default     = null

  validation {
    condition     = var.kms_key == null ? true : can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.kms_key.arn))
    error_message = "kms_key.arn must be the ARN of a key, arn:aws:kms:REGION:ACCOUNT:key/ID; a policy cannot name an alias."
  }

  validation {
    condition     = var.kms_key == null || !var.create_kms_key
    error_message = "kms_key and create_kms_key exclude each other: set one of them."
  }
}

variable "expire_after_days" {
  description = "Deletes the objects below a prefix this many whole days after they were published, such as `{ \"food-photos/\" = 365 }`: due at the midnight UTC that follows, and done by S3's daily run. They can be restored for another `noncurrent_version_days`."
  type        = map(number)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for prefix, days in var.expire_after_days : can(regex("^([a-z0-9][a-z0-9._-]*/)+$", prefix)) && length(prefix) <= 248 && try(days >= 1 && floor(days) == days, false)])
    error_message = "expire_after_days must map prefixes of at most 248 characters that end with a slash to whole days, at least 1, such as { \"food-photos/\" = 365 }."
  }

  validation {
    condition = alltrue([
      for prefix in keys(var.expire_after_days) :
      anytrue([for place in setunion(var.public_prefixes, var.private_prefixes) : startswith(prefix, place)])
    ])
    error_message = "expire_after_days must contain only prefixes within public_prefixes or private_prefixes: the library publishes nothing elsewhere, and pending_upload_days is for pending/."
  }
}

variable "pending_upload_days" {
  description = "Deletes uploads below `pending/` that were never published this many days after the upload, and what remains there as a former version this many days later. A day is longer than it sounds: see [Pending uploads](#pending-uploads)."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.pending_upload_days >= 1 && var.pending_upload_days <= 30 && floor(var.pending_upload_days) == var.pending_upload_days
    error_message = "pending_upload_days must be whole days from 1 to 30."
  }
}

variable "storage_classes" {
  description = "Moves the objects below a prefix to another storage class, such as `{ \"food-photos/\" = { storage_class = \"INTELLIGENT_TIERING\", after_days = 0 } }`, or to `STANDARD_IA` after 30 days or more. Only classes that are read without delay."
  type = map(object({
    storage_class = string
    after_days    = number
  }))
  default  = {}
  nullable = false

  validation {
    condition = alltrue([
      for prefix, class in var.storage_classes :
      can(regex("^([a-z0-9][a-z0-9._-]*/)+$", prefix)) && length(prefix) <= 248 && anytrue([for place in setunion(var.public_prefixes, var.private_prefixes) : startswith(prefix, place)])
    ])
    error_message = "storage_classes must contain only prefixes within public_prefixes or private_prefixes, of at most 248 characters, that end with a slash."
  }

  validation {
    condition = alltrue([
      for class in values(var.storage_classes) :
      try(class.after_days >= { INTELLIGENT_TIERING = 0, STANDARD_IA = 30 }[class.storage_class] && floor(class.after_days) == class.after_days, false)
    ])
    error_message = "storage_classes must be INTELLIGENT_TIERING after 0 or more whole days, or STANDARD_IA after 30 or more, the minimum of S3."
  }
}

variable "additional_policy_statements" {
  description = <<-EOT
    Statements, as JSON (`jsonencode([…])`), that the policies of the bucket, of the key of `create_kms_key` and of the topic
    for events have in addition to the module's: AWS has one policy for each, so no other resource can add any. An `Allow`
    for everybody or for CloudFront is refused: it would open what the module keeps closed.
  EOT
  type = object({
    bucket            = optional(string, "[]")
    kms_key           = optional(string, "[]")
    mail_events_topic = optional(string, "[]")
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for statements in values(var.additional_policy_statements) : can([for statement in jsondecode(statements) : statement.Effect]) && startswith(trimspace(statements), "[")])
    error_message = "additional_policy_statements must be JSON lists of statements, such as jsonencode([{ Effect = \"Deny\", … }])."
  }

  validation {
    condition = alltrue([
      for statement in flatten([for statements in values(var.additional_policy_statements) : try(jsondecode(statements), [])]) :
      try(statement.Effect, "Deny") == "Deny" ? true : alltrue([
        for principal in flatten([try(values(statement.Principal), statement.Principal, "*")]) :
        !strcontains(principal, "*") && principal != "cloudfront.amazonaws.com"
      ])
    ])
    error_message = "additional_policy_statements must not allow anything to everybody (a principal with *, or NotPrincipal) or to cloudfront.amazonaws.com: pending uploads and private pictures would be public. Name the principals."
  }

  validation {
    condition     = var.create_kms_key || try(length(jsondecode(var.additional_policy_statements.kms_key)) == 0, true)
    error_message = "additional_policy_statements.kms_key requires create_kms_key: add the statements to the policy of your own key."
  }

  validation {
    condition     = (var.mail_events != null && var.mail_events_topic == null) || try(length(jsondecode(var.additional_policy_statements.mail_events_topic)) == 0, true)
    error_message = "additional_policy_statements.mail_events_topic requires the topic that the module creates: add the statements to the policy of your own topic."
  }
}

variable "noncurrent_version_days" {
  description = "Number of whole days for which a deleted or replaced object can be restored; after the midnight UTC that follows, S3's daily run deletes it permanently."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.noncurrent_version_days >= 1 && var.noncurrent_version_days <= 3650 && floor(var.noncurrent_version_days) == var.noncurrent_version_days
    error_message = "noncurrent_version_days must be whole days from 1 to 3650."
  }
}

variable "access_logs" {
  description = "`{ bucket = … }`: writes S3's server access logs to your own bucket. It must be in the same region and encrypted with SSE-S3, and its policy must let `logging.s3.amazonaws.com` write."
  type = object({
    bucket = string
    prefix = optional(string)
  })
  default = null

  validation {
    condition     = var.access_logs == null ? true : can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.access_logs.bucket))
    error_message = "access_logs.bucket must be the name of a bucket, not its ARN."
  }

  validation {
    condition     = var.access_logs == null ? true : can(regex("^([A-Za-z0-9._-]+/)+$", coalesce(var.access_logs.prefix, "s3/")))
    error_message = "access_logs.prefix must be segments that end with a slash, such as s3/healthmetrics/."
  }
}

variable "force_destroy" {
  description = "Lets `terraform destroy` delete the bucket with all its pictures. For disposable environments."
  type        = bool
  default     = false
  nullable    = false
}

# CDN

variable "cdn_domain" {
  description = <<-EOT
    `{ name = "cdn.example.com" }`: a custom domain for the distribution. The module creates the certificate and, with
    `dns`, validates it in the same apply, which requires a delegated zone. With DNS elsewhere, add the records of
    `dns_records` after the first apply, then set `certificate_issued = true` and apply again; until then the
    distribution responds only on its CloudFront domain name. `security_policy` sets the lowest TLS version and the
    ciphers; the policies of 2025 need a provider 6 that knows them.
  EOT
  type = object({
    name               = string
    certificate_issued = optional(bool, false)
    security_policy    = optional(string, "TLSv1.2_2021")
  })
  default = null

  validation {
    condition     = var.cdn_domain == null ? true : can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z0-9-]{2,63}$", var.cdn_domain.name))
    error_message = "cdn_domain.name must be a lowercase host name such as cdn.example.com, without scheme and path."
  }

  validation {
    condition     = var.cdn_domain == null ? true : contains(["TLSv1.2_2019", "TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025"], var.cdn_domain.security_policy)
    error_message = "cdn_domain.security_policy must be TLSv1.2_2019, TLSv1.2_2021, TLSv1.2_2025 or TLSv1.3_2025."
  }

  validation {
    condition     = var.cdn_domain == null ? true : try(var.cdn_domain.name != regex("^https?://([^:/]+)", var.app_url)[0], true)
    error_message = "cdn_domain.name must not be the host of app_url: uploaded files must not share an origin with the application."
  }
}

variable "cdn_certificate" {
  description = "`{ arn = … }`: your own ACM certificate for `cdn_domain`, in us-east-1. Default: the module creates one."
  type        = object({ arn = string })
  default     = null

  validation {
    condition     = var.cdn_certificate == null ? true : can(regex("^arn:aws[a-z-]*:acm:us-east-1:[0-9]{12}:certificate/[A-Za-z0-9-]+$", var.cdn_certificate.arn))
    error_message = "cdn_certificate.arn must be the ARN of an ACM certificate in us-east-1, the only region from which CloudFront accepts certificates."
  }

  validation {
    condition     = var.cdn_certificate == null || var.cdn_domain != null
    error_message = "cdn_certificate requires cdn_domain: set the domain that it is for."
  }
}

variable "signed_urls" {
  description = <<-EOT
    Serves private pictures: the public keys, in PEM, that the distribution trusts, each under a name of your choice, and
    the name of the key that the application signs with. The private keys stay out of Terraform and its state.
  EOT
  type = object({
    public_keys = map(string)
    signing_key = string
  })
  default = null

  validation {
    condition     = var.signed_urls == null ? true : alltrue([for key in values(var.signed_urls.public_keys) : !strcontains(key, "PRIVATE KEY")])
    error_message = "signed_urls.public_keys must not contain a private key: use the output of openssl pkey -pubout. A private key that Terraform has read may be in its plans, state or logs, so create a new key pair."
  }

  validation {
    condition = var.signed_urls == null ? true : alltrue([
      for name, key in var.signed_urls.public_keys : can(regex("^[A-Za-z0-9_-]{1,40}$", name)) && (strcontains(key, "PRIVATE KEY") || can(regex("^\\s*-----BEGIN PUBLIC KEY-----\\s[A-Za-z0-9+/=\\s]+-----END PUBLIC KEY-----\\s*$", key)))
    ])
    error_message = "signed_urls.public_keys must map names of 1 to 40 letters, digits, hyphens and underscores to public keys in PEM (BEGIN PUBLIC KEY), such as file(\"public-key.pem\")."
  }

  validation {
    condition = var.signed_urls == null ? true : alltrue([
      for key in values(var.signed_urls.public_keys) :
      !can(regex("^\\s*-----BEGIN PUBLIC KEY-----\\s[A-Za-z0-9+/=\\s]+-----END PUBLIC KEY-----\\s*$", key)) || contains([124, 392], length(replace(key, "/-----[A-Z ]+-----|\\s/", "")))
    ])
    error_message = "signed_urls.public_keys must be ECDSA P-256 or RSA 2048, the only keys that CloudFront accepts; at least one is of another type or size."
  }

  validation {
    condition     = var.signed_urls == null ? true : contains(keys(var.signed_urls.public_keys), var.signed_urls.signing_key)
    error_message = "signed_urls.signing_key must be a name in signed_urls.public_keys."
  }

  validation {
    condition     = var.signed_urls == null ? true : length(var.signed_urls.public_keys) <= 5
    error_message = "signed_urls.public_keys must contain at most 5 keys, the limit of a key group."
  }
}

variable "price_class" {
  description = "Edge locations that the distribution uses: `PriceClass_100` (North America, Europe, Israel), `PriceClass_200` or `PriceClass_All`."
  type        = string
  default     = "PriceClass_100"
  nullable    = false

  validation {
    condition     = contains(["PriceClass_100", "PriceClass_200", "PriceClass_All"], var.price_class)
    error_message = "price_class must be PriceClass_100, PriceClass_200 or PriceClass_All."
  }
}

variable "max_cache_seconds" {
  description = "How long CloudFront caches a public picture at most, 60 seconds to a year, and so how long it may serve an erased one; browsers follow the picture's own `Cache-Control`, a year for avatars. Default: a week."
  type        = number
  default     = 604800
  nullable    = false

  validation {
    condition     = var.max_cache_seconds >= 60 && var.max_cache_seconds <= 31536000 && floor(var.max_cache_seconds) == var.max_cache_seconds
    error_message = "max_cache_seconds must be whole seconds from 60 to 31536000 (a year)."
  }
}

variable "cache_policy" {
  description = "`{ id = … }`: your own cache policy, which replaces the module's for public and private pictures; `max_cache_seconds` then has no effect. It must respect the object's `Cache-Control` (minimum TTL 0) and, if private pictures are downloaded under a file name, forward the query string `response-content-disposition`; otherwise a plan warns."
  type        = object({ id = string })
  default     = null

  validation {
    condition     = var.cache_policy == null ? true : can(regex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", var.cache_policy.id))
    error_message = "cache_policy.id must be the ID of a cache policy, such as 658327ea-f89d-4fab-a63d-7e88639e58f6, not its name."
  }
}

variable "web_acl_arn" {
  description = "ARN of an AWS WAF web ACL (WAFv2, scope CLOUDFRONT) for the distribution. If a flat-rate plan or Firewall Manager attached one, set it too: otherwise the next apply removes it."
  type        = string
  default     = null

  validation {
    condition     = var.web_acl_arn == null ? true : can(regex("^arn:aws[a-z-]*:wafv2:us-east-1:[0-9]{12}:global/webacl/", var.web_acl_arn))
    error_message = "web_acl_arn must be the ARN of a WAFv2 web ACL of scope CLOUDFRONT, arn:aws:wafv2:us-east-1:ACCOUNT:global/webacl/NAME/ID."
  }
}

variable "geo_restriction" {
  description = "`{ type = …, countries = […] }`: the only countries that the distribution serves (`whitelist`), or those that it refuses (`blacklist`), in ISO 3166-1 alpha-2."
  type = object({
    type      = string
    countries = set(string)
  })
  default = null

  validation {
    condition     = var.geo_restriction == null ? true : contains(["whitelist", "blacklist"], var.geo_restriction.type) && length(var.geo_restriction.countries) > 0 && alltrue([for country in var.geo_restriction.countries : can(regex("^[A-Z]{2}$", country))])
    error_message = "geo_restriction must have the type whitelist or blacklist and at least one country, each as two capital letters such as DE."
  }
}

# Email

variable "email_identity" {
  description = <<-EOT
    The SES identity. Default: the domain of `from_email`, verified with DKIM, with `mail.<domain>` as its MAIL FROM
    domain. `domain` sets a parent domain instead, `mail_from_subdomain` another label. `create = false` uses an identity
    that this account and region already have, such as that of another environment; it must be the identity of `domain`,
    so set the parent domain if the sender is in a subdomain. `own_dkim_keys = true` leaves DKIM to keys that you gave SES
    yourself (BYODKIM), and their record to you. `dkim_domain` is for regions whose DKIM records end with a domain that this
    module does not know. `arn`, with `create = false`, sends from an identity of another account, in the same region: its
    owner permits that in the identity's policy, and the library passes the ARN on.
  EOT
  type = object({
    create              = optional(bool, true)
    arn                 = optional(string)
    domain              = optional(string)
    mail_from_subdomain = optional(string, "mail")
    own_dkim_keys       = optional(bool, false)
    dkim_domain         = optional(string)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.email_identity.domain == null ? true : can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z0-9-]{2,63}$", var.email_identity.domain)) && can(regex("[@.]${replace(var.email_identity.domain, ".", "\\.")}>?$", var.from_email))
    error_message = "email_identity.domain must be the domain of from_email or a parent of it, in lowercase: SES sends only from verified domains."
  }

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", var.email_identity.mail_from_subdomain))
    error_message = "email_identity.mail_from_subdomain must be one label of lowercase letters, digits and hyphens, such as mail."
  }

  validation {
    condition     = can(regex("^dkim\\.([a-z0-9-]+\\.)+[a-z]+$", coalesce(var.email_identity.dkim_domain, "dkim.amazonses.com")))
    error_message = "email_identity.dkim_domain must be the domain that the region's DKIM records end with, such as dkim.eu-south-1.amazonses.com."
  }

  validation {
    condition     = !can(regex("@${var.email_identity.mail_from_subdomain}\\.${replace(coalesce(var.email_identity.domain, "-"), ".", "\\.")}>?$", var.from_email))
    error_message = "email_identity.mail_from_subdomain must not result in the domain of from_email: SES requires a MAIL FROM domain from which no email is sent. Use another label."
  }

  validation {
    condition = var.email_identity.arn == null ? true : can(regex("^arn:aws[a-z-]*:ses:[a-z0-9-]+:[0-9]{12}:identity/[!-~]{3,320}$", var.email_identity.arn)) && anytrue([
      for sender in [try(regex("<([^>]+)>$", var.from_email)[0], var.from_email)] : anytrue([
        for identity in [try(regex("identity/(.+)$", var.email_identity.arn)[0], "")] :
        identity == sender || identity == try(regex("@(.*)$", sender)[0], "") || (!strcontains(identity, "@") && endswith(sender, ".${identity}"))
      ])
    ])
    error_message = "email_identity.arn must be arn:aws:ses:REGION:ACCOUNT:identity/DOMAIN, with the domain of from_email or a parent of it, or with the address: SES sends only from what the identity covers."
  }

  validation {
    condition     = var.email_identity.arn == null || (!var.email_identity.create && var.email_identity.domain == null)
    error_message = "email_identity.arn is the identity of another account: set create = false, and leave domain out."
  }
}

variable "dmarc" {
  description = "`{ policy = \"none\", rua = […] }`: creates the DMARC record of the identity's domain, with addresses for reports. A domain has exactly one DMARC record, so if it exists, here or for a parent domain, set `{ policy = \"elsewhere\" }`: nothing is created, and plans do not warn."
  type = object({
    policy = string
    rua    = optional(set(string), [])
  })
  default = null

  validation {
    condition     = var.dmarc == null ? true : contains(["none", "quarantine", "reject", "elsewhere"], var.dmarc.policy)
    error_message = "dmarc.policy must be none, quarantine or reject, or elsewhere for a record that the module does not create."
  }

  validation {
    condition     = var.dmarc == null ? true : alltrue([for address in var.dmarc.rua : can(regex("^[A-Za-z0-9._+-]+@[a-z0-9-]+(\\.[a-z0-9-]+)+$", address))])
    error_message = "dmarc.rua must be bare addresses such as dmarc@example.com, without mailto:."
  }

  validation {
    condition     = var.dmarc == null ? true : var.dmarc.policy != "elsewhere" || length(var.dmarc.rua) == 0
    error_message = "dmarc.rua must be empty with the policy elsewhere: the module creates no record that could name the addresses."
  }
}

variable "mail_events" {
  description = <<-EOT
    Publishes bounces, complaints and other events to an SNS topic, which the module creates with a policy for this
    configuration set only. Subscribe to it: SES then no longer forwards bounces and complaints as emails. Events contain
    the recipients' addresses; `kms_key_arn` encrypts the topic, with a key whose policy lets `ses.amazonaws.com` call
    `kms:GenerateDataKey` and `kms:Decrypt`. `null` disables events.
  EOT
  type = object({
    types       = optional(set(string), ["BOUNCE", "COMPLAINT", "REJECT", "RENDERING_FAILURE"])
    kms_key_arn = optional(string)
  })
  default = {}

  validation {
    condition     = try(var.mail_events.kms_key_arn, null) == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.mail_events.kms_key_arn))
    error_message = "mail_events.kms_key_arn must be the ARN of your own key, arn:aws:kms:REGION:ACCOUNT:key/ID: SES cannot use alias/aws/sns."
  }

  validation {
    condition     = var.mail_events == null ? true : length(var.mail_events.types) > 0 && length(setsubtract(var.mail_events.types, ["BOUNCE", "COMPLAINT", "DELIVERY", "DELIVERY_DELAY", "REJECT", "RENDERING_FAILURE", "SEND"])) == 0
    error_message = "mail_events.types must contain at least one of BOUNCE, COMPLAINT, DELIVERY, DELIVERY_DELAY, REJECT, RENDERING_FAILURE and SEND, and nothing else; OPEN and CLICK would track who reads account email."
  }
}

variable "mail_events_topic" {
  description = "`{ arn = … }`: publishes the events to your own topic instead. Its policy must let `ses.amazonaws.com` publish."
  type        = object({ arn = string })
  default     = null

  validation {
    condition     = var.mail_events_topic == null ? true : can(regex("^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+$", var.mail_events_topic.arn))
    error_message = "mail_events_topic.arn must be the ARN of an SNS topic, arn:aws:sns:REGION:ACCOUNT:NAME; SES does not publish to FIFO topics."
  }

  validation {
    condition     = var.mail_events_topic == null ? true : var.mail_events != null && try(var.mail_events.kms_key_arn, null) == null
    error_message = "mail_events_topic requires mail_events and excludes mail_events.kms_key_arn: configure encryption on your own topic."
  }
}

variable "mail_events_queue" {
  description = <<-EOT
    `{}`: also publishes every event of every email, `SEND` and `DELIVERY` included, to an SQS queue of the application,
    whose URL is in `application_environment`; opens and clicks are never tracked. The application reads and deletes the
    messages; a message that it receives ten times without deleting it, 20 minutes or more, moves to a dead-letter queue for
    what remains of 14 days. Events contain the recipients' addresses; `kms_key_arn` encrypts topic and queues, with a key
    whose policy lets `ses.amazonaws.com` and `sns.amazonaws.com` call `kms:GenerateDataKey` and `kms:Decrypt`. Default: no
    queue.
  EOT
  type = object({
    kms_key_arn = optional(string)
  })
  default = null

  validation {
    condition     = try(var.mail_events_queue.kms_key_arn, null) == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.mail_events_queue.kms_key_arn))
    error_message = "mail_events_queue.kms_key_arn must be the ARN of your own key, arn:aws:kms:REGION:ACCOUNT:key/ID: SES cannot use alias/aws/sns."
  }
}

variable "max_delivery_seconds" {
  description = "How long SES tries to deliver an email, 300 to 50,400 seconds; then it bounces. Default: an hour, because the link to reset a password is valid for no longer."
  type        = number
  default     = 3600
  nullable    = false

  validation {
    condition     = var.max_delivery_seconds >= 300 && var.max_delivery_seconds <= 50400 && floor(var.max_delivery_seconds) == var.max_delivery_seconds
    error_message = "max_delivery_seconds must be whole seconds from 300 (5 minutes) to 50400 (14 hours), the limits of SES."
  }
}

variable "sandbox_recipients" {
  description = "Recipients to verify while the account is in the SES sandbox; each receives an email with a confirmation link. An address is one identity per account and region: list it in one environment only."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for address in var.sandbox_recipients : can(regex("^[A-Za-z0-9._+-]+@[a-z0-9-]+(\\.[a-z0-9-]+)+$", address))])
    error_message = "sandbox_recipients must be bare addresses such as ada@example.com."
  }
}

# DNS

variable "dns" {
  description = "`{ zone_id = … }`: the Route 53 zone, in this account, for all records. The domains of the emails and of the distribution must be in it; you may create the zone in the same apply. Default: the module creates no records; the output `dns_records` has them."
  type = object({
    zone_id = string
  })
  default = null

  validation {
    condition     = var.dns == null ? true : can(regex("^[A-Z0-9]+$", var.dns.zone_id))
    error_message = "dns.zone_id must be the ID of a hosted zone, such as Z0123456789ABCDEFGHIJ, not its name or ARN, and without the prefix /hostedzone/."
  }
}

# IAM

variable "role" {
  description = <<-EOT
    Creates a role for the application and defines who may assume it: `ecs_tasks`, `ec2` (with an instance profile),
    `eks_pod_identity`, or `oidc` for IRSA and GitHub. `account_erasure` also attaches the policy for account erasure,
    `suppression` that for looking up and releasing suppressed addresses, `diagnosis` the read-only one for the doctor.
    Without `role`, use `attach_to_roles` or attach the policies yourself.
  EOT
  type = object({
    name      = optional(string)
    ecs_tasks = optional(bool, false)
    ec2       = optional(bool, false)
    eks_pod_identity = optional(object({
      cluster_arn     = string
      namespace       = string
      service_account = string
    }))
    oidc = optional(list(object({
      provider_arn = string
      subjects     = set(string)
      audience     = optional(string, "sts.amazonaws.com")
    })), [])
    permissions_boundary_arn = optional(string)
    account_erasure          = optional(bool, false)
    suppression              = optional(bool, false)
    diagnosis                = optional(bool, false)
  })
  default = null

  validation {
    condition     = var.role == null ? true : var.role.ecs_tasks || var.role.ec2 || var.role.eks_pod_identity != null || length(var.role.oidc) > 0
    error_message = "role must define who may assume it: set ecs_tasks = true, ec2 = true, eks_pod_identity or oidc."
  }

  validation {
    condition     = var.role == null ? true : can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", coalesce(var.role.name, "default")))
    error_message = "role.name must be 1 to 64 letters, digits and +=,.@_- characters."
  }

  validation {
    condition     = var.role == null ? true : alltrue([for trust in var.role.oidc : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:oidc-provider/[^/]+", trust.provider_arn))])
    error_message = "role.oidc[*].provider_arn must be the ARN of an IAM OIDC provider, arn:aws:iam::ACCOUNT:oidc-provider/HOST[/PATH]."
  }

  validation {
    condition     = var.role == null ? true : alltrue([for trust in var.role.oidc : length(trust.subjects) > 0 && alltrue([for subject in trust.subjects : can(regex("^[^*?:]+:[^*?:]+:", subject)) && !can(regex("^system:serviceaccount:[^:]*[*?]", subject))])])
    error_message = "role.oidc[*].subjects must name the trusted subjects, such as system:serviceaccount:NAMESPACE:NAME or repo:OWNER/REPOSITORY:environment:prod; a wildcard in the namespace, owner or repository would trust others too."
  }

  validation {
    condition     = try(var.role.eks_pod_identity, null) == null || can(regex("^arn:aws[a-z-]*:eks:[a-z0-9-]+:[0-9]{12}:cluster/.+$", var.role.eks_pod_identity.cluster_arn))
    error_message = "role.eks_pod_identity.cluster_arn must be the ARN of a cluster, arn:aws:eks:REGION:ACCOUNT:cluster/NAME."
  }

  validation {
    condition     = try(var.role.eks_pod_identity, null) == null || (can(regex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", var.role.eks_pod_identity.namespace)) && can(regex("^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$", var.role.eks_pod_identity.service_account)))
    error_message = "role.eks_pod_identity must name one namespace and one service_account, as Kubernetes names them, without wildcards."
  }

  validation {
    condition     = var.role == null ? true : alltrue([for trust in var.role.oidc : can(regex("^[^*?[:cntrl:]]+$", trust.audience))])
    error_message = "role.oidc[*].audience must be the single audience of the tokens, without wildcards, such as sts.amazonaws.com."
  }

  validation {
    condition     = try(var.role.permissions_boundary_arn, null) == null || can(regex("^arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/.+$", var.role.permissions_boundary_arn))
    error_message = "role.permissions_boundary_arn must be the ARN of a policy, arn:aws:iam::ACCOUNT:policy/NAME."
  }
}

variable "attach_to_roles" {
  description = "Names of existing roles to attach the application's policy to, each under a label of your choice."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in values(var.attach_to_roles) : can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", name))])
    error_message = "attach_to_roles must be names of roles, not ARNs, each under a label, such as { app = \"healthmetrics-task\" }."
  }
}

variable "attach_erasure_to_roles" {
  description = "Names of existing roles to attach the policy for account erasure to, each under a label of your choice."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in values(var.attach_erasure_to_roles) : can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", name))])
    error_message = "attach_erasure_to_roles must be names of roles, not ARNs, each under a label, such as { job = \"healthmetrics-erasure\" }."
  }
}

variable "attach_suppression_to_roles" {
  description = "Names of existing roles to attach the policy for looking up and releasing suppressed addresses to, each under a label of your choice."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in values(var.attach_suppression_to_roles) : can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", name))])
    error_message = "attach_suppression_to_roles must be names of roles, not ARNs, each under a label, such as { support = \"healthmetrics-support\" }."
  }
}

variable "attach_diagnosis_to_roles" {
  description = "Names of existing roles to attach the read-only policy for the doctor's email checks to, each under a label of your choice."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in values(var.attach_diagnosis_to_roles) : can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", name))])
    error_message = "attach_diagnosis_to_roles must be names of roles, not ARNs, each under a label, such as { operations = \"healthmetrics-operations\" }."
  }
}

variable "allow_tracking_override" {
  description = "Allows the request that the library's `untrackedAccountMail()` makes to SES: to disable tracking, never to enable it, for a single email."
  type        = bool
  default     = false
  nullable    = false
}

# Monitoring

variable "alarms" {
  description = <<-EOT
    Alarms and the SNS topics they notify: `topic_arns` (this region) for the alarms on email, `us_east_1_topic_arns` for
    the alarm on CloudFront. `bounce_rate` and `complaint_rate` are fractions, below the rates at which AWS reviews an
    account; `cdn_5xx_percent` is a percentage of requests. `account = true` adds alarms on the rates of the whole account,
    which AWS reviews: set it in one environment of an account. Without topics, alarms notify nobody; the output
    `silent_alarms` names those. `null` creates no alarms.
  EOT
  type = object({
    topic_arns           = optional(list(string), [])
    us_east_1_topic_arns = optional(list(string), [])
    bounce_rate          = optional(number, 0.03)
    complaint_rate       = optional(number, 0.0008)
    cdn_5xx_percent      = optional(number, 5)
    account              = optional(bool, false)
  })
  default = {}

  validation {
    condition     = var.alarms == null ? true : alltrue([for arn in var.alarms.topic_arns : can(regex("^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+$", arn))])
    error_message = "alarms.topic_arns must be ARNs of SNS topics, arn:aws:sns:REGION:ACCOUNT:NAME."
  }

  validation {
    condition     = var.alarms == null ? true : alltrue([for arn in var.alarms.us_east_1_topic_arns : can(regex("^arn:aws[a-z-]*:sns:us-east-1:[0-9]{12}:[A-Za-z0-9_-]+$", arn))])
    error_message = "alarms.us_east_1_topic_arns must be ARNs of SNS topics in us-east-1, where CloudFront reports its metrics."
  }

  validation {
    condition     = var.alarms == null ? true : length(var.alarms.topic_arns) <= 5 && length(var.alarms.us_east_1_topic_arns) <= 5
    error_message = "alarms.topic_arns and alarms.us_east_1_topic_arns must be at most 5 topics each, the limit of an alarm."
  }

  validation {
    condition     = var.alarms == null ? true : var.alarms.bounce_rate > 0 && var.alarms.bounce_rate < 0.05
    error_message = "alarms.bounce_rate must be above 0 and below 0.05 (5 %), the rate at which AWS reviews an account."
  }

  validation {
    condition     = var.alarms == null ? true : var.alarms.complaint_rate > 0 && var.alarms.complaint_rate < 0.001
    error_message = "alarms.complaint_rate must be above 0 and below 0.001 (0.1 %), the rate at which AWS reviews an account."
  }

  validation {
    condition     = var.alarms == null ? true : var.alarms.cdn_5xx_percent > 0 && var.alarms.cdn_5xx_percent <= 100
    error_message = "alarms.cdn_5xx_percent must be a percentage above 0 and at most 100."
  }
}

variable "monthly_budget" {
  description = "A budget, in US dollars, for the account's monthly costs of S3, CloudFront and SES, and the recipients notified when costs exceed 80 % of it or the forecast exceeds it. A topic's policy must let `budgets.amazonaws.com` publish, and `cloudwatch.amazonaws.com` too if alarms share the topic."
  type = object({
    limit_usd       = number
    topic_arns      = optional(set(string), [])
    email_addresses = optional(set(string), [])
  })
  default = null

  validation {
    condition     = var.monthly_budget == null ? true : var.monthly_budget.limit_usd > 0
    error_message = "monthly_budget.limit_usd must be above 0."
  }

  validation {
    condition     = var.monthly_budget == null ? true : alltrue([for arn in var.monthly_budget.topic_arns : can(regex("^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+$", arn))]) && alltrue([for address in var.monthly_budget.email_addresses : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", address))])
    error_message = "monthly_budget.topic_arns must be ARNs of SNS topics, arn:aws:sns:REGION:ACCOUNT:NAME, and monthly_budget.email_addresses must be bare addresses."
  }

  validation {
    condition     = var.monthly_budget == null ? true : length(var.monthly_budget.topic_arns) + length(var.monthly_budget.email_addresses) > 0
    error_message = "monthly_budget must have at least one recipient: set topic_arns or email_addresses."
  }

  validation {
    condition     = var.monthly_budget == null ? true : length(var.monthly_budget.topic_arns) <= 1 && length(var.monthly_budget.email_addresses) <= 10
    error_message = "monthly_budget must have at most one topic and ten addresses, the limits of AWS Budgets."
  }
}
