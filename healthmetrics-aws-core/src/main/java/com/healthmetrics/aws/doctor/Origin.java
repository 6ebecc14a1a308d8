package com.healthmetrics.aws.doctor;

import java.net.URI;

/** The origin of a page, as browsers send it. */
final class Origin {
  private Origin() {}

  static String of(URI page) {
    return page.getScheme() + "://" + page.getRawAuthority();
  }
}
