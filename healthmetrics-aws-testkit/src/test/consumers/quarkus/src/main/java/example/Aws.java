package example;

import com.healthmetrics.aws.HealthMetricsAws;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;

class Aws {
  @Produces
  @ApplicationScoped
  HealthMetricsAws open() {
    return HealthMetricsAws.fromEnvironment();
  }

  void close(@Disposes HealthMetricsAws aws) {
    aws.close();
  }
}
