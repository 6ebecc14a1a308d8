package com.healthmetrics.aws.testkit.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.MachineTool;
import com.healthmetrics.aws.testkit.Sweep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's commands publish the module as a repository that the Terraform Registry accepts. */
@Sweep("publishing to the Terraform Registry")
class ModuleRegistryTest {
  private static final Path PROJECT = Path.of("..");
  private static final Pattern COMMANDS =
      Pattern.compile("```sh\n(git subtree split .*?)```", Pattern.DOTALL);

  /** The registry wants the module at the root, under a tag that is its version. */
  @Test
  void hasTheModuleAtItsRoot(@TempDir Path folder) throws Exception {
    MachineTool machine =
        MachineTool.forChecking("publishing to the Terraform Registry", "apt-get install git");
    Git git = new Git(machine);
    Path project = folder.resolve("project");
    Path registry = folder.resolve("registry.git");
    git.run(PROJECT, "clone", "--quiet", ".", project.toString());
    git.run(project, "tag", "v1.2.3");
    git.run(folder, "init", "--quiet", "--bare", registry.toString());

    run(machine, project, commandsOfTheReadme("v1.2.3", registry));

    assertThat(git.run(registry, "ls-tree", "-r", "v1.2.3"))
        .isEqualTo(git.run(project, "ls-tree", "-r", "HEAD:terraform-module"));
  }

  private static String commandsOfTheReadme(String version, Path registry) throws IOException {
    Matcher commands = COMMANDS.matcher(Files.readString(ModuleFolder.SOURCE.resolve("README.md")));
    assertThat(commands.find()).isTrue();
    return commands
        .group(1)
        .replace("vX.Y.Z", version)
        .replaceFirst(
            "https://\\S+/terraform-aws-\\S+", Matcher.quoteReplacement(registry.toString()));
  }

  private static void run(MachineTool machine, Path folder, String commands)
      throws IOException, InterruptedException {
    Path log = Files.createTempFile(folder, "commands", ".log");
    Process shell =
        new ProcessBuilder(machine.find("sh").toString(), "-e", "-c", commands)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(shell.waitFor()).as(Files.readString(log)).isZero();
  }
}
