package com.healthmetrics.aws.benchmarks;

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
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/**
 * Uploads that are verified and published on a server on this machine, in a JVM of its own, beside
 * the same requests of the SDK's client alone.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class PublishingBenchmark {
  private static final String BUCKET = "healthmetrics-uploads";
  private static final StaticCredentialsProvider CREDENTIALS =
      StaticCredentialsProvider.create(
          AwsBasicCredentials.create(FreshJvm.ACCESS_KEY, FreshJvm.SECRET));

  private LoopbackServers server;
  private SdkHttpClient http;
  private S3Bucket bucket;
  private S3Client client;
  private S3Client clientOfSameSettings;
  private byte[] picture;

  @Setup
  public void start() throws IOException {
    server = LoopbackServers.start("s3");
    http = Apache5HttpClient.builder().maxConnections(64).build();
    bucket =
        S3Bucket.builder()
            .bucket(BUCKET)
            .region(Region.EU_CENTRAL_1)
            .credentials(CREDENTIALS)
            .endpoint(server.endpoint())
            .pathStyle()
            .httpClient(http)
            .build();
    client = client().build();
    clientOfSameSettings =
        client()
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .serviceConfiguration(s3 -> s3.chunkedEncodingEnabled(false))
            .build();
    picture = picture();
    WarmUp.run(
        this::uploadAndDelete,
        this::libraryPublish,
        this::s3ClientPublish,
        this::s3ClientOfSameSettingsPublish);
  }

  private S3ClientBuilder client() {
    return S3Client.builder()
        .region(Region.EU_CENTRAL_1)
        .credentialsProvider(CREDENTIALS)
        .endpointOverride(server.endpoint())
        .forcePathStyle(true)
        .overrideConfiguration(
            configuration -> configuration.apiCallTimeout(Duration.ofSeconds(60)))
        .httpClient(http);
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
    bucket.close();
    client.close();
    clientOfSameSettings.close();
    http.close();
    server.close();
  }

  /** What the others do besides; its cost is subtracted from theirs. */
  @Benchmark
  public String uploadAndDelete() {
    String key = newKey();
    upload("pending/" + key);
    delete(client, "pending/" + key);
    return key;
  }

  /** Uploads, verifies, publishes, and deletes again so that the server's memory does not fill. */
  @Benchmark
  public UploadVerification libraryPublish() {
    String key = newKey();
    upload("pending/" + key);
    UploadVerification verification =
        bucket.verifier().verify(UploadPolicy.avatars(), "user-42", ObjectKey.of(key));
    if (!(verification instanceof Accepted)) {
      throw new IllegalStateException("Only an accepted upload is published: " + verification);
    }
    delete(client, key);
    return verification;
  }

  /** The same requests: the pending object's head and bytes, the published one, the deletion. */
  @Benchmark
  public PutObjectResponse s3ClientPublish() {
    return publish(client);
  }

  /** With neither checksums nor chunks of the SDK, which some S3-compatible stores refuse. */
  @Benchmark
  public PutObjectResponse s3ClientOfSameSettingsPublish() {
    return publish(clientOfSameSettings);
  }

  private PutObjectResponse publish(S3Client s3) {
    String key = newKey();
    String pending = "pending/" + key;
    upload(pending);
    String tag = s3.headObject(head -> head.bucket(BUCKET).key(pending)).eTag();
    byte[] bytes =
        s3.getObjectAsBytes(get -> get.bucket(BUCKET).key(pending).ifMatch(tag)).asByteArray();
    PutObjectResponse published =
        s3.putObject(
            put -> put.bucket(BUCKET).key(key).contentType("image/png").ifNoneMatch("*"),
            RequestBody.fromBytes(bytes));
    delete(s3, pending);
    delete(client, key);
    return published;
  }

  private static String newKey() {
    return "avatars/user-42/" + UUID.randomUUID().toString().replace("-", "") + ".png";
  }

  private void upload(String key) {
    client.putObject(
        put ->
            put.bucket(BUCKET)
                .key(key)
                .contentType("image/png")
                .cacheControl("public, max-age=31536000, immutable"),
        RequestBody.fromBytes(picture));
  }

  private static void delete(S3Client s3, String key) {
    s3.deleteObject(delete -> delete.bucket(BUCKET).key(key));
  }
}
