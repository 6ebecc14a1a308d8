package com.healthmetrics.aws.testkit.terraform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.healthmetrics.aws.testkit.Sweep;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The configuration that the module replaces is invalid, which is why it was replaced. */
@Sweep("the original Terraform configuration")
@Tag("terraform")
class OriginalConfigurationTest {

  @Test
  void isRefusedByTheProvider(@TempDir Path module) {
    Terraform terraform =
        Terraform.forChecking("the original Terraform configuration").withProvider();
    Path original = ModuleFolder.copyTo(module).resolve("tests").resolve("original");
    terraform.init(original);

    assertThat(terraform.validate(original))
        .extracting(Diagnostic::context, Diagnostic::summary)
        .containsExactlyInAnyOrder(
            tuple("output \"ses_verification_status\"", "Unsupported attribute"),
            tuple(
                "resource \"aws_ses_configuration_set\" \"main\"",
                "expected tls_policy to be one of [\"Require\" \"Optional\"], got REQUIRE"));
  }
}
