package com.healthmetrics.aws.testkit.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each validation of the module's inputs rejects what it is meant to reject, with its message.
 *
 * <p>One configuration calls the module with the invalid inputs, and one run of terraform validates
 * them all; no provider is needed.
 */
@Tag("terraform")
class RefusedInputsTest {
  private static final List<InputCase> CASES =
      InputCase.table(
          """
          name in capitals                  | name = "Healthmetrics"                         | name must be 3 to 32
          name that begins with a digit     | name = "1health"                               | name must be 3 to 32
          name of two characters            | name = "hm"                                    | name must be 3 to 32
          name of 33 characters             | name = "a23456789-123456789-123456789-123"     | name must be 3 to 32
          name that ends in a hyphen        | name = "health-"                               | name must be 3 to 32
          name with two hyphens             | name = "health--prod"                          | name must be 3 to 32
          name with an underscore           | name = "health_prod"                           | name must be 3 to 32
          name with a line break            | name = "health\\n"                             | name must be 3 to 32

          name that S3 reserves             | name = "sthree-health"                         | name must not start with sthree-
          name that S3 reserves for examples | name = "amzn-s3-demo-health"                   | name must not start with sthree-

          blank environment                 | environment = ""                               | environment must be 1 to 31 lowercase
          environment in capitals           | environment = "Development"                    | environment must be 1 to 31 lowercase
          environment of 32 characters      | environment = "a23456789-123456789-123456789-12" | environment must be 1 to 31 lowercase
          environment dev                   | environment = "dev"                            | environment must be exactly development
          environment develop               | environment = "develop"                        | environment must be exactly development
          environment devel                 | environment = "devel"                          | environment must be exactly development
          environment local                 | environment = "local"                          | environment must be exactly development

          app_url without scheme            | app_url = "app.example.com"                    | app_url must be https://
          app_url over http                 | app_url = "http://app.example.com"             | app_url must be https://
          app_url on a host like localhost  | app_url = "http://localhost.example.com"       | app_url must be https://
          app_url in capitals               | app_url = "https://App.example.com"            | app_url must be https://
          app_url with user-info            | app_url = "https://me@app.example.com"         | app_url must be https://
          app_url with a query              | app_url = "https://app.example.com/?a=b"       | app_url must be https://
          app_url with a fragment           | app_url = "https://app.example.com/#a"         | app_url must be https://
          app_url with an empty segment     | app_url = "https://app.example.com//a"         | app_url must be https://
          app_url with a dot segment        | app_url = "https://app.example.com/a/../b"     | app_url must be https://
          app_url that ends in a dot segment | app_url = "https://app.example.com/."         | app_url must be https://
          app_url with an empty label       | app_url = "https://app..example.com"           | app_url must be https://
          app_url with a label that ends in a hyphen | app_url = "https://app-.example.com"  | app_url must be https://
          app_url with port 0               | app_url = "https://app.example.com:0"          | app_url must be https://
          app_url with port 65536           | app_url = "https://app.example.com:65536"      | app_url must be https://
          app_url with the port of https    | app_url = "https://app.example.com:443"        | app_url must be https://
          app_url with the port of http     | app_url = "http://localhost:80/a"              | app_url must be https://

          from_email without domain         | from_email = "noreply"                         | from_email must be an address
          from_email on a bare label        | from_email = "noreply@localhost"               | from_email must be an address
          from_email in capitals            | from_email = "noreply@Example.com"             | from_email must be an address
          from_email with two addresses     | from_email = "a@example.com, b@example.com"    | from_email must be an address
          from_email with a line break      | from_email = "Health\\nBcc: <a@example.com>"   | from_email must be an address
          from_email with a quoted name     | from_email = "\\"Health\\" <a@example.com>"    | from_email must be an address
          from_email that is not closed     | from_email = "Health <a@example.com"           | from_email must be an address
          from_email with two dots          | from_email = "no..reply@example.com"           | from_email must be an address
          from_email that begins with a dot | from_email = ".noreply@example.com"            | from_email must be an address
          from_email with 65 characters before the @ | from_email = "${join("", [for i in range(65) : "a"])}@example.com" | from_email must be an address
          from_email on a label that ends in a hyphen | from_email = "noreply@example-.com"  | from_email must be an address
          from_email on an IP address       | from_email = "noreply@10.0.0.1"                | from_email must be an address

          tag that AWS reserves             | tags = { "aws:cost" = "1" }                    | tags must have keys
          tag that AWS reserves, in capitals | tags = { "AWS:cost" = "1" }                    | tags must have keys
          tag without a key                 | tags = { "" = "1" }                            | tags must have keys
          tag with a sign that IAM refuses  | tags = { "a&b" = "1" }                         | tags must have keys
          tag with a value in brackets      | tags = { a = "<1>" }                           | tags must have keys
          tags whose keys differ in case    | tags = { a = "1", A = "2" }                    | tags must be at most 50
          51 tags                           | tags = { for i in range(51) : "t${i}" => "1" } | tags must be at most 50
          tag with a value of 257 characters | tags = { a = join("", [for i in range(257) : "a"]) } | tags must have keys

          bucket_name with a dot            | bucket_name = "pictures.example.com"           | bucket_name must be 3 to 63
          bucket_name in capitals           | bucket_name = "Pictures"                       | bucket_name must be 3 to 63
          bucket_name of two characters     | bucket_name = "ab"                             | bucket_name must be 3 to 63
          bucket_name of 64 characters      | bucket_name = join("", [for i in range(64) : "a"]) | bucket_name must be 3 to 63
          bucket_name that begins with a hyphen | bucket_name = "-pictures"                  | bucket_name must be 3 to 63
          bucket_name in punycode           | bucket_name = "xn--pictures"                   | bucket_name must not start with
          bucket_name of an access point    | bucket_name = "pictures-s3alias"               | bucket_name must not start with
          bucket_name of S3 Express         | bucket_name = "pictures--use1-az4--x-s3"       | bucket_name must not start with
          bucket_name of S3 Express's access points | bucket_name = "pictures--use1-az4--xa-s3" | bucket_name must not start with
          bucket_name of Outposts           | bucket_name = "pictures--op-s3"                | bucket_name must not start with

          public prefix without a slash     | public_prefixes = ["avatars"]                  | public_prefixes must be whole segments
          public prefix that begins with a slash | public_prefixes = ["/avatars/"]           | public_prefixes must be whole segments
          public prefix in capitals         | public_prefixes = ["Avatars/"]                 | public_prefixes must be whole segments
          public prefix with a wildcard     | public_prefixes = ["*/"]                       | public_prefixes must be whole segments
          public prefix that goes up        | public_prefixes = ["../"]                      | public_prefixes must be whole segments
          public prefix of pending uploads  | public_prefixes = ["pending/"]                 | public_prefixes must not begin with pending/
          public prefix below pending uploads | public_prefixes = ["pending/avatars/"]       | public_prefixes must not begin with pending/
          private prefix of pending uploads | private_prefixes = ["pending/"]                | private_prefixes must not begin with pending/
          private prefix below pending uploads | private_prefixes = ["pending/avatars/"]     | private_prefixes must not begin with pending/
          public prefix of 254 characters   | public_prefixes = ["${join("", [for i in range(253) : "a"])}/"] | public_prefixes must be whole segments
          private prefix of 257 characters  | private_prefixes = ["${join("", [for i in range(256) : "a"])}/"] | private_prefixes must be whole segments
          private prefix without a slash    | private_prefixes = ["photos"]                  | private_prefixes must be whole segments
          private prefix with an empty segment | private_prefixes = ["photos//"]             | private_prefixes must be whole segments
          no prefix at all                  | public_prefixes = [] ; private_prefixes = []   | public_prefixes and private_prefixes must contain at least one
          the same prefix twice             | private_prefixes = ["avatars/"]                | public_prefixes and private_prefixes must not overlap
          private prefix in a public one    | private_prefixes = ["avatars/private/"]        | public_prefixes and private_prefixes must not overlap
          public prefix in a private one    | private_prefixes = ["a/"] ; public_prefixes = ["a/public/"] | public_prefixes and private_prefixes must not overlap
          public prefix in a public one     | public_prefixes = ["a/", "a/b/"] ; private_prefixes = [] | public_prefixes and private_prefixes must not overlap

          upload origin with a path         | upload_origins = ["https://app.example.com/"]  | upload_origins must be exact
          every upload origin               | upload_origins = ["*"]                         | upload_origins must be exact
          upload origin with a wildcard     | upload_origins = ["https://*.example.com"]     | upload_origins must be exact
          upload origin over http           | upload_origins = ["http://app.example.com"]    | upload_origins must be exact
          upload origin in capitals         | upload_origins = ["https://App.example.com"]   | upload_origins must be exact
          upload origin with the port of https | upload_origins = ["https://app.example.com:443"] | upload_origins must be exact
          upload origin with the port of http | upload_origins = ["http://localhost:80"]     | upload_origins must be exact
          upload origin of another scheme   | upload_origins = ["file://localhost"]          | upload_origins must be exact
          upload origin of a web view with a path | upload_origins = ["capacitor://localhost/"] | upload_origins must be exact
          upload origin of every web view   | upload_origins = ["capacitor://*"]             | upload_origins must be exact
          upload origin null of a sandbox   | upload_origins = ["null"]                      | upload_origins must be exact
          one bad upload origin of two      | upload_origins = ["https://a.example", "ftp://b.example"] | upload_origins must be exact
          no upload origin                  | upload_origins = []                            | upload_origins must contain at least one

          presigned for 119 seconds         | max_presign_seconds = 119                      | max_presign_seconds must be whole seconds
          presigned for more than 7 days    | max_presign_seconds = 604801                   | max_presign_seconds must be whole seconds
          presigned for half a second more  | max_presign_seconds = 120.5                    | max_presign_seconds must be whole seconds

          kms key by alias                  | kms_key = { arn = "arn:aws:kms:eu-central-1:123456789012:alias/pictures" } | kms_key.arn must be
          kms key by id                     | kms_key = { arn = "1234abcd-12ab-34cd-56ef-1234567890ab" } | kms_key.arn must be

          an own and a created kms key      | create_kms_key = true ; kms_key = { arn = "arn:aws:kms:eu-central-1:123456789012:key/mine" } | kms_key and create_kms_key exclude
          expiry without a slash            | expire_after_days = { "food-photos" = 1 }      | expire_after_days must map
          expiry of a prefix of 249 characters | private_prefixes = ["a/"] ; expire_after_days = { "a/${join("", [for i in range(246) : "a"])}/" = 1 } | expire_after_days must map
          expiry of everything              | expire_after_days = { "" = 1 }                 | expire_after_days must map
          expiry after 0 days               | expire_after_days = { "food-photos/" = 0 }    | expire_after_days must map
          expiry after half a day           | expire_after_days = { "food-photos/" = 1.5 }  | expire_after_days must map
          expiry after null                 | expire_after_days = { "food-photos/" = null } | expire_after_days must map

          expiry outside the prefixes       | expire_after_days = { "scans/" = 1 }           | expire_after_days must contain only
          expiry of pending uploads         | expire_after_days = { "pending/avatars/" = 1 } | expire_after_days must contain only
          pending for 0 days                | pending_upload_days = 0                        | pending_upload_days must be
          pending for 31 days               | pending_upload_days = 31                       | pending_upload_days must be
          pending for half a day            | pending_upload_days = 0.5                      | pending_upload_days must be
          storage class outside the prefixes | storage_classes = { "scans/" = { storage_class = "INTELLIGENT_TIERING", after_days = 0 } } | storage_classes must contain only
          storage class of pending uploads  | storage_classes = { "pending/avatars/" = { storage_class = "INTELLIGENT_TIERING", after_days = 0 } } | storage_classes must contain only
          storage class without a slash     | storage_classes = { "food-photos/a" = { storage_class = "INTELLIGENT_TIERING", after_days = 0 } } | storage_classes must contain only
          storage class that delays reading | storage_classes = { "food-photos/" = { storage_class = "GLACIER", after_days = 90 } } | storage_classes must be
          infrequent access after 29 days   | storage_classes = { "food-photos/" = { storage_class = "STANDARD_IA", after_days = 29 } } | storage_classes must be
          storage class after half a day    | storage_classes = { "food-photos/" = { storage_class = "INTELLIGENT_TIERING", after_days = 0.5 } } | storage_classes must be

          statements that are not JSON      | additional_policy_statements = { bucket = "Deny" } | additional_policy_statements must be JSON
          one statement without a list      | additional_policy_statements = { bucket = jsonencode({ a = { Effect = "Deny" } }) } | additional_policy_statements must be JSON
          statement without an effect       | additional_policy_statements = { bucket = jsonencode([{ Sid = "a" }]) } | additional_policy_statements must be JSON
          bucket open to everybody          | additional_policy_statements = { bucket = jsonencode([{ Effect = "Allow", Principal = "*", Action = "s3:GetObject", Resource = "*" }]) } | additional_policy_statements must not allow
          bucket open to every account      | additional_policy_statements = { bucket = jsonencode([{ Effect = "Allow", Principal = { AWS = ["arn:aws:iam::123456789012:root", "*"] }, Action = "s3:GetObject", Resource = "*" }]) } | additional_policy_statements must not allow
          bucket open to all but one        | additional_policy_statements = { bucket = jsonencode([{ Effect = "Allow", NotPrincipal = { AWS = "arn:aws:iam::123456789012:root" }, Action = "s3:GetObject", Resource = "*" }]) } | additional_policy_statements must not allow
          bucket open to every distribution | additional_policy_statements = { bucket = jsonencode([{ Effect = "Allow", Principal = { Service = "cloudfront.amazonaws.com" }, Action = "s3:GetObject", Resource = "*" }]) } | additional_policy_statements must not allow
          topic open to everybody           | additional_policy_statements = { mail_events_topic = jsonencode([{ Effect = "Allow", Principal = { AWS = "*" }, Action = "sns:Subscribe", Resource = "*" }]) } | additional_policy_statements must not allow
          statement for no key              | additional_policy_statements = { kms_key = jsonencode([{ Effect = "Deny", Principal = "*", Action = "kms:*", Resource = "*" }]) } | additional_policy_statements.kms_key requires
          statement for an own topic        | mail_events_topic = { arn = "arn:aws:sns:eu-central-1:123456789012:mine" } ; additional_policy_statements = { mail_events_topic = jsonencode([{ Effect = "Deny", Principal = "*", Action = "sns:*", Resource = "*" }]) } | additional_policy_statements.mail_events_topic requires

          deleted at once                   | noncurrent_version_days = 0                    | noncurrent_version_days must be
          deleted after ten years and a day | noncurrent_version_days = 3651                 | noncurrent_version_days must be
          deleted after half a day          | noncurrent_version_days = 1.5                  | noncurrent_version_days must be

          access logs to an ARN             | access_logs = { bucket = "arn:aws:s3:::logs" } | access_logs.bucket must be
          access logs without a slash       | access_logs = { bucket = "logs", prefix = "s3" } | access_logs.prefix must be
          access logs below a slash         | access_logs = { bucket = "logs", prefix = "/s3/" } | access_logs.prefix must be

          cdn_domain with a scheme          | cdn_domain = { name = "https://cdn.example.com" } | cdn_domain.name must be a lowercase host name
          cdn_domain of one label           | cdn_domain = { name = "cdn" }                  | cdn_domain.name must be a lowercase host name
          cdn_domain in capitals            | cdn_domain = { name = "CDN.example.com" }      | cdn_domain.name must be a lowercase host name
          cdn_domain with a final dot       | cdn_domain = { name = "cdn.example.com." }     | cdn_domain.name must be a lowercase host name
          cdn_domain with TLS 1.1           | cdn_domain = { name = "cdn.example.com", security_policy = "TLSv1.1_2016" } | cdn_domain.security_policy must be
          cdn_domain with a wildcard        | cdn_domain = { name = "*.example.com" }        | cdn_domain.name must be a lowercase host name
          certificate in another region     | cdn_domain = { name = "cdn.example.com" } ; cdn_certificate = { arn = "arn:aws:acm:eu-central-1:123456789012:certificate/1234abcd" } | cdn_certificate.arn must be
          cdn_domain of the application     | cdn_domain = { name = "app.example.com" }      | cdn_domain.name must not be the host of app_url
          cdn_domain of the application with a port | cdn_domain = { name = "app.example.com" } ; app_url = "https://app.example.com:8443/x" | cdn_domain.name must not be the host of app_url

          certificate without a domain      | cdn_certificate = { arn = "arn:aws:acm:us-east-1:123456789012:certificate/1234abcd" } | cdn_certificate requires cdn_domain
          a private key                     | signed_urls = { public_keys = { a = "-----BEGIN PRIVATE KEY-----\\nMIIB\\n-----END PRIVATE KEY-----" }, signing_key = "a" } | signed_urls.public_keys must not contain a private key
          a private key behind a public key | signed_urls = { public_keys = { a = "-----BEGIN PUBLIC KEY-----\\nMIIB\\n-----END PUBLIC KEY-----\\n-----BEGIN PRIVATE KEY-----\\nMIIB\\n-----END PRIVATE KEY-----" }, signing_key = "a" } | signed_urls.public_keys must not contain a private key
          public key with a dot in its name | signed_urls = { public_keys = { "a.b" = "-----BEGIN PUBLIC KEY-----\\n${join("", [for i in range(124) : "A"])}\\n-----END PUBLIC KEY-----" }, signing_key = "a.b" } | signed_urls.public_keys must map names
          the path of a public key          | signed_urls = { public_keys = { a = "public-key.pem" }, signing_key = "a" } | signed_urls.public_keys must map names
          a public key of P-384             | signed_urls = { public_keys = { a = "-----BEGIN PUBLIC KEY-----\\n${join("", [for i in range(160) : "A"])}\\n-----END PUBLIC KEY-----" }, signing_key = "a" } | signed_urls.public_keys must be ECDSA
          signing key that is not trusted   | signed_urls = { public_keys = { a = "-----BEGIN PUBLIC KEY-----\\n${join("", [for i in range(124) : "A"])}\\n-----END PUBLIC KEY-----" }, signing_key = "b" } | signed_urls.signing_key must be
          six public keys                   | signed_urls = { public_keys = { for name in ["a", "b", "c", "d", "e", "f"] : name => "-----BEGIN PUBLIC KEY-----\\n${join("", [for i in range(124) : "A"])}\\n-----END PUBLIC KEY-----" }, signing_key = "a" } | signed_urls.public_keys must contain at most 5

          unknown price class               | price_class = "PriceClass_300"                 | price_class must be

          cached for 59 seconds             | max_cache_seconds = 59                         | max_cache_seconds must be
          cached for more than a year       | max_cache_seconds = 31536001                   | max_cache_seconds must be
          cached for half a second more     | max_cache_seconds = 60.5                       | max_cache_seconds must be

          cache policy by name              | cache_policy = { id = "Managed-CachingOptimized" } | cache_policy.id must be

          web ACL of a region               | web_acl_arn = "arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/a/1" | web_acl_arn must be
          web ACL of WAF Classic            | web_acl_arn = "1234abcd-12ab-34cd-56ef-1234567890ab" | web_acl_arn must be

          geo restriction none              | geo_restriction = { type = "none", countries = ["DE"] } | geo_restriction must have
          geo restriction without countries | geo_restriction = { type = "whitelist", countries = [] } | geo_restriction must have
          country in lowercase              | geo_restriction = { type = "blacklist", countries = ["de"] } | geo_restriction must have
          country of three letters          | geo_restriction = { type = "blacklist", countries = ["DEU"] } | geo_restriction must have

          identity of another domain        | email_identity = { domain = "example.org" }    | email_identity.domain must be
          identity whose end alone is equal | email_identity = { domain = "ample.com" }      | email_identity.domain must be
          identity below the sender's domain | email_identity = { domain = "mail.example.com" } | email_identity.domain must be
          MAIL FROM of two labels           | email_identity = { mail_from_subdomain = "a.b" } | email_identity.mail_from_subdomain must be one label
          blank MAIL FROM                   | email_identity = { mail_from_subdomain = "" }  | email_identity.mail_from_subdomain must be one label
          MAIL FROM of the sender           | email_identity = { domain = "example.com" } ; from_email = "a@mail.example.com" | email_identity.mail_from_subdomain must not result in
          MAIL FROM of the sender with a name | email_identity = { domain = "example.com", mail_from_subdomain = "go" } ; from_email = "A <a@go.example.com>" | email_identity.mail_from_subdomain must not result in
          identity of another account beside the domain | email_identity = { create = false, arn = "arn:aws:ses:eu-central-1:999999999999:identity/ample.com" } | email_identity.arn must be
          identity of another account below the sender | email_identity = { create = false, arn = "arn:aws:ses:eu-central-1:999999999999:identity/mail.example.com" } | email_identity.arn must be
          another address of another account | email_identity = { create = false, arn = "arn:aws:ses:eu-central-1:999999999999:identity/else@example.com" } | email_identity.arn must be
          end of the address of the sender  | email_identity = { create = false, arn = "arn:aws:ses:eu-central-1:999999999999:identity/bot@example.com" } ; from_email = "no.bot@example.com" | email_identity.arn must be
          address that is a pattern of the sender | email_identity = { create = false, arn = "arn:aws:ses:eu-central-1:999999999999:identity/n?noreply@example.com" } ; from_email = "noreply@example.com" | email_identity.arn must be
          configuration set as identity     | email_identity = { create = false, arn = "arn:aws:ses:eu-central-1:999999999999:configuration-set/example.com" } | email_identity.arn must be
          creating another account's identity | email_identity = { arn = "arn:aws:ses:eu-central-1:999999999999:identity/example.com" } | email_identity.arn is the identity of another account
          domain and ARN                    | email_identity = { create = false, domain = "example.com", arn = "arn:aws:ses:eu-central-1:999999999999:identity/example.com" } | email_identity.arn is the identity of another account
          DKIM domain without dkim | email_identity = { dkim_domain = "eu-south-1.amazonses.com" } | email_identity.dkim_domain must be

          unknown DMARC policy              | dmarc = { policy = "strict" }                  | dmarc.policy must be
          DMARC reports of a record elsewhere | dmarc = { policy = "elsewhere", rua = ["a@example.com"] } | dmarc.rua must be empty
          DMARC reports to a URI            | dmarc = { policy = "none", rua = ["mailto:dmarc@example.com"] } | dmarc.rua must be
          DMARC reports to a name           | dmarc = { policy = "none", rua = ["A <dmarc@example.com>"] } | dmarc.rua must be

          events to a FIFO topic            | mail_events_topic = { arn = "arn:aws:sns:eu-central-1:123456789012:events.fifo" } | mail_events_topic.arn must be
          events to a queue                 | mail_events_topic = { arn = "arn:aws:sqs:eu-central-1:123456789012:events" } | mail_events_topic.arn must be
          a key for an own topic            | mail_events = { kms_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/mine" } ; mail_events_topic = { arn = "arn:aws:sns:eu-central-1:123456789012:mine" } | mail_events_topic requires mail_events
          a topic for no events             | mail_events = null ; mail_events_topic = { arn = "arn:aws:sns:eu-central-1:123456789012:mine" } | mail_events_topic requires mail_events
          mail events with AWS's own key    | mail_events = { kms_key_arn = "alias/aws/sns" } | mail_events.kms_key_arn must be
          events that track                 | mail_events = { types = ["BOUNCE", "OPEN"] }   | mail_events.types must contain
          clicks that track                 | mail_events = { types = ["CLICK"] }            | mail_events.types must contain
          no events                         | mail_events = { types = [] }                   | mail_events.types must contain

          queue with SQS's own key          | mail_events_queue = { kms_key_arn = "alias/aws/sqs" } | mail_events_queue.kms_key_arn must be
          queue with an alias               | mail_events_queue = { kms_key_arn = "arn:aws:kms:eu-central-1:123456789012:alias/mine" } | mail_events_queue.kms_key_arn must be

          delivered for 299 seconds         | max_delivery_seconds = 299                     | max_delivery_seconds must be
          delivered for more than 14 hours  | max_delivery_seconds = 50401                   | max_delivery_seconds must be
          delivered for half a second more  | max_delivery_seconds = 300.5                   | max_delivery_seconds must be

          sandbox recipient with a name     | sandbox_recipients = ["Ada <ada@example.com>"] | sandbox_recipients must be
          sandbox recipient on a bare label | sandbox_recipients = ["ada@localhost"]         | sandbox_recipients must be

          zone by name                      | dns = { zone_id = "example.com" }              | dns.zone_id must be
          zone by path                      | dns = { zone_id = "/hostedzone/Z0123456789" }  | dns.zone_id must be

          role without trust                | role = {}                                      | role must define who
          role with a space in its name     | role = { ecs_tasks = true, name = "a b" }      | role.name must be
          role name of 65 characters        | role = { ecs_tasks = true, name = join("", [for i in range(65) : "a"]) } | role.name must be
          OIDC provider by URL              | role = { oidc = [{ provider_arn = "https://token.actions.githubusercontent.com", subjects = ["repo:o/r:ref:refs/heads/main"] }] } | role.oidc[*].provider_arn must be
          every OIDC subject                | role = { oidc = [{ provider_arn = "arn:aws:iam::123456789012:oidc-provider/a", subjects = ["*"] }] } | role.oidc[*].subjects must name
          every service account and more    | role = { oidc = [{ provider_arn = "arn:aws:iam::123456789012:oidc-provider/a", subjects = ["system:*"] }] } | role.oidc[*].subjects must name
          every service account             | role = { oidc = [{ provider_arn = "arn:aws:iam::123456789012:oidc-provider/a", subjects = ["system:serviceaccount:*"] }] } | role.oidc[*].subjects must name
          service account of every namespace | role = { oidc = [{ provider_arn = "arn:aws:iam::123456789012:oidc-provider/a", subjects = ["system:serviceaccount:*:app"] }] } | role.oidc[*].subjects must name
          service account of similar namespaces | role = { oidc = [{ provider_arn = "arn:aws:iam::123456789012:oidc-provider/a", subjects = ["system:serviceaccount:prod?:app"] }] } | role.oidc[*].subjects must name
          repository of every owner         | role = { oidc = [{ provider_arn = "arn:aws:iam::123456789012:oidc-provider/a", subjects = ["repo:*/app:ref:refs/heads/main"] }] } | role.oidc[*].subjects must name
          every repository of an owner      | role = { oidc = [{ provider_arn = "arn:aws:iam::123456789012:oidc-provider/a", subjects = ["repo:o/*"] }] } | role.oidc[*].subjects must name
          repositories of similar names     | role = { oidc = [{ provider_arn = "arn:aws:iam::123456789012:oidc-provider/a", subjects = ["repo:o/r*:environment:prod"] }] } | role.oidc[*].subjects must name
          one bad OIDC subject of two       | role = { oidc = [{ provider_arn = "arn:aws:iam::123456789012:oidc-provider/a", subjects = ["repo:o/r:environment:prod", "repo:*"] }] } | role.oidc[*].subjects must name
          no OIDC subject                   | role = { oidc = [{ provider_arn = "arn:aws:iam::123456789012:oidc-provider/a", subjects = [] }] } | role.oidc[*].subjects must name
          no OIDC audience                  | role = { oidc = [{ provider_arn = "arn:aws:iam::123456789012:oidc-provider/a", subjects = ["repo:o/r:environment:prod"], audience = "" }] } | role.oidc[*].audience must be
          every OIDC audience               | role = { oidc = [{ provider_arn = "arn:aws:iam::123456789012:oidc-provider/a", subjects = ["repo:o/r:environment:prod"], audience = "*" }] } | role.oidc[*].audience must be
          pods of every namespace           | role = { eks_pod_identity = { cluster_arn = "arn:aws:eks:eu-central-1:123456789012:cluster/prod", namespace = "*", service_account = "b" } } | role.eks_pod_identity must name
          pods without service account      | role = { eks_pod_identity = { cluster_arn = "arn:aws:eks:eu-central-1:123456789012:cluster/prod", namespace = "a", service_account = "" } } | role.eks_pod_identity must name
          cluster by name                   | role = { eks_pod_identity = { cluster_arn = "prod", namespace = "a", service_account = "b" } } | role.eks_pod_identity.cluster_arn must be
          boundary by name                  | role = { ec2 = true, permissions_boundary_arn = "boundary" } | role.permissions_boundary_arn must be

          policy for a role by ARN          | attach_to_roles = { app = "arn:aws:iam::123456789012:role/app" } | attach_to_roles must be names
          erasure for a role by ARN         | attach_erasure_to_roles = { job = "arn:aws:iam::123456789012:role/job" } | attach_erasure_to_roles must be names
          suppression for a role by ARN     | attach_suppression_to_roles = { support = "arn:aws:iam::123456789012:role/support" } | attach_suppression_to_roles must be names
          diagnosis for a role by ARN       | attach_diagnosis_to_roles = { operations = "arn:aws:iam::123456789012:role/operations" } | attach_diagnosis_to_roles must be names

          alarm to a queue                  | alarms = { topic_arns = ["arn:aws:sqs:eu-central-1:123456789012:a"] } | alarms.topic_arns must be
          alarm on CloudFront to another region | alarms = { us_east_1_topic_arns = ["arn:aws:sns:eu-central-1:123456789012:a"] } | alarms.us_east_1_topic_arns must be
          alarm to six topics               | alarms = { topic_arns = [for i in range(6) : "arn:aws:sns:eu-central-1:123456789012:a${i}"] } | alarms.topic_arns and
          alarm on CloudFront to six topics | alarms = { us_east_1_topic_arns = [for i in range(6) : "arn:aws:sns:us-east-1:123456789012:a${i}"] } | alarms.topic_arns and
          bounce rate of 0                  | alarms = { bounce_rate = 0 }                   | alarms.bounce_rate must be
          bounce rate at the review level   | alarms = { bounce_rate = 0.05 }                | alarms.bounce_rate must be
          bounce rate in percent            | alarms = { bounce_rate = 3 }                   | alarms.bounce_rate must be
          complaint rate of 0               | alarms = { complaint_rate = 0 }                | alarms.complaint_rate must be
          complaint rate at the review level | alarms = { complaint_rate = 0.001 }           | alarms.complaint_rate must be
          0 percent of errors               | alarms = { cdn_5xx_percent = 0 }               | alarms.cdn_5xx_percent must be
          101 percent of errors             | alarms = { cdn_5xx_percent = 101 }             | alarms.cdn_5xx_percent must be

          budget of nothing                 | monthly_budget = { limit_usd = 0, email_addresses = ["a@example.com"] } | monthly_budget.limit_usd must be
          budget for an address without a domain | monthly_budget = { limit_usd = 1, email_addresses = ["ops"] } | monthly_budget.topic_arns must be
          budget for a topic by name        | monthly_budget = { limit_usd = 1, topic_arns = ["ops"] } | monthly_budget.topic_arns must be
          budget without recipients         | monthly_budget = { limit_usd = 10 }            | monthly_budget must have at least one recipient
          budget for two topics             | monthly_budget = { limit_usd = 10, topic_arns = [for name in ["a", "b"] : "arn:aws:sns:eu-central-1:123456789012:${name}"] } | monthly_budget must have at most one topic
          budget for eleven addresses       | monthly_budget = { limit_usd = 10, email_addresses = [for i in range(11) : "a${i}@example.com"] } | monthly_budget must have at most one topic
          """);

