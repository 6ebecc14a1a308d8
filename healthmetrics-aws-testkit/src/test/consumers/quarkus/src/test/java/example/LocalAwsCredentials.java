package example;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** The credentials of {@link LocalAwsResource}, which the application finds as a bean. */
class LocalAwsCredentials {
  @Produces
  @Singleton
  AwsCredentialsProvider credentials(
      @ConfigProperty(name = "AWS_ACCESS_KEY_ID") String accessKeyId,
      @ConfigProperty(name = "AWS_SECRET_ACCESS_KEY") String secretAccessKey) {
    return StaticCredentialsProvider.create(
        AwsBasicCredentials.create(accessKeyId, secretAccessKey));
  }
}
