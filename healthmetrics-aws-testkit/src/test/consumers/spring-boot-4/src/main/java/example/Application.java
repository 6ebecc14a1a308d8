package example;

import com.healthmetrics.aws.AwsSettings;
import com.healthmetrics.aws.HealthMetricsAws;
import java.util.HashMap;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

@SpringBootApplication
class Application {
  public static void main(String[] arguments) {
    SpringApplication.run(Application.class, arguments);
  }

  @Bean
  HealthMetricsAws aws(
      ConfigurableEnvironment environment, ObjectProvider<AwsCredentialsProvider> credentials) {
    HealthMetricsAws.Builder aws =
        HealthMetricsAws.builder(AwsSettings.fromEnvironment(properties(environment)));
    credentials.ifAvailable(aws::credentials); // Spring Cloud AWS has one, tests have another
    return aws.build();
  }

  /** The environment variables, and what other property sources add to them. */
  private static Map<String, String> properties(ConfigurableEnvironment environment) {
    Map<String, String> properties = new HashMap<>();
    for (PropertySource<?> source : environment.getPropertySources()) {
      if (source instanceof EnumerablePropertySource<?> names) {
        for (String name : names.getPropertyNames()) {
          properties.put(name, environment.getProperty(name));
        }
      }
    }
    return properties;
  }
}
