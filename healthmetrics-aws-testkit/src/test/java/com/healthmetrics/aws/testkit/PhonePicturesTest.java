package com.healthmetrics.aws.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.HealthMetricsAws;
import com.healthmetrics.aws.storage.ImageType;
import com.healthmetrics.aws.storage.PresignedPut;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadRejectedException.Rule;
import com.healthmetrics.aws.storage.UploadRequest;
import com.healthmetrics.aws.storage.UploadVerification;
import com.healthmetrics.aws.storage.UploadVerification.Accepted;
import com.healthmetrics.aws.storage.UploadVerification.Rejected;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Photos of phones, under the names and types that phones and browsers give them. */
class PhonePicturesTest {
  private static final UploadPolicy POLICY = UploadPolicy.progressPhotos();

  private final LocalAws local = LocalAws.start();
  private final HealthMetricsAws aws = local.aws();

  @AfterEach
  void stop() {
    local.close();
  }

  /**
   * As the documentation recommends: by the declared type, or by the first bytes if there is none.
   */
  private static String typeOf(String declared, byte[] file) {
    return ImageType.ofMediaType(declared)
        .or(() -> ImageType.ofFirstBytes(Arrays.copyOf(file, Math.min(file.length, 512))))
        .map(ImageType::mediaType)
        .orElse(declared);
  }

  private PresignedPut uploaded(String contentType, byte[] file) {
    UploadRequest request = UploadRequest.of("user-42", contentType, file.length);
    PresignedPut upload = aws.uploads().presignPut(POLICY, request);
    assertThat(new Browser().send(upload, file).statusCode()).isEqualTo(200);
    return upload;
  }

  private UploadVerification verify(PresignedPut upload) {
    return aws.uploadVerifier().verify(POLICY, "user-42", upload.key());
  }

  private HttpResponse<byte[]> load(PresignedPut upload) throws IOException, InterruptedException {
    URI url = aws.signedUrls().sign(upload.key(), Duration.ofMinutes(1)).url();
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofByteArray());
  }

  @ParameterizedTest
  @ValueSource(strings = {"image/heic", "image/heif", "IMAGE/HEIF", "", "application/octet-stream"})
  void aHeicIsPublishedUnderEachOfItsTypes(String declared)
      throws IOException, InterruptedException {
    byte[] heic = Pictures.heic();
    assertThat(latin1(heic)).as("position").contains("48.137154N");
    PresignedPut upload = uploaded(typeOf(declared, heic), heic);

    assertThat(verify(upload)).isInstanceOf(Accepted.class);

    assertThat(upload.key().value()).endsWith(".heic");
    HttpResponse<byte[]> picture = load(upload);
    assertThat(picture.statusCode()).isEqualTo(200);
    assertThat(picture.headers().firstValue("content-type")).contains("image/heic");
    assertThat(picture.body()).as("offsets stay").hasSameSizeAs(heic);
    assertThat(latin1(picture.body())).doesNotContain("48.137154N");
    assertThat(ImageType.ofFirstBytes(picture.body())).contains(ImageType.HEIC);
  }

  /** iOS converts on the way out and keeps the name, by which the browser names the type. */
  @Test
  void aJpegUnderTheNameOfAHeicIsRejectedWithItsType() {
    PresignedPut upload = uploaded("image/heic", Pictures.jpeg());

    UploadVerification result = verify(upload);

    assertThat(result).isInstanceOf(Rejected.class);
    assertThat(((Rejected) result).reason().rule()).isEqualTo(Rule.FILE_TYPE);
    assertThat(((Rejected) result).reason().foundType()).contains(ImageType.JPEG);
    assertThat(local.s3().keys()).isEmpty();
  }

  @Test
  void aHeicUnderTheNameOfAJpegIsRejectedWithItsType() {
    PresignedPut upload = uploaded("image/jpeg", Pictures.heic());

    UploadVerification result = verify(upload);

    assertThat(result).isInstanceOf(Rejected.class);
    assertThat(((Rejected) result).reason().foundType()).contains(ImageType.HEIC);
  }

  private static String latin1(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
