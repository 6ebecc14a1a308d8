package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.testkit.mail.ReceivedMail.Attachment;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The file that every virus scanner reports and that harms nobody: EICAR's test file, which begins
 * with a text of 68 characters and has at most 128. It is the only virus that LocalSes finds.
 */
final class Eicar {
  private static final int MAX_BYTES = 128;

  /** Joined at run time, so that no scanner reports this library. */
  private static final String TEXT =
      String.join("EICAR-STANDARD", "X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "-ANTIVIRUS-TEST-FILE!$H+H*");

  private Eicar() {}

  static boolean isIn(List<Attachment> attachments) {
    return attachments.stream().map(Attachment::bytes).anyMatch(Eicar::isEicar);
  }

  private static boolean isEicar(byte[] bytes) {
    return bytes.length <= MAX_BYTES
        && new String(bytes, StandardCharsets.ISO_8859_1).startsWith(TEXT);
  }
}
