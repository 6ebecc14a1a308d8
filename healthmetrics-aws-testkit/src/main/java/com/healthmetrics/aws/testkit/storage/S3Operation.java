package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.internal.Query;
import com.healthmetrics.aws.testkit.internal.RawRequest;
import java.util.Set;

/** The operations of LocalS3, each with the headers and parameters that it understands. */
enum S3Operation {
  LIST_BUCKETS(Set.of(), Set.of()),
  CREATE_BUCKET(Names.with(Names.BODY, Set.of(ObjectHeaders.ACL)), Set.of()),
  HEAD_BUCKET(Set.of(), Set.of()),
  GET_BUCKET_LOCATION(Set.of(), Set.of("location")),
  LIST_OBJECTS(
      Set.of(), Set.of("delimiter", "encoding-type", "marker", "max-keys", "prefix", "list-type")),
  LIST_OBJECTS_V2(
      Set.of(),
      Set.of(
          "continuation-token",
          "delimiter",
          "encoding-type",
          "fetch-owner",
          "list-type",
          "max-keys",
          "prefix",
          "start-after")),
  LIST_VERSIONS(
      Set.of(),
      Set.of("encoding-type", "key-marker", "max-keys", "prefix", "version-id-marker", "versions")),
  DELETE_OBJECTS(Names.BODY, Set.of("delete")),
  POST_FORM(Set.of(), Set.of()),
  PUT_OBJECT(Names.with(Names.DESCRIPTION, Names.BODY, Names.WRITE_CONDITIONS), Set.of()),
  COPY_OBJECT(Names.with(Names.DESCRIPTION, Names.COPY, Names.WRITE_CONDITIONS), Set.of()),
  GET_OBJECT(
      Set.of(
          "if-match",
          "if-modified-since",
          "if-none-match",
          "if-range",
          "if-unmodified-since",
          "range",
          "x-amz-checksum-mode"),
      Set.of(
          "response-cache-control",
          "response-content-disposition",
          "response-content-encoding",
          "response-content-language",
          "response-content-type",
          "response-expires",
          "versionId")),
  DELETE_OBJECT(Set.of("if-match"), Set.of("versionId"));

  // Only immutable sets are passed above.
  @SuppressWarnings("ImmutableEnumChecker")
  private final Set<String> headers;

  @SuppressWarnings("ImmutableEnumChecker")
  private final Set<String> parameters;

  S3Operation(Set<String> headers, Set<String> parameters) {
    this.headers = Set.copyOf(headers);
    this.parameters = Set.copyOf(parameters);
  }

  /** Whether it understands a header that not every operation has. */
  boolean understandsHeader(String lowerCaseName) {
    return headers.contains(lowerCaseName)
        || (headers.contains(ObjectHeaders.META) && lowerCaseName.startsWith(ObjectHeaders.META));
  }

  boolean understandsParameter(String name) {
    return parameters.contains(name);
  }

  /** Whether a request has a body; the fields of a form have no headers. */
  boolean hasBody() {
    return this == POST_FORM || headers.containsAll(Names.BODY);
  }

  /** The operation of a request; subresources decide before the method does. */
  static S3Operation of(RawRequest request, S3Address address) {
    Subresources.requireNone(address.query());
    String method = request.method();
    if (address.isService()) {
      if (method.equals("GET")) {
        return LIST_BUCKETS;
      }
      throw S3Refusal.notImplemented(method + " of the service is not implemented.");
    }
    return address.isBucket()
        ? ofBucket(method, address.query())
        : ofObject(method, request.header("x-amz-copy-source").isPresent());
  }

  private static S3Operation ofBucket(String method, Query query) {
    return switch (method) {
      case "GET" -> {
        if (query.first("location").isPresent()) {
          yield GET_BUCKET_LOCATION;
        }
        if (query.first("versions").isPresent()) {
          yield LIST_VERSIONS;
        }
        yield query.first("list-type").isPresent() ? LIST_OBJECTS_V2 : LIST_OBJECTS;
      }
      case "HEAD" -> HEAD_BUCKET;
      case "PUT" -> CREATE_BUCKET;
      case "POST" -> query.first("delete").isPresent() ? DELETE_OBJECTS : POST_FORM;
      default ->
          throw S3Refusal.notImplemented(
              method + " of a bucket is not implemented; the bucket lives as long as the server.");
    };
  }

  private static S3Operation ofObject(String method, boolean copies) {
    return switch (method) {
      case "PUT" -> copies ? COPY_OBJECT : PUT_OBJECT;
      case "GET", "HEAD" -> GET_OBJECT;
      case "DELETE" -> DELETE_OBJECT;
      case "POST" ->
          throw S3Refusal.of(
              405,
              "MethodNotAllowed",
              "The specified method is not allowed against this resource.",
              "Post a form to the bucket; the key is one of its fields.");
      default -> throw S3Refusal.notImplemented(method + " of an object is not implemented.");
    };
  }
}
