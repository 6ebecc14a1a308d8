package com.healthmetrics.aws.testkit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A reader who follows the links of the documents arrives, on GitHub as in a checkout. */
class LinksTest {
  private static final Path README = ProjectFiles.ROOT.resolve("README.md");

  @Test
  void everyLinkOfADocumentResolves() throws IOException {
    List<String> problems = new ArrayList<>();
    int links = 0;
    for (Path document : ProjectFiles.documents()) {
      MarkdownPage page = MarkdownPage.read(ProjectFiles.ROOT, document);
      links += page.links().size();
      problems.addAll(page.problems());
    }

    assertThat(links).as("links that were found").isGreaterThan(100);
    assertThat(problems).isEmpty();
  }

  @Test
  void everyDocumentIsFoundFromTheReadme() throws IOException {
    Set<Path> found = new TreeSet<>();
    Deque<Path> next = new ArrayDeque<>(List.of(README.toRealPath()));
    while (!next.isEmpty()) {
      Path page = next.pop();
      if (found.add(page)) {
        next.addAll(MarkdownPage.read(ProjectFiles.ROOT, page).pages());
      }
    }

    assertThat(found).containsAll(ProjectFiles.documents());
  }

  @Test
  void theReadmeIsReadInAFewMinutes() throws IOException {
    assertThat(Files.readAllLines(README)).hasSizeLessThanOrEqualTo(200);
  }

  @Test
  void findsWhatDoesNotResolve(@TempDir Path folder) throws IOException {
    Path root = Files.createDirectories(folder.resolve("project"));
    Files.writeString(folder.resolve("outside.md"), "# Outside\n");
    Files.writeString(
        root.resolve("other.md"),
        "# A `first` heading\n\n## Twice\n\n## Twice\n\n```\n# No\n```\n");
    Path page = root.resolve("page.md");
    Files.writeString(
        page,
        """
        # Here & there: 1.5

        [file](other.md) [its heading](other.md#a-first-heading) [here](#here--there-15)
        [second](other.md#twice-1) ![picture](other.md "title") [site](https://example.com/a#b)
        `[code](nothing.md)` [folder](.)

        ```
        [fenced](nothing.md)
        ```

        [missing](missing.md) [case](Other.md) [no anchor](other.md#no) [none here](#there)
        [third](other.md#twice-2) [outside](../outside.md) [absolute](/other.md)
        [clear](http://example.com) [host](https://localhost/) [malformed](https://exa<mple.com/)
        [anchor of a folder](.#twice) <img src="missing.png">
        [reference]

        [reference]: missing-reference.md
        """);

    assertThat(MarkdownPage.read(root, page).problems())
        .containsExactlyInAnyOrder(
            "page.md: missing.md does not exist",
            "page.md: Other.md does not exist",
            "page.md: other.md#no has no such heading",
            "page.md: #there has no such heading",
            "page.md: other.md#twice-2 has no such heading",
            "page.md: ../outside.md leaves the project",
            "page.md: /other.md leaves the project",
            "page.md: http://example.com is not a well-formed https URL",
            "page.md: https://localhost/ is not a well-formed https URL",
            "page.md: https://exa<mple.com/ is not a well-formed https URL",
            "page.md: .#twice has no such heading",
            "page.md: missing.png does not exist",
            "page.md: missing-reference.md does not exist");
  }
}
