package example;

import com.healthmetrics.aws.HealthMetricsAws;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

@SpringBootApplication
class Application {
  public static void main(String[] arguments) {
    SpringApplication.run(Application.class, arguments);
  }

  @Bean
  HealthMetricsAws aws() {
    return HealthMetricsAws.fromEnvironment();
  }
}
