package com.healthmetrics.aws.testkit.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.healthmetrics.aws.testkit.storage.StoredObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * What people do with a bucket. Each operation is verified by what {@code LocalS3} stores and by
 * the requests as they were sent; its result is the cell of a table.
 *
 * <p>Every key has a space, a slash, an umlaut, {@code %} with digits, {@code &} and {@code =}, and
 * except where {@link #COPY_AS} reads, {@code +}.
 */
enum Operation {
  PUT("PUT of bytes", Operation::put),
  PUT_STREAM("PUT of a stream", Operation::putStream),
  PUT_LARGE("PUT of 17 MB", Operation::putLarge),
  CHECKSUM("checksum of bytes", Operation::checksum),
  CHECKSUM_OF_STREAM("checksum of a stream", Operation::checksumOfStream),
  PRESIGN("presigned PUT", Operation::presign),
  GET("GET", Operation::get),
  RANGE("GET of a range", Operation::range),
  HEAD("HEAD", Operation::head),
  LIST_V2("LIST v2, 2 pages", Operation::listV2),
  LIST_V1("LIST v1, 2 pages", Operation::listV1),
  COPY("copy", Operation::copy),
  COPY_AS("copy with other metadata", Operation::copyAs),
  DELETE("DELETE", Operation::delete),
  DELETE_SEVERAL("batch DELETE", Operation::deleteSeveral),
  WRONG_SECRET("wrong secret", Operation::wrongSecret);

  private static final String YES = "yes";
  private static final String MULTIPART = "multipart: refused";
  private static final int PAGE = 1000;
  private static final Pattern CHECKSUM_NAME =
      Pattern.compile("x-amz-checksum-(crc32c?|crc64nvme|sha1|sha256)", Pattern.CASE_INSENSITIVE);

  private final String title;
  private final Function<Session, String> check;

  Operation(String title, Function<Session, String> check) {
    this.title = title;
    this.check = check;
  }

  String title() {
    return title;
  }

  /** Performs the operation and returns its cell; fails if the client or the result is wrong. */
  String check(Session session) {
    session.tap().clear();
    try {
      return check.apply(session);
    } catch (StorageClient.NotOffered e) {
      return "–";
    }
  }

  private String key(String name) {
    return name().toLowerCase(Locale.ROOT) + "/ä ö+%41 & =/" + name;
  }

  private static String put(Session session) {
    String key = PUT.key("x.png");
    session.client().put(session.file(), key);

    StoredObject stored = session.stored(key);
    assertThat(stored.bytes()).isEqualTo(session.content());
    assertThat(stored.contentType()).isEqualTo("image/png");
    assertThat(stored.metadata()).containsEntry("owner", "7");
    assertThat(stored.contentEncoding()).isEmpty();
    return YES;
  }

  private static String putStream(Session session) {
    String key = PUT_STREAM.key("x.bin");
    Throwable failure = catchThrowable(() -> session.client().putStream(session.file(), key));
    if (failure != null) {
      return requireMultipart(failure);
    }
    assertThat(session.stored(key).bytes()).isEqualTo(session.content());
    return YES;
  }

  private static String putLarge(Session session) {
    String key = PUT_LARGE.key("x.bin");
    Throwable failure = catchThrowable(() -> session.client().put(session.largeFile(), key));
    if (failure != null) {
      requireMultipart(failure);
      session.client().putWhole(session.largeFile(), key);
    }
    assertThat(session.stored(key).sizeBytes()).isEqualTo(session.largeFile().toFile().length());
    return failure == null ? YES : "by a setting";
  }

  /** The client shows why a multipart upload was refused, and what to do. */
  private static String requireMultipart(Throwable failure) {
    assertThat(failure)
        .hasMessageContaining("?uploads is not implemented. Send the object in one PUT");
    return MULTIPART;
  }

  private static String checksum(Session session) {
    session.client().put(session.file(), CHECKSUM.key("x.png"));
    return checksumOfLastPut(session);
  }

  private static String checksumOfStream(Session session) {
    String key = CHECKSUM_OF_STREAM.key("x.bin");
    Throwable failure = catchThrowable(() -> session.client().putStream(session.file(), key));
    return failure == null ? checksumOfLastPut(session) : requireMultipart(failure);
  }

  /** What the request carried; the server has verified it. */
  private static String checksumOfLastPut(Session session) {
    String request =
        session.tap().takeRequests().stream()
            .filter(head -> head.startsWith("PUT "))
            .reduce((first, last) -> last)
            .orElseThrow();
    Matcher name = CHECKSUM_NAME.matcher(request);
    if (name.find()) {
      String trailer = Session.header(request, "x-amz-trailer");
      return name.group(1).toUpperCase(Locale.ROOT)
          + (trailer.isEmpty() ? " in a header" : " in the trailer");
    }
    if (!Session.header(request, "content-md5").isEmpty()) {
      return "Content-MD5";
    }
    return Session.header(request, "x-amz-content-sha256").matches("[0-9a-f]{64}")
        ? "signed SHA-256"
        : "none";
  }

  private static String presign(Session session) {
    String key = PRESIGN.key("x.png");
    URI url = session.client().presignPut(key);

    assertThat(send(url, session.content()).statusCode()).isEqualTo(200);
    assertThat(session.stored(key).bytes()).isEqualTo(session.content());
    return CHECKSUM_NAME.matcher(url.getRawQuery()).find() ? "yes, checksum in the query" : YES;
  }

  private static HttpResponse<String> send(URI url, byte[] body) {
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .header("Content-Type", "image/png")
            .PUT(BodyPublishers.ofByteArray(body))
            .build();
    try {
      return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String get(Session session) {
    String key = GET.key("x.png");
    session.store(key);

    assertThat(session.client().get(key)).isEqualTo(session.content());
    return YES;
  }

  private static String range(Session session) {
    String key = RANGE.key("x.png");
    session.store(key);

    assertThat(session.client().getRange(key, 1000, 1999))
        .isEqualTo(Arrays.copyOfRange(session.content(), 1000, 2000));
    assertThat(session.tap().takeRequests())
        .anySatisfy(head -> assertThat(Session.header(head, "range")).isEqualTo("bytes=1000-1999"));
    return YES;
  }

  private static String head(Session session) {
    String key = HEAD.key("x.png");
    session.store(key);

    assertThat(session.client().size(key)).isEqualTo(session.content().length);
    return YES;
  }

  private static String listV2(Session session) {
    List<String> keys = manyKeys(session, LIST_V2);

    assertThat(session.client().list(LIST_V2.key(""))).containsExactlyElementsOf(keys);
    assertThat(session.tap().takeRequests())
        .filteredOn(head -> head.contains("prefix=list_v2") && head.contains("list-type=2"))
        .hasSize(2);
    return YES;
  }

  private static String listV1(Session session) {
    List<String> keys = manyKeys(session, LIST_V1);

    assertThat(session.client().listFirstVersion(LIST_V1.key(""))).containsExactlyElementsOf(keys);
    assertThat(session.tap().takeRequests())
        .filteredOn(head -> head.contains("prefix=list_v1") && !head.contains("list-type"))
        .hasSize(2);
    return YES;
  }

  /** A few more keys than a page has. */
  private static List<String> manyKeys(Session session, Operation operation) {
    List<String> keys =
        IntStream.range(PAGE, PAGE + PAGE + 5).mapToObj(n -> operation.key("" + n)).toList();
    keys.forEach(session::storeEmpty);
    return keys;
  }

  private static String copy(Session session) {
    String from = COPY.key("from.png");
    String to = COPY.key("to.png");
    session.client().put(session.file(), from);
    session.client().copy(from, to);

    StoredObject copy = session.stored(to);
    assertThat(copy.bytes()).isEqualTo(session.content());
    assertThat(copy.contentType()).isEqualTo("image/png");
    assertThat(copy.metadata()).containsEntry("owner", "7");
    requireCopyRequest(session);
    return YES;
  }

  /** minio-js sends a plus sign of such a source as it is, which S3 reads as a space. */
  private static String copyAs(Session session) {
    String from = COPY_AS.key("from.png").replace("+", "");
    String to = COPY_AS.key("to.gif");
    session.store(from);
    session.client().copyAs(from, to);

    StoredObject copy = session.stored(to);
    assertThat(copy.bytes()).isEqualTo(session.content());
    assertThat(copy.contentType()).isEqualTo("image/gif");
    assertThat(copy.metadata()).containsExactly(Map.entry("owner", "8"));
    requireCopyRequest(session);
    return YES;
  }

  private static void requireCopyRequest(Session session) {
    assertThat(session.tap().takeRequests())
        .anySatisfy(head -> assertThat(Session.header(head, "x-amz-copy-source")).isNotEmpty());
  }

  private static String delete(Session session) {
    String key = DELETE.key("x.png");
    session.store(key);
    session.client().delete(key);

    assertThat(session.s3().find(key)).isEmpty();
    return YES;
  }

  private static String deleteSeveral(Session session) {
    List<String> keys = List.of(DELETE_SEVERAL.key("x.png"), DELETE_SEVERAL.key("y.png"));
    keys.forEach(session::store);
    session.client().deleteSeveral(keys);

    assertThat(session.s3().keys()).doesNotContainAnyElementsOf(keys);
    assertThat(session.tap().takeRequests())
        .filteredOn(head -> head.startsWith("POST ") && head.contains("?delete"))
        .hasSize(1);
    return YES;
  }

  private static String wrongSecret(Session session) {
    String key = WRONG_SECRET.key("x.png");
    try (StorageClient client = session.clientWithSecret("another")) {
      // A client that asks with HEAD first sees the status only.
      assertThat(catchThrowable(() -> client.put(session.file(), key)))
          .hasMessageFindingMatch("SignatureDoesNotMatch|signature .* does not match|Forbidden");
    }
    assertThat(session.s3().find(key)).isEmpty();
    return "refused";
  }
}
