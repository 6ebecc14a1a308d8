package com.healthmetrics.aws.testkit.terraform;

import static java.nio.file.attribute.PosixFilePermission.OWNER_EXECUTE;
import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.MachineTool;
import com.healthmetrics.aws.testkit.Sweep;
import com.healthmetrics.aws.testkit.internal.HostCheck;
import com.healthmetrics.aws.testkit.internal.LoopbackServer;
import com.healthmetrics.aws.testkit.internal.ServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The module's zip contains the committed bytes, and Terraform accepts it as a module source. */
class ModuleZipTest {
  private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();

  private static final Pattern HCL = Pattern.compile("```hcl\n(.*?)```", Pattern.DOTALL);

  private static final String SURROUNDINGS =
      """
      provider "aws" {
        region = "eu-central-1"
      }

      provider "aws" {
        alias  = "us_east_1"
        region = "us-east-1"
      }

      data "aws_route53_zone" "this" {
        name = "example.com"
      }

      """;

  private final MachineTool machine =
      MachineTool.forChecking(
          "the zip of the Terraform module", "commit the module and run ./mvnw verify, with git");
  private Path zip;

  @BeforeEach
  void findTheZip() throws IOException {
    String name = "healthmetrics-aws-" + ProjectVersion.ofThePom().value() + "-terraform.zip";
    zip = machine.require(PROJECT.resolve("target").resolve(name));
    if (Files.getLastModifiedTime(zip).compareTo(newestFile()) < 0) {
      throw machine.giveUp("the module has changed since " + name + " was built");
    }
  }

  private static FileTime newestFile() throws IOException {
    try (Stream<Path> files = Files.walk(ModuleFolder.SOURCE)) {
      return files
          .filter(Files::isRegularFile)
          .map(ModuleZipTest::lastModified)
          .max(FileTime::compareTo)
          .orElseThrow();
    }
  }

  private static FileTime lastModified(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void containsExactlyTheCommittedBytes() throws Exception {
    if (!git("status", "--porcelain", "--", "terraform-module").isEmpty()) {
      throw machine.giveUp("terraform-module has uncommitted changes");
    }

    assertThat(entriesAsGitListsThem())
        .containsExactlyInAnyOrderElementsOf(git("ls-tree", "-r", "HEAD:./terraform-module"));
  }

  private List<String> entriesAsGitListsThem() throws IOException {
    try (FileSystem content =
            FileSystems.newFileSystem(zip, Map.of("enablePosixFileAttributes", "true"));
        Stream<Path> entries = Files.walk(content.getPath("/"))) {
      return entries.filter(Files::isRegularFile).map(ModuleZipTest::asGitListsIt).toList();
    }
  }

  private static String asGitListsIt(Path entry) {
    try {
      String mode =
          Files.getPosixFilePermissions(entry).contains(OWNER_EXECUTE) ? "100755" : "100644";
      byte[] bytes = Files.readAllBytes(entry);
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      sha1.update(("blob " + bytes.length + "\0").getBytes(StandardCharsets.US_ASCII));
      String blob = HexFormat.of().formatHex(sha1.digest(bytes));
      return mode + " blob " + blob + "\t" + entry.toString().substring(1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private List<String> git(String... arguments) throws Exception {
    return new Git(machine).run(PROJECT, arguments);
  }

  @Sweep("the zip of the Terraform module as a source")
  @Test
  @Tag("terraform")
  void isAcceptedByTerraformAsTheSourceInTheDocumentation(@TempDir Path folder) throws Exception {
    Terraform terraform =
        Terraform.forChecking("that the module's zip is a source of modules").withProvider();
    byte[] bytes = Files.readAllBytes(zip);
    try (LoopbackServer server =
        LoopbackServer.start(
            "modules",
            0,
            new HostCheck(List.of(), (request, refused) -> ServerResponse.of(refused.status())),
            exchange -> ServerResponse.of(200).withBody("application/zip", bytes).send(exchange))) {
      String source = server.uri() + "/healthmetrics-aws-terraform.zip";
      Files.writeString(folder.resolve("main.tf"), SURROUNDINGS + blockOfTheDocumentation(source));

      terraform.init(folder);

      assertThat(folder.resolve(".terraform/modules/healthmetrics_aws/versions.tf"))
          .hasSameBinaryContentAs(ModuleFolder.SOURCE.resolve("versions.tf"));
      assertThat(terraform.validate(folder)).isEmpty();
    }
  }

  private static String blockOfTheDocumentation(String source) throws IOException {
    Matcher block =
        HCL.matcher(Files.readString(PROJECT.resolve("healthmetrics-aws-core/docs/deploying.md")));
    assertThat(block.find()).isTrue();
    return block.group(1).replaceFirst("\"git::[^\"]+\"", '"' + source + '"');
  }
}
