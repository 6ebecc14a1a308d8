package com.healthmetrics.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.healthmetrics.aws.mail.EmailAddress;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.regions.Region;

class AwsSettingsTest {
  private static final String QUEUE_URL =
      "https://sqs.eu-central-1.amazonaws.com/123456789012/healthmetrics-prod-mail-events";

  private static final String KEY_ID = "K2JCJMDEHXQW5F";

  /** Made for this test. */
  static final String PEM = newPem();

  private static Map<String, String> complete() {
    Map<String, String> environment = new HashMap<>();
    environment.put("AWS_REGION", "eu-central-1");
    environment.put("S3_BUCKET_NAME", "healthmetrics-uploads");
    environment.put("CLOUDFRONT_URL", "https://cdn.healthmetrics.example/");
    environment.put("SES_FROM_EMAIL", "HealthMetrics <noreply@healthmetrics.example>");
    environment.put("APP_URL", "https://app.healthmetrics.example/");
    return environment;
  }

  private static String newPem() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      byte[] key = generator.generateKeyPair().getPrivate().getEncoded();
      return "-----BEGIN PRIVATE KEY-----\n"
          + Base64.getEncoder().encodeToString(key)
          + "\n-----END PRIVATE KEY-----\n";
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static Map<String, String> withKey(String id, String pem) {
    Map<String, String> environment = complete();
    environment.put("CLOUDFRONT_KEY_PAIR_ID", id);
    environment.put("CLOUDFRONT_PRIVATE_KEY", pem);
    return environment;
  }

  private static AwsSettings with(String name, String value) {
    Map<String, String> environment = complete();
    environment.put(name, value);
    return AwsSettings.fromEnvironment(environment);
  }

  private static ConfigurationException refusalOf(Map<String, String> environment) {
    ConfigurationException refusal =
        catchThrowableOfType(
            ConfigurationException.class, () -> AwsSettings.fromEnvironment(environment));
    assertThat(refusal).isNotNull();
    return refusal;
  }

  /** What is said of one malformed value, beside settings that are complete. */
  private static String problemOf(String name, String value) {
    Map<String, String> environment = complete();
    environment.put(name, value);
    List<String> problems = refusalOf(environment).problems();
    assertThat(problems).singleElement().asString().startsWith(name + " is not valid. ");
    return problems.get(0);
  }

  /** Frameworks resolve placeholders of a property that is read, which fails for foreign ones. */
  @Test
  void asksTheApplicationForItsOwnNamesAlone() {
    Set<String> names = new TreeSet<>();
    AwsSettings settings =
        AwsSettings.fromProperties(
            name -> {
              names.add(name.replaceFirst("^export ", ""));
              return complete().get(name);
            });

    assertThat(settings.bucketName()).isEqualTo("healthmetrics-uploads");
    assertThat(names)
        .containsExactlyInAnyOrder(
            "ALLOW_CLEARTEXT_HTTP",
            "APP_URL",
            "AWS_ENDPOINT_URL",
            "AWS_ENDPOINT_URL_S3",
            "AWS_ENDPOINT_URL_SESV2",
            "AWS_REGION",
            "AWS_USE_DUALSTACK_ENDPOINT",
            "AWS_USE_FIPS_ENDPOINT",
            "CLOUDFRONT_KEY_PAIR_ID",
            "CLOUDFRONT_PRIVATE_KEY",
            "CLOUDFRONT_URL",
            "ENVIRONMENT",
            "HEALTHMETRICS_MODULE_VERSION",
            "MAIL_EVENTS_QUEUE_URL",
            "S3_BUCKET_NAME",
            "S3_MAX_PRESIGN_SECONDS",
            "S3_PUBLIC_ENDPOINT_URL",
            "SES_CONFIGURATION_SET",
            "SES_FROM_EMAIL",
            "SES_IDENTITY_ARN",
            "SES_REGION");
  }

