package com.healthmetrics.aws.testkit.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.internal.sigv4.DatedSigner;
import com.healthmetrics.aws.internal.sigv4.SigningBuffer;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.ListBucketsResponse;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.s3.presigner.model.GetObjectPresignRequest;

/** The search for calls that need a permission finds every way to call AWS. */
class AwsCallsTest {
  @Test
  void findsEveryCallToAwsAndNothingElse() {
    assertThat(AwsCalls.in(new ClassFileImporter().importClasses(Calls.class)))
        .containsExactly(
            "Calls signs",
            "GetObjectRequest.versionId",
            "S3AsyncClient.listBuckets",
            "S3Client.listBuckets",
            "S3Client.listObjectsV2Paginator",
            "S3Presigner.presignGetObject");
  }

  /** Never run: one call of each kind. */
  @SuppressWarnings("unused")
  private static final class Calls {
    private void inALambda(S3Client s3) {
      Runnable later = () -> s3.listObjectsV2Paginator(request -> request.bucket("bucket"));
      s3.close();
    }

    private Function<S3Client, ListBucketsResponse> byReference() {
      return S3Client::listBuckets;
    }

    private void ofAnotherClient(S3AsyncClient s3) {
      s3.listBuckets();
    }

    private void byPresigning(S3Presigner presigner, GetObjectPresignRequest request) {
      presigner.presignGetObject(request);
    }

    private Consumer<GetObjectRequest.Builder> byParameter() {
      return request -> request.key("key").versionId("version");
    }

    private String bySigning(DatedSigner signer) {
      return signer.signPolicy(new SigningBuffer().add(signer.timestamp()));
    }
  }
}
