package com.healthmetrics.aws.testkit.dev;

import com.healthmetrics.aws.mail.InMemoryMailer;
import com.healthmetrics.aws.testkit.mail.LocalSes;
import com.healthmetrics.aws.testkit.mail.ReceivedMail;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Announces each email to a page when it arrives, as server-sent events. */
final class LiveMails {
  static final String PATH = "/api/mails/live";

  /** Only writing shows a server that the page is gone. */
  private static final long KEEP_ALIVE_SECONDS = 15;

  private final LocalSes ses;

  LiveMails(LocalSes ses) {
    this.ses = ses;
  }

  /** Writes until the page or the server is gone. */
  void serve(HttpExchange exchange) throws IOException {
    BlockingQueue<ReceivedMail> arrived = new LinkedBlockingQueue<>();
    InMemoryMailer.Registration listening = ses.onMail(arrived::add);
    try (OutputStream out = begin(exchange)) {
      write(out, ": listening\n\n");
      while (true) {
        ReceivedMail mail = arrived.poll(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS);
        write(
            out,
            mail == null ? ": still here\n\n" : "event: mail\ndata: " + mail.messageId() + "\n\n");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      listening.close();
    }
  }

  private static OutputStream begin(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    exchange.sendResponseHeaders(200, 0);
    return exchange.getResponseBody();
  }

  private static void write(OutputStream out, String event) throws IOException {
    out.write(event.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