  @Test
  void readsWhatIsRequired() {
    AwsSettings settings = AwsSettings.fromEnvironment(complete());

    assertThat(settings.region()).isEqualTo(Region.EU_CENTRAL_1);
    assertThat(settings.bucketName()).isEqualTo("healthmetrics-uploads");
    assertThat(settings.cloudFrontUrl()).hasToString("https://cdn.healthmetrics.example");
    assertThat(settings.fromEmail())
        .isEqualTo(EmailAddress.parse("HealthMetrics <noreply@healthmetrics.example>"));
    assertThat(settings.appUrl()).hasToString("https://app.healthmetrics.example");
  }

  @Test
  void leavesOutWhatIsOptional() {
    AwsSettings settings = AwsSettings.fromEnvironment(complete());

    assertThat(settings.sesRegion()).isEqualTo(Region.EU_CENTRAL_1);
    assertThat(settings.configurationSet()).isEmpty();
    assertThat(settings.development()).isFalse();
    assertThat(settings.cloudFrontKey()).isEmpty();
    assertThat(settings.s3Endpoint()).isEmpty();
    assertThat(settings.s3PublicEndpoint()).isEmpty();
    assertThat(settings.sesEndpoint()).isEmpty();
    assertThat(settings.mailEventsQueueUrl()).isEmpty();
    assertThat(settings.maxPresignAge()).isEmpty();
    assertThat(settings.moduleVersion()).isEmpty();
  }

