package com.healthmetrics.aws.testkit.contract;

import com.healthmetrics.aws.mail.EmailAddress;
import jakarta.mail.internet.MimeUtility;
import java.io.UnsupportedEncodingException;

/** Parses an address of a header, with a display name that may be encoded. */
final class WireAddress {
  private WireAddress() {}

  static EmailAddress parse(String headerValue) {
    try {
      return EmailAddress.parse(MimeUtility.decodeText(headerValue));
    } catch (UnsupportedEncodingException e) {
      throw new AssertionError(e);
    }
  }
}
