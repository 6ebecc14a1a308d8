package com.healthmetrics.aws.testkit.terraform;

import static com.healthmetrics.aws.testkit.terraform.JsonMembers.object;
import static com.healthmetrics.aws.testkit.terraform.JsonMembers.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.Sweep;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The results of {@code terraform test}, with each of its runs as a test. */
@Sweep("what the Terraform module creates")
@Tag("terraform")
class ModuleBehaviorTest {
  @TempDir static Path module;
  private static Terraform.Output output;
  private static List<JsonObject> messages;

  @BeforeAll
  static void runTerraformTest() {
    Terraform terraform = Terraform.forChecking("what the Terraform module creates").withProvider();
    ModuleFolder.copyTo(module);
    terraform.init(module);
    output = terraform.run(module, "test", "-json");
    messages = output.messages();
  }

  /** Also fails for a run that is not found here. */
  @Test
  void passesAsAWhole() {
    assertThat(output.exitValue()).as("terraform test").isZero();
  }

  @TestFactory
  Stream<DynamicContainer> keepsItsPromises() {
    return ModuleFolder.children(module.resolve("tests"))
        .filter(file -> file.toString().endsWith(".tftest.hcl"))
        .map(
            file ->
                DynamicContainer.dynamicContainer(
                    file.getFileName().toString(),
                    HclBlock.in(file).stream()
                        .filter(block -> block.is("run"))
                        .map(run -> passes(module.relativize(file).toString(), run.name()))));
  }

  private static DynamicTest passes(String file, String run) {
    return DynamicTest.dynamicTest(
        run.replace('_', ' '),
        () -> {
          assertThat(diagnostics(file, run)).as("%s, run %s", file, run).isEmpty();
          assertThat(status(file, run)).as("%s, run %s", file, run).contains("pass");
        });
  }

  /** Diagnostics of the run, of its file and of the whole module; each of them fails the run. */
  private static Stream<Diagnostic> diagnostics(String file, String run) {
    return messages.stream()
        .filter(
            message ->
                text(message, "@testfile").isEmpty() || text(message, "@testfile").equals(file))
        .filter(
            message -> text(message, "@testrun").isEmpty() || text(message, "@testrun").equals(run))
        .flatMap(message -> object(message, "diagnostic").stream())
        .map(Diagnostic::of)
        .filter(Diagnostic::counts);
  }

  /** The status that is reported when the run ends; other messages report progress. */
  private static Optional<String> status(String file, String run) {
    return messages.stream()
        .flatMap(message -> object(message, "test_run").stream())
        .filter(it -> text(it, "path").equals(file) && text(it, "run").equals(run))
        .map(it -> text(it, "status"))
        .filter(status -> !status.isEmpty())
        .findFirst();
  }
}
