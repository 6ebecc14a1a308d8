package com.healthmetrics.aws.testkit.hostile;

import com.healthmetrics.aws.ConfigurationException;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.EmailTemplates;
import com.healthmetrics.aws.mail.MailException;
import com.healthmetrics.aws.storage.StorageException;
import com.healthmetrics.aws.storage.UploadRejectedException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Gives every input every shape, each on a thread with a small stack, and prints a line for each
 * input. Runs in a JVM of its own, with {@code -Xss256k}: what overflows or never ends does no harm
 * to other tests there.
 */
final class HostileRun {
  /** Of the processor time of all threads, which other programs do not use up. */
  static final Duration LIMIT = Duration.ofSeconds(1);

  /** For what waits and does not work. */
  private static final Duration WAITING = Duration.ofSeconds(90);

  /** In KB; a JVM starts no thread with much less than the first. */
  private static final List<Integer> STACKS = List.of(144, 176, 208, 256);

  private static final int LONGEST_MESSAGE = 2_000;

  private static final Set<Class<?>> REFUSALS =
      Set.of(
          IllegalArgumentException.class,
          IllegalStateException.class,
          ConfigurationException.class,
          EmailAddress.InvalidAddressException.class,
          EmailTemplates.TemplateException.class,
          MailException.class,
          StorageException.class,
          UploadRejectedException.class,
          AssertionError.class);

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private HostileRun() {}

  /** Where the result of an input is read from. */
  static final String SEPARATOR = "\t";

  public static void main(String[] args) throws Exception {
    long seed = Long.parseLong(args[0]);
    List<HostileShape> shapes = HostileShape.all(seed, Integer.parseInt(args[1]));
    int step = Integer.parseInt(args[2]);
    try (TestkitInputs testkit = TestkitInputs.start()) {
      List<HostileInput> inputs = Stream.concat(CoreInputs.all(), testkit.all()).toList();
      for (HostileInput input : inputs) {
        System.out.println(result(input, shapes, step));
      }
    }
    // Threads that never end do not keep this JVM alive.
    System.exit(0);
  }

  private static String result(HostileInput input, List<HostileShape> shapes, int step)
      throws Exception {
    // Loads the classes: an overflow in an initializer would hide all others.
    new Case(input, "honest").run(4_096);
    int cases = 0;
    long worst = 0;
    String slowest = "";
    int stack = 0;
    Optional<String> failure = Optional.empty();
    for (String frame : input.frames()) {
      // Other inputs and frames try the shapes in between.
      int first = Math.floorMod((input.name() + frame).hashCode(), step);
      int last = frame.contains(HostileInput.PLACE) ? shapes.size() : first + 1;
      for (int i = first; i < last; i += step) {
        HostileShape shape = shapes.get(i);
        String text = frame.replace(HostileInput.PLACE, shape.text(input.maxLength()));
        Case hostile = new Case(input, text);
        while (!hostile.run(STACKS.get(stack)) && stack < STACKS.size() - 1) {
          stack++;
          hostile = new Case(input, text);
        }
        cases++;
        if (hostile.nanos > worst) {
          worst = hostile.nanos;
          slowest = shape.name();
        }
        Optional<String> problem = hostile.problem();
        if (problem.isPresent()) {
          failure = Optional.of(problem.get() + " for " + frame + " with " + shape.name());
          break;
        }
      }
    }
    return String.join(
        SEPARATOR,
        input.name(),
        String.valueOf(cases),
        String.format(Locale.ROOT, "%.1f", worst / 1e6),
        String.valueOf(STACKS.get(stack)),
        slowest,
        failure.orElse("passed").replaceAll("\\s", " "));
  }

  /** One text for one input. */
  private static final class Case {
    private final HostileInput input;
    private final String text;
    private final AtomicReference<Throwable> thrown = new AtomicReference<>();
    private volatile boolean endless;
    private volatile long nanos;
    private String where = "";

    Case(HostileInput input, String text) {
      this.input = input;
      this.text = text;
    }

    /** Returns whether the stack was large enough. */
    boolean run(int stackKilobytes) throws InterruptedException {
      Thread thread = new Thread(null, this::act, input.name(), stackKilobytes * 1024L);
      thread.setDaemon(true);
      long started = System.nanoTime();
      long before = processorNanos();
      thread.start();
      while (thread.isAlive() && !endless) {
        thread.join(100);
        boolean working = processorNanos() - before > LIMIT.toNanos();
        boolean waiting = System.nanoTime() - started > WAITING.toNanos();
        if (thread.isAlive() && (working || waiting)) {
          where = Arrays.stream(thread.getStackTrace()).limit(60).toList().toString();
          endless = true;
        }
      }
      // The thread itself has ended, and no longer counts.
      nanos += processorNanos() - before;
      if (nanos > LIMIT.toNanos()) {
        endless = true;
      }
      return !(thrown.get() instanceof StackOverflowError);
    }

    /** Those of servers included. */
    private static long processorNanos() {
      return LongStream.of(THREADS.getAllThreadIds())
          .map(THREADS::getThreadCpuTime)
          .filter(time -> time > 0)
          .sum();
    }

    private void act() {
      try {
        input.action().accept(text);
      } catch (Throwable e) { // An overflow is what this looks for.
        thrown.set(e);
      }
      nanos = THREADS.getCurrentThreadCpuTime();
    }

    Optional<String> problem() {
      if (endless) {
        return Optional.of("No end after " + LIMIT + where);
      }
      Throwable e = thrown.get();
      if (e == null) {
        return Optional.empty();
      }
      String message = String.valueOf(e.getMessage());
      if (!REFUSALS.contains(e.getClass())) {
        return Optional.of(
            e.getClass().getName()
                + " "
                + message.substring(0, Math.min(message.length(), 300))
                + " "
                + Arrays.stream(e.getStackTrace()).limit(12).toList());
      }
      if (e instanceof AssertionError) {
        return Optional.empty(); // It repeats what the test expects.
      }
      if (message.lines().anyMatch(line -> line.length() > LONGEST_MESSAGE)) {
        return Optional.of(
            "A message of " + message.length() + " characters: " + message.substring(0, 100));
      }
      if (message.chars().anyMatch(c -> c != '\n' && Character.isISOControl(c))) {
        return Optional.of("A control character in a message");
      }
      return Optional.empty();
    }
  }
}
