package com.healthmetrics.aws.testkit.peer;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.EmailAttachment;
import com.healthmetrics.aws.testkit.MachineTool;
import com.healthmetrics.aws.testkit.internal.JsonReader;
import com.healthmetrics.aws.testkit.internal.JsonValue;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonArray;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonObject;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonString;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The npm package aws-ses-v2-local, in a process of its own, on a port that the system chooses. */
final class SesPeer implements AutoCloseable {
  private static final Path FOLDER = Path.of("peers", "ses-v2-local");
  private static final Path PROGRAM =
      FOLDER.resolve(Path.of("node_modules", "aws-ses-v2-local", "dist", "cli.js"));
  private static final Pattern RUNNING = Pattern.compile("running at http://[^:]+:(\\d+)");

  private final HttpClient http = HttpClient.newHttpClient();
  private final Process process;
  private final URI endpoint;

  private SesPeer(Process process) throws IOException {
    this.process = process;
    // Left open: the program ends when it can no longer write its log.
    BufferedReader log =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    StringBuilder lines = new StringBuilder();
    for (String line = log.readLine(); line != null; line = log.readLine()) {
      lines.append(line).append('\n');
      Matcher running = RUNNING.matcher(line);
      if (running.find()) {
        endpoint = URI.create("http://127.0.0.1:" + running.group(1));
        return;
      }
    }
    throw new AssertionError("aws-ses-v2-local did not start: " + lines);
  }

  static SesPeer start() {
    MachineTool machine =
        MachineTool.forChecking(
            "that the contract suite runs against aws-ses-v2-local",
            "apt-get install npm; npm ci, in the testkit's " + FOLDER);
    Path node = machine.find("node");
    machine.require(PROGRAM);
    try {
      Process process =
          new ProcessBuilder(
                  node.toString(), PROGRAM.toString(), "--host", "127.0.0.1", "--port", "0")
              .redirectErrorStream(true)
              .start();
      try {
        return new SesPeer(process);
      } catch (IOException | AssertionError e) {
        process.destroy();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  URI endpoint() {
    return endpoint;
  }

  void clear() {
    send(HttpRequest.newBuilder(endpoint.resolve("/clear-store")).POST(BodyPublishers.noBody()));
  }

  List<Email> emails() {
    String store = send(HttpRequest.newBuilder(endpoint.resolve("/store")));
    JsonObject all = (JsonObject) JsonReader.read(store.getBytes(StandardCharsets.UTF_8));
    return array(all, "emails").map(email -> email((JsonObject) email)).toList();
  }

  private String send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
      return response.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static Email email(JsonObject stored) {
    Email.Builder email = Email.builder().from(addresses(stored.members().get("from")).get(0));
    JsonObject destination = (JsonObject) stored.members().get("destination");
    addresses(destination, "to").forEach(email::to);
    addresses(destination, "cc").forEach(email::cc);
    addresses(destination, "bcc").forEach(email::bcc);
    addresses(stored, "replyTo").forEach(email::replyTo);
    JsonObject body = (JsonObject) stored.members().get("body");
    email.subject(text(stored, "subject").orElseThrow()).text(text(body, "text").orElseThrow());
    text(body, "html").map(html -> withContentIds(html, stored)).ifPresent(email::html);
    array(stored, "headers")
        .map(JsonObject.class::cast)
        .forEach(
            header ->
                email.header(text(header, "name").orElse(""), text(header, "value").orElse("")));
    attachments(stored).map(SesPeer::file).forEach(email::attach);
    return email.build();
  }

  /** The peer shows inline images of raw emails as data URLs. */
  private static String withContentIds(String html, JsonObject stored) {
    return attachments(stored)
        .map(SesPeer::file)
        .filter(file -> file.contentId().isPresent())
        .reduce(
            html,
            (before, file) ->
                before.replace(
                    "data:"
                        + file.mediaType()
                        + ";base64,"
                        + Base64.getEncoder().encodeToString(file.bytes()),
                    "cid:" + file.contentId().get()),
            (first, second) -> second);
  }

  private static Stream<JsonObject> attachments(JsonObject stored) {
    return array(stored, "attachments").map(JsonObject.class::cast);
  }

  private static EmailAttachment file(JsonObject file) {
    String name = text(file, "filename").orElseThrow();
    String type = text(file, "contentType").orElseThrow();
    byte[] bytes = Base64.getDecoder().decode(text(file, "content").orElseThrow());
    return text(file, "contentId")
        .map(id -> EmailAttachment.inline(id.replaceAll("[<>]", ""), name, type, bytes))
        .orElseGet(() -> EmailAttachment.of(name, type, bytes));
  }

  private static List<EmailAddress> addresses(JsonObject parent, String name) {
    return array(parent, name).flatMap(text -> addresses(text).stream()).toList();
  }

  /** One text may hold several addresses. */
  private static List<EmailAddress> addresses(JsonValue text) {
    try {
      return Stream.of(InternetAddress.parseHeader(((JsonString) text).value(), false))
          .map(SesPeer::address)
          .toList();
    } catch (AddressException e) {
      throw new AssertionError(e);
    }
  }

  private static EmailAddress address(InternetAddress parsed) {
    EmailAddress address = EmailAddress.of(parsed.getAddress());
    return Optional.ofNullable(parsed.getPersonal()).map(address::withDisplayName).orElse(address);
  }

  private static Stream<JsonValue> array(JsonObject parent, String name) {
    return parent
        .member(name)
        .map(array -> ((JsonArray) array).elements().stream())
        .orElse(Stream.empty());
  }

  private static Optional<String> text(JsonObject parent, String name) {
    return parent.member(name).map(text -> ((JsonString) text).value());
  }

  @Override
  public void close() {
    process.destroy();
  }
}
