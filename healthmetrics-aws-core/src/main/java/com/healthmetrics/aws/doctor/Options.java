package com.healthmetrics.aws.doctor;

import com.healthmetrics.aws.internal.Checks;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.storage.UploadPolicy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** The options of the command line. */
record Options(
    boolean help,
    boolean json,
    boolean send,
    Optional<EmailAddress> suppression,
    String publicPrefix,
    String privatePrefix) {

  static final String USAGE =
      """
      Checks this environment: uploads to S3, pictures through CloudFront, email through SES.

        --json                   write the report as JSON
        --send                   send one email to SES's mailbox simulator
        --suppression ADDRESS    look up whether SES suppresses an address
        --public-prefix PREFIX   where public pictures are uploaded. Default: avatars/
        --private-prefix PREFIX  where private pictures are uploaded. Default: progress-photos/
        --help                   write this text

      Settings and credentials come from the environment, as for the application.
      Exit status: 0 nothing failed, 1 something failed, 2 arguments or environment cannot be used.""";

  /**
   * Reads the options.
   *
   * @throws IllegalArgumentException if one is unknown, lacks its value or has a wrong one; the
   *     message says so
   */
  static Options parse(String... arguments) {
    Deque<String> rest = new ArrayDeque<>(List.of(arguments));
    boolean help = false;
    boolean json = false;
    boolean send = false;
    Optional<EmailAddress> suppression = Optional.empty();
    String publicPrefix = UploadPolicy.avatars().keyPrefix();
    String privatePrefix = UploadPolicy.progressPhotos().keyPrefix();
    while (!rest.isEmpty()) {
      String option = rest.pop();
      switch (option) {
        case "--help" -> help = true;
        case "--json" -> json = true;
        case "--send" -> send = true;
        case "--suppression" -> suppression = Optional.of(EmailAddress.of(value(option, rest)));
        case "--public-prefix" -> publicPrefix = prefix(value(option, rest));
        case "--private-prefix" -> privatePrefix = prefix(value(option, rest));
        default -> throw new IllegalArgumentException(Checks.quote(option) + " is not an option.");
      }
    }
    return new Options(help, json, send, suppression, publicPrefix, privatePrefix);
  }

  private static String value(String option, Deque<String> rest) {
    if (rest.isEmpty()) {
      throw new IllegalArgumentException(option + " has no value.");
    }
    return rest.pop();
  }

  private static String prefix(String text) {
    // Checks its form.
    UploadPolicy.builder().keyPrefix(text);
    return text;
  }
}
