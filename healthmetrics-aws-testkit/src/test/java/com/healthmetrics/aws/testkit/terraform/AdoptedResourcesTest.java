package com.healthmetrics.aws.testkit.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.Sweep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The module takes over what exists: the example with import blocks, and the page about it. */
class AdoptedResourcesTest {
  private static final Path EXAMPLE =
      ModuleFolder.SOURCE.resolve("examples").resolve("adopt").resolve("main.tf");
  private static final Path PAGE =
      ModuleFolder.SOURCE.resolve("docs").resolve("from-the-original-configuration.md");
  private static final String DISTRIBUTION =
      "module.healthmetrics_aws.aws_cloudfront_distribution.this";
  private static final String MOCKS =
      """
      mock_provider "aws" {
        source = "./module/tests/mocks"
      }

      mock_provider "aws" {
        alias  = "us_east_1"
        source = "./module/tests/mocks/us-east-1"
      }

      run "plan" {
        command = plan
      }

      """;

  @Sweep("import of existing resources")
  @Test
  @Tag("terraform")
  void areImportedAndNotReplaced(@TempDir Path folder) throws IOException {
    Terraform terraform = Terraform.forChecking("the import of existing resources").withProvider();
    ModuleFolder.copyTo(folder.resolve("module"));
    String example = Files.readString(EXAMPLE).replace("\"../..\"", "\"./module\"");
    // A mocked provider imports nothing that depends on a new resource, and import blocks are valid
    // only in the configuration that is planned.
    Files.writeString(folder.resolve("main.tf"), withoutImportOf(DISTRIBUTION, example));
    List<String> targets = targets(example);
    assertThat(targets.remove(DISTRIBUTION)).isTrue();
    Files.writeString(
        folder.resolve("plan.tftest.hcl"),
        MOCKS
            + targets.stream()
                .map(AdoptedResourcesTest::mockedImport)
                .collect(Collectors.joining("\n")));
    terraform.init(folder);
    Terraform.Output plan = terraform.run(folder, "test", "-verbose", "-no-color");

    plan.assertSucceeded();
    assertThat(targets)
        .allSatisfy(it -> assertThat(plan.stdout()).contains(it + " will be imported"));
    assertThat(plan.stdout())
        .contains(DISTRIBUTION + " will be created")
        .containsPattern(
            "Plan: " + targets.size() + " to import, \\d+ to add, 0 to change, 0 to destroy");
  }

  /** A name that the page gives for something of the module. */
  @Test
  void arePutWhereTheModuleHasThem() throws IOException {
    Set<String> names =
        ModuleFolder.blocks().stream()
            .filter(block -> !block.is("locals"))
            .flatMap(block -> Stream.of(block.header().split("\"")))
            .collect(Collectors.toCollection(TreeSet::new));

    List<String> named =
        Files.readAllLines(PAGE).stream()
            .filter(line -> line.startsWith("| `"))
            .flatMap(
                line -> Pattern.compile("`([a-z_0-9]+)`").matcher(line.split(" \\| ")[1]).results())
            .map(name -> name.group(1))
            .toList();

    assertThat(named).hasSizeGreaterThan(15).allSatisfy(name -> assertThat(names).contains(name));
  }

  private static List<String> targets(String configuration) {
    return Pattern.compile("(?m)^  to = (\\S+)$")
        .matcher(configuration)
        .results()
        .map(target -> target.group(1))
        .collect(Collectors.toList());
  }

  private static String withoutImportOf(String target, String configuration) {
    return configuration.replaceFirst(
        "import \\{\n  to = " + Pattern.quote(target) + "\n[^}]*}\n", "");
  }

  /** DKIM tokens of an identity that exists are known in the plan. */
  private static String mockedImport(String target) {
    String values =
        target.contains(".aws_sesv2_email_identity.")
            ? "  values = { dkim_signing_attributes = { tokens = [\"a\", \"b\", \"c\"] } }\n"
            : "";
    return "override_resource {\n  target = " + target + "\n" + values + "}\n";
  }
}
