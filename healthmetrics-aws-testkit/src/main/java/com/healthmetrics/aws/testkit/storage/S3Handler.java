package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.internal.FaultQueue;
import com.healthmetrics.aws.testkit.internal.RawRequest;
import com.healthmetrics.aws.testkit.internal.ServerResponse;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** Authenticates a request, dispatches it to its operation and renders refusals. */
final class S3Handler implements HttpHandler {
  /** The fields and part headers of a form surround the largest object. */
  private static final int FORM_BYTES = 64 * 1024;

  private static final int DELETE_LIST_BYTES = 8 * 1024 * 1024;

  /** The operations that need s3:ListBucket. */
  private static final Set<S3Operation> LISTS =
      Set.of(
          S3Operation.HEAD_BUCKET,
          S3Operation.LIST_OBJECTS,
          S3Operation.LIST_OBJECTS_V2,
          S3Operation.LIST_VERSIONS);

  /** The operations that need s3:PutObject; that of a form is checked with its fields. */
  private static final Set<S3Operation> WRITES =
      Set.of(S3Operation.PUT_OBJECT, S3Operation.COPY_OBJECT);

  private final S3Settings settings;
  private final FaultQueue<S3Fault> faults;
  private final CorsRules cors;
  private final PresignedUrlCheck presigned;
  private final AuthorizationCheck authorization;
  private final PostUpload postUpload;
  private final ObjectLookup lookup;
  private final Uploads uploads;
  private final Deletions deletions;
  private final ObjectListing listing;
  private final VersionListing versions;
  private final BucketResponses bucket;

  S3Handler(S3Settings settings, ObjectTable objects, FaultQueue<S3Fault> faults) {
    this.settings = settings;
    this.faults = faults;
    this.cors = new CorsRules(settings.allowedOrigins());
    this.presigned = new PresignedUrlCheck(settings);
    this.authorization = new AuthorizationCheck(settings);
    this.postUpload = new PostUpload(settings, objects);
    this.lookup = new ObjectLookup(settings, objects);
    this.uploads = new Uploads(settings, objects, lookup);
    this.deletions = new Deletions(settings, objects);
    this.listing = new ObjectListing(settings, objects);
    this.versions = new VersionListing(settings, objects);
    this.bucket = new BucketResponses(settings, objects.created());
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
    } catch (OutOfMemoryError e) {
      // The array of an upload was not allocated; everything else still fits.
      response = outOfMemory().response(requestId);
    }
    ServerResponse identified =
        (preflight ? response : cors.permit(request, response))
            .withHeader("x-amz-request-id", requestId)
            .withHeader("x-amz-id-2", "LocalS3");
    fault.corrupt(identified).of(exchange);
  }

  private S3Fault nextFault(RawRequest request) {
    FaultTarget target = FaultTarget.of(request, settings.bucket());
    return faults.arrived(fault -> fault.isFor(target)).orElse(S3Fault.NONE);
  }

  private static S3Refusal outOfMemory() {
    return S3Refusal.of(
        503,
        "ServiceUnavailable",
        "Service is unable to handle request.",
        "The JVM has no memory left for this request: raise its heap (-Xmx), or lower"
            + " LocalS3.Builder.maxObjectBytes.");
  }

  private ServerResponse respond(HttpExchange exchange, RawRequest request) throws IOException {
    if (!RawRequest.hasTargetOfItsHost(exchange)) {
      throw S3Address.invalidUri(
          "The request target has a fragment, or names another host than the Host header.");
    }
    S3Address address = S3Address.of(request, settings.bucket());
    S3Operation operation = S3Operation.of(request, address);
    if (operation != S3Operation.LIST_BUCKETS) {
      address.requireBucket(settings.bucket());
    }
    ObjectTable.requireUsable(address.key());
    SignedPayload payload = authenticate(operation, request, address);
    Names.requireUnderstood(operation, request, address.query());
    requirePermission(operation, address);
    ReceivedBody body =
        operation.hasBody()
            ? ReceivedBody.read(
                exchange.getRequestBody(), request, payload, maxBodyBytes(operation))
            : ReceivedBody.none(request, payload);
    return perform(operation, request, address, body);
  }

  private ServerResponse perform(
      S3Operation operation, RawRequest request, S3Address address, ReceivedBody body) {
    String key = address.key();
    Map<String, String> sent = SentHeaders.of(request, address.query(), body.trailer());
    if (!operation.hasBody()) {
      Checksums.requireMatching(sent, body.bytes());
    }
    return switch (operation) {
      case LIST_BUCKETS -> bucket.list();
      case CREATE_BUCKET -> bucket.create(sent, body.bytes());
      case HEAD_BUCKET -> bucket.head();
      case GET_BUCKET_LOCATION -> bucket.location();
      case LIST_OBJECTS -> listing.first(address.query());
      case LIST_OBJECTS_V2 -> listing.second(address.query());
      case LIST_VERSIONS -> versions.of(address.query());
      case DELETE_OBJECTS -> deletions.several(sent, body.bytes());
      case POST_FORM -> postUpload.respond(request, address, body.bytes());
      case PUT_OBJECT -> uploads.put(key, sent, body.bytes());
      case COPY_OBJECT -> uploads.copy(key, sent);
      case GET_OBJECT ->
          GetResponse.of(
              sent,
              address.query(),
              lookup.require(key, versionId(address)),
              settings.clock().instant());
      case DELETE_OBJECT ->
          deletions.one(key, versionId(address), Optional.ofNullable(sent.get("if-match")));
    };
  }

  private static Optional<String> versionId(S3Address address) {
    return ObjectLookup.requireVersionId(address.query().first("versionId"));
  }

  private int maxBodyBytes(S3Operation operation) {
    return switch (operation) {
      case POST_FORM -> settings.maxObjectBytes() + FORM_BYTES;
      case DELETE_OBJECTS -> DELETE_LIST_BYTES;
      default -> settings.maxObjectBytes();
    };
  }

  private SignedPayload authenticate(S3Operation operation, RawRequest request, S3Address address) {
    if (operation == S3Operation.POST_FORM) {
      // The signature is one of the fields.
      postUpload.requireForm(request);
      return SignedPayload.unsigned();
    }
    boolean inHeader =
        request.header("authorization").isPresent()
            && !PresignedUrlCheck.isPresigned(address.query());
    return inHeader
        ? authorization.requireValid(request, address.query())
        : presigned.requireValid(request, address.query());
  }

  private void requirePermission(S3Operation operation, S3Address address) {
    if (LISTS.contains(operation) && !settings.listPermission()) {
      throw S3Refusal.accessDenied(
          "Access Denied", "This LocalS3 was built with withoutListPermission().");
    }
    if (!PresignedUrlCheck.isPresigned(address.query())) {
      return;
    }
    boolean write = WRITES.contains(operation);
    settings
        .policy()
        .requireYoungSignature(
            write ? "s3:PutObject" : "s3:GetObject",
            address.key(),
            PresignedUrlCheck.signedAt(address.query()),
            settings.clock().instant());
    if (write) {
      settings.policy().requirePresignedUpload(address.key());
    }
  }
}
