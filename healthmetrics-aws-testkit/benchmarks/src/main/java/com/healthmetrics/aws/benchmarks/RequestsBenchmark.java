package com.healthmetrics.aws.benchmarks;

import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.MailReceipt;
import com.healthmetrics.aws.mail.SesMailer;
import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.S3Bucket;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadVerification;
import com.healthmetrics.aws.storage.UploadVerification.Accepted;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.sesv2.SesV2Client;
import software.amazon.awssdk.services.sesv2.model.SendEmailResponse;

/** Requests to servers on this machine, in JVMs of their own, beside the SDK's clients alone. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class RequestsBenchmark {
  private static final String BUCKET = "healthmetrics-uploads";
  private static final String TEXT = "Thank you for choosing HealthMetrics. ".repeat(10);
  private static final String HTML = "<p>" + TEXT.repeat(12) + "</p>";
  private static final StaticCredentialsProvider CREDENTIALS =
      StaticCredentialsProvider.create(
          AwsBasicCredentials.create(FreshJvm.ACCESS_KEY, FreshJvm.SECRET));

  private LoopbackServers ses;
  private LoopbackServers s3;
  private SdkHttpClient http;
  private SesMailer mailer;
  private SesV2Client sesClient;
  private S3Bucket bucket;
  private S3Client s3Client;
  private byte[] picture;

  @Setup
  public void start() throws IOException {
    ses = LoopbackServers.start("ses");
    s3 = LoopbackServers.start("s3");
    http = Apache5HttpClient.builder().maxConnections(64).build();
    mailer =
        SesMailer.builder()
            .region(Region.EU_CENTRAL_1)
            .credentials(CREDENTIALS)
            .endpoint(ses.endpoint())
            .httpClient(http)
            .build();
    sesClient =
        SesV2Client.builder()
            .region(Region.EU_CENTRAL_1)
            .credentialsProvider(CREDENTIALS)
            .endpointOverride(ses.endpoint())
            // As an application needs it: no email twice, and no thread that waits for ever.
            .overrideConfiguration(
                configuration ->
                    configuration
                        .retryStrategy(AwsRetryStrategy.doNotRetry())
                        .apiCallTimeout(Duration.ofSeconds(30)))
            .httpClient(http)
            .build();
    bucket =
        S3Bucket.builder()
            .bucket(BUCKET)
            .region(Region.EU_CENTRAL_1)
            .credentials(CREDENTIALS)
            .endpoint(s3.endpoint())
            .pathStyle()
            .httpClient(http)
            .build();
    s3Client =
        S3Client.builder()
            .region(Region.EU_CENTRAL_1)
            .credentialsProvider(CREDENTIALS)
            .endpointOverride(s3.endpoint())
            .forcePathStyle(true)
            .overrideConfiguration(
                configuration -> configuration.apiCallTimeout(Duration.ofSeconds(60)))
            .httpClient(http)
            .build();
    picture = picture();
    warmUp();
  }

  /**
   * Both sides in turn, until client and server are compiled: JMH's own warm-up is too short for
   * the thousands of methods that a request takes.
   */
  private void warmUp() {
    int calls = Benchmarks.ITERATIONS == 1 ? 1 : 2_000;
    for (int i = 0; i < calls; i++) {
      UploadVerification verification = libraryPublish();
      if (!(verification instanceof Accepted)) {
        throw new IllegalStateException("Only an accepted upload is published: " + verification);
      }
      s3ClientPublish();
      send();
      clientSend();
    }
  }

  /** A PNG of some 10 KB, which a browser would send as it is. */
  private static byte[] picture() throws IOException {
    BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 64 * 64; i++) {
      image.setRGB(i % 64, i / 64, i * 0x9E3779B1);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, "png", out);
    return out.toByteArray();
  }

  @TearDown
  public void stop() {
    mailer.close();
    bucket.close();
    sesClient.close();
    s3Client.close();
    http.close();
    ses.close();
    s3.close();
  }

  @Benchmark
  public MailReceipt librarySend() {
    return send();
  }

  @Benchmark
  @Threads(32)
  public MailReceipt librarySend32() {
    return send();
  }

  @Benchmark
  public SendEmailResponse sesClientSend() {
    return clientSend();
  }

  @Benchmark
  @Threads(32)
  public SendEmailResponse sesClientSend32() {
    return clientSend();
  }

  private MailReceipt send() {
    return mailer.send(
        Email.builder()
            .from(EmailAddress.of("noreply@healthmetrics.example"))
            .to(EmailAddress.of("ada@example.com"))
            .subject("Confirm your email address")
            .text(TEXT)
            .html(HTML)
            .build());
  }

  private SendEmailResponse clientSend() {
    return sesClient.sendEmail(
        request ->
            request
                .fromEmailAddress("noreply@healthmetrics.example")
                .destination(to -> to.toAddresses("ada@example.com"))
                .content(
                    content ->
                        content.simple(
                            message ->
                                message
                                    .subject(
                                        part ->
                                            part.charset("UTF-8")
                                                .data("Confirm your email address"))
                                    .body(
                                        body ->
                                            body.text(part -> part.charset("UTF-8").data(TEXT))
                                                .html(part -> part.charset("UTF-8").data(HTML))))));
  }

  /** What the next two do besides; its cost is subtracted from theirs. */
  @Benchmark
  public String uploadAndDelete() {
    String key = newKey();
    upload("pending/" + key);
    delete("pending/" + key);
    return key;
  }

  /** Uploads, verifies, publishes, and deletes again so that the server's memory does not fill. */
  @Benchmark
  public UploadVerification libraryPublish() {
    String key = newKey();
    upload("pending/" + key);
    UploadVerification verification =
        bucket.verifier().verify(UploadPolicy.avatars(), "user-42", ObjectKey.of(key));
    delete(key);
    return verification;
  }

  /** The same requests: the pending object's head and bytes, the published one, the deletion. */
  @Benchmark
  public PutObjectResponse s3ClientPublish() {
    String key = newKey();
    String pending = "pending/" + key;
    upload(pending);
    String tag = s3Client.headObject(head -> head.bucket(BUCKET).key(pending)).eTag();
    byte[] bytes =
        s3Client
            .getObjectAsBytes(get -> get.bucket(BUCKET).key(pending).ifMatch(tag))
            .asByteArray();
    PutObjectResponse published =
        s3Client.putObject(
            put -> put.bucket(BUCKET).key(key).contentType("image/png").ifNoneMatch("*"),
            RequestBody.fromBytes(bytes));
    delete(pending);
    delete(key);
    return published;
  }

  private static String newKey() {
    return "avatars/user-42/" + UUID.randomUUID().toString().replace("-", "") + ".png";
  }

  private void upload(String key) {
    s3Client.putObject(
        put ->
            put.bucket(BUCKET)
                .key(key)
                .contentType("image/png")
                .cacheControl("public, max-age=31536000, immutable"),
        RequestBody.fromBytes(picture));
  }

  private void delete(String key) {
    s3Client.deleteObject(delete -> delete.bucket(BUCKET).key(key));
  }
}
