package com.healthmetrics.aws.testkit.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.cdn.LocalCloudFront;
import com.healthmetrics.aws.testkit.storage.LocalS3;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** LocalCloudFront sends and forwards what the module's distribution does. */
class LocalCloudFrontAsTheModuleTest {
  private static final String HEADERS_POLICY =
      "resource \"aws_cloudfront_response_headers_policy\"";
  private static final String CACHE_POLICY = "resource \"aws_cloudfront_cache_policy\"";
  private static final String FORWARDED = "parameters_in_cache_key_and_forwarded_to_origin";
  private static final String APP = "https://app.example.com";

  @Test
  void sendsTheHeadersOfTheModulesPolicy() throws Exception {
    HttpHeaders sent = headers();

    assertThat(sent.firstValue("content-security-policy"))
        .isEqualTo(security("content_security_policy", "content_security_policy"));
    assertThat(sent.firstValue("x-frame-options"))
        .isEqualTo(security("frame_options", "frame_option"));
    assertThat(sent.firstValue("referrer-policy"))
        .isEqualTo(security("referrer_policy", "referrer_policy"));
    assertThat(sent.firstValue("strict-transport-security"))
        .isEqualTo(
            security("strict_transport_security", "access_control_max_age_sec")
                .map(age -> "max-age=" + age));
    assertThat(sent.firstValue("x-content-type-options")).contains("nosniff");
    assertThat(blocks(HEADERS_POLICY, "custom_headers_config", "items"))
        .hasSize(2)
        .allSatisfy(
            custom ->
                assertThat(sent.firstValue(unquoted(custom, "header").orElseThrow()))
                    .isEqualTo(unquoted(custom, "value")));
  }

  @Test
  void letsPagesReadAsTheModule() throws Exception {
    HclBlock cors = blocks(HEADERS_POLICY, "cors_config").get(0);

    assertThat(cors.attribute("access_control_allow_credentials"))
        .contains("var.signed_urls != null");
    assertThat(cors.blocks("access_control_allow_origins").get(0).attribute("items"))
        .contains("sort(local.upload_origins)");
    assertThat(cors.blocks("access_control_expose_headers")).isEmpty();
    HttpHeaders sent = headers();
    assertThat(sent.firstValue("access-control-allow-origin")).contains(APP);
    assertThat(sent.firstValue("access-control-allow-credentials")).isEmpty();
    assertThat(sent.firstValue("access-control-expose-headers")).isEmpty();
  }

  /** A header policy with one more header would need one more in LocalCloudFront. */
  @Test
  void knowsEveryHeaderOfTheModulesPolicy() {
    assertThat(ModuleFolder.blocks())
        .filteredOn(block -> block.is(HEADERS_POLICY))
        .flatMap(block -> block.blocks("security_headers_config"))
        .flatMap(HclBlock::body)
        .filteredOn(line -> line.matches("[a-z_]+ \\{"))
        .hasSize(5);
  }

  @Test
  void forwardsNoHeaderAndNoQueryStringOfPublicPicturesAsTheModule() {
    assertThat(forwarded("this", "headers_config", "header_behavior")).contains("none");
    assertThat(forwarded("this", "query_strings_config", "query_string_behavior")).contains("none");
  }

  /** Which one it is, and that LocalCloudFront forwards it, PrivateDownloadsTest shows. */
  @Test
  void forwardsOneParameterOfPrivatePicturesAsTheModule() {
    assertThat(forwarded("private", "headers_config", "header_behavior")).contains("none");
    assertThat(forwarded("private", "query_strings_config", "query_string_behavior"))
        .contains("whitelist");
    assertThat(
            blocks(
                    CACHE_POLICY + " \"private\"",
                    FORWARDED,
                    "query_strings_config",
                    "query_strings")
                .get(0)
                .attribute("items"))
        .contains("[\"response-content-disposition\"]");
  }

  private static Optional<String> forwarded(String policy, String block, String attribute) {
    return unquoted(
        blocks(CACHE_POLICY + " \"" + policy + "\"", FORWARDED, block).get(0), attribute);
  }

  private static Optional<String> security(String block, String attribute) {
    return unquoted(blocks(HEADERS_POLICY, "security_headers_config", block).get(0), attribute);
  }

  private static Optional<String> unquoted(HclBlock block, String attribute) {
    return block.attribute(attribute).map(value -> value.replace("\"", ""));
  }

  private static List<HclBlock> blocks(String resource, String... path) {
    List<HclBlock> found =
        ModuleFolder.blocks().stream().filter(block -> block.is(resource)).toList();
    for (String name : path) {
      found = found.stream().flatMap(block -> block.blocks(name).stream()).toList();
    }
    assertThat(found).isNotEmpty();
    return found;
  }

  private static HttpHeaders headers() throws Exception {
    try (LocalS3 s3 = LocalS3.start();
        LocalCloudFront cdn = LocalCloudFront.builder(s3).allowedOrigin(APP).start()) {
      s3.put("a", "image/png", new byte[1]);
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(URI.create(cdn.baseUrl() + "/a"))
                  .header("Origin", APP)
                  .build(),
              HttpResponse.BodyHandlers.discarding())
          .headers();
    }
  }
}
