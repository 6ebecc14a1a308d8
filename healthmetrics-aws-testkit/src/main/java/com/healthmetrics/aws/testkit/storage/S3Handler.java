package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.internal.FaultQueue;
import com.healthmetrics.aws.testkit.internal.Percent;
import com.healthmetrics.aws.testkit.internal.Query;
import com.healthmetrics.aws.testkit.internal.RawRequest;
import com.healthmetrics.aws.testkit.internal.RequestBody;
import com.healthmetrics.aws.testkit.internal.ServerResponse;
import com.healthmetrics.aws.testkit.internal.SigV4;
import com.healthmetrics.aws.testkit.storage.ObjectTable.Version;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.ToIntFunction;

/** Dispatches a request to its operation and renders refusals. */
final class S3Handler implements HttpHandler {
  /** Query parameters that turn a request into another operation than the plain one. */
  private static final Set<String> SUBRESOURCES =
      Set.of(
          "accelerate",
          "acl",
          "analytics",
          "attributes",
          "cors",
          "delete",
          "encryption",
          "inventory",
          "legal-hold",
          "lifecycle",
          "list-type",
          "location",
          "logging",
          "metrics",
          "notification",
          "object-lock",
          "partNumber",
          "policy",
          "renameObject",
          "requestPayment",
          "restore",
          "retention",
          "select",
          "tagging",
          "torrent",
          "uploadId",
          "uploads",
          "versionId",
          "versioning",
          "versions",
          "website");

  /** Headers that make a deletion conditional. */
  private static final Set<String> DELETE_CONDITIONS =
      Set.of(
          "x-amz-bypass-governance-retention",
          "x-amz-if-match-last-modified-time",
          "x-amz-if-match-size",
          "x-amz-mfa");

  private final S3Settings settings;
  private final ObjectTable objects;
  private final FaultQueue<S3Fault> faults;
  private final CorsRules cors;
  private final PresignedUrlCheck presigned;
  private final AuthorizationCheck authorization;
  private final PostUpload postUpload;
  private final Deletions deletions;
  private final Listing listing;

  S3Handler(S3Settings settings, ObjectTable objects, FaultQueue<S3Fault> faults) {
    this.settings = settings;
    this.faults = faults;
    this.objects = objects;
    this.cors = new CorsRules(settings.allowedOrigins());
    this.presigned = new PresignedUrlCheck(settings);
    this.authorization = new AuthorizationCheck(settings);
    this.postUpload = new PostUpload(settings, objects);
    this.deletions = new Deletions(settings, objects);
    this.listing = new Listing(settings, objects);
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    RawRequest request = RawRequest.of(exchange);
    String requestId =
        HexFormat.of().withUpperCase().toHexDigits(ThreadLocalRandom.current().nextLong());
    boolean preflight = request.method().equals("OPTIONS");
    S3Fault fault = preflight ? S3Fault.NONE : nextFault(request);
    if (fault.ends(exchange)) {
      return;
    }
    ServerResponse response;
    try {
      fault.refuse();
      response = preflight ? cors.preflight(request) : respond(exchange, request);
    } catch (S3Refusal refusal) {
      response = refusal.response(requestId);
    }
    ServerResponse identified =
        (preflight ? response : cors.permit(request, response))
            .withHeader("x-amz-request-id", requestId)
            .withHeader("x-amz-id-2", "LocalS3");
    fault.corrupt(identified).of(exchange);
  }

  private S3Fault nextFault(RawRequest request) {
    return faults.arrived(fault -> fault.isFor(request.method())).orElse(S3Fault.NONE);
  }

  private ServerResponse respond(HttpExchange exchange, RawRequest request) throws IOException {
    Target target = target(request);
    Operation operation = operation(request.method(), target);
    Optional<String> payloadHash = authenticate(operation, request, target.query());
    byte[] body = body(exchange, request, operation.maxBodyBytes(settings));
    payloadHash.ifPresent(hash -> requirePayload(hash, body));
    return switch (operation) {
      case PUT -> put(request, target, body);
      case GET -> GetResponse.of(request, target.query(), requireObject(target));
      case DELETE -> delete(request, target);
      case POST_FORM -> postUpload.respond(request, body);
      case DELETE_SEVERAL -> deletions.several(Deletions.sent(request), body);
      case LIST_OBJECTS -> listing.objects(requireMayList(target.query()));
      case LIST_VERSIONS -> listing.versions(requireMayList(target.query()));
    };
  }

  private enum Operation {
    PUT("", S3Settings::maxObjectBytes),
    GET("versionId", settings -> 0),
    DELETE("versionId", settings -> 0),
    /** The fields and part headers of a form surround the largest object. */
    POST_FORM("", settings -> settings.maxObjectBytes() + 64 * 1024),
    DELETE_SEVERAL("delete", settings -> 8 * 1024 * 1024),
    LIST_OBJECTS("list-type", settings -> 0),
    LIST_VERSIONS("versions", settings -> 0);

