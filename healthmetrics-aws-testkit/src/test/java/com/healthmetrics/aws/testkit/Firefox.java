package com.healthmetrics.aws.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.openqa.selenium.bidi.Command;
import org.openqa.selenium.bidi.Connection;
import org.openqa.selenium.json.Json;
import org.openqa.selenium.remote.http.ClientConfig;
import org.openqa.selenium.remote.http.HttpClient;

/**
 * The machine's own Firefox, found on the PATH. Debian has no geckodriver, so it is driven
 * directly, with the commands of WebDriver BiDi.
 */
public final class Firefox implements BrowserPage {
  private static final String LISTENING = "WebDriver BiDi listening on ";
  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final Json JSON = new Json();

  private final Process process;
  private final Connection connection;
  private String tab;

  private Firefox(Process process, String webSocket) {
    this.process = process;
    String session = webSocket + "/session";
    ClientConfig config = ClientConfig.defaultConfig().baseUri(URI.create(session));
    this.connection =
        new Connection(HttpClient.Factory.createDefault().createClient(config), session);
    send("session.new", Map.of("capabilities", Map.of()));
    List<?> tabs = (List<?>) send("browsingContext.getTree", Map.of()).get("contexts");
    this.tab = (String) ((Map<?, ?>) tabs.get(0)).get("context");
  }

  /**
   * Starts a headless Firefox.
   *
   * <p>Without one, the test is skipped with a visible warning; in continuous integration it fails.
   *
   * @param check what is checked with it
   * @param profile an empty folder
   */
  public static Firefox start(String check, Path profile) {
    MachineTool tools = MachineTool.forChecking(check, "apt-get install firefox-esr");
    Path program = tools.find("firefox-esr", "firefox");
    try {
      Process process =
          new ProcessBuilder(
                  program.toString(),
                  "--headless",
                  "--no-remote",
                  "--remote-debugging-port=0",
                  "--profile",
                  profile.toString())
              .redirectErrorStream(true)
              .start();
      return connected(process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Firefox connected(Process process) {
    try {
      return new Firefox(process, addressOf(process));
    } catch (RuntimeException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  /** It prints the address, and much else, until it ends. */
  private static String addressOf(Process process) {
    CompletableFuture<String> address = new CompletableFuture<>();
    Thread reader =
        new Thread(
            () -> {
              try (BufferedReader out =
                  new BufferedReader(
                      new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                out.lines()
                    .filter(line -> line.startsWith(LISTENING))
                    .forEach(line -> address.complete(line.substring(LISTENING.length())));
                address.completeExceptionally(new IOException("Firefox ended."));
              } catch (IOException | UncheckedIOException e) {
                address.completeExceptionally(e); // Nobody waits once the browser is closed.
              }
            },
            "firefox-output");
    reader.setDaemon(true);
    reader.start();
    try {
      return address.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      process.destroyForcibly();
      throw new AssertionError("Firefox did not start", e);
    }
  }

  /**
   * Each page has a tab of its own: in the tab of another one, Firefox can take a request of that
   * page, which ends with it, for the navigation (NS_BINDING_ABORTED).
   */
  @Override
  public void open(String url) {
    String before = tab;
    tab = (String) send("browsingContext.create", Map.of("type", "tab")).get("context");
    send("browsingContext.close", Map.of("context", before));
    send("browsingContext.navigate", Map.of("context", tab, "url", url, "wait", "complete"));
  }

  @Override
  public Map<?, ?> call(String function, Map<String, ?> argument) {
    String declaration =
        "async (argument) => JSON.stringify(await " + function + "(JSON.parse(argument)))";
    Map<?, ?> response =
        send(
            "script.callFunction",
            Map.of(
                "functionDeclaration",
                declaration,
                "arguments",
                List.of(Map.of("type", "string", "value", JSON.toJson(argument))),
                "target",
                Map.of("context", tab),
                "awaitPromise",
                true));
    if (!"success".equals(response.get("type"))) {
      throw new AssertionError("The page threw an exception: " + response);
    }
    return JSON.toType((String) ((Map<?, ?>) response.get("result")).get("value"), Map.class);
  }

  private Map<?, ?> send(String method, Map<String, Object> parameters) {
    return connection.sendAndWait(new Command<>(method, parameters, Map.class), TIMEOUT);
  }

  @Override
  public void close() {
    // The processes of its tabs, too, may write into the profile, which a test removes.
    List<ProcessHandle> children = process.descendants().toList();
    connection.close();
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      children.forEach(ProcessHandle::destroyForcibly);
      children.forEach(child -> child.onExit().join());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
