package com.healthmetrics.aws.testkit.deliverability;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.james.jdkim.DKIMVerifier;
import org.apache.james.jdkim.api.Result;
import org.apache.james.jdkim.api.SignatureRecord;
import org.apache.james.jdkim.exceptions.FailException;
import org.apache.james.jspf.core.DNSRequest;
import org.apache.james.jspf.core.DNSService;
import org.apache.james.jspf.impl.SPF;

/**
 * Evaluates DKIM, SPF and DMARC of a delivery as a receiver does.
 *
 * <p>Sources: RFC 6376, RFC 7208, RFC 7489; the organizational domain is found by the tree walk of
 * DMARCbis, which needs no list of public suffixes.
 */
public final class DmarcCheck {
  private final RecordedDns dns;

  public DmarcCheck(RecordedDns dns) {
    this.dns = dns;
  }

  /**
   * The result for one delivery.
   *
   * @param dkim the domains of the signatures that are valid
   * @param spf pass, fail and the like
   * @param policy the p of the DMARC record; empty if there is none
   * @param aligned the mechanisms that pass with a domain that is aligned with that of the sender
   */
  public record Outcome(
      List<String> dkim, String spf, Optional<String> policy, List<String> aligned) {
    public boolean passes() {
      return policy.isPresent() && !aligned.isEmpty();
    }
  }

  /**
   * Evaluates an email that {@link SendingHost} delivers.
   *
   * @param message with its signatures
   * @param from the domain in the header From
   * @param mailFrom the domain of the envelope's sender
   */
  public Outcome of(byte[] message, String from, String mailFrom) {
    List<String> dkim = validSignatures(message);
    String spf =
        new SPF(new Records())
            .checkSPF(SendingHost.IP, "bounce@" + mailFrom, SendingHost.NAME)
            .getResult();
    Optional<Map<String, String>> record =
        Stream.of(from, organization(from)).flatMap(domain -> dmarc(domain).stream()).findFirst();
    List<String> aligned = new ArrayList<>();
    if (dkim.stream().anyMatch(domain -> aligned(domain, from, record, "adkim"))) {
      aligned.add("DKIM");
    }
    if (spf.equals("pass") && aligned(mailFrom, from, record, "aspf")) {
      aligned.add("SPF");
    }
    return new Outcome(
        dkim, spf, record.map(tags -> tags.getOrDefault("p", "")), List.copyOf(aligned));
  }

  private boolean aligned(
      String domain, String from, Optional<Map<String, String>> record, String mode) {
    boolean strict = record.map(tags -> tags.get(mode)).filter("s"::equals).isPresent();
    return domain.equals(from) || !strict && organization(domain).equals(organization(from));
  }

  /** The shortest of a domain and its parents that has a DMARC record, or else the domain. */
  private String organization(String domain) {
    return Stream.iterate(
            domain, name -> name.contains("."), name -> name.substring(name.indexOf('.') + 1))
        .filter(name -> dmarc(name).isPresent())
        .reduce((longer, shorter) -> shorter)
        .orElse(domain);
  }

  private Optional<Map<String, String>> dmarc(String domain) {
    return dns.values("_dmarc." + domain, "TXT").stream()
        .filter(value -> value.startsWith("v=DMARC1"))
        .findFirst()
        .map(
            value ->
                Stream.of(value.split(";"))
                    .map(tag -> tag.strip().split("=", 2))
                    .filter(tag -> tag.length == 2)
                    .collect(Collectors.toMap(tag -> tag[0], tag -> tag[1])));
  }

  private List<String> validSignatures(byte[] message) {
    DKIMVerifier verifier = new DKIMVerifier((method, selector, domain) -> keys(selector, domain));
    try {
      verifier.verify(new ByteArrayInputStream(message));
    } catch (FailException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return verifier.getResults().stream()
        .filter(Result::isSuccess)
        .map(Result::getRecord)
        .map(SignatureRecord::getDToken)
        .map(domain -> domain.toString().toLowerCase(Locale.ROOT))
        .toList();
  }

  private List<String> keys(CharSequence selector, CharSequence domain) {
    return dns.values(selector + "._domainkey." + domain, "TXT");
  }

  /** The recorded DNS for the SPF library. */
  private final class Records implements DNSService {
    private static final Map<Integer, String> TYPES =
        Map.of(
            DNSRequest.A, "A", DNSRequest.MX, "MX", DNSRequest.TXT, "TXT", DNSRequest.PTR, "PTR");

    @Override
    public List<String> getRecords(DNSRequest request) {
      List<String> values =
          dns.values(request.getHostname(), TYPES.getOrDefault(request.getRecordType(), "none"));
      return values.isEmpty() ? null : values;
    }

    @Override
    public CompletionStage<List<String>> getRecordsAsync(DNSRequest request) {
      return CompletableFuture.completedFuture(getRecords(request));
    }

    @Override
    public List<String> getLocalDomainNames() {
      return List.of("mx.receiver.example");
    }

    @Override
    public void setTimeOut(int timeOut) {}

    @Override
    public int getRecordLimit() {
      return 10;
    }

    @Override
    public void setRecordLimit(int recordLimit) {}
  }
}
