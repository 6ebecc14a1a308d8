package com.healthmetrics.aws.testkit.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.storage.LocalS3;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A page that can upload to LocalS3 can upload to the module's bucket too. */
class LocalS3AsTheModuleTest {
  private static final String APP = "https://app.example.com";
  private static final Pattern TEXT = Pattern.compile("\"([^\"]+)\"");

  @Test
  void allowsTheMethodsOfTheModulesBucket() throws Exception {
    HttpResponse<String> response = preflight("PUT", "content-type");

    assertThat(response.headers().firstValue("access-control-allow-methods"))
        .contains(String.join(", ", ofTheModule("allowed_methods")));
  }

  /** LocalS3 names them when it refuses another header. */
  @Test
  void allowsTheHeadersOfTheModulesBucket() throws Exception {
    assertThat(preflight("PUT", "authorization").body())
        .contains("allowed are " + ofTheModule("allowed_headers"));
  }

  @Test
  void exposesTheHeadersOfTheModulesBucket() throws Exception {
    assertThat(preflight("PUT", "").headers().firstValue("access-control-expose-headers"))
        .contains(String.join(", ", ofTheModule("expose_headers")));
  }

  private static List<String> ofTheModule(String attribute) {
    String written =
        ModuleFolder.blocks().stream()
            .filter(block -> block.is("resource \"aws_s3_bucket_cors_configuration\""))
            .flatMap(block -> block.blocks("cors_rule").stream())
            .flatMap(rule -> rule.attribute(attribute).stream())
            .findFirst()
            .orElseThrow();
    return TEXT.matcher(written).results().map((MatchResult text) -> text.group(1)).toList();
  }

  private static HttpResponse<String> preflight(String method, String headers)
      throws IOException, InterruptedException {
    try (LocalS3 s3 = LocalS3.builder().allowedOrigin(APP).start()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(s3.endpoint() + "/" + s3.bucket() + "/a.png"))
              .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
              .header("Origin", APP)
              .header("Access-Control-Request-Method", method)
              .header("Access-Control-Request-Headers", headers)
              .build();
      return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }
  }
}
