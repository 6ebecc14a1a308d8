package com.healthmetrics.aws.testkit.peer;

import java.util.List;

/** The requests of one subject, with a heading. */
record CaseGroup(String title, List<WireCase> cases) {
  CaseGroup {
    cases = List.copyOf(cases);
  }

  /** All groups, in the order of the page. */
  static List<CaseGroup> all() {
    return List.of(
        new CaseGroup("Presigned PUT: signature", PutCases.ofTheSignature()),
        new CaseGroup("Presigned PUT: headers", PutCases.ofTheHeaders()),
        new CaseGroup("Presigned PUT: headers in the query", PutCases.ofTheQuery()),
        new CaseGroup("Presigned GET", ReadCases.ofPresignedUrls()),
        new CaseGroup("Lifetime and form of a presigned URL", LifetimeCases.ofTheUrl()),
        new CaseGroup("Signature in the header", LifetimeCases.ofTheHeader()),
        new CaseGroup("Browser form", FormCases.ofTheForm()),
        new CaseGroup("Policy of a browser form", FormCases.ofThePolicy()),
        new CaseGroup("Digests", ChecksumCases.ofDigests()),
        new CaseGroup("Bodies in chunks (`aws-chunked`)", ChecksumCases.ofChunks()),
        new CaseGroup("Conditional and refused writes", WriteCases.ofConditions()),
        new CaseGroup("Copies", WriteCases.ofCopies()),
        new CaseGroup("Deletions", WriteCases.ofDeletions()),
        new CaseGroup("Missing objects and ranges", ReadCases.ofMissingObjectsAndRanges()),
        new CaseGroup("Conditional reads", ReadCases.ofConditions()),
        new CaseGroup("Lists", ListCases.ofObjects()),
        new CaseGroup("Bucket and subresources", ListCases.ofTheBucket()),
        new CaseGroup("CORS", CorsCases.all()));
  }
}
