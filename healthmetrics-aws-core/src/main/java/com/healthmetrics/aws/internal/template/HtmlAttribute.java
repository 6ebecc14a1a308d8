package com.healthmetrics.aws.internal.template;

import com.healthmetrics.aws.internal.template.Position.Refused;
import java.util.Optional;
import java.util.Set;

/**
 * What a quoted attribute value means, by the attribute's name and its element's.
 *
 * <p>Source: HTML Living Standard, "Attributes" and "Event handler content attributes"; HTML 4.01,
 * "Index of Attributes", whose URLs email clients still follow.
 */
final class HtmlAttribute {
  private static final Set<String> URLS =
      Set.of(
          "action",
          "background",
          "cite",
          "classid",
          "codebase",
          "data",
          "dynsrc",
          "formaction",
          "href",
          "icon",
          "longdesc",
          "lowsrc",
          "manifest",
          "poster",
          "profile",
          "src",
          "usemap",
          "xlink:href");

  /** Several URLs, or a URL among other words. */
  private static final Set<String> URL_LISTS =
      Set.of("archive", "attributionsrc", "imagesrcset", "ping", "srcset");

  /** Elements that load, run or redirect: none of their attributes is harmless. */
  private static final Set<String> ACTIVE =
      Set.of(
          "applet", "base", "embed", "frame", "iframe", "link", "meta", "object", "param", "script",
          "style");

  private HtmlAttribute() {}

  static boolean isUrl(String attribute) {
    return URLS.contains(attribute);
  }

  /** Why no value may be in an attribute, whatever its escaping; both names are in lower case. */
  static Optional<Refused> refusal(String element, String attribute) {
    if (ACTIVE.contains(element)) {
      return refused(
          "{{%s}} is in an attribute of <"
              + element
              + ">, which loads or runs what it names."
              + " Write the value into the template.");
    }
    if (attribute.startsWith("on")) {
      return refused(
          "{{%s}} is in an event handler, which is a script. Remove it; email clients run none.");
    }
    if (attribute.equals("style")) {
      return refused(
          "{{%s}} is in the attribute style, where it could be other CSS. Write each style into the"
              + " template, and choose one by a section.");
    }
    if (attribute.equals("srcdoc")) {
      return refused("{{%s}} is in the attribute srcdoc, which is a document. Remove it.");
    }
    if (URL_LISTS.contains(attribute)) {
      return refused(
          "{{%s}} is in the attribute " + attribute + ", a list of URLs. Use href or src.");
    }
    return Optional.empty();
  }

  private static Optional<Refused> refused(String why) {
    return Optional.of(new Refused(why));
  }
}
