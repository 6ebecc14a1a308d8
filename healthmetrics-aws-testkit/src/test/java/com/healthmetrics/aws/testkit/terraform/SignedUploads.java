package com.healthmetrics.aws.testkit.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.storage.ImageType;
import com.healthmetrics.aws.storage.PresignedPut;
import com.healthmetrics.aws.storage.S3Bucket;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadRequest;
import com.healthmetrics.aws.storage.UploadUrlSigner;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/** What a browser sends with a presigned PUT of the library, and where. */
final class SignedUploads {
  /** One option at a time, because S3 accepts only one checksum. */
  private static final Map<String, UnaryOperator<UploadRequest>> OPTIONS =
      Map.of(
          "withFileName", request -> request.withFileName("meal.png"),
          "withSha256", request -> request.withSha256(zeros(32)),
          "withCrc32c", request -> request.withCrc32c(zeros(4)),
          "withMetadata", request -> request.withMetadata("note", "after the run"));

  private SignedUploads() {}

  /** The headers, for every option of a request. */
  static SortedSet<String> headers() {
    if (!OPTIONS.keySet().equals(optionsOfRequests())) {
      throw new AssertionError(
          "UploadRequest has " + optionsOfRequests() + "; this test covers " + OPTIONS.keySet());
    }
    SortedSet<String> headers = new TreeSet<>();
    for (UnaryOperator<UploadRequest> option : OPTIONS.values()) {
      UploadRequest request = option.apply(UploadRequest.of("user-42", "image/png", 1));
      headers.addAll(sign(request).headers().keySet());
    }
    return headers;
  }

  /** What the path of the URL has before the final key of the object. */
  static String pendingPrefix() {
    PresignedPut upload = sign(UploadRequest.of("user-42", "image/png", 1));
    String path = upload.url().getPath();
    assertThat(path).endsWith(upload.key().value());
    return path.substring("/".length(), path.length() - upload.key().value().length());
  }

  private static PresignedPut sign(UploadRequest request) {
    UploadUrlSigner signer =
        S3Bucket.builder()
            .bucket("healthmetrics-uploads")
            .region(Region.EU_CENTRAL_1)
            .credentials(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIA", "secret")))
            .build()
            .uploads();
    UploadPolicy policy =
        UploadPolicy.builder()
            .keyPrefix("everything/")
            .types(ImageType.PNG)
            .maxBytes(1)
            .lifetime(Duration.ofMinutes(1))
            .cacheControl("no-cache")
            .publiclyReadable()
            .build();
    return signer.presignPut(policy, request);
  }

  private static SortedSet<String> optionsOfRequests() {
    return Stream.of(UploadRequest.class.getMethods())
        .map(Method::getName)
        .filter(name -> name.startsWith("with"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String zeros(int bytes) {
    return Base64.getEncoder().encodeToString(new byte[bytes]);
  }
}
