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
 * The names that the library reads from its environment, recorded while it reads them.
 *
 * @param required the names without which there are no settings
 * @param optional the other names that the Terraform module may set
 */
record EnvironmentNames(SortedSet<String> required, SortedSet<String> optional) {
  /** The names that the Terraform module does not set on purpose, with the reason. */
  static final Map<String, String> NOT_FROM_TERRAFORM =
      new TreeMap<>(
          Map.of(
              "CLOUDFRONT_PRIVATE_KEY", "a secret, which must not be in Terraform's state",
              "ALLOW_CLEARTEXT_HTTP", "only for a development network",
              "AWS_ENDPOINT_URL", "an endpoint of a local stack",
              "AWS_ENDPOINT_URL_S3", "an endpoint of a local stack",
              "AWS_ENDPOINT_URL_SESV2", "an endpoint of a local stack",
              "S3_PUBLIC_ENDPOINT_URL", "an endpoint of a local stack",
              "AWS_USE_DUALSTACK_ENDPOINT", "depends on the network of the application",
              "AWS_USE_FIPS_ENDPOINT", "depends on the compliance rules of the application"));

  private static final String NOT_SET = " is not set. ";

  static EnvironmentNames ofTheLibrary() {
    SortedSet<String> names = new TreeSet<>();
    SortedSet<String> required = new TreeSet<>();
    for (String problem : problemsOfAnEmptyEnvironment(names)) {
      required.add(problem.substring(0, problem.indexOf(NOT_SET)));
    }
    Set<String> notFromTerraform = NOT_FROM_TERRAFORM.keySet();
    if (!names.containsAll(notFromTerraform)) {
      throw new AssertionError("The library reads " + names + ", not all of " + notFromTerraform);
    }
    SortedSet<String> optional = new TreeSet<>(names);
    // The library recognizes the lines of shell scripts, to report them.
    optional.removeIf(name -> name.startsWith("export "));
    optional.removeAll(required);
    optional.removeAll(notFromTerraform);
    return new EnvironmentNames(required, optional);
  }

  private static List<String> problemsOfAnEmptyEnvironment(Set<String> names) {
    try {
      AwsSettings settings = AwsSettings.fromEnvironment(new RecordingEnvironment(names));
      throw new AssertionError("Nothing is required: " + settings);
    } catch (ConfigurationException e) {
      return e.problems();
    }
  }

  /** An empty map that records the requested names. */
  private static final class RecordingEnvironment extends AbstractMap<String, String> {
    private final Set<String> names;

    RecordingEnvironment(Set<String> names) {
      this.names = names;
    }

    @Override
    public String get(Object name) {
      names.add((String) name);
      return null;
    }

    @Override
    public Set<Entry<String, String>> entrySet() {
      throw new AssertionError("The settings must be read by name.");
    }
  }
}
