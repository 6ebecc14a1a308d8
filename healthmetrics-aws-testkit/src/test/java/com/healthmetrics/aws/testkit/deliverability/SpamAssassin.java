package com.healthmetrics.aws.testkit.deliverability;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.MachineTool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The machine's SpamAssassin with its stock rules. */
final class SpamAssassin {
  private static final Path PLUGINS = Path.of("/etc/spamassassin");
  private static final Pattern RULES = Pattern.compile("(?m)^X-Spam-Rules: (.*(?:\\R[ \\t].*)*)");

  private static final Pattern ID = Pattern.compile("(?m)^Message-ID: (\\S+)");

  private final Path program;
  private final Path folder;

  private SpamAssassin(Path program, Path folder) {
    this.program = program;
    this.folder = folder;
  }

  /** Prepares it in an empty folder; skips the check with a warning where it is not installed. */
  static SpamAssassin with(RecordedDns dns, Path folder) throws IOException {
    MachineTool machine =
        MachineTool.forChecking(
            "how SpamAssassin rates the emails",
            "apt-get install spamassassin libmail-dkim-perl libmail-spf-perl");
    Path program = machine.find("spamassassin");
    for (String module : List.of("Mail/DKIM.pm", "Mail/SPF.pm")) {
      machine.require(Path.of("/usr/share/perl5", module));
    }
    try (Stream<Path> files = Files.list(PLUGINS)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".pre")).toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    Files.writeString(
        folder.resolve("local.cf"),
        """
        dns_available yes
        dns_server 127.0.0.1:%s
        internal_networks 127.0.0.0/8
        trusted_networks 127.0.0.0/8
        use_bayes 0
        use_razor2 0
        use_pyzor 0
        use_dcc 0
        report_safe 0
        clear_headers
        add_header all Rules _TESTSSCORES(,)_
        """
            .formatted(dns.port()));
    return new SpamAssassin(program, folder);
  }

  /** The score of each rule that applies, for each email, in the same order. */
  List<Map<String, Double>> scores(Collection<byte[]> messages)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of(program.toString(), "-x", "--siteconfigpath=" + folder));
    List<String> ids = new ArrayList<>();
    for (byte[] message : messages) {
      Path file = Files.write(folder.resolve(ids.size() + ".eml"), message);
      command.add(file.toString());
      ids.add(idsIn(new String(message, StandardCharsets.ISO_8859_1)).get(0));
    }
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(output.toFile())
            .redirectErrorStream(true)
            .start();
    assertThat(process.waitFor()).as(program.toString()).isZero();
    String result = Files.readString(output, StandardCharsets.ISO_8859_1);
    assertThat(idsIn(result)).as(result).isEqualTo(ids);
    return RULES.matcher(result).results().map(match -> read(match.group(1))).toList();
  }

  private static List<String> idsIn(String messages) {
    return ID.matcher(messages).results().map(match -> match.group(1)).toList();
  }

  private static Map<String, Double> read(String rules) {
    Map<String, Double> scores = new TreeMap<>();
    for (String rule : rules.replaceAll("\\s", "").split(",")) {
      int equals = rule.indexOf('=');
      scores.put(rule.substring(0, equals), Double.valueOf(rule.substring(equals + 1)));
    }
    return scores;
  }
}
