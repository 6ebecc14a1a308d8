package com.healthmetrics.aws.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.HealthMetricsAws;
import com.healthmetrics.aws.storage.PresignedUpload;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadRequest;
import com.healthmetrics.aws.storage.UploadUrlSigner;
import com.healthmetrics.aws.testkit.junit.LocalAwsTest;
import com.healthmetrics.aws.testkit.storage.LocalS3;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line of an upload works in a real shell with the real curl. */
@LocalAwsTest
class CurlTest {
  private static final byte[] PICTURE = {1, 2, 3};
  private static final UploadRequest REQUEST =
      UploadRequest.of("user-42", "image/png", PICTURE.length)
          .withFileName("it's; $(rm -rf /) `x` \"y\" @z.png")
          .withMetadata("note", "'; touch /tmp/x; @home <y");

  private final LocalS3 s3;
  private final UploadUrlSigner signer;

  CurlTest(LocalS3 s3, HealthMetricsAws aws) {
    this.s3 = s3;
    this.signer = aws.uploads();
  }

  @BeforeEach
  void findCurl() {
    MachineTool.forChecking("the curl command of an upload", "apt-get install curl").find("curl");
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain.png", "it's a $HOME \"picture\"; `x` \\ äöü.png"})
  void sendsTheFile(String name, @TempDir Path folder) throws Exception {
    Path file = Files.write(folder.resolve(name), PICTURE);
    UploadPolicy policy = UploadPolicy.avatars();

    for (PresignedUpload upload :
        new PresignedUpload[] {
          signer.presignPut(policy, REQUEST), signer.presignPost(policy, REQUEST)
        }) {
      Process shell =
          new ProcessBuilder("sh", "-c", upload.toCurl(file.toString()) + " --silent")
              .redirectErrorStream(true)
              .start();
      String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(shell.waitFor()).as(output).isZero();
      assertThat(s3.find(upload.pendingKey().value()).orElseThrow().bytes()).isEqualTo(PICTURE);
      assertThat(s3.find(upload.pendingKey().value()).orElseThrow().metadata())
          .containsEntry("note", "'; touch /tmp/x; @home <y");
    }
  }
}
