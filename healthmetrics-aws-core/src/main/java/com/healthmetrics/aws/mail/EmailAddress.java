package com.healthmetrics.aws.mail;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.healthmetrics.aws.internal.Punycode;
import java.net.IDN;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An email address that SES can deliver to, with or without a display name.
 *
 * <p>The local part is ASCII, since SES does not support SMTPUTF8; a domain in other scripts is
 * kept in punycode. {@code toString()} masks the address so that it can be logged.
 *
 * <pre>{@code
 * EmailAddress to = EmailAddress.of("ada@example.com");
 * EmailAddress from = EmailAddress.parse("HealthMetrics <noreply@healthmetrics.example>");
 * }</pre>
 *
 * <p>With Jackson 2 and 3, its JSON is a string: the bare address, read with {@link #of} and
 * written in full. A display name is left out. So return it only to those who may see it, and log
 * {@code toString()}, not JSON.
 *
 * <p>Immutable and thread-safe. Source: Amazon SES API v2 Reference, "Destination" and "SendEmail".
 */
public final class EmailAddress {
  private static final Pattern WITH_NAME = Pattern.compile("(?<name>.*)<(?<address>[^<>]*)>");
  private static final Pattern LOCAL_PART =
      Pattern.compile("[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]++(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]++)*+");
  private static final Pattern DOMAIN =
      Pattern.compile(
          "([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+([a-z]{2,63}|xn--[a-z0-9-]{0,58}[a-z0-9])");

  /** IDNA2008 keeps them, the JDK's IDNA2003 maps them to other letters: another domain. */
  private static final Pattern DEVIATIONS = Pattern.compile("[ßς]");

  /** Dots in the scripts that IDNA supports. */
  private static final Pattern DOTS = Pattern.compile("[.\\u3002\\uFF0E\\uFF61]");

  /** Invisible, and allowed by IDNA2008 between certain letters only. */
  private static final Pattern JOINERS = Pattern.compile("[\\u200C\\u200D]");

  private static final int MAX_LOCAL_PART = 64;
  private static final int MAX_ADDRESS = 254;
  private static final int MAX_NAME = 128;

  /**
   * What is longer is not an address before it is normalized either, which takes time by the square
   * of its length. Domains in other scripts may be longer before than after it.
   */
  private static final int MAX_TYPED = 1_024;

  private final String localPart;
  private final String domain;
  private final Optional<String> displayName;

  private EmailAddress(String localPart, String domain, Optional<String> displayName) {
    this.localPart = localPart;
    this.domain = domain;
    this.displayName = displayName;
  }

  /**
   * Parses a bare address, such as a user types.
   *
   * <p>A display name is refused here: it would let anybody put words into your emails.
   *
   * @param address {@code ada@example.com}
   * @return the address, without a display name
   * @throws IllegalArgumentException if it is not an address that SES accepts; the message states
   *     the reason without repeating the address
   */
  @JsonCreator
  public static EmailAddress of(String address) {
    requireMeasured(address, MAX_TYPED);
    SesLimits.requireOneLine("email address", address);
    String bare = address.strip();
    if (bare.isEmpty()) {
      throw Invalid.argument("The email address is blank. Use name@domain.");
    }
    if (bare.indexOf('<') >= 0) {
      throw Invalid.argument(
          "The email address has a display name or angle brackets. Use only the part between"
              + " them, name@domain.");
    }
    int at = bare.lastIndexOf('@');
    if (at < 0) {
      throw Invalid.argument("The email address has no @. Use name@domain.");
    }
    String localPart = checkLocalPart(bare.substring(0, at));
    String domain = asciiDomain(bare.substring(at + 1));
    if (localPart.length() + 1 + domain.length() > MAX_ADDRESS) {
      throw Invalid.argument("The email address is longer than %s characters.", MAX_ADDRESS);
    }
    return new EmailAddress(localPart, domain, Optional.empty());
  }

  /**
   * Returns the same as {@link #of}; JAX-RS converts parameters of a request with a method of this
   * name.
   *
   * <p>Clients that write parameters call {@code toString()}, which masks: give them {@link
   * #address()}.
   *
   * @param address as for {@link #of}
   * @return the address, without a display name
   * @throws IllegalArgumentException as for {@link #of}
   */
  public static EmailAddress valueOf(String address) {
    return of(address);
  }

  /**
   * Parses an address with or without a display name, such as a setting.
   *
   * @param text {@code ada@example.com} or {@code Ada Lovelace <ada@example.com>}
   * @return the address
   * @throws IllegalArgumentException if it is not an address that SES accepts; the message states
   *     the reason without repeating the address
   */
  public static EmailAddress parse(String text) {
    // A quoted name has a backslash before each character.
    requireMeasured(text, MAX_TYPED + 2 * MAX_NAME);
    SesLimits.requireOneLine("email address", text);
    Matcher named = WITH_NAME.matcher(text.strip());
    if (!named.matches()) {
      return of(text);
    }
    EmailAddress address = of(named.group("address"));
    String name = unquote(named.group("name").strip());
    return name.isEmpty() ? address : address.withDisplayName(name);
  }

  /**
   * Returns the same address with a display name.
   *
   * @param name the name as people read it, 1 to 128 characters
   * @return a new address
   * @throws IllegalArgumentException if the name is blank, too long or contains a line break,
   *     another control character, an invisible character or a direction override, or what readers
   *     would decode ({@code =?…?=}, RFC 2047); joiners are allowed between letters of scripts that
   *     need them, and in emoji
   */
  public EmailAddress withDisplayName(String name) {
    if (name.length() > MAX_NAME || name.isBlank()) {
      throw Invalid.argument(
          "The display name has %s characters. Use 1 to %s, or leave it out.",
          name.strip().length(), MAX_NAME);
    }
    HeaderText.requireName("display name", name);
    return new EmailAddress(localPart, domain, Optional.of(name));
  }

  private static void requireMeasured(String text, int limit) {
    if (text.length() > limit) {
      throw Invalid.argument(
          "The email address has %s characters. Use at most %s, and %s for a display name.",
          text.length(), MAX_ADDRESS, MAX_NAME);
    }
  }

  private static String unquote(String name) {
    boolean quoted = name.length() >= 2 && name.startsWith("\"") && name.endsWith("\"");
    return quoted ? name.substring(1, name.length() - 1).replaceAll("\\\\(.)", "$1") : name;
  }

  private static String checkLocalPart(String localPart) {
    if (localPart.length() <= MAX_LOCAL_PART && !localPart.chars().allMatch(c -> c < 128)) {
      throw Invalid.argument(
          "The part before the @ is not ASCII, and SES does not deliver to such addresses.");
    }
    if (localPart.length() > MAX_LOCAL_PART || !LOCAL_PART.matcher(localPart).matches()) {
      throw Invalid.argument(
          "The part before the @ is not a valid mailbox name. Use 1 to %s letters, digits and"
              + " symbols without spaces, brackets, commas and leading, trailing or double dots.",
          MAX_LOCAL_PART);
    }
    return localPart;
  }

  private static String asciiDomain(String domain) {
    if (JOINERS.matcher(domain).find()) {
      throw Invalid.argument(
          "The domain contains an invisible joiner, which old and new IDNA rules encode"
              + " differently. Use the domain in punycode (xn--…).");
    }
    String ascii;
    try {
      ascii =
          Stream.of(DOTS.split(domain, -1))
              .map(EmailAddress::asciiLabel)
              .collect(Collectors.joining("."));
    } catch (IllegalArgumentException e) {
      ascii = "";
    }
    if (ascii.length() > MAX_ADDRESS || !DOMAIN.matcher(ascii).matches()) {
      throw Invalid.argument(
          "The part after the @ is not a valid domain. Use labels of letters, digits and hyphens,"
              + " joined by dots, such as example.com.");
    }
    return ascii;
  }

  /** The JDK maps and encodes by IDNA2003, which differs from IDNA2008 in two visible letters. */
  private static String asciiLabel(String label) {
    String mapped = Normalizer.normalize(label.toLowerCase(Locale.ROOT), Normalizer.Form.NFKC);
    if (!DEVIATIONS.matcher(mapped).find()) {
      return IDN.toASCII(label, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
    }
    // The JDK checks the other letters of the label.
    IDN.toASCII(mapped, IDN.USE_STD3_ASCII_RULES);
    return Punycode.encode(mapped);
  }

  /** {@return the bare address, {@code local@domain}, all ASCII} */
  @JsonValue
  public String address() {
    return localPart + "@" + domain;
  }

  /** {@return the domain in lower case, in punycode where needed} */
  public String domain() {
    return domain;
  }

  /** {@return the display name as people read it, or empty} */
  public Optional<String> displayName() {
    return displayName;
  }

  /**
   * {@return the address as a header contains it: ASCII, fully escaped; a display name is quoted,
   * or encoded by RFC 2047 if it is not ASCII}
   */
  public String toHeaderValue() {
    return displayName.map(name -> encodeName(name) + " <" + address() + ">").orElse(address());
  }

  private static String encodeName(String name) {
    return HeaderText.needsEncoding(name)
        ? HeaderText.encodedWords(name)
        : '"' + name.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /** Two addresses are equal when both mailbox and display name are. */
  @Override
  public boolean equals(Object other) {
    return other instanceof EmailAddress that
        && that.localPart.equals(localPart)
        && that.domain.equals(domain)
        && that.displayName.equals(displayName);
  }

  @Override
  public int hashCode() {
    return Objects.hash(localPart, domain, displayName);
  }

  /** The address, masked: {@code a***@example.com}. */
  @Override
  public String toString() {
    return (localPart.length() > 1 ? localPart.substring(0, 1) : "") + "***@" + domain;
  }
}
