package com.healthmetrics.aws.doctor;

/** Thrown when DNS gave no usable response, which proves nothing about its records. */
final class DnsUnavailableException extends NotCheckedException {
  private static final long serialVersionUID = 1L;

  DnsUnavailableException(String reason) {
    super(reason);
  }
}
