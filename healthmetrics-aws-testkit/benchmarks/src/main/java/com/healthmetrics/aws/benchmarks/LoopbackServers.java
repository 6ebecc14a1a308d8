package com.healthmetrics.aws.benchmarks;

import com.healthmetrics.aws.testkit.storage.LocalS3;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import software.amazon.awssdk.regions.Region;

/** A server in a JVM of its own, whose processor time is not that of the clients. */
final class LoopbackServers implements AutoCloseable {
  private static final byte[] SENT =
      "{\"MessageId\":\"benchmark\"}".getBytes(StandardCharsets.UTF_8);

  private final Process process;
  private final URI endpoint;

  private LoopbackServers(Process process, URI endpoint) {
    this.process = process;
    this.endpoint = endpoint;
  }

  /**
   * Starts a server.
   *
   * @param name {@code ses}, which accepts every request and keeps none, or {@code s3}
   */
  static LoopbackServers start(String name) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-classpath",
                System.getProperty("java.class.path"),
                LoopbackServers.class.getName(),
                name)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String endpoint = out.readLine();
    if (endpoint == null) {
      throw new IllegalStateException("The server " + name + " did not start.");
    }
    return new LoopbackServers(process, URI.create(endpoint));
  }

  URI endpoint() {
    return endpoint;
  }

  @Override
  public void close() {
    process.destroy();
  }

  /** Runs until its parent ends, which closes the input. */
  public static void main(String[] args) throws IOException {
    URI endpoint = args[0].equals("ses") ? ses() : s3();
    System.out.println(endpoint);
    while (System.in.read() >= 0) {
      continue;
    }
    Runtime.getRuntime().halt(0);
  }

  private static URI s3() {
    return LocalS3.builder()
        .bucket("healthmetrics-uploads")
        .region(Region.EU_CENTRAL_1)
        .credentials(FreshJvm.ACCESS_KEY, FreshJvm.SECRET)
        .start()
        .endpoint();
  }

  private static URI ses() throws IOException {
    // Else each response waits 40 ms for the acknowledgement of its headers, and the clients idle.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 128);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, SENT.length);
            exchange.getResponseBody().write(SENT);
          }
        });
    server.start();
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }
}
