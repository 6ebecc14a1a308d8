package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.internal.Percent;
import com.healthmetrics.aws.testkit.internal.Query;
import com.healthmetrics.aws.testkit.internal.XmlWriter;
import com.healthmetrics.aws.testkit.storage.ObjectTable.Version;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** The common parameters of all lists, and what their documents have in common. */
record ListParameters(String prefix, String delimiter, int maxKeys, boolean urlEncoded) {
  /** The namespace of the documents of S3. */
  static final String NAMESPACE = " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"";

  private static final int MAX_KEYS = 1_000;

  static ListParameters of(Query query) {
    Optional<String> encoding = query.first("encoding-type");
    if (encoding.isPresent() && !encoding.get().equals("url")) {
      throw S3Refusal.invalidArgument(
              "Invalid Encoding Method specified in Request",
              "encoding-type was " + encoding.get() + "; the only value is url.")
          .with("ArgumentName", "encoding-type");
    }
    return new ListParameters(
        query.first("prefix").orElse(""),
        query.first("delimiter").orElse(""),
        maxKeys(query),
        encoding.isPresent());
  }

  private static int maxKeys(Query query) {
    String text = query.first("max-keys").filter(t -> !t.isEmpty()).orElse("" + MAX_KEYS);
    if (!text.matches("[0-9]{1,9}")) {
      throw S3Refusal.invalidArgument(
              "Provided max-keys not an integer or within integer range",
              "max-keys was " + text + ".")
          .with("ArgumentName", "max-keys");
    }
    return Math.min(Integer.parseInt(text), MAX_KEYS);
  }

  /** A key or a part of it, as the client asked to see it. */
  String shown(String key) {
    return urlEncoded ? encoded(key) : key;
  }

  /** Encoded as in a query, but for '/'. */
  static String encoded(String key) {
    return Percent.encodePath(key).replace("%20", "+");
  }

  /** Writes the parameters that a document repeats. */
  void describe(XmlWriter xml) {
    xml.text("Prefix", shown(prefix)).text("MaxKeys", maxKeys);
    if (!delimiter.isEmpty()) {
      xml.text("Delimiter", shown(delimiter));
    }
    if (urlEncoded) {
      xml.text("EncodingType", "url");
    }
  }

  /** Writes the elements of an object. */
  static void describe(XmlWriter xml, Version version, StoredObject object) {
    xml.text("LastModified", version.lastModified().truncatedTo(ChronoUnit.MILLIS))
        .text("ETag", object.eTag())
        .text("Size", object.sizeBytes())
        .text("StorageClass", object.headers().storageClass());
    for (String header : object.headers().checksums().keySet()) {
      xml.text("ChecksumAlgorithm", Checksums.algorithm(header))
          .text("ChecksumType", "FULL_OBJECT");
    }
  }

  /** Writes the owner of everything. */
  static void owner(XmlWriter xml) {
    xml.open("Owner").text("ID", "LocalS3").close("Owner");
  }
}
