package com.healthmetrics.aws.benchmarks;

import com.healthmetrics.aws.storage.PresignedPost;
import com.healthmetrics.aws.storage.PresignedPut;
import com.healthmetrics.aws.storage.S3Bucket;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadRequest;
import com.healthmetrics.aws.storage.UploadUrlSigner;
import io.minio.MinioClient;
import io.minio.PostPolicy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner.AuthLocation;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** A presigned upload of a new random key with one type, one exact size and 5 minutes. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class SigningBenchmark {
  private static final String BUCKET = "healthmetrics-uploads";
  private static final String ACCESS_KEY = "AKIAIOSFODNN7EXAMPLE";
  private static final String SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
  private static final Duration LIFETIME = Duration.ofMinutes(5);
  private static final Region REGION = Region.EU_CENTRAL_1;
  private static final long SIZE = 312_044;

  private final AwsBasicCredentials credentials = AwsBasicCredentials.create(ACCESS_KEY, SECRET);
  private final AwsSessionCredentials session =
      AwsSessionCredentials.create(ACCESS_KEY, SECRET, "IQoJb3JpZ2luX2Vj".repeat(40));

  private UploadUrlSigner signer;
  private UploadUrlSigner sessionSigner;
  private S3Presigner presigner;
  private S3Presigner sessionPresigner;
  private AwsV4HttpSigner httpSigner;
  private MinioClient minio;
  private PresignedPut signed;
  private byte[] canonicalRequest;
  private byte[] stringToSign;
  private MessageDigest sha256;
  private Mac mac;

  /** Builds each client once, as an application does. */
  @Setup
  public void start() throws Exception {
    signer = signer(StaticCredentialsProvider.create(credentials));
    sessionSigner = signer(StaticCredentialsProvider.create(session));
    presigner = presigner(StaticCredentialsProvider.create(credentials));
    sessionPresigner = presigner(StaticCredentialsProvider.create(session));
    httpSigner = AwsV4HttpSigner.create();
    minio =
        MinioClient.builder()
            .endpoint("https://s3.eu-central-1.amazonaws.com")
            .region(REGION.id())
            .credentials(ACCESS_KEY, SECRET)
            .build();
    signed = libraryPut();
    canonicalRequest = signed.url().toString().getBytes(StandardCharsets.UTF_8);
    stringToSign = new byte[130];
    sha256 = MessageDigest.getInstance("SHA-256");
    mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(new byte[32], "HmacSHA256"));
  }

  private static UploadUrlSigner signer(StaticCredentialsProvider provider) {
    return S3Bucket.builder().bucket(BUCKET).region(REGION).credentials(provider).build().uploads();
  }

  private static S3Presigner presigner(StaticCredentialsProvider provider) {
    return S3Presigner.builder().region(REGION).credentialsProvider(provider).build();
  }

  private static UploadRequest request() {
    return UploadRequest.of("user-42", "image/png", SIZE);
  }

  /** The library: policy, random key, signature. */
  @Benchmark
  public PresignedPut libraryPut() {
    return signer.presignPut(UploadPolicy.avatars(), request());
  }

  @Benchmark
  @Threads(2)
  public PresignedPut libraryPut2() {
    return libraryPut();
  }

  @Benchmark
  @Threads(4)
  public PresignedPut libraryPut4() {
    return libraryPut();
  }

  /** With the URL read once, as every application does. */
  @Benchmark
  public URI libraryPutUrl() {
    return libraryPut().url();
  }

  @Benchmark
  public PresignedPut libraryPutWithMetadata() {
    return signer.presignPut(
        UploadPolicy.progressPhotos(),
        request().withFileName("lunch.png").withMetadata("meal", "lunch").withMetadata("day", "1"));
  }

  @Benchmark
  public PresignedPut libraryPutWithSessionToken() {
    return sessionSigner.presignPut(UploadPolicy.avatars(), request());
  }

  @Benchmark
  public String libraryToJson() {
    return signed.toJson();
  }

  @Benchmark
  public Object s3PresignerPut() {
    return presign(presigner);
  }

  @Benchmark
  public Object s3PresignerPutWithSessionToken() {
    return presign(sessionPresigner);
  }

  private static Object presign(S3Presigner presigner) {
    PutObjectRequest put =
        PutObjectRequest.builder()
            .bucket(BUCKET)
            .key(newKey())
            .contentType("image/png")
            .contentLength(SIZE)
            .cacheControl("public, max-age=31536000, immutable")
            .ifNoneMatch("*")
            .build();
    return presigner.presignPutObject(
        presign -> presign.signatureDuration(LIFETIME).putObjectRequest(put));
  }

  private static String newKey() {
    return "pending/avatars/user-42/" + UUID.randomUUID() + ".png";
  }

  /** The SDK's signer alone, without a request model and endpoint rules. */
  @Benchmark
  public Object awsV4HttpSignerPut() {
    SdkHttpFullRequest put =
        SdkHttpFullRequest.builder()
            .method(SdkHttpMethod.PUT)
            .protocol("https")
            .host(BUCKET + ".s3.eu-central-1.amazonaws.com")
            .encodedPath("/" + newKey())
            .putHeader("content-type", "image/png")
            .putHeader("content-length", Long.toString(SIZE))
            .putHeader("cache-control", "public, max-age=31536000, immutable")
            .putHeader("if-none-match", "*")
            .build();
    return httpSigner.sign(
        SignRequest.<AwsCredentialsIdentity>builder(credentials)
            .request(put)
            .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "s3")
            .putProperty(AwsV4HttpSigner.REGION_NAME, REGION.id())
            .putProperty(AwsV4HttpSigner.AUTH_LOCATION, AuthLocation.QUERY_STRING)
            .putProperty(AwsV4HttpSigner.EXPIRATION_DURATION, LIFETIME)
            .putProperty(AwsV4HttpSigner.DOUBLE_URL_ENCODE, false)
            .putProperty(AwsV4HttpSigner.NORMALIZE_PATH, false)
            .putProperty(AwsV4HttpSigner.PAYLOAD_SIGNING_ENABLED, false)
            .build());
  }

  /** The cryptography alone: one SHA-256 of so many bytes and one HMAC, digests reused. */
  @Benchmark
  public byte[] floorPut() {
    sha256.update(canonicalRequest);
    byte[] hash = sha256.digest();
    mac.update(stringToSign, 0, stringToSign.length - hash.length);
    return mac.doFinal(hash);
  }

  @Benchmark
  public PresignedPost libraryPost() {
    return signer.presignPost(UploadPolicy.avatars(), request());
  }

  @Benchmark
  public Map<String, String> minioPost() throws Exception {
    PostPolicy policy = new PostPolicy(BUCKET, ZonedDateTime.now().plus(LIFETIME));
    policy.addEqualsCondition("key", newKey());
    policy.addEqualsCondition("Content-Type", "image/png");
    policy.addEqualsCondition("Cache-Control", "public, max-age=31536000, immutable");
    policy.addContentLengthRangeCondition(1, 2 * 1024 * 1024);
    return minio.getPresignedPostFormData(policy);
  }
}
