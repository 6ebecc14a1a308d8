package com.healthmetrics.aws.testkit.deliverability;

/**
 * A record of the DNS, with its value as a zone's owner writes it.
 *
 * @param name without a final dot
 * @param type CNAME, TXT, MX, A or PTR
 */
public record DnsRecord(String name, String type, String value) {}
