package example;

import com.healthmetrics.aws.AwsSettings;
import com.healthmetrics.aws.HealthMetricsAws;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.microprofile.config.Config;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

class Aws {
  @Produces
  @ApplicationScoped
  HealthMetricsAws open(Config config, Instance<AwsCredentialsProvider> credentials) {
    HealthMetricsAws.Builder aws =
        HealthMetricsAws.builder(AwsSettings.fromEnvironment(properties(config)));
    if (credentials.isResolvable()) {
      aws.credentials(credentials.get());
    }
    return aws.build();
  }

  /** The environment variables, and what other sources add to them. */
  private static Map<String, String> properties(Config config) {
    Map<String, String> properties = new HashMap<>();
    for (String name : config.getPropertyNames()) {
      properties.put(name, config.getConfigValue(name).getValue());
    }
    return properties;
  }

  void close(@Disposes HealthMetricsAws aws) {
    aws.close();
  }
}
