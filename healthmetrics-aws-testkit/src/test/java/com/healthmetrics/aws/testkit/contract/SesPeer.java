package com.healthmetrics.aws.testkit.contract;

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

/** The npm package aws-ses-v2-local as a process on a free port. */
final class SesPeer implements AutoCloseable {
  private static final Path FOLDER = Path.of("src", "test", "ses-peer");
  private static final Path PROGRAM =
      FOLDER.resolve(Path.of("node_modules", "aws-ses-v2-local", "dist", "cli.js"));
  private static final Pattern RUNNING = Pattern.compile("running at http://[^:]+:(\\d+)");

  private final HttpClient http = HttpClient.newHttpClient();
  private final Process process;
  private final URI endpoint;

  private SesPeer(Process process) throws IOException {
    this.process = process;
    // Left open: the process ends if it cannot write its output.
    BufferedReader said =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    StringBuilder all = new StringBuilder();
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      all.append(line).append('\n');
      Matcher running = RUNNING.matcher(line);
      if (running.find()) {
        endpoint = URI.create("http://127.0.0.1:" + running.group(1));
        return;
      }
    }
    throw new AssertionError("aws-ses-v2-local did not start: " + all);
  }

  static SesPeer start() {
    MachineTool machine =
        MachineTool.forChecking(
            "that both mailers talk to an SES that others wrote",
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
    return array(all, "emails").map(mail -> email((JsonObject) mail)).toList();
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

  private static Email email(JsonObject mail) {
    Email.Builder email = Email.builder().from(addresses(mail.members().get("from")).get(0));
    JsonObject destination = (JsonObject) mail.members().get("destination");
    addresses(destination, "to").forEach(email::to);
    addresses(destination, "cc").forEach(email::cc);
    addresses(destination, "bcc").forEach(email::bcc);
    addresses(mail, "replyTo").forEach(email::replyTo);
    JsonObject body = (JsonObject) mail.members().get("body");
    email.subject(text(mail, "subject").orElseThrow()).text(text(body, "text").orElseThrow());
    text(body, "html").map(html -> withContentIds(html, mail)).ifPresent(email::html);
    array(mail, "headers")
        .map(JsonObject.class::cast)
        .forEach(
            header ->
                email.header(text(header, "name").orElse(""), text(header, "value").orElse("")));
    attachments(mail).map(SesPeer::file).forEach(email::attach);
    return email.build();
  }

  /** It returns inline images of raw emails as data URLs. */
  private static String withContentIds(String html, JsonObject mail) {
    return attachments(mail)
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

  private static Stream<JsonObject> attachments(JsonObject mail) {
    return array(mail, "attachments").map(JsonObject.class::cast);
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

  /** A text may have several. */
  private static List<EmailAddress> addresses(JsonValue text) {
    try {
      return Stream.of(InternetAddress.parseHeader(((JsonString) text).value(), false))
          .map(SesPeer::address)
          .toList();
    } catch (AddressException e) {
      throw new AssertionError(e);
    }
  }

  private static EmailAddress address(InternetAddress read) {
    EmailAddress address = EmailAddress.of(read.getAddress());
    return Optional.ofNullable(read.getPersonal()).map(address::withDisplayName).orElse(address);
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
