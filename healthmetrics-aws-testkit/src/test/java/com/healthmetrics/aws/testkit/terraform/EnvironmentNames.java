package com.healthmetrics.aws.testkit.terraform;

import com.healthmetrics.aws.AwsSettings;
import com.healthmetrics.aws.ConfigurationException;
import java.util.AbstractMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The names that the library reads from its environment, found by letting it read.
 *
 * @param required without these there are no settings
 * @param optional the others that the Terraform module may give
 */
record EnvironmentNames(SortedSet<String> required, SortedSet<String> optional) {
  /** What the Terraform module does not give, on purpose, and why. */
  static final Map<String, String> NOT_FROM_TERRAFORM =
      new TreeMap<>(
          Map.of(
              "CLOUDFRONT_PRIVATE_KEY", "a secret, which must not lie in Terraform's state",
              "AWS_ENDPOINT_URL", "an endpoint of a local stack",
              "AWS_ENDPOINT_URL_S3", "an endpoint of a local stack",
              "AWS_ENDPOINT_URL_SESV2", "an endpoint of a local stack",
              "S3_PUBLIC_ENDPOINT_URL", "an endpoint of a local stack",
              "AWS_USE_DUALSTACK_ENDPOINT", "depends on the network that the application runs in",
              "AWS_USE_FIPS_ENDPOINT", "depends on the rules that the application is run under"));

  private static final String NOT_SET = " is not set. ";

  static EnvironmentNames ofTheLibrary() {
    SortedSet<String> asked = new TreeSet<>();
    SortedSet<String> required = new TreeSet<>();
    for (String problem : problemsOfNoEnvironmentAtAll(asked)) {
      required.add(problem.substring(0, problem.indexOf(NOT_SET)));
    }
    Set<String> notFromTerraform = NOT_FROM_TERRAFORM.keySet();
    if (!asked.containsAll(notFromTerraform)) {
      throw new AssertionError("Asked for is " + asked + ", not all of " + notFromTerraform);
    }
    SortedSet<String> optional = new TreeSet<>(asked);
    optional.removeAll(required);
    optional.removeAll(notFromTerraform);
    return new EnvironmentNames(required, optional);
  }

  private static List<String> problemsOfNoEnvironmentAtAll(Set<String> asked) {
    try {
      AwsSettings settings = AwsSettings.fromEnvironment(new NothingButQuestions(asked));
      throw new AssertionError("Nothing is required: " + settings);
    } catch (ConfigurationException e) {
      return e.problems();
    }
  }

  /** An empty map that notes what it is asked for. */
  private static final class NothingButQuestions extends AbstractMap<String, String> {
    private final Set<String> asked;

    NothingButQuestions(Set<String> asked) {
      this.asked = asked;
    }

    @Override
    public String get(Object name) {
      asked.add((String) name);
      return null;
    }

    @Override
    public Set<Entry<String, String>> entrySet() {
      throw new AssertionError("The settings are to be asked for by name.");
    }
  }
}
