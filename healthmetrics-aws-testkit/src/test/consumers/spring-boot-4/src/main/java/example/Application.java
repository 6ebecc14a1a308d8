package example;

import com.healthmetrics.aws.AwsSettings;
import com.healthmetrics.aws.HealthMetricsAws;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

@SpringBootApplication
class Application {
  public static void main(String[] arguments) {
    SpringApplication.run(Application.class, arguments);
  }

  @Bean
  HealthMetricsAws aws(
      Environment environment, ObjectProvider<AwsCredentialsProvider> credentials) {
    HealthMetricsAws.Builder aws =
        HealthMetricsAws.builder(AwsSettings.fromProperties(environment::getProperty));
    credentials.ifAvailable(aws::credentials); // Spring Cloud AWS has one, tests have another
    return aws.build();
  }
}
