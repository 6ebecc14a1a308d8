package example;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.HealthMetricsAws;
import com.healthmetrics.aws.testkit.LocalAws;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/** Starts the application as its developers do, on local servers. */
class DevelopmentTest {
  @Test
  void startsTheApplicationOnLocalServers() {
    try (LocalAws local = LocalAws.start();
        ConfigurableApplicationContext application =
            Development.start(local, "--server.port=0")) {
      HealthMetricsAws aws = application.getBean(HealthMetricsAws.class);

      assertThat(aws.settings().s3Endpoint()).contains(local.s3().endpoint());
      assertThat(aws.objects().deletePrefix("avatars/user-42/").deleted()).isEmpty();
    }
  }
}
