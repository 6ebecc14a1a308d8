package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is not an event is refused, with what it is instead, and without its content. */
class MailEventRefusalTest {
  private static final int MUTATIONS = 20_000;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``                          | the text ends too early, at character 0
          hello                       | expected a value, at character 0
          Successfully validated      | expected a value, at character 0
          [{"eventType":"Send"}]      | it is JSON, but not an object
          "Send"                      | it is JSON, but not an object
          {"eventType":"Send"} {}     | only white space may follow the value, at character 21
          {"eventType":"a","eventType":"b"} | a name appears twice in an object, at character 17
          {}                          | it has no eventType
          {"eventType":null}          | it has no eventType
          {"Records":[{"eventSource":"aws:s3"}]} | it has no eventType
          {"eventType":1,"mail":{"messageId":"1"}} | eventType is not a string
          {"eventType":"Send"}        | mail is missing
          {"eventType":"Send","mail":{"timestamp":"2026-08-05T00:00:00Z"}} | messageId is missing
          {"eventType":"Send","mail":{"timestamp":"2026-08-05T00:00:00Z","messageId":1}} | messageId is not a string
          {"eventType":"Send","mail":{"timestamp":"2026-08-05T00:00:00Z","messageId":""}} | messageId is not 1 to 255 visible ASCII characters
          {"eventType":"Send","mail":{"timestamp":"2026-08-05T00:00:00Z","messageId":"a\\nb"}} | messageId is not 1 to 255 visible ASCII characters
          {"eventType":"Send","mail":{"messageId":"1"}} | timestamp is missing
          {"eventType":"Send","mail":{"messageId":"1","timestamp":"yesterday"}} | timestamp is not a time by ISO 8601
          {"eventType":"Send","mail":{"timestamp":"2026-08-05T00:00:00Z","messageId":"1","tags":[]}} | tags is not an object
          {"eventType":"Send","mail":{"timestamp":"2026-08-05T00:00:00Z","messageId":"1","tags":{"ada@example.com":"b"}}} | tags has a member that is not an array of strings
          {"eventType":"Send","mail":{"messageId":"1","destination":[{}]}} | destination is not an array of strings
          {"eventType":"Bounce","mail":{"messageId":"1"}} | bounce is missing
          {"eventType":"Click","mail":{"timestamp":"2026-08-05T00:00:00Z","messageId":"1"},"click":{"timestamp":"2026-08-05T00:00:00Z"}} | link is missing
          {"Type":"Notification"}     | Message is missing
          {"Type":1}                  | Type is not a string
          {"Type":"Notification","Message":"hello"} | expected a value, at character 0
          {"Type":"Notification","Message":"{}"} | it has no eventType
          {"Type":"Delivery"}         | its Type is none of SNS's
          {"Type":"UnsubscribeConfirmation","Token":"t0ken"} | SNS reports that a subscription ended. Subscribe again
          {"detail-type":"Email Sent","source":"aws.ses"} | detail is missing
          {"detail-type":"Email Sent","source":"aws.ses","detail":{}} | it has no eventType
          """)
  void namesWhatAMessageLacks(String message, String problem) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MailEvent.parse(message))
        .withMessage("The message is not an event of SES's event publishing: " + problem + ".")
        .withNoCause();
  }

  @Test
  void namesWhatAMessageIsInstead() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MailEvent.parse("{\"notificationType\":\"Bounce\",\"mail\":{}}"))
        .withMessageContaining("notification of an identity")
        .withMessageContaining("Publish events of a configuration set instead.");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                MailEvent.parse(
                    "{\"Type\":\"SubscriptionConfirmation\",\"SubscribeURL\":\"https://a\"}"))
        .withMessageContaining("SNS asks to confirm a subscription.");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> MailEvent.parse("{\"detail-type\":\"a\",\"source\":\"aws.s3\",\"detail\":{}}"))
        .withMessageContaining("another source than aws.ses.");
  }

  @Test
  void measuresAMessageBeforeReadingIt() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MailEvent.parse("[".repeat(1_048_577)))
        .withMessageContaining("it has 1048577 characters, but SNS and SQS transport at most");
    assertThat(MailEvent.parse(EventSamples.read("send") + " ".repeat(1_000_000))).isPresent();
  }

  @Test
  void acceptsNoNull() {
    assertThatNullPointerException().isThrownBy(() -> MailEvent.parse(null));
  }

  static Stream<String> samples() {
    return EventSamples.all();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void refusesASampleThatEndsAnywhere(String name) {
    String sample = EventSamples.read(name).strip();
    for (int end = 0; end < sample.length(); end++) {
      assertRefused(sample.substring(0, end));
    }
  }

  private static void assertRefused(String message) {
    assertThat(outcome(message)).as(message).isEmpty();
  }

  @Test
  void readsOrRefusesWhateverHappensToASample() {
    Random random = new Random(Long.getLong("random.seed", 1));
    String[] samples = EventSamples.all().map(EventSamples::read).toArray(String[]::new);
    int read = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      StringBuilder message = new StringBuilder(samples[random.nextInt(samples.length)]);
      for (int change = random.nextInt(3); change >= 0; change--) {
        mutate(message, random);
      }
      read += outcome(message.toString()).isPresent() ? 1 : 0;
    }
    assertThat(read).as("both kinds").isBetween(MUTATIONS / 20, MUTATIONS * 19 / 20);
  }

  /** Replaces a character, removes some, or repeats them elsewhere. */
  private static void mutate(StringBuilder message, Random random) {
    int from = random.nextInt(message.length());
    int to = Math.min(message.length(), from + random.nextInt(40));
    switch (random.nextInt(3)) {
      case 0 -> message.setCharAt(from, (char) random.nextInt(random.nextBoolean() ? 128 : 65_536));
      case 1 -> message.delete(from, to);
      default -> message.insert(random.nextInt(message.length()), message.substring(from, to));
    }
    if (message.isEmpty()) {
      message.append('{');
    }
  }

  /** The event, or empty if the message was refused. */
  private static Optional<MailEvent> outcome(String message) {
    MailEvent[] event = new MailEvent[1];
    Throwable failure = catchThrowable(() -> event[0] = MailEvent.parse(message).orElseThrow());
    if (failure == null) {
      assertThat(event[0].toString()).as(message).doesNotContain("ada@example.com", "t0ken");
      return Optional.of(event[0]);
    }
    assertThat(failure)
        .as(message)
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("The message is not an event of SES's event publishing: ")
        .hasMessageNotContainingAny("ada@example.com", "t0ken");
    return Optional.empty();
  }

  @Test
  void refusesNullByTheNameOfItsParameter() {
    assertThatNullPointerException().isThrownBy(() -> MailEvent.parse(null)).withMessage("json");
  }
}
