package com.healthmetrics.aws.testkit.terraform;

import com.healthmetrics.aws.testkit.MachineTool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The machine's git. */
record Git(MachineTool machine) {

  /** The output of a command in a folder; gives up the check if it fails. */
  List<String> run(Path folder, String... arguments) throws IOException, InterruptedException {
    List<String> command =
        Stream.concat(
                // Repositories are only read, so another user may own them.
                Stream.of(machine.find("git").toString(), "-c", "safe.directory=*"),
                Stream.of(arguments))
            .toList();
    Process git =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String output = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (git.waitFor() != 0) {
      throw machine.giveUp("git " + arguments[0] + " failed: " + output.strip());
    }
    return output.lines().toList();
  }
}
