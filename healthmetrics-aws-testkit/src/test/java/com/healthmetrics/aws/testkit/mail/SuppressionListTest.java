package com.healthmetrics.aws.testkit.mail;

import static com.healthmetrics.aws.testkit.mail.SesTestClient.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.SuppressionList.Suppression;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.ses.SesClient;
import software.amazon.awssdk.services.ses.model.SesException;
import software.amazon.awssdk.services.sesv2.SesV2Client;
import software.amazon.awssdk.services.sesv2.model.BadRequestException;
import software.amazon.awssdk.services.sesv2.model.ListSuppressedDestinationsResponse;
import software.amazon.awssdk.services.sesv2.model.NotFoundException;
import software.amazon.awssdk.services.sesv2.model.SesV2Exception;
import software.amazon.awssdk.services.sesv2.model.SuppressedDestination;
import software.amazon.awssdk.services.sesv2.model.SuppressedDestinationSummary;
import software.amazon.awssdk.services.sesv2.model.SuppressionListReason;
import software.amazon.awssdk.services.sesv2.model.TooManyRequestsException;

/** The suppression list of the account, and what it does to emails. */
class SuppressionListTest {
  private final LocalSes ses = LocalSes.builder().configurationSet("account-mail").start();
  private final SesV2Client client = SesTestClient.of(ses);

  @AfterEach
  void stop() {
    client.close();
    ses.close();
  }

  private String send(String... to) {
    return client
        .sendEmail(
            request()
                .configurationSetName("account-mail")
                .destination(d -> d.toAddresses(to))
                .build())
        .messageId();
  }

  private void suppress(String address) {
    ses.suppress(EmailAddress.of(address), new Suppression(Suppression.BOUNCE, Instant.EPOCH));
  }

  private void put(String address, SuppressionListReason reason) {
    client.putSuppressedDestination(r -> r.emailAddress(address).reason(reason));
  }

  @Test
  void acceptsAnEmailToASuppressedAddressAndDeliversItToNobody() {
    suppress("jo@example.org");
    String id = send("Jo <JO@example.org>");

    assertThat(EventJson.types(ses)).containsExactly("Send", "Bounce");
    EventJson bounce = EventJson.of(ses).get(1);
    assertThat(bounce.text("mail", "messageId")).isEqualTo(id);
    assertThat(bounce.text("bounce", "bounceType")).isEqualTo("Permanent");
    assertThat(bounce.text("bounce", "bounceSubType")).isEqualTo("OnAccountSuppressionList");
    assertThat(bounce.text("bounce", "bouncedRecipients", "0", "emailAddress"))
        .isEqualTo("JO@example.org");
    assertThat(ses.emails().get(0).deliveredTo()).isEmpty();
    assertThat(client.getAccount(r -> {}).sendQuota().sentLast24Hours()).isEqualTo(1);
    try (Mailbox mailbox = Mailbox.of(ses)) {
      mailbox.isEmpty().hasNoEmailTo("jo@example.org");
    }
  }

  @Test
  void deliversToTheOtherRecipients() {
    suppress("jo@example.org");
    send("jo@example.org", "al@example.org");
    assertThat(EventJson.types(ses)).containsExactly("Send", "Bounce", "Delivery");
    try (Mailbox mailbox = Mailbox.of(ses)) {
      mailbox.hasSize(1).hasNoEmailTo("jo@example.org").hasEmailTo("al@example.org");
    }
  }

  @Test
  void reportsAComplaintForAnAddressThatComplained() {
    put("jo@example.org", SuppressionListReason.COMPLAINT);
    send("jo@example.org");
    assertThat(EventJson.types(ses)).containsExactly("Send", "Complaint");
    assertThat(EventJson.of(ses).get(1).text("complaint", "complaintSubType"))
        .isEqualTo("OnAccountSuppressionList");
    assertThat(ses.emails().get(0).deliveredTo()).isEmpty();
  }

  @Test
  void deliversAgainOnceTheAddressIsReleased() {
    suppress("jo@example.org");
    client.deleteSuppressedDestination(r -> r.emailAddress("jo@example.org"));
    send("jo@example.org");
    assertThat(EventJson.types(ses)).containsExactly("Send", "Delivery");
  }

  @Test
  void reportsAnAddressWithItsReasonAndTime() {
    Instant before = Instant.now().minusMillis(1);
    put("Jo+news@example.org", SuppressionListReason.COMPLAINT);
    SuppressedDestination found =
        client
            .getSuppressedDestination(r -> r.emailAddress("Jo+news@example.org"))
            .suppressedDestination();
    assertThat(found.emailAddress()).isEqualTo("Jo+news@example.org");
    assertThat(found.reason()).isEqualTo(SuppressionListReason.COMPLAINT);
    assertThat(found.lastUpdateTime()).isBetween(before, Instant.now());
    put("Jo+news@example.org", SuppressionListReason.BOUNCE);
    assertThat(
            client
                .getSuppressedDestination(r -> r.emailAddress("Jo+news@example.org"))
                .suppressedDestination()
                .reason())
        .isEqualTo(SuppressionListReason.BOUNCE);
  }

