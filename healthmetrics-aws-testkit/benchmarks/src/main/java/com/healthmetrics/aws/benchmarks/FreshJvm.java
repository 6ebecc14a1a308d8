package com.healthmetrics.aws.benchmarks;

import com.healthmetrics.aws.HealthMetricsAws;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.storage.S3Bucket;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadRequest;
import com.healthmetrics.aws.testkit.cdn.LocalCloudFront;
import com.healthmetrics.aws.testkit.mail.LocalSes;
import com.healthmetrics.aws.testkit.storage.LocalS3;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.sesv2.SesV2Client;

/**
 * Runs one task in this JVM, which is to be new, and prints what it cost: microseconds of the main
 * thread and of the process, classes, kilobytes of memory.
 *
 * <p>Each task is a class of its own. The JVM's management has loaded some classes for lambdas and
 * regular expressions before a task begins, which neither the library nor its peer pays for here;
 * nor for opening the jars of the class path, most of which are those of other peers.
 */
final class FreshJvm {
  /** The credentials of the default chain, and of the environment. */
  static final String ACCESS_KEY = "AKIAIOSFODNN7EXAMPLE";

  static final String SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

  private FreshJvm() {}

  /** What is measured. */
  enum Task {
    FIRST_URL,
    S3_PRESIGNER,
    ENVIRONMENT_URL,
    S3_PRESIGNER_DEFAULT_CHAIN,
    ENVIRONMENT_EMAIL,
    SES_CLIENT,
    IN_MEMORY,
    IN_MEMORY_AGAIN,
    LOCAL_S3,
    LOCAL_CLOUD_FRONT,
    LOCAL_SES
  }

  public static void main(String[] args) throws IOException {
    Task task = Task.valueOf(args[0]);
    if (task == Task.IN_MEMORY_AGAIN) {
      InMemory.start();
    }
    openJars();
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    int classes = ManagementFactory.getClassLoadingMXBean().getLoadedClassCount();
    long process = system.getProcessCpuTime();
    long thread = threads.getCurrentThreadCpuTime();
    run(task);
    thread = threads.getCurrentThreadCpuTime() - thread;
    process = system.getProcessCpuTime() - process;
    classes = ManagementFactory.getClassLoadingMXBean().getLoadedClassCount() - classes;
    System.out.println(
        String.join(
            " ",
            Long.toString(thread / 1_000),
            Long.toString(process / 1_000),
            Integer.toString(classes),
            memory()));
    // Servers that were started, and the SDK's threads.
    Runtime.getRuntime().halt(0);
  }

  private static void openJars() throws IOException {
    if (ClassLoader.getSystemResources("in-no-jar").hasMoreElements()) {
      throw new IllegalStateException("Searched in every jar, and found.");
    }
  }

  private static void run(Task task) {
    switch (task) {
      case FIRST_URL -> Library.firstUrl();
      case S3_PRESIGNER -> Presigner.firstUrl(longTerm());
      case ENVIRONMENT_URL -> Environment.firstUrl();
      case S3_PRESIGNER_DEFAULT_CHAIN ->
          Presigner.firstUrl(DefaultCredentialsProvider.builder().build());
      case ENVIRONMENT_EMAIL -> Environment.firstEmail();
      case SES_CLIENT -> Client.firstEmail();
      case IN_MEMORY, IN_MEMORY_AGAIN -> InMemory.start();
      case LOCAL_S3 -> Servers.s3();
      case LOCAL_CLOUD_FRONT -> LocalCloudFront.inFrontOf(Servers.s3());
      case LOCAL_SES -> Servers.ses();
    }
  }

  private static AwsCredentialsProvider longTerm() {
    return StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS_KEY, SECRET));
  }

  private static final class Library {
    static void firstUrl() {
      S3Bucket.builder()
          .bucket("healthmetrics-uploads")
          .region(Region.EU_CENTRAL_1)
          .credentials(longTerm())
          .build()
          .uploads()
          .presignPut(UploadPolicy.avatars(), UploadRequest.of("user-42", "image/png", 312_044))
          .url();
    }
  }

  private static final class Environment {
    static void firstUrl() {
      HealthMetricsAws.fromEnvironment()
          .uploads()
          .presignPut(UploadPolicy.avatars(), UploadRequest.of("user-42", "image/png", 312_044))
          .url();
    }

    static void firstEmail() {
      HealthMetricsAws.fromEnvironment()
          .accountEmails()
          .sendVerification(EmailAddress.of("ada@example.com"), "t0ken");
    }
  }

  private static final class Presigner {
    static void firstUrl(AwsCredentialsProvider credentials) {
      PutObjectRequest put =
          PutObjectRequest.builder()
              .bucket("healthmetrics-uploads")
              .key("pending/avatars/user-42/" + UUID.randomUUID() + ".png")
              .contentType("image/png")
              .contentLength(312_044L)
              .build();
      S3Presigner.builder()
          .region(Region.EU_CENTRAL_1)
          .credentialsProvider(credentials)
          .build()
          .presignPutObject(
              presign -> presign.signatureDuration(Duration.ofMinutes(5)).putObjectRequest(put))
          .url();
    }
  }

  private static final class Client {
    static void firstEmail() {
      SesV2Client.builder()
          .region(Region.EU_CENTRAL_1)
          .endpointOverride(URI.create(System.getenv("AWS_ENDPOINT_URL_SESV2")))
          .build()
          .sendEmail(
              email ->
                  email
                      .fromEmailAddress("noreply@healthmetrics.example")
                      .destination(to -> to.toAddresses("ada@example.com"))
                      .content(
                          content ->
                              content.simple(
                                  message ->
                                      message
                                          .subject(subject -> subject.data("Hello"))
                                          .body(body -> body.text(text -> text.data("Hello"))))));
    }
  }

  private static final class InMemory {
    static void start() {
      HealthMetricsAws.inMemory();
    }
  }

  private static final class Servers {
    static LocalS3 s3() {
      return LocalS3.start();
    }

    static void ses() {
      LocalSes.start();
    }
  }

  /** The most that the process had in memory, where the system tells it. */
  private static String memory() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (Files.exists(status)) {
      for (String line : Files.readAllLines(status)) {
        if (line.startsWith("VmHWM:")) {
          return line.substring("VmHWM:".length(), line.length() - "kB".length()).strip();
        }
      }
    }
    return "0";
  }
}