    /** The only subresource that it understands; empty for none. */
    private final String subresource;

    // Only functions without state are passed above.
    @SuppressWarnings("ImmutableEnumChecker")
    private final ToIntFunction<S3Settings> bodyLimit;

    Operation(String subresource, ToIntFunction<S3Settings> bodyLimit) {
      this.subresource = subresource;
      this.bodyLimit = bodyLimit;
    }

    /** The size limit of the body; 0 if the operation has none. */
    int maxBodyBytes(S3Settings settings) {
      return bodyLimit.applyAsInt(settings);
    }
  }

  private static Operation operation(String method, Target target) {
    Query query = target.query();
    Operation operation = target.key().isEmpty() ? ofBucket(method, query) : ofObject(method);
    query.parameters().stream()
        .map(Query.Parameter::name)
        .filter(name -> SUBRESOURCES.contains(name) && !operation.subresource.equals(name))
        .findFirst()
        .ifPresent(
            name -> {
              throw S3Refusal.notImplemented("The subresource ?" + name);
            });
    return operation;
  }

  private static Operation ofBucket(String method, Query query) {
    if (method.equals("POST")) {
      return query.first("delete").isPresent() ? Operation.DELETE_SEVERAL : Operation.POST_FORM;
    }
    if (method.equals("GET") && query.first("list-type").isPresent()) {
      return Operation.LIST_OBJECTS;
    }
    if (method.equals("GET") && query.first("versions").isPresent()) {
      return Operation.LIST_VERSIONS;
    }
    throw S3Refusal.notImplemented(method + " of a bucket");
  }

  private static Operation ofObject(String method) {
    return switch (method) {
      case "PUT" -> Operation.PUT;
      case "GET", "HEAD" -> Operation.GET;
      case "DELETE" -> Operation.DELETE;
      case "POST" ->
          throw S3Refusal.of(
              405,
              "MethodNotAllowed",
              "The specified method is not allowed against this resource.",
              "Post a form to the bucket; the key is one of its fields.");
      default -> throw S3Refusal.notImplemented(method + " of an object");
    };
  }

  /** Returns the hash that the signature requires of the body; empty if it covers none. */
  private Optional<String> authenticate(Operation operation, RawRequest request, Query query) {
    if (operation == Operation.POST_FORM) {
      // The signature is one of the fields.
      postUpload.requireForm(request);
      return Optional.empty();
    }
    boolean inHeader =
        request.header("authorization").isPresent() && !PresignedUrlCheck.isPresigned(query);
    return inHeader
        ? authorization.requireValid(request, query)
        : presigned.requireValid(request, query);
  }

  private Query requireMayList(Query query) {
    if (!settings.listPermission()) {
      throw S3Refusal.accessDenied(
          "Access Denied", "This LocalS3 was built with withoutListPermission().");
    }
    return query;
  }

  private ServerResponse delete(RawRequest request, Target target) {
    request.headers().keySet().stream()
        .filter(DELETE_CONDITIONS::contains)
        .findFirst()
        .ifPresent(
            name -> {
              throw S3Refusal.notImplemented("DELETE with " + name);
            });
    return deletions.one(target.key(), versionId(target), request.header("if-match"));
  }

  private static Optional<String> versionId(Target target) {
    Optional<String> id = target.query().first("versionId");
    if (id.filter(String::isEmpty).isPresent()) {
      throw S3Refusal.invalidArgument(
              "Version id cannot be the empty string", "Omit ?versionId, or give an id.")
          .with("ArgumentName", "versionId");
    }
    return id;
  }

  /** The object key and the parameters of a request; the key of a bucket is empty. */
  private record Target(String key, Query query) {}

  private Target target(RawRequest request) {
    String bucket;
    String key;
    Query query;
    try {
      String path = Percent.decode(request.rawPath()).substring(1);
      int slash = path.indexOf('/');
      bucket = slash < 0 ? path : path.substring(0, slash);
      key = slash < 0 ? "" : path.substring(slash + 1);
      query = Query.parse(request.rawQuery());
    } catch (IllegalArgumentException e) {
      throw S3Refusal.of(
          400, "InvalidURI", "Couldn't parse the specified URI.", String.valueOf(e.getMessage()));
    }
    if (bucket.isEmpty()) {
      throw S3Refusal.notImplemented("Listing buckets");
    }
    if (!bucket.equals(settings.bucket())) {
      throw S3Refusal.of(
              404,
              "NoSuchBucket",
              "The specified bucket does not exist",
              "This LocalS3 has one bucket, "
                  + settings.bucket()
                  + ", and accepts path-style addresses only: /"
                  + settings.bucket()
                  + "/key.")
          .with("BucketName", bucket);
    }
    ObjectTable.requireUsable(key);
    return new Target(key, query);
  }

