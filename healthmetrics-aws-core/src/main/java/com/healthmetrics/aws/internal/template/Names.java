package com.healthmetrics.aws.internal.template;

import com.healthmetrics.aws.internal.Checks;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Requires that a text is a name or the like and no message: one line, in which no mail client
 * finds a link.
 *
 * <p>Mail clients make links of URLs, of addresses and of host names under any top-level domain;
 * the list of these is IANA's Root Zone Database of 2026.
 */
final class Names {
  /** A message has more. */
  private static final int MAX_LENGTH = 1_000;

  /** A part of a host name: mail clients make links of symbols, too. */
  private static final String LABEL = "[_\\-[^\\p{Z}\\p{Cc}\\p{Punct}]]++";

  private static final Pattern URL =
      Pattern.compile(
          "://|mailto:|//\\S*\\.\\S"
              + "|(?<![\\p{L}\\p{N}])(?:www\\.|(?:tel|sms|callto|javascript|data):)[^\\s]"
              + "|localhost|\\d{1,3}(?:\\.\\d{1,3}){3}"
              // A scheme, and what has a dot: some mail clients then need no known top-level
              // domain.
              + "|[a-z.+-]:(?=\\S*[a-z])\\S+\\.[^\\s\\p{Punct}]",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern ADDRESS =
      Pattern.compile("[^\\s@]@" + LABEL + "(?:\\." + LABEL + ")++");

  /** A user's own address is often all that is known of a user. */
  private static final Pattern ONLY_ADDRESS =
      Pattern.compile("[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]++@[\\p{L}\\p{N}.-]++");

  private static final Pattern DOTTED = Pattern.compile(LABEL + "(?:\\." + LABEL + ")++");

  /** A reader does not see them. Some mail clients ignore them, and to others they are letters. */
  private static final Pattern INVISIBLE = Pattern.compile("\\p{Cf}");

  /** What could be a top-level domain: letters of one script, or of others. */
  private static final Pattern LETTERS =
      Pattern.compile("\\p{IsLatin}++|[\\p{L}\\p{M}&&[^\\p{IsLatin}]]++");

  /** Titles and legal forms, which are not always written with a space. */
  private static final Pattern ABBREVIATION =
      Pattern.compile(
          "\\p{P}*+(?:[bm]\\.sc|dr\\.med(?:\\.dent|\\.vet|\\.univ)?|co\\.kg)\\p{P}*+",
          Pattern.CASE_INSENSITIVE);

  private Names() {}

  /** Returns the text; the failure names the component and not the value. */
  static String require(String text, String component) {
    if (text.length() > MAX_LENGTH) {
      throw invalid(component, "has " + text.length() + " characters, of at most " + MAX_LENGTH);
    }
    int unsafe = Checks.indexOfUnsafeCharacter(text);
    if (unsafe >= 0) {
      throw invalid(
          component,
          "contains a line break or a control character, "
              + Checks.describeCharacter(text, unsafe));
    }
    if (Checks.indexOfDirectionOverride(text) >= 0) {
      throw invalid(component, "contains a direction override, which shows other text than it is");
    }
    if (hasLink(text)) {
      throw invalid(component, "contains a web or email address, which mail clients make a link");
    }
    return text;
  }

  private static IllegalArgumentException invalid(String component, String why) {
    return new IllegalArgumentException(
        component
            + " "
            + why
            + ". Use one line without links. If it is not a name but a message of your own, mark the"
            + " component with @EmailTemplates.Message; if it is a link, make it a java.net.URI.");
  }

  /** Whether mail clients may find a link in a text. */
  static boolean hasLink(String text) {
    return isLinked(text) || isLinked(INVISIBLE.matcher(text).replaceAll(""));
  }

  private static boolean isLinked(String text) {
    String plain =
        Checks.isAscii(text)
            ? text
            : Normalizer.normalize(text, Normalizer.Form.NFKC).replace('\u3002', '.');
    if (URL.matcher(plain).find()) {
      return true;
    }
    if (ONLY_ADDRESS.matcher(plain).matches()) {
      return false;
    }
    return ADDRESS.matcher(plain).find()
        || DOTTED.matcher(plain).results().map(MatchResult::group).anyMatch(Names::isHost);
  }

  private static boolean isHost(String dotted) {
    if (ABBREVIATION.matcher(dotted).matches()) {
      return false;
    }
    String[] labels = dotted.toLowerCase(Locale.ROOT).split("\\.", -1);
    for (int i = 1; i < labels.length; i++) {
      // What follows a host may be read as the next word.
      Matcher letters = LETTERS.matcher(labels[i]);
      if (labels[i].startsWith("xn--")
          || (letters.lookingAt() && TopLevelDomains.ALL.contains(letters.group()))) {
        return true;
      }
    }
    return false;
  }

  /** Read when the first name contains a dot, which few do. */
  private static final class TopLevelDomains {
    static final Set<String> ALL = read();

    private static Set<String> read() {
      try (InputStream in = Names.class.getResourceAsStream("top-level-domains.txt")) {
        String list = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        return Set.of(list.strip().split("\\s+"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
