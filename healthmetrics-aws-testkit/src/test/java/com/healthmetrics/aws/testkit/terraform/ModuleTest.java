package com.healthmetrics.aws.testkit.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.Sweep;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The module is formatted, and its examples are valid. */
@Tag("terraform")
class ModuleTest {
  @TempDir static Path module;
  private static Terraform terraform;

  @BeforeAll
  static void copyTheModule() {
    terraform = Terraform.forChecking("format and examples of the Terraform module");
    ModuleFolder.copyTo(module);
  }

  @Test
  void isFormatted() {
    Terraform.Output output = terraform.run(module, "fmt", "-check", "-recursive", "-diff");

    assertThat(output.exitValue()).as("terraform fmt -recursive: %s", output).isZero();
  }

  @Sweep("examples of the Terraform module")
  @TestFactory
  Stream<DynamicTest> examplesAreValid() {
    return ModuleFolder.examples(module)
        .map(
            example ->
                DynamicTest.dynamicTest(
                    module.relativize(example).toString(),
                    () -> {
                      Terraform withProvider = terraform.withProvider();
                      withProvider.init(example);

                      assertThat(withProvider.validate(example)).isEmpty();
                    }));
  }
}
