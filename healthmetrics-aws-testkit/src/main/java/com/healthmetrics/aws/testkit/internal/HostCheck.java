package com.healthmetrics.aws.testkit.internal;

import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The hosts under which a server may be requested: names of this machine, with the server's port,
 * and the names that its builder allows.
 *
 * <p>A web page whose name was rebound to 127.0.0.1 (DNS rebinding) is of the same origin as this
 * server to the browser, and could read everything. Only the host that the browser sends shows it.
 *
 * <p>Immutable and thread-safe.
 */
public final class HostCheck {
  /** A name of 253 characters, a colon and a port. */
  private static final int MAX_CHARACTERS = 259;

  private static final int HTTP_PORT = 80;

  /** Without user info, which RFC 9110, section 7.2, does not allow either. */
  private static final Pattern AUTHORITY =
      Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(?::([0-9]{1,5}))?");

  /** As the library judges it; RFC 6761, section 6.3. */
  private static final Pattern LOOPBACK =
      Pattern.compile("(.+\\.)?localhost|127(\\.\\d{1,3}){3}|\\[::1]", Pattern.CASE_INSENSITIVE);

  private final Set<String> allowed;
  private final BiFunction<RawRequest, Refused, ServerResponse> response;

  /**
   * The hosts of one server.
   *
   * @param allowed names of other machines, as {@link #requireHost} returns them
   * @param response renders a refusal in the form of the server's protocol
   */
  public HostCheck(
      Collection<String> allowed, BiFunction<RawRequest, Refused, ServerResponse> response) {
    this.allowed = Set.copyOf(allowed);
    this.response = response;
  }

  /**
   * A request that is not for this server.
   *
   * @param status 421, or 400 if the request names no host or several
   * @param code the status as an error code
   * @param message what the request is
   * @param reason what differs and what to do
   */
  public record Refused(int status, String code, String message, String reason) {
    static Refused badRequest(String reason) {
      return new Refused(400, "BadRequest", "The request does not name one host.", reason);
    }

    static Refused misdirected(String reason) {
      return new Refused(
          421, "MisdirectedRequest", "The request is for another host than this server.", reason);
    }
  }

  /** Returns whether a URL's host is this machine, by name. */
  public static boolean isLoopback(@Nullable String host) {
    return host != null && LOOPBACK.matcher(host).matches();
  }

  /**
   * Checks a host that a builder allows.
   *
   * @param host a name or an address, with or without a port
   * @return the host in lower case
   * @throws IllegalArgumentException if it is anything else
   */
  public static String requireHost(String host) {
    if (!isAuthority(host)) {
      throw new IllegalArgumentException(
          "host must be a name or an address as clients send it, with or without a port, such as"
              + " minio or 10.0.2.2:9000"
              + (host.length() > MAX_CHARACTERS ? "; at most 259 characters" : ": " + host));
    }
    return host.toLowerCase(Locale.ROOT);
  }

  private static boolean isAuthority(String text) {
    return text.length() <= MAX_CHARACTERS && AUTHORITY.matcher(text).matches();
  }

  /**
   * Checks the host of a request.
   *
   * @param hosts the values of the header {@code Host}; null if it was not sent
   * @param target the request target
   * @param port the server's port
   * @return why the request is refused; empty if it is for this server
   */
  Optional<Refused> check(@Nullable List<String> hosts, URI target, int port) {
    if (hosts == null || hosts.size() != 1) {
      int count = hosts == null ? 0 : hosts.size();
      return Optional.of(
          Refused.badRequest("The header Host was sent " + count + " times. Send it once."));
    }
    String host = hosts.get(0);
    if (!isAuthority(host)) {
      return Optional.of(
          Refused.badRequest("The header Host is not a name or an address with a port."));
    }
    if (!isServed(host, port)) {
      return Optional.of(Refused.misdirected(reason(host, port)));
    }
    // An absolute target replaces the header; RFC 9112, section 3.2.2.
    if (target.getScheme() != null && !host.equalsIgnoreCase(target.getRawAuthority())) {
      return Optional.of(
          Refused.misdirected("The request target names another host than the header Host."));
    }
    return Optional.empty();
  }

  private boolean isServed(String host, int port) {
    Matcher parts = AUTHORITY.matcher(host.toLowerCase(Locale.ROOT));
    if (!parts.matches()) {
      return false;
    }
    if (allowed.contains(parts.group()) || allowed.contains(parts.group(1))) {
      return true;
    }
    // Clients leave the port of plain http out.
    String sent = parts.group(2) == null ? Integer.toString(HTTP_PORT) : parts.group(2);
    return isLoopback(parts.group(1)) && Integer.parseInt(sent) == port;
  }

  private String reason(String host, int port) {
    String others =
        allowed.stream().sorted().map(name -> ", " + name).collect(Collectors.joining());
    return ("The header Host is " + host + ". This server is requested as")
        + (" localhost, *.localhost, 127.0.0.0/8 or [::1] with port " + port + others)
        + "; the builder's allowedHost(…) allows more, for containers and emulators.";
  }

  ServerResponse response(RawRequest request, Refused refused) {
    return response.apply(request, refused);
  }
}
