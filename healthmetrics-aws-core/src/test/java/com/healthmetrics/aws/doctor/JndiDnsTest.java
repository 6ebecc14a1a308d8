package com.healthmetrics.aws.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Looking up DNS records with the JDK's client, at a server that speaks DNS. */
class JndiDnsTest {
  /** For what responds, also on a busy machine. */
  private static final Duration PATIENT = Duration.ofMinutes(1);

  private DnsServer server;
  private JndiDns dns;

  @BeforeEach
  void start() throws IOException {
    server = new DnsServer();
    dns = new JndiDns(server.url(), PATIENT);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  @Test
  void findsAnAliasWithoutItsTrailingDot() throws Exception {
    server.alias("token._domainkey.example.com", "token.dkim.amazonses.com");

    assertThat(dns.find("token._domainkey.example.com", "CNAME"))
        .containsExactly("token.dkim.amazonses.com");
  }

  @Test
  void findsMailServersWithTheirPreference() throws Exception {
    server
        .mailServer("bounce.example.com", 10, "feedback-smtp.eu-central-1.amazonses.com")
        .mailServer("bounce.example.com", 20, "mail.example.com");

    assertThat(dns.find("bounce.example.com", "MX"))
        .containsExactlyInAnyOrder(
            "10 feedback-smtp.eu-central-1.amazonses.com", "20 mail.example.com");
  }

  @Test
  void joinsTheStringsOfATextWithoutASpace() throws Exception {
    server
        .text("bounce.example.com", "v=spf1 include:amazon", "ses.com -all")
        .text("key.example.com", "v=DKIM1;p=AAAA", "BBBB", "", "CCCC==")
        .text("odd.example.com", "a\"b\\", "c d", "\"");

    assertThat(dns.find("bounce.example.com", "TXT"))
        .containsExactly("v=spf1 include:amazonses.com -all");
    assertThat(dns.find("key.example.com", "TXT")).containsExactly("v=DKIM1;p=AAAABBBBCCCC==");
    assertThat(dns.find("odd.example.com", "TXT")).containsExactly("a\"b\\c d\"");
  }

  @Test
  void findsEachTextOfAName() throws Exception {
    server.text("example.com", "v=spf1 -all").text("example.com", "google-site-verification=1");

    assertThat(dns.find("example.com", "TXT"))
        .containsExactlyInAnyOrder("v=spf1 -all", "google-site-verification=1");
  }

  @Test
  void asksByTcpForWhatDoesNotFitIntoADatagram() throws Exception {
    String key = "p=" + "A".repeat(250);
    server.text("key.example.com", key, key, key);

    assertThat(dns.find("key.example.com", "TXT")).containsExactly(key + key + key);
  }

  @Test
  void findsNothingUnderAnUnknownNameAndNothingOfAnotherType() throws Exception {
    server.text("example.com", "v=spf1 -all");

    assertThat(dns.find("missing.example.com", "TXT")).isEmpty();
    assertThat(dns.find("example.com", "MX")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"2, DNS server failure", "4, DNS operation not supported", "5, DNS service refused"})
  void takesAFailureOfTheServerForNoResponse(int code, String reason) {
    server.failing("example.com", code);

    assertThatExceptionOfType(DnsUnavailableException.class)
        .isThrownBy(() -> dns.find("example.com", "TXT"))
        .withMessageStartingWith(
            "DNS gave no usable response for the TXT records of example.com (" + reason)
        .withMessageContaining("Check this machine's DNS servers");
  }

  @Test
  void asksTwiceAndThenTakesSilenceForNoResponse() throws InterruptedException {
    server.silent("example.com");
    JndiDns impatient = new JndiDns(server.url(), Duration.ofMillis(100));

    assertThatExceptionOfType(DnsUnavailableException.class)
        .isThrownBy(() -> impatient.find("example.com", "TXT"))
        .withMessageContaining(
            "DNS gave no usable response for the TXT records of example.com (SocketTimeoutException)");
    // Newer JDKs ask once more, for what is left of the time.
    assertThat(server.questions(2)).hasSizeBetween(2, 3).containsOnly("example.com");
  }

  @Test
  void takesAMachineWithoutAServerForNoResponse() {
    // Not the port of a server that was closed: another test's may have it by now.
    JndiDns impatient = new JndiDns("dns://127.0.0.1:1", Duration.ofMillis(100));

    assertThatExceptionOfType(DnsUnavailableException.class)
        .isThrownBy(() -> impatient.find("example.com", "TXT"))
        .withMessageContaining("DNS gave no usable response for the TXT records of example.com");
  }

  @ParameterizedTest
  @DisplayName("never lets JNDI see what it would take for a URL or for another name")
  @ValueSource(
      strings = {
        "ldap://127.0.0.1/o=x",
        "dns:example.com",
        "example.com/other",
        "example.com.",
        "a..b",
        "",
        "a b",
        "a\\b.example"
      })
  void refusesWhatIsNoName(String name) {
    assertThatExceptionOfType(DnsUnavailableException.class)
        .isThrownBy(() -> dns.find(name, "TXT"))
        .withMessageContaining("is not one that DNS has");
    assertThat(server.questions()).isEmpty();
  }

  @Test
  void measuresANameBeforeItMatchesIt() {
    assertThatExceptionOfType(DnsUnavailableException.class)
        .isThrownBy(() -> dns.find("a.".repeat(200) + "example", "TXT"))
        .withMessageContaining("407 characters");
  }

  /** What the doctor does in a run-time image. */
  static final class Application {
    public static void main(String[] args) {
      try {
        System.out.println(new JndiDns(args[0], PATIENT).find("example.com", "TXT"));
      } catch (DnsUnavailableException e) {
        System.out.println(e.reason());
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "java.base | This Java runtime has no JNDI",
        "java.base,java.naming | This Java runtime has no client of DNS. Add the module jdk.naming.dns",
        "java.base,java.naming,jdk.naming.dns | [v=spf1 -all]"
      })
  void namesTheModuleThatARunTimeImageLacks(String modules, String output) throws Exception {
    server.text("example.com", "v=spf1 -all");
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "--limit-modules",
                    modules,
                    "-cp",
                    System.getProperty("java.class.path"),
                    Application.class.getName(),
                    server.url()))
            .redirectErrorStream(true)
            .start();
    String printed = new String(process.getInputStream().readAllBytes());

    assertThat(process.waitFor()).as(printed).isZero();
    assertThat(printed).contains(output);
  }
}
