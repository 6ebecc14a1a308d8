package example;

import com.healthmetrics.aws.AwsSettings;
import com.healthmetrics.aws.HealthMetricsAws;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import org.eclipse.microprofile.config.Config;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

class Aws {
  @Produces
  @ApplicationScoped
  HealthMetricsAws open(Config config, Instance<AwsCredentialsProvider> credentials) {
    HealthMetricsAws.Builder aws =
        HealthMetricsAws.builder(
            AwsSettings.fromProperties(name -> config.getConfigValue(name).getValue()));
    if (credentials.isResolvable()) {
      aws.credentials(credentials.get());
    }
    return aws.build();
  }

  void close(@Disposes HealthMetricsAws aws) {
    aws.close();
  }
}
