package com.healthmetrics.aws.doctor;

import com.healthmetrics.aws.HealthMetricsAws;
import com.healthmetrics.aws.storage.DeletionReport;
import com.healthmetrics.aws.storage.ImageType;
import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.PresignedPost;
import com.healthmetrics.aws.storage.PresignedPut;
import com.healthmetrics.aws.storage.PresignedUpload;
import com.healthmetrics.aws.storage.StorageException;
import com.healthmetrics.aws.storage.StorageException.Kind;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadRequest;
import com.healthmetrics.aws.storage.UploadUrlSigner;
import com.healthmetrics.aws.storage.UploadVerification;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** The pictures that the doctor uploads, all of one owner that nobody else has. Not thread-safe. */
final class TestPictures {
  private static final Duration LIFETIME = Duration.ofMinutes(2);

  /** One black pixel; no valid PNG is smaller. */
  private static final byte[] PNG =
      HexFormat.of()
          .parseHex(
              "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
                  + "0000000a4944415478da6360000000020001e527defc"
                  + "0000000049454e44ae426082");

  private final HealthMetricsAws aws;
  private final String owner;
  private final UploadPolicy publicPictures;
  private final UploadPolicy privatePictures;
  private final List<ObjectKey> keys = new ArrayList<>();
  private Optional<PresignedPut> pending = Optional.empty();
  private Optional<UploadVerification.Accepted> published = Optional.empty();

  TestPictures(HealthMetricsAws aws, String publicPrefix, String privatePrefix) {
    this.aws = aws;
    byte[] random = new byte[8];
    new SecureRandom().nextBytes(random);
    this.owner = "doctor-" + HexFormat.of().formatHex(random);
    // The CDN and browsers may keep a copy for this long.
    this.publicPictures =
        policy(publicPrefix).publiclyReadable().cacheControl("public, max-age=60").build();
    this.privatePictures = policy(privatePrefix).cacheControl("private, max-age=60").build();
  }

  private static UploadPolicy.Builder policy(String keyPrefix) {
    return UploadPolicy.builder()
        .keyPrefix(keyPrefix)
        .types(ImageType.PNG)
        .maxBytes(PNG.length)
        .lifetime(LIFETIME);
  }

  static byte[] png() {
    return PNG.clone();
  }

  /** A byte more than was signed. */
  static byte[] tooLarge() {
    byte[] bytes = new byte[PNG.length + 1];
    System.arraycopy(PNG, 0, bytes, 0, PNG.length);
    return bytes;
  }

  String cacheControl() {
    return publicPictures.cacheControl().orElseThrow();
  }

  PresignedPut put() {
    return noted(aws.uploads().presignPut(publicPictures, request()));
  }

  PresignedPost post() {
    return noted(aws.uploads().presignPost(publicPictures, request()));
  }

  PresignedPut privatePut() {
    return noted(aws.uploads().presignPut(privatePictures, request()));
  }

  /** A PUT with another lifetime, of a signer whose clock may be set back. */
  PresignedPut put(UploadUrlSigner signer, Duration lifetime) {
    UploadPolicy policy =
        policy(publicPictures.keyPrefix()).unusuallyLongLifetime(lifetime).build();
    return noted(signer.presignPut(policy, request()));
  }

  private UploadRequest request() {
    return UploadRequest.of(owner, ImageType.PNG.mediaType(), PNG.length);
  }

  /** Whatever becomes of the upload, its object is removed at the end. */
  private <T extends PresignedUpload> T noted(T upload) {
    keys.add(upload.key());
    return upload;
  }

  /** Keeps an upload that S3 accepted and that stays pending. */
  void keepPending(PresignedPut upload) {
    pending = Optional.of(upload);
  }

  PresignedPut pending() throws NotCheckedException {
    return pending.orElseThrow(
        () -> new NotCheckedException("It needs an upload that S3 accepted, see storage.put."));
  }

  UploadVerification publish(PresignedPost upload) {
    UploadVerification outcome = aws.uploadVerifier().verify(publicPictures, owner, upload.key());
    if (outcome instanceof UploadVerification.Accepted accepted) {
      published = Optional.of(accepted);
    }
    return outcome;
  }

  UploadVerification.Accepted published() throws NotCheckedException {
    return published.orElseThrow(
        () -> new NotCheckedException("It needs a published picture, see storage.publish."));
  }

  UploadVerification publishPrivately(PresignedPut upload) {
    return aws.uploadVerifier().verify(privatePictures, owner, upload.key());
  }

  /** Removes everything that was or may have been written. */
  Finding remove(String check) throws NotCheckedException {
    if (keys.isEmpty()) {
      throw new NotCheckedException("Nothing was signed, so nothing was uploaded.");
    }
    try {
      if (aws.objects().eraseOwner(List.of(publicPictures, privatePictures), owner).isComplete()) {
        return Finding.passed(
            check, "All objects of the owner %s are removed, with all versions.".formatted(owner));
      }
    } catch (StorageException e) {
      if (e.kind() == Kind.UNREACHABLE) {
        throw new NotCheckedException(left() + " " + e.getMessage());
      }
    }
    // The application's own role may neither list nor delete versions.
    return removeCurrent(check);
  }

  private Finding removeCurrent(String check) throws NotCheckedException {
    DeletionReport report;
    try {
      report = aws.objects().deleteAll(keys);
    } catch (StorageException e) {
      throw new NotCheckedException(left() + " " + e.getMessage());
    }
    if (report.isComplete()) {
      return Finding.passed(
          check,
          "All objects of the owner %s are removed. The credentials may not erase versions: in a bucket that keeps them, former versions of these objects stay until the lifecycle rule removes them."
              .formatted(owner));
    }
    if (report.failed().stream().allMatch(failure -> failure.kind() == Kind.ACCESS_DENIED)) {
      throw new NotCheckedException(left() + " The credentials lack s3:DeleteObject.");
    }
    return Finding.failed(
        check,
        left() + " S3 refused to delete them (%s).".formatted(report.failed().get(0).kind()),
        "Delete the objects of this owner by hand.");
  }

  private String left() {
    return ("Up to %s objects of the owner %s stay: pending ones until the lifecycle rule removes"
            + " them, published ones until you delete them.")
        .formatted(keys.size(), owner);
  }
}
