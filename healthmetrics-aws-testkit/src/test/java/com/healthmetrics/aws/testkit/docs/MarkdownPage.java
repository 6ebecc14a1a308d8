package com.healthmetrics.aws.testkit.docs;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The links and headings of a Markdown file, as GitHub reads them. */
final class MarkdownPage {
  private static final Pattern FENCED = Pattern.compile("(?ms)^ *(```+|~~~+).*?^ *\\1 *$");
  private static final Pattern CODE = Pattern.compile("`[^`\n]*`");
  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.*?) *#*$");
  private static final Pattern INLINE = Pattern.compile("\\]\\(([^)\\s]*)(?:\\s+\"[^\"]*\")?\\)");
  private static final Pattern REFERENCE = Pattern.compile("(?m)^ *\\[[^\\]\n]+\\]: *(\\S+)");
  private static final Pattern HTML = Pattern.compile("(?:href|src)=\"([^\"]*)\"");
  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:.*");
  private static final Pattern NOT_IN_ANCHORS = Pattern.compile("[^\\p{L}\\p{N}_ -]");

  private final Path root;
  private final Path file;
  private final String text;

  private MarkdownPage(Path root, Path file, String text) {
    this.root = root;
    this.file = file;
    this.text = text;
  }

  /**
   * Reads a page.
   *
   * @param root the folder that links must not leave
   */
  static MarkdownPage read(Path root, Path file) throws IOException {
    String text = FENCED.matcher(Files.readString(file)).replaceAll("");
    return new MarkdownPage(root.toRealPath(), file.toRealPath(), text);
  }

  /** The targets of all links and images, as they are written. */
  List<String> links() {
    String prose = CODE.matcher(text).replaceAll("code");
    return Stream.of(INLINE, REFERENCE, HTML)
        .flatMap(pattern -> pattern.matcher(prose).results())
        .map(match -> match.group(1))
        .toList();
  }

  /** The anchors of the headings. */
  Set<String> anchors() {
    Set<String> anchors = new LinkedHashSet<>();
    Map<String, Integer> repeated = new HashMap<>();
    HEADING
        .matcher(text)
        .results()
        .map(match -> anchor(match.group(1)))
        .forEach(
            anchor -> {
              int before = repeated.merge(anchor, 1, Integer::sum) - 1;
              anchors.add(before == 0 ? anchor : anchor + "-" + before);
            });
    return anchors;
  }

  private static String anchor(String heading) {
    String words = heading.replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1");
    return NOT_IN_ANCHORS.matcher(words.toLowerCase(Locale.ROOT)).replaceAll("").replace(' ', '-');
  }

  /** What is wrong with the links; empty if every one resolves. */
  List<String> problems() throws IOException {
    List<String> problems = new ArrayList<>();
    for (String link : links()) {
      problem(link).ifPresent(what -> problems.add(root.relativize(file) + ": " + link + what));
    }
    return problems;
  }

  /** The Markdown files that the page links to. */
  List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    for (String link : links()) {
      Path target = target(link);
      if (!SCHEME.matcher(link).matches() && isPage(target)) {
        pages.add(target.toRealPath());
      }
    }
    return pages;
  }

  private Path target(String link) {
    String path = link.replaceFirst("#.*", "");
    return path.isEmpty() ? file : file.resolveSibling(path).normalize();
  }

  private static boolean isPage(Path target) {
    return Files.isRegularFile(target) && target.toString().endsWith(".md");
  }

  private Optional<String> problem(String link) throws IOException {
    if (SCHEME.matcher(link).matches()) {
      return isWellFormed(link) ? Optional.empty() : Optional.of(" is not a well-formed https URL");
    }
    Path target = target(link);
    if (link.startsWith("/") || !target.startsWith(root)) {
      return Optional.of(" leaves the project");
    }
    // A file system that ignores case finds what GitHub does not.
    if (!Files.exists(target) || !target.toRealPath().equals(target)) {
      return Optional.of(" does not exist");
    }
    int anchor = link.indexOf('#');
    if (anchor < 0) {
      return Optional.empty();
    }
    return isPage(target) && read(root, target).anchors().contains(link.substring(anchor + 1))
        ? Optional.empty()
        : Optional.of(" has no such heading");
  }

  private static boolean isWellFormed(String link) {
    try {
      URI url = new URI(link);
      return "https".equals(url.getScheme())
          && url.getHost() != null
          && url.getHost().contains(".")
          && url.getUserInfo() == null;
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
