package com.healthmetrics.aws.cdn;

import com.healthmetrics.aws.storage.ObjectKey;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** A signed URL split as CloudFront does it: its own parameters, and the URL without them. */
record SignedTexts(String resource, Map<String, String> parameters) {
  private static final Set<String> OWN =
      Set.of("Expires", "Policy", "Signature", "Key-Pair-Id", "Hash-Algorithm");

  static SignedTexts of(URI url) {
    String[] parts = url.toString().split("\\?", -1);
    if (parts.length != 2) {
      throw new AssertionError("not one question mark: " + url);
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    String resource = parts[0];
    for (String pair : parts[1].split("&")) {
      if (OWN.contains(pair.split("=")[0])) {
        parameters.put(pair.split("=")[0], pair.split("=")[1]);
      } else {
        resource += (resource.contains("?") ? "&" : "?") + pair;
      }
    }
    return new SignedTexts(resource, parameters);
  }

  /** The custom policy of the URL, or the canned one that CloudFront writes itself. */
  String policy() {
    return parameters.containsKey("Policy")
        ? new String(TestKeys.decode(parameters.get("Policy")), StandardCharsets.UTF_8)
        : "{\"Statement\":[{\"Resource\":\""
            + resource
            + "\",\"Condition\":{\"DateLessThan\":{\"AWS:EpochTime\":"
            + parameters.get("Expires")
            + "}}}]}";
  }

  boolean verifies(String algorithm, String hash) {
    return TestKeys.verifies(algorithm, hash, policy(), parameters.get("Signature"));
  }

  /** Keys with every character that URLs, wildcards, JSON and browsers treat specially. */
  static Arbitrary<ObjectKey> keys() {
    Arbitrary<String> segments =
        Arbitraries.oneOf(
            Arbitraries.strings().alpha().numeric().withChars(" +%&=?#;:@'\"<>[]{}|\\^`~.,!$*()"),
            Arbitraries.of(
                "*", "?", "%2A", "\",", "😀", "é", "e\u0301", "%2F", "a b+c", "user-42"));
    return segments
        .filter(text -> !text.isEmpty() && !text.equals(".") && !text.equals(".."))
        .list()
        .ofMinSize(1)
        .ofMaxSize(4)
        .map(list -> String.join("/", list))
        .filter(key -> key.getBytes(StandardCharsets.UTF_8).length <= 900)
        .map(ObjectKey::of);
  }
}
