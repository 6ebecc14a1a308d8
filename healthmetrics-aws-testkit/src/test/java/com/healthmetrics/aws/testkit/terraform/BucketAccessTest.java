package com.healthmetrics.aws.testkit.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.Sweep;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Who may do what with the objects of the module's bucket, by all its policies together. */
@Sweep("what the Terraform module's policies allow")
@Tag("terraform")
class BucketAccessTest {
  private static final String BUCKET = "arn:aws:s3:::mocked";
  private static final String CLOUDFRONT = "cloudfront.amazonaws.com";
  private static final String DISTRIBUTION =
      "arn:aws:cloudfront::123456789012:distribution/E1A2B3C4D5E6F7";
  private static final String PNG = "/user-42/0123456789abcdef0123456789abcdef.png";

  /** Of another role of the account, which only the bucket's policy limits. */
  private static final IamPolicy ADMINISTRATOR =
      IamPolicy.of(
          JsonMembers.read(
              """
              {"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}"""));

  private static final String WITHOUT_SIGNED_URLS =
      """
      application   | PutObject pending/avatars           | s3:authType=REST-QUERY-STRING | may sign a PUT of a pending upload
      application   | PutObject pending/food-photos       | s3:authType=POST              | may sign a form for a pending upload
      application   | PutObject avatars                   | s3:authType=REST-QUERY-STRING | may not sign a PUT of a published object
      application   | PutObject avatars                   | s3:authType=POST              | may not sign a form for a published object
      application   | PutObject food-photos               | s3:authType=REST-QUERY-STRING | may not sign a PUT of a private object
      application   | PutObject pending                   | s3:authType=REST-QUERY-STRING | may not sign a PUT of a pending upload without a prefix
      application   | PutObject pending/pending/avatars   | s3:authType=REST-QUERY-STRING | may not sign a PUT of an upload that is pending twice
      application   | PutObject pending/avatars           | s3:authType=REST-QUERY-STRING s3:signatureAge=900000 | may use a signature of the greatest age
      application   | PutObject pending/avatars           | s3:authType=REST-QUERY-STRING s3:signatureAge=900001 | may not use an older signature
      application   | PutObject pending/avatars           | s3:authType=POST s3:signatureAge=900001 | may not use an older form
      application   | PutObject pending/avatars           | s3:authType=POST aws:SecureTransport=false | may not upload over plain HTTP
      application   | PutObject pending/avatars           | s3:authType=POST s3:TlsVersion=1.1 | may not upload over TLS 1.1
      application   | PutObject avatars                   |                               | may publish an object itself
      application   | PutObject food-photos               |                               | may publish a private object itself
      application   | PutObject scans                     |                               | may not publish elsewhere
      application   | GetObject pending/avatars           |                               | may inspect a pending upload
      application   | GetObject avatars                   |                               | may read a published object
      application   | GetObject pending/scans             |                               | may not read pending uploads of others
      application   | DeleteObject pending/avatars        |                               | may remove a pending upload
      application   | DeleteObject avatars                |                               | may delete a published object
      application   | ListBucket                          | s3:prefix=pending/avatars/    | may list pending uploads
      application   | ListBucket                          | s3:prefix=avatars/user-42/    | may list the objects of an owner
      application   | ListBucket                          | s3:prefix=pending/            | may not list the pending uploads of every prefix
      application   | ListBucket                          | s3:prefix=                    | may not list everything
      application   | ListBucket                          |                               | may not list without a prefix
      application   | DeleteObjectVersion avatars         |                               | may not erase a version
      application   | ListBucketVersions                  | s3:prefix=avatars/            | may not list versions
      erasure       | DeleteObjectVersion pending/avatars |                               | may erase the versions of a pending upload
      erasure       | DeleteObjectVersion avatars         |                               | may erase the versions of a published object
      erasure       | DeleteObjectVersion pending/scans   |                               | may not erase versions elsewhere
      erasure       | ListBucketVersions                  | s3:prefix=pending/avatars/user-42/ | may list the versions of pending uploads
      erasure       | ListBucketVersions                  | s3:prefix=avatars/user-42/    | may list the versions of published objects
      erasure       | ListBucketVersions                  | s3:prefix=pending/            | may not list the versions of every prefix
      administrator | PutObject avatars                   | s3:authType=REST-QUERY-STRING | may not sign a PUT of a published object
      administrator | PutObject avatars                   | s3:authType=POST              | may not sign a form for a published object
      administrator | PutObject avatars                   |                               | may publish an object itself
      distribution  | GetObject avatars                   |                               | may read a public object
      distribution  | GetObject pending/avatars           |                               | may not read a pending upload
      distribution  | GetObject pending                   |                               | may not read a pending upload without a prefix
      distribution  | GetObject food-photos               |                               | may not read a private object
      distribution  | PutObject pending/avatars           |                               | may not write
      distribution  | GetObject avatars                   | AWS:SourceArn=arn:aws:cloudfront::123456789012:distribution/OTHER | may not read as another distribution
      """;

