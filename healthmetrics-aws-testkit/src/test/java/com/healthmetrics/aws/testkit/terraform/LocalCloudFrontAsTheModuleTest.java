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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** LocalCloudFront sends and forwards what the module's distribution does. */
class LocalCloudFrontAsTheModuleTest {
  private static final String HEADERS_POLICY =
      "resource \"aws_cloudfront_response_headers_policy\"";
  private static final String CACHE_POLICY = "resource \"aws_cloudfront_cache_policy\"";

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
    HclBlock custom = of(HEADERS_POLICY, "custom_headers_config", "items");
    assertThat(sent.firstValue(unquoted(custom, "header").orElseThrow()))
        .isEqualTo(unquoted(custom, "value"));
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
  void forwardsNoHeaderAndNoQueryStringAsTheModule() {
    String forwarded = "parameters_in_cache_key_and_forwarded_to_origin";
    assertThat(unquoted(of(CACHE_POLICY, forwarded, "headers_config"), "header_behavior"))
        .contains("none");
    assertThat(
            unquoted(of(CACHE_POLICY, forwarded, "query_strings_config"), "query_string_behavior"))
        .contains("none");
  }

  private static Optional<String> security(String block, String attribute) {
    return unquoted(of(HEADERS_POLICY, "security_headers_config", block), attribute);
  }

  private static Optional<String> unquoted(HclBlock block, String attribute) {
    return block.attribute(attribute).map(value -> value.replace("\"", ""));
  }

  private static HclBlock of(String resource, String outer, String inner) {
    Stream<HclBlock> resources = ModuleFolder.blocks().stream().filter(block -> block.is(resource));
    List<HclBlock> found =
        resources
            .flatMap(block -> block.blocks(outer).stream())
            .flatMap(block -> block.blocks(inner).stream())
            .toList();
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  private static HttpHeaders headers() throws Exception {
    try (LocalS3 s3 = LocalS3.start();
        LocalCloudFront cdn = LocalCloudFront.inFrontOf(s3)) {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(URI.create(cdn.baseUrl() + "/a")).build(),
              HttpResponse.BodyHandlers.discarding())
          .headers();
    }
  }
}
