package com.healthmetrics.aws.testkit.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The Terraform module is tested against what the library needs. */
class LibraryContractTest {
  /** The other half: {@code tests/contract.tftest.hcl} compares the module with the same file. */
  @Test
  void isTheFileThatTheModulesOwnTestsRead() throws Exception {
    Path file = ModuleFolder.SOURCE.resolve("tests/library.json");
    String needed =
        ReadableJson.of(LibraryContract.ofTheLibrary(ProjectVersion.ofThePom().value()));
    if (Boolean.getBoolean("readme.update")) {
      Files.writeString(file, needed);
    }

    assertThat(file)
        .as("To rewrite it, run the test with -Dreadme.update=true")
        .content()
        .isEqualTo(needed);
  }

  @Test
  void knowsThePermissionsOfEveryCallToAwsAndOfNoOther() {
    assertThat(AwsPermission.OF_CALLS.keySet())
        .containsExactlyInAnyOrderElementsOf(AwsCalls.in(LibraryClasses.OF_APPLICATIONS));
  }

  @Test
  void knowsThePermissionsOfEveryCallOfTheDoctorAndOfNoOther() {
    assertThat(AwsPermission.OF_THE_DOCTOR.keySet())
        .containsExactlyInAnyOrderElementsOf(AwsCalls.in(LibraryClasses.DOCTOR));
  }

  @Test
  void findsThePermissionsInThePageOnDeploying() throws Exception {
    Set<String> named =
        Pattern.compile("`((?:s3|ses|sqs|kms):\\w+)`")
            .matcher(Files.readString(Path.of("../healthmetrics-aws-core/docs/deploying.md")))
            .results()
            .map(action -> action.group(1))
            .collect(Collectors.toSet());

    assertThat(named).containsExactlyInAnyOrderElementsOf(AwsPermission.actions());
  }
}
