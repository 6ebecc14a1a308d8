package example;

import com.healthmetrics.aws.HealthMetricsAws;
import com.healthmetrics.aws.testkit.LocalAws;
import io.quarkus.test.Mock;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Takes the place of AWS in every test. */
@Singleton
class LocalAwsBean {
  private final LocalAws local = LocalAws.start();

  @Produces
  @Singleton
  LocalAws local() {
    return local;
  }

  @Mock
  @Produces
  @ApplicationScoped
  HealthMetricsAws aws() {
    return local.aws();
  }

  @PreDestroy
  void close() {
    local.close();
  }
}
