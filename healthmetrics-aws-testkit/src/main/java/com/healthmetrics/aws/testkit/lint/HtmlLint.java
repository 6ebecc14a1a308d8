package com.healthmetrics.aws.testkit.lint;

import com.healthmetrics.aws.testkit.internal.HtmlDocument;
import com.healthmetrics.aws.testkit.lint.EmailLint.Rule;
import java.nio.charset.StandardCharsets;

/** The rules about the HTML part as a document. */
final class HtmlLint {
  /** Gmail truncates longer documents. */
  private static final int MAX_BYTES = 102 * 1024;

  private static final int LETTERS_PER_IMAGE = 100;

  private HtmlLint() {}

  static void check(String source, HtmlDocument html, LintFindings findings) {
    findings.addIf(
        !html.hasDoctype(), Rule.HTML_DOCTYPE, "no doctype", "Begin with <!doctype html>.");
    findings.addIf(
        html.lang().filter(lang -> !lang.isBlank()).isEmpty(),
        Rule.HTML_LANG,
        "no language",
        "Write <html lang=\"en\">, so that screen readers pronounce it correctly.");
    findings.addIf(html.title().isEmpty(), Rule.HTML_TITLE, "no title", "Write a <title>.");
    findings.addIf(
        !html.active().isEmpty(),
        Rule.HTML_ACTIVE,
        String.join(", ", html.active()),
        "Remove it: email clients do, and filters treat it as an attack.");
    int bytes = source.getBytes(StandardCharsets.UTF_8).length;
    findings.addIf(
        bytes > MAX_BYTES,
        Rule.HTML_SIZE,
        bytes + " bytes of HTML; the limit is " + MAX_BYTES,
        "Shorten it; Gmail truncates the rest.");
    int images = html.images().size();
    int letters = html.text().length();
    findings.addIf(
        letters < images * LETTERS_PER_IMAGE,
        Rule.HTML_MOSTLY_IMAGES,
        images + " images and " + letters + " letters",
        "Write more text: at least " + LETTERS_PER_IMAGE + " letters for each image.");
  }
}