  private static final Pattern RULE =
      Pattern.compile("validation rule at module[/\\\\]variables\\.tf:(?<line>\\d+),");

  private static final List<Diagnostic> DIAGNOSTICS = new ArrayList<>();

  /**
   * The cases of one input each share calls, in which each input has one case: terraform evaluates
   * every rule for every call, which takes longer than to start.
   */
  private static final Map<InputCase, InputCase> TOGETHER = together();

  private static Map<InputCase, InputCase> together() {
    Map<Set<String>, Integer> alike = new HashMap<>();
    Map<InputCase, InputCase> together = new LinkedHashMap<>();
    for (InputCase input : CASES) {
      int number = alike.merge(input.inputs().keySet(), 1, Integer::sum);
      together.put(input, input.inputs().size() > 1 ? input : input.in("cases_" + number));
    }
    return together;
  }

  /**
   * Terraform skips rules that mention an input that is rejected, so their cases need a call of
   * their own; and rules that compare two inputs run at plan time, and only if the others pass.
   */
  @BeforeAll
  static void callTheModule(@TempDir Path folder) throws IOException {
    Terraform terraform = Terraform.forChecking("which inputs the Terraform module rejects");
    Path module = Files.createDirectory(folder.resolve("module"));
    Files.copy(ModuleFolder.SOURCE.resolve("variables.tf"), module.resolve("variables.tf"));
    InputCase.writeCalls(folder, List.copyOf(TOGETHER.values()));
    terraform.init(folder);
    DIAGNOSTICS.addAll(terraform.validate(folder));
    InputCase.writeCalls(folder, notYetRejected());
    terraform.init(folder);
    DIAGNOSTICS.addAll(terraform.validate(folder));
    InputCase.writeCalls(folder, notYetRejected());
    DIAGNOSTICS.addAll(terraform.plan(folder));
  }

