package example;

import com.healthmetrics.aws.HealthMetricsAws;
import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.PresignedUpload;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadRequest;
import java.net.URI;
import java.util.Objects;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
class PictureController {
  private static final UploadPolicy POLICY = UploadPolicy.avatars();

  /** The signed-in user's id: read yours from the session, never from the request. */
  private static final String OWNER = "user-42";

  private final HealthMetricsAws aws;

  PictureController(HealthMetricsAws aws) {
    this.aws = aws;
  }

  /** What the page's module sends to {@code start}; it has more, which is ignored. */
  record NewUpload(String contentType, long sizeBytes) {
    NewUpload {
      Objects.requireNonNull(contentType, "contentType");
    }
  }

  record Uploaded(ObjectKey key) {
    Uploaded {
      Objects.requireNonNull(key, "key");
    }
  }

  record Picture(ObjectKey key, URI url) {}

  /** 1. The page asks where to put the file. */
  @PostMapping("/uploads")
  PresignedUpload sign(@RequestBody NewUpload upload) {
    UploadRequest request = UploadRequest.of(OWNER, upload.contentType(), upload.sizeBytes());
    return aws.uploads().presignPut(POLICY, request);
  }

  /** 2. The page reports that it is done: inspect the file, publish it. */
  @PostMapping("/pictures")
  Picture publish(@RequestBody Uploaded uploaded) {
    ObjectKey key = aws.uploadVerifier().verify(POLICY, OWNER, uploaded.key()).orThrow().key();
    return show(key); // save the key with the user: the URL begins with a setting, which may change
  }

  @GetMapping("/pictures")
  Picture show(@RequestParam ObjectKey key) {
    return new Picture(key, aws.cdn().resolve(key));
  }
}
