package com.healthmetrics.aws.testkit;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.docs.ProjectFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Texts use the field's terms: these phrases are wrong wherever they occur. */
class WordingTest {
  private static final Pattern TEXT_FILE =
      Pattern.compile(".*\\.(java|md|m?js|html|css|tf|hcl|mustache|xml|json)|run");

  /**
   * Each phrase, in lowercase, with the term to use instead. It begins with a letter: regular
   * expressions are searched for many times faster from a literal on.
   */
  private static final Map<String, String> INSTEAD =
      Map.ofEntries(
          Map.entry("wish(es|ed)?\\b", "request, requested"),
          Map.entry("answer", "response, respond"),
          Map.entry("was not said", "is not set, is missing; Missing: …"),
          Map.entry("were not said", "is not set, is missing; Missing: …"),
          Map.entry("say also", "is not set, is missing; Missing: …"),
          Map.entry("nobody (can tell|knows)", "the outcome is unknown"),
          Map.entry("strangers?\\b", "peer"),
          Map.entry("is no (switch|key prefix|link for)", "is not a valid …"),
          Map.entry("failed by itself", "reported an internal error"),
          Map.entry("settled by somebody", "was updated concurrently"),
          Map.entry("how far a mail", "delivery state"),
          Map.entry("in vain\\b", "cannot succeed, may succeed"),
          Map.entry("fare better", "cannot succeed, may succeed"),
          Map.entry("as chance will have it", "uniform jitter"),
          Map.entry("spoil(s|ed|er)?\\b", "corrupt, fault"),
          Map.entry("patience\\b", "timeout"),
          Map.entry("new world", "a new, isolated instance"),
          Map.entry("front door", "entry point"),
          Map.entry("who may get mails?", "allowed recipients"),
          Map.entry("whoever may get mails?", "allowed recipients"),
          Map.entry("whom it is to", "the To recipients, the Cc recipients"),
          Map.entry("who gets a copy", "the To recipients, the Cc recipients"),
          Map.entry("harmless key segment", "safe key segment"),
          Map.entry("for dead\\b", "never reuse it"),
          Map.entry("stays yours", "the caller closes it"),
          Map.entry("yours to close", "the caller closes it"),
          Map.entry("closed by us", "the caller closes it"),
          Map.entry("safe for use by several", "Thread-safe."),
          Map.entry("when not called", "Default: …"),
          Map.entry("look(s|ed)? at\\b", "inspect"),
          Map.entry("said loudly", "reported"),
          Map.entry("what says now\\b", "the clock"));

  @Test
  void usesTheTermsOfTheField() throws IOException {
    List<Path> files = textFiles();
    assertThat(files).as("files that were read").hasSizeGreaterThan(300);

    Map<Pattern, String> phrases =
        INSTEAD.entrySet().stream()
            .collect(toMap(each -> Pattern.compile(each.getKey()), Map.Entry::getValue));
    Map<String, String> found = new TreeMap<>();
    for (Path file : files) {
      String text = Files.readString(file).toLowerCase(Locale.ROOT);
      phrases.forEach(
          (phrase, instead) ->
              phrase
                  .matcher(text)
                  .results()
                  .forEach(
                      match ->
                          found.put(
                              place(file, text, match) + " \"" + match.group() + "\"",
                              "use: " + instead)));
    }

    assertThat(found).isEmpty();
  }

  private static String place(Path file, String text, MatchResult match) {
    long line = text.substring(0, match.start()).lines().count();
    return ProjectFiles.ROOT.relativize(file) + ":" + Math.max(1, line);
  }

  private static List<Path> textFiles() throws IOException {
    return ProjectFiles.named(
        name ->
            TEXT_FILE.matcher(name).matches()
                && !name.equals("WordingTest.java")
                && !name.equals("package-lock.json"));
  }
}
