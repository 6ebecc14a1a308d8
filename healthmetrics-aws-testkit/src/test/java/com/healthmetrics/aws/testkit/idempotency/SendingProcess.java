package com.healthmetrics.aws.testkit.idempotency;

import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.IdempotencyStore;
import com.healthmetrics.aws.mail.JdbcIdempotencyStore;
import com.healthmetrics.aws.mail.MailException;
import com.healthmetrics.aws.mail.MailException.Delivery;
import com.healthmetrics.aws.mail.MailException.Kind;
import com.healthmetrics.aws.mail.MailReceipt;
import com.healthmetrics.aws.mail.MailerChain;
import com.healthmetrics.aws.mail.TransactionalMailer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

/** One of several processes that send the same emails: until it is done, or dies at some step. */
final class SendingProcess {
  /** The exit code of a process that ended itself at once, without any cleaning up. */
  static final int DIED = 42;

  private static final int PASSES = 3;

  private final int port;
  private int stepsLeft;

  private SendingProcess(int port, int stepsLeft) {
    this.port = port;
    this.stepsLeft = stepsLeft;
  }

  /**
   * Sends the emails of the keys 0, 1, 2...
   *
   * @param args database, table, port of the provider, seed of the order, number of keys, and the
   *     step at which it dies, or 0
   */
  public static void main(String[] args) {
    Database database = new Database(args[0], args[1], args[2]);
    IdempotencyStore store = JdbcIdempotencyStore.of(database.dataSource(), args[3]);
    SendingProcess process =
        new SendingProcess(Integer.parseInt(args[4]), Integer.parseInt(args[7]));
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < Integer.parseInt(args[6]); i++) {
      keys.add(key(i));
    }
    Collections.shuffle(keys, new Random(Long.parseLong(args[5])));
    process.send(keys, store);
  }

  static String key(int number) {
    return "reset-" + number;
  }

  private void send(List<String> keys, IdempotencyStore store) {
    TransactionalMailer mailer =
        MailerChain.builder().once(new Dying(store)).build().wrap(this::provide);
    for (int pass = 0; pass < PASSES; pass++) {
      keys.removeIf(key -> isDone(mailer, key));
    }
  }

  private static boolean isDone(TransactionalMailer mailer, String key) {
    try {
      mailer.send(email(key));
      return true;
    } catch (MailException e) {
      return e.delivery() == Delivery.UNKNOWN && e.retryAfter().isEmpty();
    }
  }

  private static Email email(String key) {
    return Email.builder()
        .from(EmailAddress.of("noreply@example.com"))
        .to(EmailAddress.of("ada@example.com"))
        .subject("Hello")
        .text("Hello")
        .idempotencyKey(key)
        .build();
  }

  /** No HTTP: a client that sends a request again by itself would make two of one email. */
  private MailReceipt provide(Email email) {
    String response;
    try (Socket provider = new Socket(InetAddress.getLoopbackAddress(), port)) {
      String request =
          ProcessHandle.current().pid() + " " + email.idempotencyKey().orElseThrow() + "\n";
      provider.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      response =
          new BufferedReader(
                  new InputStreamReader(provider.getInputStream(), StandardCharsets.US_ASCII))
              .readLine();
    } catch (IOException e) {
      throw new MailException(Kind.UNKNOWN_OUTCOME, "The connection broke.", e);
    }
    if (response == null) {
      throw new MailException(Kind.UNKNOWN_OUTCOME, "The response is lost.");
    }
    if (response.equals(MailProvider.REFUSED)) {
      throw new MailException(Kind.THROTTLED, "Refused.");
    }
    return MailReceipt.of(response);
  }

  private void step() {
    if (--stepsLeft == 0) {
      Runtime.getRuntime().halt(DIED);
    }
  }

  /** Dies before or after it has changed something. */
  private final class Dying implements IdempotencyStore {
    private final IdempotencyStore store;

    Dying(IdempotencyStore store) {
      this.store = store;
    }

    private <T> T changing(Supplier<T> work) {
      step();
      T result = work.get();
      step();
      return result;
    }

    @Override
    public Optional<Entry> find(String key) {
      return store.find(key);
    }

    @Override
    public Optional<Entry> findByAttempt(String attempt) {
      return store.findByAttempt(attempt);
    }

    @Override
    public List<Entry> unresolved(Instant before, int limit) {
      return store.unresolved(before, limit);
    }

    @Override
    public Optional<Entry> putIfAbsent(Entry entry) {
      return changing(() -> store.putIfAbsent(entry));
    }

    @Override
    public boolean replace(Entry expected, Entry next) {
      return changing(() -> store.replace(expected, next));
    }

    @Override
    public boolean remove(Entry expected) {
      return changing(() -> store.remove(expected));
    }
  }
}
