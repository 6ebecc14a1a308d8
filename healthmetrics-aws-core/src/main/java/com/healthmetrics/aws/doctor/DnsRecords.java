package com.healthmetrics.aws.doctor;

import java.util.List;

/** Where DNS records are looked up. */
interface DnsRecords {
  /**
   * Looks up the records of a name.
   *
   * @param name without a trailing dot
   * @param type {@code CNAME}, {@code MX} or {@code TXT}
   * @return their values: names without a trailing dot, an MX with its preference, the strings of a
   *     TXT joined; empty if there is none
   * @throws DnsUnavailableException if it is unknown whether there are any
   */
  List<String> find(String name, String type) throws DnsUnavailableException;
}
