package com.healthmetrics.aws.testkit.deliverability;

import com.healthmetrics.aws.testkit.TestKeys;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import org.apache.james.jdkim.DKIMSigner;
import org.apache.james.jdkim.exceptions.FailException;

/**
 * What SES does with an email after it accepted it: it signs with Easy DKIM and delivers it from
 * one of its hosts, here with a key of the test.
 *
 * <p>Source: Amazon SES Developer Guide, "Easy DKIM in Amazon SES" and "Using a custom MAIL FROM
 * domain". Which headers SES signs is not documented; these are the ones of RFC 6376, section
 * 5.4.1, that an email from here has.
 */
public final class SendingHost {
  /** In the range that amazonses.com's SPF record permits. */
  public static final String IP = "54.240.8.10";

  public static final String NAME = "a8-10.smtp-out.eu-central-1.amazonses.com";

  private static final String SIGNED =
      "from:to:subject:date:message-id:mime-version:content-type:auto-submitted";

  private SendingHost() {}

  /** The value of the record that a DKIM token's CNAME leads to. */
  public static String publicKeyRecord() {
    return "p=" + Base64.getEncoder().encodeToString(TestKeys.RSA.getPublic().getEncoded());
  }

  /** The email with SES's signature for an identity. */
  public static byte[] sign(byte[] message, String domain, String token) {
    String template =
        "v=1; a=rsa-sha256; q=dns/txt; c=relaxed/simple; s=%s; d=%s; h=%s; bh=; b=;"
            .formatted(token, domain, SIGNED);
    try {
      String signature =
          new DKIMSigner(template, TestKeys.RSA.getPrivate())
              .sign(new ByteArrayInputStream(message));
      return join(signature.replaceAll("; ", ";\r\n\t") + "\r\n", message);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (FailException e) {
      throw new AssertionError(e);
    }
  }

  /** The email as the recipient's server stores it, with what it knows of the delivery. */
  public static byte[] received(byte[] message, String mailFrom, String to) {
    String now = DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC));
    return join(
        """
        Return-Path: <%s>
        Received: from %s (%s [%s])
        \tby mx.receiver.example (Postfix) with ESMTPS id 4Zx9Yw1q2Rz
        \tfor <%s>; %s
        """
            .formatted(mailFrom, NAME, NAME, IP, to, now)
            .replace("\n", "\r\n"),
        message);
  }

  private static byte[] join(String head, byte[] message) {
    byte[] first = head.getBytes(StandardCharsets.US_ASCII);
    byte[] joined = new byte[first.length + message.length];
    System.arraycopy(first, 0, joined, 0, first.length);
    System.arraycopy(message, 0, joined, first.length, message.length);
    return joined;
  }
}
