package com.healthmetrics.aws.doctor;

import com.healthmetrics.aws.ConfigurationException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;

/**
 * The command that checks a real environment: uploads, the CDN and email, from where the
 * application runs and with its credentials.
 *
 * <p>It reads the application's environment, writes a few objects of 67 bytes under an owner of its
 * own, and removes them. It ends within a minute. {@code docs/doctor.md} describes each check.
 */
public final class Doctor {
  private static final int UNUSABLE = 2;

  private Doctor() {}

  /**
   * Checks the environment of this process and exits: 0 if nothing failed, 1 if something failed, 2
   * if arguments or environment cannot be used.
   *
   * @param arguments the options that {@code --help} lists
   */
  public static void main(String[] arguments) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    // A logger without a configuration, such as that of an application that does not start here,
    // writes all that the SDK has to say: keys, addresses, canonical requests with tokens.
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    System.setOut(nowhere);
    System.setErr(nowhere);
    int status;
    try (DefaultCredentialsProvider credentials = DefaultCredentialsProvider.builder().build()) {
      status = run(arguments, System.getenv(), credentials, out, err);
    } catch (RuntimeException | LinkageError e) {
      err.println("The doctor itself failed (%s). Report this.".formatted(e.getClass().getName()));
      status = UNUSABLE;
    }
    out.flush();
    System.exit(status);
  }

  /** Runs the command; the exit status. */
  static int run(
      String[] arguments,
      Map<String, String> environment,
      AwsCredentialsProvider credentials,
      PrintStream out,
      PrintStream err) {
    Options options;
    try {
      options = Options.parse(arguments);
    } catch (IllegalArgumentException e) {
      err.println(e.getMessage());
      err.println(Options.USAGE);
      return UNUSABLE;
    }
    if (options.help()) {
      out.println(Options.USAGE);
      return 0;
    }
    try {
      Report report = Examination.of(environment, credentials, Clock.systemUTC(), options).report();
      out.println(options.json() ? report.json() : report.text());
      return report.exitStatus();
    } catch (ConfigurationException e) {
      err.println(e.getMessage());
      return UNUSABLE;
    }
  }
}
