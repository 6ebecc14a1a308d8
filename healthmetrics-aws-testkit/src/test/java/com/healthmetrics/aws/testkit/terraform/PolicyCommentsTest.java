package com.healthmetrics.aws.testkit.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.ProjectClasses;
import com.healthmetrics.aws.testkit.docs.DoctorChecks;
import com.healthmetrics.aws.testkit.terraform.AwsPermission.Policy;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A comment on each action that the Terraform module allows names the calls or checks for it. */
class PolicyCommentsTest {
  private static final Path POLICIES = ModuleFolder.SOURCE.resolve("iam.tf");
  private static final Path DIAGNOSIS = ModuleFolder.SOURCE.resolve("diagnosis.tf");
  private static final Pattern ACTION = Pattern.compile("\"((?:s3|ses|kms):[A-Z]\\w*)\"(?!\\s*=)");
  private static final Pattern COMMENTED_ACTION =
      Pattern.compile("\\s*" + ACTION.pattern() + ",?\\s*# (\\S.*)");

  /** The calls in the comment on each action; none if an action has no comment. */
  private static Map<String, List<String>> callsByAction(String hcl) {
    Map<String, List<String>> calls = new TreeMap<>();
    for (String line : hcl.replaceAll("(?m)^\\s*#.*", "").split("\n")) {
      Matcher commented = COMMENTED_ACTION.matcher(line);
      if (commented.matches()) {
        calls.put(commented.group(1), List.of(commented.group(2).split(", ")));
      } else {
        ACTION.matcher(line).results().forEach(bare -> calls.put(bare.group(1), List.of()));
      }
    }
    return calls;
  }

  @Test
  void nameMethodsThatExist() throws IOException {
    Set<String> published = publishedMethods();

    callsByAction(Files.readString(POLICIES))
        .forEach(
            (action, calls) ->
                assertThat(calls)
                    .as("comment on " + action)
                    .isNotEmpty()
                    .allMatch(published::contains, "is a public method of the library"));
  }

  @Test
  void areOnTheActionsThatTheLibraryNeedsAndOnNoOthers() throws IOException {
    assertThat(callsByAction(Files.readString(POLICIES)).keySet())
        .containsExactlyInAnyOrderElementsOf(AwsPermission.actionsOfTheLibrary());
  }

  @Test
  void nameChecksOfTheDoctorThatExist() throws IOException {
    Set<String> existing = DoctorChecks.names();

    callsByAction(Files.readString(DIAGNOSIS))
        .forEach(
            (action, checks) ->
                assertThat(checks)
                    .as("comment on " + action)
                    .isNotEmpty()
                    .allMatch(existing::contains, "is a check of the doctor"));
  }

  @Test
  void areOnTheActionsThatTheDoctorNeedsAndOnNoOthers() throws IOException {
    assertThat(callsByAction(Files.readString(DIAGNOSIS)).keySet())
        .containsExactlyInAnyOrderElementsOf(AwsPermission.actions(Policy.DIAGNOSIS));
  }

  @Test
  void areReadFromTheLineOfTheirAction() {
    assertThat(
            callsByAction(
                """
                # "s3:GetBucketAcl" is not needed
                Action = [
                  "s3:PutObject", # UploadUrlSigner.presignPut, UploadUrlSigner.presignPost
                  "s3:GetObject",
                ]
                Action    = "ses:SendEmail"
                Condition = { StringEquals = { "ses:FromAddress" = local.from_address } }
                """))
        .containsOnly(
            Map.entry(
                "s3:PutObject",
                List.of("UploadUrlSigner.presignPut", "UploadUrlSigner.presignPost")),
            Map.entry("s3:GetObject", List.of()),
            Map.entry("ses:SendEmail", List.of()));
  }

  /** As written in source code: {@code SesMailer.Builder.build}. */
  private static Set<String> publishedMethods() {
    return ProjectClasses.CORE.stream()
        .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
        .flatMap(
            type ->
                type.getAllMethods().stream()
                    .filter(method -> method.getModifiers().contains(JavaModifier.PUBLIC))
                    .map(method -> nameOf(type) + "." + method.getName()))
        .collect(Collectors.toSet());
  }

  private static String nameOf(JavaClass type) {
    return type.getName().substring(type.getPackageName().length() + 1).replace('$', '.');
  }
}
