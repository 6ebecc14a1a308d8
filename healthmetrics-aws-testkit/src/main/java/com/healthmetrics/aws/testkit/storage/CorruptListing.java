package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.internal.Xml;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Documents of lists, changed into what broken servers and proxies send. A document that is not a
 * list, such as an error, stays as it is.
 */
final class CorruptListing {
  /** Sorts before the keys of this library, so that a list after it is the first page again. */
  private static final String START = "!";

  private static final Pattern IS_TRUNCATED = Pattern.compile("<IsTruncated>[a-z]+</IsTruncated>");
  private static final Pattern NEXT = Pattern.compile("<(Next[A-Za-z]+)>[^<]*</\\1>");
  private static final Pattern ENTRY =
      Pattern.compile("<(Contents|Version|DeleteMarker)>.*?</\\1>", Pattern.DOTALL);

  private CorruptListing() {}

  /** States that there is more, and has no marker to continue from. */
  static String withoutMarker(String document) {
    return truncated(document, "");
  }

  /** States that there is more, and has the marker of the first page on every page. */
  static String withSameMarker(String document) {
    String marker =
        document.contains("<ListVersionsResult")
            ? "<NextKeyMarker>" + START + "</NextKeyMarker>"
            : "<NextContinuationToken>"
                + ObjectListing.token(START)
                + "</NextContinuationToken><NextMarker>"
                + START
                + "</NextMarker>";
    return truncated(document, marker);
  }

  private static String truncated(String document, String marker) {
    return IS_TRUNCATED
        .matcher(NEXT.matcher(document).replaceAll(""))
        .replaceAll("<IsTruncated>true</IsTruncated>" + marker);
  }

  /** Lists one more key, which need not be below the prefix. */
  static String withKey(String document, String key) {
    boolean encoded = document.contains("<EncodingType>url</EncodingType>");
    String shown = encoded ? ListParameters.encoded(key) : Xml.escape(key);
    String described =
        "<LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>&quot;0&quot;</ETag>"
            + "<Size>1</Size><StorageClass>STANDARD</StorageClass>";
    return document
        .replace(
            "</ListBucketResult>",
            "<Contents><Key>" + shown + "</Key>" + described + "</Contents></ListBucketResult>")
        .replace(
            "</ListVersionsResult>",
            "<Version><Key>"
                + shown
                + "</Key><VersionId>"
                + ObjectTable.NULL_VERSION
                + "</VersionId><IsLatest>true</IsLatest>"
                + described
                + "</Version></ListVersionsResult>");
  }

  /** Leaves out the second half of the entries, and states that there is no more. */
  static String cutShort(String document) {
    List<MatchResult> entries = ENTRY.matcher(document).results().toList();
    if (entries.isEmpty()) {
      return document;
    }
    int kept = entries.size() / 2;
    String shorter =
        document.substring(0, entries.get(kept).start())
            + document.substring(entries.get(entries.size() - 1).end());
    return IS_TRUNCATED
        .matcher(NEXT.matcher(shorter).replaceAll(""))
        .replaceAll("<IsTruncated>false</IsTruncated>")
        .replaceFirst("<KeyCount>[0-9]+<", "<KeyCount>" + kept + "<");
  }
}