  private static final String WITH_SIGNED_URLS =
      """
      distribution  | GetObject avatars                   |                               | may read a public object
      distribution  | GetObject food-photos               |                               | may read a private object
      distribution  | GetObject pending/avatars           |                               | may not read a pending upload
      distribution  | GetObject pending/food-photos       |                               | may not read a private pending upload
      application   | PutObject food-photos               | s3:authType=POST              | may not sign a form for a private object
      """;

  /** Policies refer to computed values; base64, because terraform lays out JSON in its output. */
  private static final String OUTPUT =
      """
      output "policies" {
        value = base64encode(jsonencode({
          bucket          = local.bucket_policy
          application     = local.application_policy
          account_erasure = local.account_erasure_policy
        }))
      }
      """;

  private static final String TEST =
      """
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
      }

      run "without_signed_urls" {}

      run "with_signed_urls" {
        variables {
          signed_urls = {
            public_keys = { key = file("tests/keys/first.pem") }
            signing_key = "key"
          }
        }
      }
      """;

  /** Those of both runs, in order. */
  private static List<JsonObject> policies;

  @BeforeAll
  static void applyTheModule(@TempDir Path folder) throws IOException {
    Terraform terraform =
        Terraform.forChecking("what the Terraform module's policies allow").withProvider();
    ModuleFolder.copyTo(folder);
    Files.writeString(folder.resolve("policies.tf"), OUTPUT);
    Files.writeString(folder.resolve("tests").resolve("policies.tftest.hcl"), TEST);
    terraform.init(folder);
    Terraform.Output output =
        terraform.run(folder, "test", "-no-color", "-verbose", "-filter=tests/policies.tftest.hcl");
    output.assertSucceeded();
    policies =
        Pattern.compile("(?m)^policies = \"(.+)\"")
            .matcher(output.stdout())
            .results()
            .map(it -> new String(Base64.getDecoder().decode(it.group(1)), StandardCharsets.UTF_8))
            .map(JsonMembers::read)
            .toList();
    assertThat(policies).hasSize(2);
  }

  @TestFactory
  Stream<DynamicTest> withoutSignedUrls() {
    return tests(WITHOUT_SIGNED_URLS, 0);
  }

  @TestFactory
  Stream<DynamicTest> withSignedUrls() {
    return tests(WITH_SIGNED_URLS, 1);
  }

  private static Stream<DynamicTest> tests(String table, int run) {
    return table
        .lines()
        .map(line -> Arrays.stream(line.split("\\|")).map(String::strip).toList())
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.get(0) + " " + row.get(3),
                    () ->
                        assertThat(isAllowed(policies.get(run), row))
                            .as(row.toString())
                            .isEqualTo(!row.get(3).startsWith("may not"))));
  }

  private static boolean isAllowed(JsonObject policies, List<String> row) {
    IamPolicy bucket = policy(policies, "bucket");
    return switch (row.get(0)) {
      case "application" ->
          IamPolicy.allow(request(row, ""), bucket, policy(policies, "application"));
      case "erasure" ->
          IamPolicy.allow(request(row, ""), bucket, policy(policies, "account_erasure"));
      case "administrator" -> IamPolicy.allow(request(row, ""), bucket, ADMINISTRATOR);
      case "distribution" -> IamPolicy.allow(request(row, CLOUDFRONT), bucket);
      default -> throw new AssertionError(row);
    };
  }

  private static IamPolicy policy(JsonObject policies, String name) {
    return IamPolicy.of(JsonMembers.object(policies, name).orElseThrow());
  }

  /** Over TLS 1.3 and signed in its header, unless the row has something else. */
  private static IamPolicy.Request request(List<String> row, String service) {
    String[] actionAndPlace = row.get(1).split(" ");
    Map<String, String> context =
        new HashMap<>(
            Map.of(
                "aws:SecureTransport", "true",
                "s3:TlsVersion", "1.3",
                "s3:authType", "REST-HEADER",
                "s3:signatureAge", "1000",
                "AWS:SourceArn", DISTRIBUTION));
    Stream.of(row.get(2).split(" "))
        .filter(pair -> !pair.isEmpty())
        .map(pair -> pair.split("=", 2))
        .forEach(pair -> context.put(pair[0], pair[1]));
    return new IamPolicy.Request(
        service,
        "s3:" + actionAndPlace[0],
        actionAndPlace.length == 1 ? BUCKET : BUCKET + "/" + actionAndPlace[1] + PNG,
        context);
  }
}