  @Test
  void refusesAnEntryThatSesCannotHave() {
    EmailAddress jo = EmailAddress.of("jo@example.org");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ses.suppress(jo, new Suppression("bounce", Instant.EPOCH)))
        .withMessageContaining("BOUNCE or COMPLAINT");
    for (Instant since : List.of(Instant.EPOCH.minusNanos(1), Instant.MAX)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ses.suppress(jo, new Suppression(Suppression.BOUNCE, since)))
          .withMessageContaining("1970 to 9999");
    }
    assertThat(addresses(client.listSuppressedDestinations(r -> {}))).isEmpty();
  }

  @Test
  void doesNotFindAnAddressThatIsNotListedExactly() {
    suppress("jo@example.org");
    for (String address : List.of("al@example.org", "Jo@example.org")) {
      assertThatExceptionOfType(NotFoundException.class)
          .isThrownBy(() -> client.getSuppressedDestination(r -> r.emailAddress(address)))
          .withMessageContaining(address + " does not exist on your suppression list.")
          .satisfies(e -> assertThat(e.statusCode()).isEqualTo(404));
      assertThatExceptionOfType(NotFoundException.class)
          .isThrownBy(() -> client.deleteSuppressedDestination(r -> r.emailAddress(address)));
    }
  }

  @Test
  void listsPageByPageAndByReason() {
    put("a@example.org", SuppressionListReason.BOUNCE);
    put("b@example.org", SuppressionListReason.COMPLAINT);
    put("c@example.org", SuppressionListReason.BOUNCE);
    assertThat(addresses(client.listSuppressedDestinations(r -> {})))
        .containsExactly("a@example.org", "b@example.org", "c@example.org");
    assertThat(
            addresses(
                client.listSuppressedDestinations(r -> r.reasons(SuppressionListReason.BOUNCE))))
        .containsExactly("a@example.org", "c@example.org");
    List<String> paged = new ArrayList<>();
    client.listSuppressedDestinationsPaginator(r -> r.pageSize(2)).stream()
        .limit(3)
        .forEach(page -> paged.add(String.join(" ", addresses(page))));
    assertThat(paged).containsExactly("a@example.org b@example.org", "c@example.org");
  }

  private static List<String> addresses(ListSuppressedDestinationsResponse page) {
    return page.suppressedDestinationSummaries().stream()
        .map(SuppressedDestinationSummary::emailAddress)
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"jo", "Jo <jo@example.org>", "jo@example", "jo\r\n@example.org"})
  void refusesWhatIsNotABareAddress(String address) {
    assertThatExceptionOfType(BadRequestException.class)
        .isThrownBy(() -> put(address, SuppressionListReason.BOUNCE));
    assertThatExceptionOfType(BadRequestException.class)
        .isThrownBy(() -> client.getSuppressedDestination(r -> r.emailAddress(address)));
    assertThatExceptionOfType(BadRequestException.class)
        .isThrownBy(() -> client.deleteSuppressedDestination(r -> r.emailAddress(address)));
  }

  @Test
  void cannotFindAnAddressWithASlashAsSesCannot() {
    put("jo/al@example.org", SuppressionListReason.BOUNCE);
    assertThatExceptionOfType(BadRequestException.class)
        .isThrownBy(
            () -> client.deleteSuppressedDestination(r -> r.emailAddress("jo/al@example.org")));
  }

  @Test
  void refusesWhatItDoesNotRead() {
    assertThatExceptionOfType(BadRequestException.class)
        .isThrownBy(
            () ->
                client.putSuppressedDestination(
                    r -> r.emailAddress("jo@example.org").reason("OTHER")));
    assertThatExceptionOfType(BadRequestException.class)
        .isThrownBy(() -> client.listSuppressedDestinations(r -> r.startDate(Instant.EPOCH)))
        .withMessageContaining("StartDate is not supported");
    assertThatExceptionOfType(BadRequestException.class)
        .isThrownBy(() -> client.listSuppressedDestinations(r -> r.pageSize(1001)));
    assertThatExceptionOfType(SesV2Exception.class)
        .isThrownBy(() -> client.listSuppressedDestinations(r -> r.nextToken("*")))
        .satisfies(
            e ->
                assertThat(e.awsErrorDetails().errorCode()).isEqualTo("InvalidNextTokenException"));
  }

  @Test
  void failsForOneOperationAndLeavesSendsAlone() {
    suppress("jo@example.org");
    ses.failNext(SesFault.throttled().onlyFor("GetSuppressedDestination"));
    send("al@example.org");
    client.deleteSuppressedDestination(r -> r.emailAddress("jo@example.org"));
    assertThatExceptionOfType(TooManyRequestsException.class)
        .isThrownBy(() -> client.getSuppressedDestination(r -> r.emailAddress("jo@example.org")));
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(() -> client.getSuppressedDestination(r -> r.emailAddress("jo@example.org")));
    assertThat(ses.sendAttempts()).isEqualTo(1);
  }

  @Test
  void failsForOneOfTheOperationsThatSend() {
    ses.failNext(SesFault.throttled().onlyFor("SendRawEmail"));
    try (SesClient first = SesQueryClient.of(ses)) {
      first.sendEmail(SesQueryClient.request().build());
      assertThatExceptionOfType(SesException.class)
          .isThrownBy(
              () ->
                  first.sendRawEmail(
                      r ->
                          r.rawMessage(
                              m ->
                                  m.data(
                                      SdkBytes.fromUtf8String(
                                          "From: a@b.example\nTo: c@d.example\n\nHi")))))
          .satisfies(e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("Throttling"));
    }
    assertThat(ses.emails()).hasSize(1);
    assertThat(ses.sendAttempts()).isEqualTo(2);
  }

  @Test
  void leavesFaultsOfSendsToSends() {
    suppress("jo@example.org");
    ses.failNext(SesFault.throttled());
    client.getSuppressedDestination(r -> r.emailAddress("jo@example.org"));
    assertThatExceptionOfType(TooManyRequestsException.class)
        .isThrownBy(() -> send("al@example.org"));
  }

  @Test
  void losesTheResponseAlsoWhenTheAddressIsNotListed() {
    ses.failNext(
        SesFault.acceptThenStatus(502).onlyFor("GetSuppressedDestination"),
        SesFault.acceptThenStatus(502).onlyFor("DeleteSuppressedDestination"));
    for (Runnable request :
        List.<Runnable>of(
            () -> client.getSuppressedDestination(r -> r.emailAddress("jo@example.org")),
            () -> client.deleteSuppressedDestination(r -> r.emailAddress("jo@example.org")))) {
      assertThatExceptionOfType(SesV2Exception.class)
          .isThrownBy(request::run)
          .satisfies(e -> assertThat(e.statusCode()).isEqualTo(502));
      assertThatExceptionOfType(NotFoundException.class).isThrownBy(request::run);
    }
  }

  @Test
  void releasesAnAddressAndLosesTheResponse() {
    suppress("jo@example.org");
    ses.failNext(SesFault.acceptThenStatus(502).onlyFor("DeleteSuppressedDestination"));
    assertThatExceptionOfType(SesV2Exception.class)
        .isThrownBy(() -> client.deleteSuppressedDestination(r -> r.emailAddress("jo@example.org")))
        .satisfies(e -> assertThat(e.statusCode()).isEqualTo(502));
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(() -> client.getSuppressedDestination(r -> r.emailAddress("jo@example.org")));
  }

  @Test
  void refusesAFaultOfAnUnknownOperation() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SesFault.throttled().onlyFor("getSuppressedDestination"))
        .withMessageContaining("GetSuppressedDestination");
    assertThat(SesFault.throttled().onlyFor("SendEmail"))
        .hasToString("SesFault[throttled of SendEmail]");
  }

  @Test
  void deniesCredentialsWithoutThePermission() {
    try (LocalSes strict =
            LocalSes.builder()
                .denied("ses:GetSuppressedDestination", "ses:DeleteSuppressedDestination")
                .start();
        SesV2Client limited = SesTestClient.of(strict)) {
      assertThatExceptionOfType(SesV2Exception.class)
          .isThrownBy(() -> limited.getSuppressedDestination(r -> r.emailAddress("jo@example.org")))
          .withMessageContaining("not authorized to perform: ses:GetSuppressedDestination")
          .satisfies(e -> assertThat(e.statusCode()).isEqualTo(403));
      assertThatExceptionOfType(SesV2Exception.class)
          .isThrownBy(
              () -> limited.deleteSuppressedDestination(r -> r.emailAddress("jo@example.org")))
          .satisfies(e -> assertThat(e.statusCode()).isEqualTo(403));
      limited.listSuppressedDestinations(r -> {});
      limited.sendEmail(request().build());
    }
  }

  @Test
  void deniesSends() {
    try (LocalSes strict = LocalSes.builder().denied("ses:SendRawEmail").start();
        SesV2Client limited = SesTestClient.of(strict)) {
      limited.sendEmail(request().build());
      assertThatExceptionOfType(SesV2Exception.class)
          .isThrownBy(
              () ->
                  limited.sendEmail(
                      r ->
                          r.content(
                              c ->
                                  c.raw(
                                      m ->
                                          m.data(
                                              SdkBytes.fromUtf8String(
                                                  "From: a@b.example\nTo: c@d.example\n\nHi"))))))
          .withMessageContaining("ses:SendRawEmail");
      assertThat(strict.emails()).hasSize(1);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LocalSes.builder().denied("ses:ListIdentities"))
        .withMessageContaining("ses:GetAccount");
  }

  @Test
  void forgetsTheListWhenCleared() {
    suppress("jo@example.org");
    ses.clear();
    assertThat(addresses(client.listSuppressedDestinations(r -> {}))).isEmpty();
  }

  @Test
  void findsNoEmailInTheMailboxOfASuppressedAddress() {
    suppress("jo@example.org");
    send("jo@example.org");
    try (Mailbox mailbox = Mailbox.of(ses)) {
      Mailbox now = mailbox.within(Duration.ZERO);
      assertThatExceptionOfType(AssertionError.class)
          .isThrownBy(() -> now.hasEmailTo("jo@example.org"));
    }
  }
}
