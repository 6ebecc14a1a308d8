package com.healthmetrics.aws.testkit.mail;

import java.util.List;
import java.util.Optional;

/**
 * The send of a request in either protocol: parsed, not checked yet.
 *
 * @param from the sender; a raw email may have it in its header only
 * @param to the To recipients
 * @param cc the Cc recipients
 * @param bcc the Bcc recipients
 * @param replyTo the Reply-To addresses
 * @param feedback where bounces and complaints are forwarded
 * @param arns the identities that the request names by ARN
 * @param tags in the order of the request
 * @param configurationSet the configuration set
 * @param content the content
 * @param maxBytes the size limit of the protocol
 */
record SendRequest(
    Optional<String> from,
    List<String> to,
    List<String> cc,
    List<String> bcc,
    List<String> replyTo,
    Optional<String> feedback,
    Arns arns,
    List<Pair> tags,
    Optional<String> configurationSet,
    Content content,
    int maxBytes) {

  /**
   * The ARNs of the identities that permit the addresses of a request.
   *
   * @param source for the sender of the request
   * @param from for the {@code From} of a raw email, where it differs
   * @param feedback for the address of {@code feedback} or {@code Return-Path}
   */
  record Arns(Optional<String> source, Optional<String> from, Optional<String> feedback) {}

  /** A header or a tag. */
  record Pair(String name, String value) {}

  /** Text and the character set it claims. */
  record Text(String data, Optional<String> charset) {}

  /** The content of an email. */
  sealed interface Content permits Simple, Raw {}

  /** Parts that SES composes a message of. */
  record Simple(
      Optional<Text> subject,
      Optional<Text> text,
      Optional<Text> html,
      List<Pair> headers,
      List<Attached> attachments)
      implements Content {}

  /**
   * A complete message.
   *
   * @param mime its bytes
   * @param recipients of the API v1, which does not separate To, Cc and Bcc
   */
  @SuppressWarnings("ArrayRecordComponent") // passed on internally, never compared
  record Raw(byte[] mime, List<String> recipients) implements Content {}

  /**
   * A file as the API v2 describes it.
   *
   * @param fileName its name
   * @param bytes decoded
   * @param mediaType its type
   * @param disposition {@code ATTACHMENT} or {@code INLINE}
   * @param contentId its content id
   * @param description its description
   * @param transferEncoding its transfer encoding
   */
  @SuppressWarnings("ArrayRecordComponent") // passed on internally, never compared
  record Attached(
      String fileName,
      byte[] bytes,
      Optional<String> mediaType,
      Optional<String> disposition,
      Optional<String> contentId,
      Optional<String> description,
      Optional<String> transferEncoding) {}
}