  private static List<InputCase> notYetRejected() {
    return CASES.stream().filter(input -> about(input).isEmpty()).toList();
  }

  private static List<Diagnostic> about(InputCase input) {
    return DIAGNOSTICS.stream()
        .filter(it -> input.isRejectedBy(it) || TOGETHER.get(input).isRejectedBy(it))
        .toList();
  }

  @TestFactory
  Stream<DynamicTest> rejects() {
    return CASES.stream()
        .map(
            input ->
                DynamicTest.dynamicTest(
                    input.what(),
                    () ->
                        assertThat(about(input))
                            .as(input.toString())
                            .extracting(Diagnostic::detail)
                            .singleElement()
                            .asString()
                            .startsWith(input.message())
                            .containsPattern(RULE)));
  }

  /** No diagnostic is about anything else, such as an error in a rule itself. */
  @Test
  void rejectsNothingElse() {
    assertThat(DIAGNOSTICS)
        .containsExactlyInAnyOrderElementsOf(
            CASES.stream().flatMap(input -> about(input).stream()).toList());
  }

  /** A rule that no case violates is untested. */
  @Test
  void violatesEveryRule() {
    List<HclBlock> rules =
        ModuleFolder.blocks().stream()
            .flatMap(block -> block.blocks("validation").stream())
            .toList();

    assertThat(rules).isNotEmpty();
    assertThat(rules)
        .filteredOn(rule -> DIAGNOSTICS.stream().noneMatch(it -> lineOfRule(it) == rule.line()))
        .isEmpty();
  }

  private static int lineOfRule(Diagnostic diagnostic) {
    Matcher rule = RULE.matcher(diagnostic.detail());
    return rule.find() ? Integer.parseInt(rule.group("line")) : 0;
  }
}
