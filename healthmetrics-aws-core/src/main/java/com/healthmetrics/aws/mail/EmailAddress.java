package com.healthmetrics.aws.mail;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.healthmetrics.aws.internal.Checks;
import com.healthmetrics.aws.internal.Punycode;
import com.healthmetrics.aws.mail.EmailAddress.InvalidAddressException.Reason;
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
  private static final Pattern LOCAL_PART_CHARACTERS =
      Pattern.compile("[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]++");
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
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
   * Thrown when a text is not an email address that SES can deliver to. The message is English and
   * for developers; {@link #reason()} selects the text that a user reads, in the user's language.
   *
   * <p>Neither contains any part of the address. Thread-safe.
   */
  public static final class InvalidAddressException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** What is wrong with the text; the first mistake if there are several. */
    public enum Reason {
      /** It is empty, or only spaces. */
      BLANK,
      /** The address has more than 254 characters, or more than 64 before the @. */
      TOO_LONG,
      /** It contains a line break or another control character. */
      CONTROL_CHARACTER,
      /** It has angle brackets where only a bare address is allowed, or one without its other. */
      ANGLE_BRACKETS,
      /** The display name is too long or contains what an email cannot carry. */
      DISPLAY_NAME_INVALID,
      /** It has no @. */
      AT_MISSING,
      /** It has more than one @, as several addresses have. */
      SEVERAL_ATS,
      /** It contains a space. */
      SPACE,
      /** Nothing is before the @. */
      LOCAL_PART_MISSING,
      /** The part before the @ contains a letter beyond ASCII, which SES cannot deliver to. */
      LOCAL_PART_NOT_ASCII,
      /** The part before the @ begins or ends with a dot, or contains two in a row. */
      LOCAL_PART_DOTS,
      /**
       * The part before the @ contains a character that is not allowed, such as a comma, or {@code
       * =?}, which readers of email may decode.
       */
      LOCAL_PART_CHARACTER,
      /** Nothing is after the @. */
      DOMAIN_MISSING,
      /** The part after the @ has no dot, so that its ending, such as {@code .com}, is missing. */
      DOMAIN_ENDING_MISSING,
      /** The part after the @ contains an invisible joiner; only its punycode is unambiguous. */
      DOMAIN_AMBIGUOUS,
      /** The part after the @ is not the name of a domain for another reason. */
      DOMAIN_INVALID
    }

    /** The reason; an enum constant, so it survives serialization. */
    private final Reason reason;

    private InvalidAddressException(Reason reason, String message, Object... values) {
      super(message.formatted(values));
      this.reason = reason;
    }

    /** {@return what is wrong with the text} */
    public Reason reason() {
      return reason;
    }
  }

  /**
   * Parses a bare address, such as a user types.
   *
   * <p>A display name is refused here: it would let anybody put words into your emails.
   *
   * @param address {@code ada@example.com}
   * @return the address, without a display name
   * @throws InvalidAddressException if it is not an address that SES accepts
   */
  @JsonCreator
  public static EmailAddress of(String address) {
    requireMeasured(address, MAX_TYPED);
    requireOneLine(address);
    String bare = address.strip();
    if (bare.isEmpty()) {
      throw invalid(Reason.BLANK, "The email address is blank. Use name@domain.");
    }
    if (bare.indexOf('<') >= 0) {
      throw invalid(
          Reason.ANGLE_BRACKETS,
          "The email address has a display name or angle brackets. Use only the part between"
              + " them, name@domain.");
    }
    int at = bare.lastIndexOf('@');
    if (at < 0) {
      throw invalid(Reason.AT_MISSING, "The email address has no @. Use name@domain.");
    }
    if (bare.indexOf('@') < at) {
      throw invalid(Reason.SEVERAL_ATS, "The email address has more than one @. Use one address.");
    }
    requireNoSpace(bare);
    String localPart = checkLocalPart(bare.substring(0, at));
    String domain = asciiDomain(bare.substring(at + 1));
    requireLength(localPart.length() + 1 + domain.length());
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
   * @throws InvalidAddressException as for {@link #of}
   */
  public static EmailAddress valueOf(String address) {
    return of(address);
  }

  /**
   * Parses an address with or without a display name, such as a setting.
   *
   * @param text {@code ada@example.com} or {@code Ada Lovelace <ada@example.com>}
   * @return the address
   * @throws InvalidAddressException if it is not an address that SES accepts
   */
  public static EmailAddress parse(String text) {
    // A quoted name has a backslash before each character.
    requireMeasured(text, MAX_TYPED + 2 * MAX_NAME);
    requireOneLine(text);
    Matcher named = WITH_NAME.matcher(text.strip());
    if (!named.matches()) {
      return of(text);
    }
    EmailAddress address = of(named.group("address"));
    String name = unquote(named.group("name").strip());
    if (name.isEmpty()) {
      return address;
    }
    try {
      return address.withDisplayName(name);
    } catch (IllegalArgumentException e) {
      throw invalid(Reason.DISPLAY_NAME_INVALID, "%s", String.valueOf(e.getMessage()));
    }
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

  private static InvalidAddressException invalid(Reason reason, String format, Object... values) {
    return new InvalidAddressException(reason, format, values);
  }

  private static void requireMeasured(String text, int limit) {
    if (text.length() > limit) {
      throw invalid(
          Reason.TOO_LONG,
          "The email address has %s characters. Use at most %s, and %s for a display name.",
          text.length(),
          MAX_ADDRESS,
          MAX_NAME);
    }
  }

  private static void requireLength(int length) {
    if (length > MAX_ADDRESS) {
      throw invalid(
          Reason.TOO_LONG, "The email address is longer than %s characters.", MAX_ADDRESS);
    }
  }

  private static void requireOneLine(String text) {
    int unsafe = Checks.indexOfUnsafeCharacter(text);
    if (unsafe >= 0) {
      throw invalid(
          Reason.CONTROL_CHARACTER,
          "The email address contains %s; line breaks and other control characters are not"
              + " allowed.",
          Checks.describeCharacter(text, unsafe));
    }
  }

  private static void requireNoSpace(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSpaceChar(text.charAt(i))) {
        throw invalid(Reason.SPACE, "The email address contains a space. Leave it out.");
      }
    }
  }

  private static String unquote(String name) {
    boolean quoted = name.length() >= 2 && name.startsWith("\"") && name.endsWith("\"");
    return quoted ? name.substring(1, name.length() - 1).replaceAll("\\\\(.)", "$1") : name;
  }

  private static String checkLocalPart(String localPart) {
    if (localPart.isEmpty()) {
      throw invalid(Reason.LOCAL_PART_MISSING, "Nothing is before the @. Use name@domain.");
    }
    if (localPart.length() > MAX_LOCAL_PART) {
      throw invalid(
          Reason.TOO_LONG,
          "The part before the @ has %s characters. Use at most %s.",
          localPart.length(),
          MAX_LOCAL_PART);
    }
    if (!Checks.isAscii(localPart)) {
      throw invalid(
          Reason.LOCAL_PART_NOT_ASCII,
          "The part before the @ is not ASCII, and SES does not deliver to such addresses.");
    }
    if (!LOCAL_PART.matcher(localPart).matches()) {
      throw LOCAL_PART_CHARACTERS.matcher(localPart).matches()
          ? invalid(
              Reason.LOCAL_PART_DOTS,
              "The part before the @ has a leading, trailing or double dot. Leave it out.")
          : invalid(
              Reason.LOCAL_PART_CHARACTER,
              "The part before the @ contains a bracket, a comma, a quotation mark or another"
                  + " character that is not allowed. Use letters, digits, dots and"
                  + " !#$%%&'*+/=?^_`{|}~-.");
    }
    if (HeaderText.beginsEncodedWord(localPart)) {
      throw invalid(
          Reason.LOCAL_PART_CHARACTER,
          "The part before the @ contains =?, from which readers of email may decode line breaks"
              + " and further headers. Use the address without it.");
    }
    return localPart;
  }

  private static String asciiDomain(String domain) {
    if (domain.isEmpty()) {
      throw invalid(Reason.DOMAIN_MISSING, "Nothing is after the @. Use name@domain.");
    }
    String ascii = Checks.isAscii(domain) ? domain.toLowerCase(Locale.ROOT) : punycode(domain);
    requireLength(ascii.length());
    if (!DOMAIN.matcher(ascii).matches()) {
      throw LABEL.matcher(ascii).matches()
          ? invalid(
              Reason.DOMAIN_ENDING_MISSING,
              "The part after the @ has no ending. Use a domain such as example.com.")
          : invalid(
              Reason.DOMAIN_INVALID,
              "The part after the @ is not a valid domain. Use labels of letters, digits and"
                  + " hyphens, joined by dots, such as example.com.");
    }
    return ascii;
  }

  /** A domain in other scripts; empty if it is not one. */
  private static String punycode(String domain) {
    if (JOINERS.matcher(domain).find()) {
      throw invalid(
          Reason.DOMAIN_AMBIGUOUS,
          "The domain contains an invisible joiner, which old and new IDNA rules encode"
              + " differently. Use the domain in punycode (xn--…).");
    }
    try {
      return Stream.of(DOTS.split(domain, -1))
          .map(EmailAddress::asciiLabel)
          .collect(Collectors.joining("."));
    } catch (IllegalArgumentException e) {
      return "";
    }
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
