package com.healthmetrics.aws.testkit.terraform;

import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.testkit.cdn.LocalCloudFront;
import com.healthmetrics.aws.testkit.internal.JsonValue;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonArray;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonNumber;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonObject;
import com.healthmetrics.aws.testkit.storage.LocalS3;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What the library needs from the Terraform module, determined from the library itself. */
final class LibraryContract {
  /** Headers of every response, or of the requested error. */
  private static final Set<String> OF_EVERY_RESPONSE =
      Set.of("content-length", "content-type", "date", "x-amz-cf-id", "x-cache");

  private LibraryContract() {}

  static JsonObject ofTheLibrary(String version) throws Exception {
    return JsonObject.empty()
        .with("version", version)
        .with("environment", environment())
        .with("upload_headers", texts(SignedUploads.headers()))
        .with("pending_prefix", SignedUploads.pendingPrefix())
        .with("longest_usual_lifetime_seconds", JsonNumber.of(longestUsualLifetimeSeconds()))
        .with("prefixes", prefixes())
        .with("actions", actions())
        .with("response_headers", texts(responseHeaders()));
  }

  private static JsonObject environment() {
    EnvironmentNames names = EnvironmentNames.ofTheLibrary();
    return JsonObject.empty()
        .with("required", texts(names.required()))
        .with("optional", texts(names.optional()))
        .with("not_from_terraform", texts(EnvironmentNames.NOT_FROM_TERRAFORM));
  }

  private static int longestUsualLifetimeSeconds() {
    return IntStream.iterate(1, LibraryContract::isUsualLifetime, seconds -> seconds + 1)
        .max()
        .orElseThrow();
  }

  private static boolean isUsualLifetime(int seconds) {
    try {
      UploadPolicy.builder().lifetime(Duration.ofSeconds(seconds));
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static JsonObject prefixes() {
    return JsonObject.empty()
        .with("public", texts(prefixes(UploadPolicy::publiclyReadable)))
        .with("private", texts(prefixes(policy -> !policy.publiclyReadable())));
  }

  private static List<String> prefixes(Predicate<UploadPolicy> which) {
    return presets().filter(which).map(UploadPolicy::keyPrefix).sorted().toList();
  }

  private static Stream<UploadPolicy> presets() {
    return Stream.of(UploadPolicy.class.getMethods())
        .filter(method -> Modifier.isStatic(method.getModifiers()))
        .filter(method -> method.getReturnType() == UploadPolicy.class)
        .map(
            method -> {
              try {
                return (UploadPolicy) method.invoke(null);
              } catch (ReflectiveOperationException e) {
                throw new AssertionError(e);
              }
            });
  }

  private static JsonObject actions() {
    JsonObject actions = JsonObject.empty();
    for (AwsPermission.Policy policy : AwsPermission.Policy.values()) {
      actions = actions.with(policy.inTheContract(), texts(AwsPermission.actions(policy)));
    }
    return actions;
  }

  private static Map<String, String> responseHeaders() throws IOException, InterruptedException {
    try (LocalS3 s3 = LocalS3.start();
        LocalCloudFront cloudFront = LocalCloudFront.inFrontOf(s3)) {
      HttpHeaders headers =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(cloudFront.baseUrl().resolve("/avatars/none.png")).build(),
                  BodyHandlers.discarding())
              .headers();
      Map<String, String> harmless = new TreeMap<>();
      headers.map().forEach((name, values) -> harmless.put(lowerCase(name), values.get(0)));
      harmless.keySet().removeAll(OF_EVERY_RESPONSE);
      return harmless;
    }
  }

  private static String lowerCase(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private static JsonValue texts(Collection<String> texts) {
    return JsonArray.ofStrings(List.copyOf(texts));
  }

  private static JsonValue texts(Map<String, String> texts) {
    JsonObject object = JsonObject.empty();
    for (Map.Entry<String, String> text : texts.entrySet()) {
      object = object.with(text.getKey(), text.getValue());
    }
    return object;
  }
}
