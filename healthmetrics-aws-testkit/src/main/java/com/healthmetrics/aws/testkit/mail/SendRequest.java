package com.healthmetrics.aws.testkit.mail;

import java.util.List;
import java.util.Optional;

/**
 * What a request asks to send, in whichever protocol it arrived: read, and not judged yet.
 *
 * @param from the sender; a raw mail may leave it to its header
 * @param to the To recipients
 * @param cc the Cc recipients
 * @param bcc the Bcc recipients
 * @param replyTo where answers go
 * @param tags in the order of the request
 * @param configurationSet the set to send through
 * @param content what the mail says
 * @param maxBytes how large a mail this protocol carries
 */
record SendRequest(
    Optional<String> from,
    List<String> to,
    List<String> cc,
    List<String> bcc,
    List<String> replyTo,
    List<Pair> tags,
    Optional<String> configurationSet,
    Content content,
    int maxBytes) {

  /** A header or a tag. */
  record Pair(String name, String value) {}

  /** Text and the character set it claims. */
  record Text(String data, Optional<String> charset) {}

  /** What a mail says. */
  sealed interface Content permits Simple, Raw {}

  /** Parts that SES itself makes a mail of. */
  record Simple(
      Optional<Text> subject,
      Optional<Text> text,
      Optional<Text> html,
      List<Pair> headers,
      List<Attached> attachments)
      implements Content {}

  /**
   * A finished mail.
   *
   * @param mime its bytes
   * @param recipients of the first API, which does not sort them
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on in here, never compared
  record Raw(byte[] mime, List<String> recipients) implements Content {}

  /**
   * A file as the API v2 describes it.
   *
   * @param fileName its name
   * @param bytes decoded
   * @param mediaType its type
   * @param disposition {@code ATTACHMENT} or {@code INLINE}
   * @param contentId what html calls it
   * @param description what it holds
   * @param transferEncoding how it travels
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on in here, never compared
  record Attached(
      String fileName,
      byte[] bytes,
      Optional<String> mediaType,
      Optional<String> disposition,
      Optional<String> contentId,
      Optional<String> description,
      Optional<String> transferEncoding) {}
}
