package com.healthmetrics.aws.testkit.peer;

/**
 * How a response of S3 is known.
 *
 * @param kind how certain it is
 * @param detail the title of the page, or the repository and number of the thread
 */
record Source(Kind kind, String detail) {
  /** An error or success of S3 itself, for this request. */
  static final Source RECORDED = new Source(Kind.RECORDED, "");

  /** An error or success of S3 itself, for a request that differs in what should not matter. */
  static final Source RECORDED_ALIKE = new Source(Kind.RECORDED_ALIKE, "");

  static final Source OWN_READING = new Source(Kind.OWN_READING, "");

  /** How certain a response is, from the most certain on. */
  enum Kind {
    RECORDED("rec", "A response of S3 that is recorded in LocalStack's tests."),
    RECORDED_ALIKE("near", "A recorded response of S3 to a request of the same kind."),
    DOCUMENTED("doc", "AWS documentation, by the title of the page."),
    REPORTED("thread", "A response of S3 that people report in a public issue."),
    OWN_READING("?", "Our own reading; not confirmed.");

    private final String key;
    private final String meaning;

    Kind(String key, String meaning) {
      this.key = key;
      this.meaning = meaning;
    }

    String key() {
      return key;
    }

    String meaning() {
      return meaning;
    }
  }

  /** A page of the AWS documentation. */
  static Source page(String title) {
    return new Source(Kind.DOCUMENTED, title);
  }

  /** An issue, for example {@code fog/fog#3528}. */
  static Source thread(String issue) {
    return new Source(Kind.REPORTED, issue);
  }
}