  private ServerResponse put(RawRequest request, Target target, byte[] body) {
    Map<String, String> sent = sent(request, target.query());
    ObjectHeaders headers = ObjectHeaders.from(sent);
    boolean createOnly = isCreateOnly(request);
    Checksums.requireMatching(sent, body);
    StoredObject stored =
        createOnly
            ? objects.create(target.key(), headers, body)
            : objects.put(target.key(), headers, body);
    ServerResponse response = ServerResponse.of(200).withHeader("ETag", stored.eTag());
    return stored.versionId().isPresent()
        ? response.withHeader("x-amz-version-id", stored.versionId().get())
        : response;
  }

  /**
   * Headers, and the {@code x-amz-*} parameters of the query, over which headers win: the
   * JavaScript SDK moves metadata there when it presigns.
   */
  private static Map<String, String> sent(RawRequest request, Query query) {
    Map<String, String> sent = new LinkedHashMap<>();
    for (Query.Parameter parameter : query.parameters()) {
      String name = parameter.name().toLowerCase(Locale.ROOT);
      if (name.startsWith("x-amz-")) {
        sent.put(name, parameter.value());
      }
    }
    request.headers().forEach((name, values) -> sent.put(name, String.join(",", values)));
    return sent;
  }

  private static boolean isCreateOnly(RawRequest request) {
    if (request.header("if-match").isPresent()) {
      throw S3Refusal.notImplemented("If-Match");
    }
    Optional<String> ifNoneMatch = request.header("if-none-match");
    if (ifNoneMatch.isPresent() && !ifNoneMatch.get().equals("*")) {
      throw S3Refusal.notImplemented("If-None-Match with anything but * on an upload (as on S3)");
    }
    return ifNoneMatch.isPresent();
  }

  private static byte[] body(HttpExchange exchange, RawRequest request, int maxBytes)
      throws IOException {
    if (maxBytes == 0) {
      return new byte[0];
    }
    long length =
        request
            .header("content-length")
            .map(Long::parseLong)
            .orElseThrow(
                () ->
                    S3Refusal.of(
                        411,
                        "MissingContentLength",
                        "You must provide the Content-Length HTTP header.",
                        "The body is chunked; send one with Content-Length."));
    if (length > maxBytes) {
      throw S3Refusal.of(
              400,
              "EntityTooLarge",
              "Your proposed upload exceeds the maximum allowed size",
              "The body has "
                  + length
                  + " bytes; this LocalS3 keeps objects in memory and accepts "
                  + maxBytes
                  + ". S3 accepts 5 GiB; see LocalS3.Builder.maxObjectBytes.")
          .with("ProposedSize", length)
          .with("MaxSizeAllowed", maxBytes);
    }
    // A truncated body is an IOException of the server, so nothing is stored.
    return RequestBody.read(exchange, (int) length);
  }

  private static void requirePayload(String signedHash, byte[] body) {
    String actual = SigV4.sha256Hex(body);
    if (!actual.equals(signedHash)) {
      throw S3Refusal.of(
              400,
              "XAmzContentSHA256Mismatch",
              "The provided 'x-amz-content-sha256' header does not match what was computed.",
              "The body that arrived is not the signed one.")
          .with("ClientComputedContentSHA256", signedHash)
          .with("S3ComputedContentSHA256", actual);
    }
  }

  private StoredObject requireObject(Target target) {
    String key = target.key();
    Optional<String> versionId = versionId(target);
    Optional<Version> version =
        versionId.isPresent() ? objects.version(key, versionId.get()) : objects.latest(key);
    Optional<StoredObject> object = version.flatMap(Version::object);
    if (object.isPresent()) {
      return object.get();
    }
    if (!settings.listPermission()) {
      throw S3Refusal.accessDenied(
          "Access Denied",
          "There is no such object. Without s3:ListBucket, S3 returns 403 for it: this LocalS3 was"
              + " built with withoutListPermission().");
    }
    if (versionId.isPresent() && version.isPresent()) {
      throw S3Refusal.of(
              405,
              "MethodNotAllowed",
              "The specified method is not allowed against this resource.",
              "This version of " + key + " is a delete marker.")
          .with("ResourceType", "DeleteMarker");
    }
    if (versionId.isPresent()) {
      throw S3Refusal.of(
              404,
              "NoSuchVersion",
              "The specified version does not exist.",
              "There is no such version of " + key + ".")
          .with("Key", key)
          .with("VersionId", versionId.get());
    }
    throw S3Refusal.of(
            404,
            "NoSuchKey",
            "The specified key does not exist.",
            version.isPresent()
                ? key + " was deleted; read its former versions by their ids."
                : "There is no object at " + key + ".")
        .with("Key", key);
  }
}
