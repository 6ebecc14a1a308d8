package com.healthmetrics.aws.doctor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * DNS as this machine sees it: no longer asked once it gave no usable response, and perhaps another
 * one than that of everyone else.
 */
final class SeenDns implements DnsRecords {
  private final DnsRecords dns;
  private @Nullable DnsUnavailableException failure;
  private boolean isAnother;

  SeenDns(DnsRecords dns) {
    this.dns = dns;
  }

  @Override
  public List<String> find(String name, String type) throws DnsUnavailableException {
    if (failure != null) {
      throw failure;
    }
    try {
      return dns.find(name, type);
    } catch (DnsUnavailableException e) {
      failure = e;
      throw e;
    }
  }

  /** From now on, records that are missing here may be there for everyone else. */
  void isAnotherThanThatOfSes() {
    isAnother = true;
  }

  /** The finding about a record that is not here. */
  Finding missing(String check, String details, String advice) throws NotCheckedException {
    if (isAnother) {
      throw new NotCheckedException(
          details
              + " But SES has found DKIM records of which this machine's DNS has none, so it may have a"
              + " private zone of that name; or all were removed within the last days. Look the records up"
              + " from outside of this network.");
    }
    return Finding.failed(check, details, advice);
  }
}
