package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.testkit.internal.Quote;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The supported operations of both APIs, under their names in the API References of SES. */
enum SesOperation {
  SEND_EMAIL("SendEmail", "POST /v2/email/outbound-emails"),
  SEND_RAW_EMAIL("SendRawEmail", ""),
  GET_ACCOUNT("GetAccount", "GET /v2/email/account"),
  GET_SEND_QUOTA("GetSendQuota", ""),
  PUT_SUPPRESSED_DESTINATION("PutSuppressedDestination", "PUT /v2/email/suppression/addresses"),
  GET_SUPPRESSED_DESTINATION("GetSuppressedDestination", "GET /v2/email/suppression/addresses/*"),
  DELETE_SUPPRESSED_DESTINATION(
      "DeleteSuppressedDestination", "DELETE /v2/email/suppression/addresses/*"),
  LIST_SUPPRESSED_DESTINATIONS("ListSuppressedDestinations", "GET /v2/email/suppression/addresses"),
  GET_EMAIL_IDENTITY("GetEmailIdentity", "GET /v2/email/identities/*"),
  GET_CONFIGURATION_SET("GetConfigurationSet", "GET /v2/email/configuration-sets/*"),
  GET_CONFIGURATION_SET_EVENT_DESTINATIONS(
      "GetConfigurationSetEventDestinations",
      "GET /v2/email/configuration-sets/*/event-destinations");

  private final String apiName;
  private final String route;

  SesOperation(String apiName, String route) {
    this.apiName = apiName;
    this.route = route;
  }

  /** The operation of a request to the API v2. */
  static Optional<SesOperation> of(String method, String rawPath) {
    List<String> requested = segments(method + " " + rawPath);
    return Arrays.stream(values())
        .filter(operation -> matches(segments(operation.route), requested))
        .findFirst();
  }

  /** The operation of an API name. */
  static Optional<SesOperation> named(String apiName) {
    return Arrays.stream(values()).filter(o -> o.apiName.equals(apiName)).findFirst();
  }

  /** The operation that a permission is for. */
  static SesOperation permitted(String permission) {
    return Arrays.stream(values())
        .filter(operation -> operation.permission().equals(permission))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "permissions must be of "
                        + Arrays.stream(values()).map(SesOperation::permission).toList()
                        + ": "
                        + Quote.of(permission)));
  }

  /** The names of all operations. */
  static List<String> names() {
    return Arrays.stream(values()).map(operation -> operation.apiName).toList();
  }

  /** The methods and paths of the API v2. */
  static List<String> routes() {
    return Arrays.stream(values()).map(o -> o.route).filter(route -> !route.isEmpty()).toList();
  }

  private static List<String> segments(String route) {
    return List.of(route.split("/", -1));
  }

  private static boolean matches(List<String> template, List<String> requested) {
    return template.size() == requested.size()
        && IntStream.range(0, template.size())
            .allMatch(
                i ->
                    template.get(i).equals("*")
                        ? !requested.get(i).isEmpty()
                        : template.get(i).equals(requested.get(i)));
  }

  /** The parameter in a path of the API v2, encoded; empty if the operation has none. */
  String parameter(String rawPath) {
    int at = segments(route).indexOf("*");
    return at < 0 ? "" : segments(rawPath).get(at);
  }

  boolean sends() {
    return this == SEND_EMAIL || this == SEND_RAW_EMAIL;
  }

  /** The permission that AWS requires, of which the name is that of the operation. */
  String permission() {
    return "ses:" + apiName;
  }

  @Override
  public String toString() {
    return apiName;
  }
}
