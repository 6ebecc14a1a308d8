package com.healthmetrics.aws.testkit.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rules for the module's files that need no terraform. */
class ModuleRulesTest {
  private static final List<HclBlock> BLOCKS = ModuleFolder.blocks();

  private static List<HclBlock> blocks(String type) {
    List<HclBlock> blocks = BLOCKS.stream().filter(block -> block.is(type)).toList();
    assertThat(blocks).as(type).isNotEmpty();
    return blocks;
  }

  /** With one, a module cannot be used with count, for_each or depends_on, nor be removed. */
  @Test
  void hasNoProviderOfItsOwn() {
    assertThat(BLOCKS).noneMatch(block -> block.is("provider"));
  }

  @Test
  void needsNoOtherProvider() {
    assertThat(Stream.of("resource", "data").flatMap(type -> blocks(type).stream()))
        .allMatch(block -> block.header().matches("(resource|data) \"aws_.*"));
  }

  /** Everyone who can plan can read the state. */
  @Test
  void keepsUsersAndTheirKeysOutOfTheState() {
    assertThat(blocks("resource"))
        .noneMatch(
            resource ->
                resource
                    .header()
                    .matches("resource \"aws_(iam_(user|access_key)|secretsmanager|ssm).*"));
  }

  @Test
  void describesEveryInputAndNamesItsType() {
    assertThat(blocks("variable"))
        .allMatch(ModuleRulesTest::isDescribed)
        .allMatch(variable -> variable.attribute("type").isPresent());
  }

  @Test
  void validatesEveryInputThatCanBeInvalid() {
    assertThat(blocks("variable"))
        .filteredOn(variable -> !variable.attribute("type").orElseThrow().equals("bool"))
        .allMatch(variable -> !variable.blocks("validation").isEmpty());
  }

  /** RefusedInputsTest copies only this file. */
  @Test
  void keepsItsInputsInOneFile() {
    assertThat(blocks("variable"))
        .extracting(variable -> variable.file().getFileName().toString())
        .containsOnly("variables.tf");
  }

  @Test
  void describesEveryOutput() {
    assertThat(blocks("output")).allMatch(ModuleRulesTest::isDescribed);
  }

  private static boolean isDescribed(HclBlock block) {
    return block.text("description").filter(text -> !text.isBlank()).isPresent();
  }

  /** Names that AWS requires to be unique; the names of DNS records are given. */
  @Test
  void derivesEveryNameFromThatOfTheEnvironment() {
    assertThat(blocks("resource"))
        .filteredOn(resource -> !resource.is("resource \"aws_route53_record\""))
        .allSatisfy(
            resource ->
                assertThat(
                        Stream.of("name", "alarm_name", "configuration_set_name")
                            .flatMap(attribute -> resource.attribute(attribute).stream()))
                    .as(resource.toString())
                    .allMatch(name -> name.matches("(?s).*(var\\.name\\b|\\.this\\.|_role\\.).*")));
  }

  /**
   * Any other record in a zone may belong to somebody else, such as an organization's DMARC record.
   */
  @Test
  void overwritesNoRecordButThatOfACertificate() {
    assertThat(blocks("resource"))
        .filteredOn(resource -> resource.attribute("allow_overwrite").isPresent())
        .extracting(HclBlock::header)
        .containsExactly("resource \"aws_route53_record\" \"certificate\"");
  }

  /** Without this test, a lost example would not be noticed. */
  @Test
  void hasItsExamples() {
    Path examples = ModuleFolder.SOURCE.resolve("examples");
    assertThat(ModuleFolder.examples(ModuleFolder.SOURCE).map(examples::relativize))
        .map(Path::toString)
        .containsExactly(
            "adopt",
            "complete",
            "external-dns",
            "kms-irsa",
            "localhost-dev",
            "minimal",
            "state-bootstrap",
            "two-environments/production",
            "two-environments/staging");
  }

  /** Without this test, a lost test would not be noticed; inputs and versions have Java tests. */
  @Test
  void testsEachOfItsFiles() {
    List<String> tests =
        names(ModuleFolder.SOURCE)
            .filter(name -> name.endsWith(".tf"))
            .filter(name -> !name.equals("variables.tf") && !name.equals("versions.tf"))
            .map(name -> name.replace(".tf", ".tftest.hcl"))
            .toList();

    assertThat(tests).isNotEmpty();
    assertThat(names(ModuleFolder.SOURCE.resolve("tests"))).containsAll(tests);
  }

  /** PreconditionsTest has the preconditions, which a plan can violate. */
  @Test
  void violatesEachOfItsChecksAndPostconditions() {
    String expected =
        ModuleFolder.children(ModuleFolder.SOURCE.resolve("tests"))
            .filter(file -> file.toString().endsWith(".tftest.hcl"))
            .flatMap(file -> HclBlock.in(file).stream())
            .flatMap(run -> run.attribute("expect_failures").stream())
            .collect(Collectors.joining());
    Stream<String> checks = blocks("check").stream().map(check -> "check." + check.name());
    Stream<String> resources =
        blocks("resource").stream()
            .filter(
                resource ->
                    resource.blocks("lifecycle").stream()
                        .anyMatch(lifecycle -> !lifecycle.blocks("postcondition").isEmpty()))
            .map(resource -> resource.header().replace("\"", "").replace(' ', '.'))
            .map(address -> address.substring("resource.".length()));

    assertThat(Stream.concat(checks, resources))
        .isNotEmpty()
        .allSatisfy(
            address -> assertThat(expected).containsPattern(Pattern.quote(address) + "[,\\]]"));
  }

  private static Stream<String> names(Path folder) {
    return ModuleFolder.children(folder).map(file -> file.getFileName().toString());
  }
}