  @Test
  void readsWhatIsOptional() {
    assertThat(with("SES_REGION", "eu-west-1").sesRegion()).isEqualTo(Region.EU_WEST_1);
    assertThat(with("SES_REGION", "eu-west-1").region()).isEqualTo(Region.EU_CENTRAL_1);
    assertThat(with("SES_CONFIGURATION_SET", "health-prod").configurationSet())
        .hasValue("health-prod");
    assertThat(with("AWS_ENDPOINT_URL_S3", "http://localhost:4566/").s3Endpoint())
        .hasValue(URI.create("http://localhost:4566"));
    assertThat(with("AWS_ENDPOINT_URL", "http://127.0.0.1:4566").s3Endpoint())
        .hasValue(URI.create("http://127.0.0.1:4566"));
    assertThat(with("AWS_ENDPOINT_URL", "http://127.0.0.1:4566").sesEndpoint())
        .hasValue(URI.create("http://127.0.0.1:4566"));
    assertThat(with("AWS_ENDPOINT_URL_SESV2", "http://127.0.0.1:8005").sesEndpoint())
        .hasValue(URI.create("http://127.0.0.1:8005"));
    assertThat(with("MAIL_EVENTS_QUEUE_URL", QUEUE_URL).mailEventsQueueUrl())
        .hasValue(URI.create(QUEUE_URL));
    assertThat(with("MAIL_EVENTS_QUEUE_URL", "http://localhost:9324/0/q").mailEventsQueueUrl())
        .hasValue(URI.create("http://localhost:9324/0/q"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "arn:aws:sqs:eu-central-1:123456789012:healthmetrics-prod-mail-events",
        "healthmetrics-prod-mail-events",
        "http://sqs.eu-central-1.amazonaws.com/123456789012/healthmetrics-prod-mail-events",
        "https://sqs.eu-central-1.amazonaws.com",
        "https://sqs.eu-central-1.amazonaws.com/",
        "https://sqs.eu-central-1.amazonaws.com/123456789012/a?Action=ReceiveMessage",
      })
  void refusesWhatIsNotTheUrlOfAQueue(String text) {
    assertThat(problemOf("MAIL_EVENTS_QUEUE_URL", text)).contains("Use ", "https");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 120, 900, 604_800})
  void readsTheAgeAtWhichTheBucketRefusesPresignedRequests(int seconds) {
    assertThat(with("S3_MAX_PRESIGN_SECONDS", Integer.toString(seconds)).maxPresignAge())
        .hasValue(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-1",
        "+900",
        "0900",
        "900.0",
        "9e2",
        "900s",
        "15m",
        "PT15M",
        "604801",
        "1000000",
        "99999999999999999999",
        " 900",
        "\u0669\u0660\u0660"
      })
  void refusesAnAgeThatNoBucketHas(String text) {
    assertThat(problemOf("S3_MAX_PRESIGN_SECONDS", text))
        .contains("whole seconds from 1 to 604800");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.2.3", "9.8.7-SNAPSHOT", "2.0.0-rc.1+build.7"})
  void readsTheVersionOfTheModule(String version) {
    assertThat(with("HEALTHMETRICS_MODULE_VERSION", version).moduleVersion()).hasValue(version);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.2.3\n", "1 2 3", "-1", "<1>", "a/b"})
  void refusesWhatIsNotAVersion(String text) {
    assertThat(problemOf("HEALTHMETRICS_MODULE_VERSION", text)).contains("such as 1.2.3");
  }

  @Test
  void refusesAVersionThatIsTooLong() {
    assertThat(with("HEALTHMETRICS_MODULE_VERSION", "1".repeat(64)).moduleVersion()).isPresent();
    Map<String, String> environment = complete();
    environment.put("HEALTHMETRICS_MODULE_VERSION", "1".repeat(65));

    assertThat(refusalOf(environment)).hasMessageContaining("Use 1 to 64 letters");
  }

  @Test
  void readsTheKeyOfPrivatePictures() {
    assertThat(AwsSettings.fromEnvironment(withKey(KEY_ID, PEM)).cloudFrontKey())
        .hasValueSatisfying(key -> assertThat(key.publicKeyId()).isEqualTo(KEY_ID));
    assertThat(
            AwsSettings.fromEnvironment(withKey(KEY_ID, PEM.replace("\n", "\\n"))).cloudFrontKey())
        .isPresent();
  }

  @Test
  void requiresKeyAndIdTogether() {
    assertThat(refusalOf(withKey(KEY_ID, "")).problems())
        .containsExactly(
            "CLOUDFRONT_PRIVATE_KEY is not set, but CLOUDFRONT_KEY_PAIR_ID is. Set both or neither.");
    assertThat(refusalOf(withKey("", PEM)).problems())
        .containsExactly(
            "CLOUDFRONT_KEY_PAIR_ID is not set, but CLOUDFRONT_PRIVATE_KEY is. Set both or neither.");
  }

  @Test
  void repeatsNothingOfAnInvalidKey() {
    assertThat(refusalOf(withKey(PEM, KEY_ID)).problems())
        .singleElement()
        .asString()
        .startsWith("CLOUDFRONT_KEY_PAIR_ID and CLOUDFRONT_PRIVATE_KEY are not valid. ")
        .doesNotContain(PEM.lines().toList().get(1));
  }

  @Test
  void separatesTheEndpointOfBrowsersFromItsOwn() {
    Map<String, String> environment = complete();
    environment.put("AWS_ENDPOINT_URL_S3", "https://s3.internal.example");

    assertThat(AwsSettings.fromEnvironment(environment).s3PublicEndpoint())
        .hasValue(URI.create("https://s3.internal.example"));
    environment.put("S3_PUBLIC_ENDPOINT_URL", "http://localhost:9000");
    assertThat(AwsSettings.fromEnvironment(environment).s3PublicEndpoint())
        .hasValue(URI.create("http://localhost:9000"));
    assertThat(AwsSettings.fromEnvironment(environment).s3Endpoint())
        .hasValue(URI.create("https://s3.internal.example"));
  }

  @Test
  void namesEverySettingThatIsMissing() {
    ConfigurationException refusal = refusalOf(Map.of());

    assertThat(refusal.problems())
        .satisfiesExactly(
            problem -> assertThat(problem).startsWith("AWS_REGION is not set"),
            problem -> assertThat(problem).startsWith("S3_BUCKET_NAME is not set"),
            problem -> assertThat(problem).startsWith("CLOUDFRONT_URL is not set"),
            problem -> assertThat(problem).startsWith("SES_FROM_EMAIL is not set"),
            problem -> assertThat(problem).startsWith("APP_URL is not set"))
        .isUnmodifiable();
    assertThat(refusal).hasMessageStartingWith("5 configuration problems:");
    assertThat(refusal.getMessage().lines()).hasSize(6);
  }

  @Test
  void namesMissingAndMalformedSettingsTogether() {
    Map<String, String> environment = complete();
    environment.remove("AWS_REGION");
    environment.put("S3_BUCKET_NAME", "Not_A_Bucket");
    environment.put("CLOUDFRONT_URL", "http://cdn.example");
    environment.put("SES_FROM_EMAIL", "nobody");
    environment.put("APP_URL", "app.example");
    environment.put("SES_REGION", "europe");
    environment.put("SES_CONFIGURATION_SET", "a b");
    environment.put("AWS_ENDPOINT_URL_S3", "http://s3.example");
    environment.put("AWS_ENDPOINT_URL_SESV2", "http://ses.example");

    assertThat(refusalOf(environment).problems())
        .extracting(problem -> problem.substring(0, problem.indexOf(". ")))
        .containsExactly(
            "AWS_REGION is not set",
            "S3_BUCKET_NAME is not valid",
            "CLOUDFRONT_URL is not valid",
            "SES_FROM_EMAIL is not valid",
            "APP_URL is not valid",
            "SES_REGION is not valid",
            "SES_CONFIGURATION_SET is not valid",
            "AWS_ENDPOINT_URL_S3 is not valid",
            "AWS_ENDPOINT_URL_SESV2 is not valid");
  }

  @ParameterizedTest
  @CsvSource({
    "eu-central-1, healthmetrics.example, noreply@healthmetrics.example",
    "eu-central-1, healthmetrics.example, noreply@mail.healthmetrics.example",
    "eu-central-1, noreply@healthmetrics.example, HealthMetrics <noreply@healthmetrics.example>",
    "eu-west-1, HealthMetrics.example, noreply@healthmetrics.example"
  })
  void readsTheIdentityOfAnotherAccount(String region, String identity, String from) {
    String arn = "arn:aws:ses:" + region + ":111122223333:identity/" + identity;
    Map<String, String> environment = complete();
    environment.put("SES_REGION", region);
    environment.put("SES_FROM_EMAIL", from);
    environment.put("SES_IDENTITY_ARN", arn);

    AwsSettings settings = AwsSettings.fromEnvironment(environment);

    assertThat(settings.identityArn()).hasValue(arn);
    assertThat(settings).asString().doesNotContain("noreply");
    assertThat(AwsSettings.fromEnvironment(complete()).identityArn()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "arn:aws:ses:eu-central-1:111122223333:identity/metrics.example, does not cover",
    "arn:aws:ses:eu-central-1:111122223333:identity/mail.healthmetrics.example, does not cover",
    "arn:aws:ses:eu-central-1:111122223333:identity/else@healthmetrics.example, does not cover",
    "arn:aws:ses:eu-west-1:111122223333:identity/healthmetrics.example, verified in eu-west-1",
    "healthmetrics.example, is not the ARN of an SES identity"
  })
  void refusesAnIdentityThatTheSenderCannotUse(String arn, String reason) {
    Map<String, String> environment = complete();
    environment.put("SES_IDENTITY_ARN", arn);

    assertThat(refusalOf(environment).problems())
        .singleElement()
        .asString()
        .startsWith("SES_IDENTITY_ARN is not valid. ")
        .contains(reason)
        .doesNotContain("else@");
  }

  @Test
  void reportsOneMissingSettingInTheSingular() {
    Map<String, String> environment = complete();
    environment.remove("APP_URL");

    assertThat(refusalOf(environment)).hasMessageStartingWith("1 configuration problem:");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\t\n"})
  void treatsBlankValuesAsMissing(String blank) {
    Map<String, String> environment = complete();
    environment.put("AWS_REGION", blank);
    environment.put("SES_REGION", blank);
    environment.put("SES_CONFIGURATION_SET", blank);

    assertThat(refusalOf(environment).problems())
        .singleElement()
        .asString()
        .startsWith("AWS_REGION is not set");
    environment.put("AWS_REGION", "eu-central-1");
    assertThat(AwsSettings.fromEnvironment(environment).configurationSet()).isEmpty();
    assertThat(AwsSettings.fromEnvironment(environment).sesRegion()).isEqualTo(Region.EU_CENTRAL_1);
  }

  @ParameterizedTest
  @CsvSource({
    "AWS_REGION, ' eu-central-1'",
    "S3_BUCKET_NAME, 'uploads '",
    "APP_URL, ' https://a.example'"
  })
  void refusesStrayWhiteSpace(String name, String value) {
    Map<String, String> environment = complete();
    environment.put(name, value);

    assertThat(refusalOf(environment).problems()).singleElement().asString().startsWith(name);
  }

  @Test
  void isDevelopmentForTheExactWordOnly() {
    assertThat(with("ENVIRONMENT", "development").development()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Development",
        "DEVELOPMENT",
        " development",
        "development ",
        "dev",
        "",
        " ",
        "local",
        "test",
        "production",
        "development\n"
      })
  void isNotDevelopmentOtherwise(String environment) {
    assertThat(with("ENVIRONMENT", environment).development()).isFalse();
  }

  /** What a Compose file, an emulator, a phone or a local proxy makes of the settings. */
  private static final Map<String, String> COMPOSE =
      Map.of(
          "AWS_ENDPOINT_URL_S3", "http://minio:9000",
          "S3_PUBLIC_ENDPOINT_URL", "http://10.0.2.2:9000",
          "AWS_ENDPOINT_URL_SESV2", "http://localstack:4566",
          "AWS_ENDPOINT_URL", "http://host.docker.internal:4566",
          "CLOUDFRONT_URL", "http://192.168.1.20:8080/media",
          "APP_URL", "http://10.0.2.2:3003");

  private static Map<String, String> compose() {
    Map<String, String> environment = complete();
    environment.putAll(COMPOSE);
    return environment;
  }

  @ParameterizedTest
  @CsvSource({
    "ENVIRONMENT, development",
    "ALLOW_CLEARTEXT_HTTP, true",
    "ALLOW_CLEARTEXT_HTTP, TRUE",
  })
  void allowsPlainHttpOnOtherMachinesIfAsked(String name, String value) {
    Map<String, String> environment = compose();
    environment.put(name, value);

    AwsSettings settings = AwsSettings.fromEnvironment(environment);

    assertThat(settings.cleartextHttpAllowed()).isTrue();
    assertThat(settings.s3Endpoint()).hasValue(URI.create("http://minio:9000"));
    assertThat(settings.s3PublicEndpoint()).hasValue(URI.create("http://10.0.2.2:9000"));
    assertThat(settings.sesEndpoint()).hasValue(URI.create("http://localstack:4566"));
    assertThat(settings.cloudFrontUrl()).hasToString("http://192.168.1.20:8080/media");
    assertThat(settings.appUrl()).hasToString("http://10.0.2.2:3003");
    assertThat(settings.toString())
        .contains("S3 at http://minio:9000, uploads to http://10.0.2.2:9000")
        .contains("SES at http://localstack:4566");
  }

  @ParameterizedTest
  @CsvSource({
    "ENVIRONMENT, production",
    "ENVIRONMENT, staging",
    "ENVIRONMENT, Development",
    "ENVIRONMENT, dev",
    "ENVIRONMENT, local",
    "ALLOW_CLEARTEXT_HTTP, false",
    "ALLOW_CLEARTEXT_HTTP, ''",
  })
  void refusesPlainHttpOnOtherMachinesOtherwiseAndStatesTheRemedy(String name, String value) {
    Map<String, String> environment = compose();
    environment.put(name, value);

    assertThat(refusalOf(environment).problems())
        .hasSize(COMPOSE.size())
        .allSatisfy(
            problem ->
                assertThat(problem)
                    .contains(" is not valid. \"http://")
                    .contains("is plain http on a host that is not this machine")
                    .endsWith(
                        "Use https; or, on a development network only, set ENVIRONMENT=development or"
                            + " ALLOW_CLEARTEXT_HTTP=true."))
        .extracting(problem -> problem.substring(0, problem.indexOf(' ')))
        .containsExactlyInAnyOrderElementsOf(COMPOSE.keySet());
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3.localhost", "localhost", "127.0.0.1", "127.8.8.8", "[::1]"})
  void allowsPlainHttpOnThisMachine(String host) {
    Map<String, String> environment = complete();
    COMPOSE.keySet().forEach(name -> environment.put(name, "http://" + host + ":9000"));

    AwsSettings settings = AwsSettings.fromEnvironment(environment);

    assertThat(settings.cleartextHttpAllowed()).isFalse();
    assertThat(settings.s3PublicEndpoint()).hasValue(URI.create("http://" + host + ":9000"));
  }

  @Test
  void requiresABooleanToAllowPlainHttp() {
    Map<String, String> environment = complete();
    environment.put("ALLOW_CLEARTEXT_HTTP", "yes");

    assertThat(refusalOf(environment).problems())
        .singleElement()
        .asString()
        .startsWith("ALLOW_CLEARTEXT_HTTP is not valid. \"yes\" is not a boolean.");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "SES_FROM_EMAIL|`\"HealthMetrics <noreply@healthmetrics.example>\"`",
        "SES_FROM_EMAIL|`'HealthMetrics <noreply@healthmetrics.example>'`",
        "SES_FROM_EMAIL|`\"noreply@healthmetrics.example\"`",
        "SES_FROM_EMAIL|`'noreply@healthmetrics.example'`",
        "AWS_REGION|`\"eu-central-1\"`",
        "AWS_REGION|`'eu-central-1' `",
        "S3_BUCKET_NAME|`'uploads'`",
        "APP_URL|`\"https://app.healthmetrics.example\"`",
        "CLOUDFRONT_URL|`'https://cdn.healthmetrics.example'`",
        "AWS_ENDPOINT_URL_S3|`\"http://localhost:9000\"`",
        "SES_CONFIGURATION_SET|`\"\"`",
        "AWS_USE_FIPS_ENDPOINT|`\"true\"`",
        "ALLOW_CLEARTEXT_HTTP|`'true'`",
        "SES_REGION|`\"eu-west-1\" # Ireland`",
      },
      delimiter = '|')
  void recognizesQuotesThatAnEnvFileLeft(String name, String value) {
    Map<String, String> environment = complete();
    environment.put(name, value);

    assertThat(refusalOf(environment).problems())
        .singleElement()
        .asString()
        .startsWith(name + " is not valid. It ")
        .endsWith("It is in quotes, which docker --env-file does not strip. Remove the quotes.")
        .doesNotContain("noreply");
  }

  @Test
  void recognizesQuotesAroundTheKeyOfPrivatePictures() {
    assertThat(refusalOf(withKey("\"" + KEY_ID + "\"", PEM)).problems())
        .containsExactly(
            "CLOUDFRONT_KEY_PAIR_ID and CLOUDFRONT_PRIVATE_KEY are not valid. It is in quotes,"
                + " which docker --env-file does not strip. Remove the quotes.");
    assertThat(AwsSettings.fromEnvironment(withKey(KEY_ID, "\"" + PEM + "\"")).cloudFrontKey())
        .as("a PEM may be surrounded by anything")
        .isPresent();
  }

  @ParameterizedTest
  @CsvSource({
    "SES_FROM_EMAIL, noreply@healthmetrics.example",
    "SES_FROM_EMAIL, HealthMetrics <noreply@healthmetrics.example>",
    "AWS_REGION, eu-central-1",
    "S3_BUCKET_NAME, uploads",
    "APP_URL, https://app.healthmetrics.example",
    "SES_CONFIGURATION_SET, health-prod",
    "AWS_USE_FIPS_ENDPOINT, true",
  })
  void recognizesCommentsAndCarriageReturnsThatAnEnvFileLeft(String name, String value) {
    Map<String, String> environment = complete();
    environment.put(name, value + " # the usual");
    assertThat(refusalOf(environment).problems())
        .containsExactly(
            name + " is not valid. It ends in a comment. Put the comment on a line of its own.");

    environment.put(name, value + "\r");
    assertThat(refusalOf(environment).problems())
        .containsExactly(
            name
                + " is not valid. It ends in a carriage return. Save the env file with Unix line"
                + " endings.");

    environment.put(name, "'" + value + "' # the usual\r");
    assertThat(refusalOf(environment).problems())
        .singleElement()
        .asString()
        .contains("carriage return", "comment", "quotes");
  }

  @Test
  void takesNoDisplayNameForAComment() {
    assertThat(
            with("SES_FROM_EMAIL", "Team #1 <a@healthmetrics.example>").fromEmail().displayName())
        .hasValue("Team #1");
    Map<String, String> environment = complete();
    environment.put("SES_FROM_EMAIL", "Team #1 <a@health_metrics>");

    assertThat(refusalOf(environment)).hasMessageContaining("is not a valid domain");
  }

  @ParameterizedTest
  @ValueSource(strings = {"APP_URL", "ENVIRONMENT", "SES_REGION"})
  void recognizesNamesThatAreExported(String name) {
    Map<String, String> environment = complete();
    environment.remove(name);
    environment.put("export " + name, "whatever");

    assertThat(refusalOf(environment).problems())
        .containsExactly(
            name + " is not set, but \"export " + name + "\" is. Remove export from the env file.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Development",
        "DEVELOPMENT",
        "development ",
        " development",
        "development\r",
        "development\n",
        "\"development\"",
        "'development'",
        "development # my machine",
        "dev",
        "DEV",
        "Dev ",
        "devel",
        "develop",
        "local",
        "LOCAL"
      })
  void noticesWhatWasMeantAsDevelopment(String value) {
    AwsSettings settings = with("ENVIRONMENT", value);

    assertThat(settings.development()).isFalse();
    assertThat(settings.mistakenDevelopment()).hasValue(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"development", "production", "prod", "staging", "test", "local-aws", "", " "})
  void noticesNothingElse(String value) {
    assertThat(with("ENVIRONMENT", value).mistakenDevelopment()).isEmpty();
  }

  @Test
  void ignoresOtherNames() {
    AwsSettings settings = with("AWS_SECRET_ACCESS_KEY", "do-not-print-me");

    assertThat(settings.toString()).doesNotContain("do-not-print-me");
  }

  @Test
  void masksTheSenderInToString() {
    assertThat(with("ENVIRONMENT", "development").toString())
        .contains("eu-central-1", "healthmetrics-uploads", "https://cdn.healthmetrics.example")
        .contains("n***@healthmetrics.example", "development")
        .doesNotContain("noreply");
    assertThat(with("ENVIRONMENT", "production").toString()).doesNotContain("development");
  }

  @Test
  void repeatsNoPasswordAndNoAddressInAProblem() {
    Map<String, String> environment = complete();
    environment.put("AWS_ENDPOINT_URL_S3", "https://user:hunter2@s3.example");
    environment.put("SES_FROM_EMAIL", "some.body@nowhere at all");

    assertThat(refusalOf(environment).getMessage()).doesNotContain("hunter2", "some.body");
  }

  @Test
  void isNotChangedByTheMapItWasReadFrom() {
    Map<String, String> environment = complete();
    AwsSettings settings = AwsSettings.fromEnvironment(environment);

    environment.put("AWS_REGION", "us-east-1");

    assertThat(settings.region()).isEqualTo(Region.EU_CENTRAL_1);
  }

  @Test
  void refusesNull() {
    assertThatNullPointerException().isThrownBy(() -> AwsSettings.fromEnvironment(null));
  }

  @Test
  void choosesAmongTheHostsOfS3() {
    assertThat(with("AWS_USE_FIPS_ENDPOINT", "true").fips()).isTrue();
    assertThat(with("AWS_USE_FIPS_ENDPOINT", "true").dualStack()).isFalse();
    assertThat(with("AWS_USE_DUALSTACK_ENDPOINT", "TRUE").dualStack()).isTrue();
    assertThat(with("AWS_USE_DUALSTACK_ENDPOINT", "false").dualStack()).isFalse();

    Map<String, String> environment = complete();
    environment.put("AWS_USE_FIPS_ENDPOINT", "yes");
    assertThat(refusalOf(environment))
        .hasMessageContaining("AWS_USE_FIPS_ENDPOINT is not valid")
        .hasMessageContaining("true or false");
  }

  @Test
  void refusesAVariantOfAnEndpointOfOnesOwn() {
    Map<String, String> environment = complete();
    environment.put("AWS_USE_FIPS_ENDPOINT", "true");
    environment.put("AWS_ENDPOINT_URL_S3", "http://localhost:4566");

    assertThat(refusalOf(environment)).hasMessageContaining("one or the other");
  }
}
