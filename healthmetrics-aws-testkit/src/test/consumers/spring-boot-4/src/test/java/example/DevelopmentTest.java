package example;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.HealthMetricsAws;
import com.healthmetrics.aws.testkit.LocalAws;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;

/** Starts the application as its developers do, on local servers. */
class DevelopmentTest {
  private static ConfigurableApplicationContext start(LocalAws local, String... arguments) {
    return new SpringApplicationBuilder(Application.class)
        .initializers(
            context -> {
              Map<String, Object> settings = new HashMap<>(local.environment());
              context
                  .getEnvironment()
                  .getPropertySources()
                  .addFirst(new MapPropertySource("local", settings)); // before application.yml
              context
                  .getBeanFactory()
                  .registerSingleton("awsCredentials", local.credentials());
            })
        .run(arguments);
  }

  @Test
  void startsTheApplicationOnLocalServers() {
    try (LocalAws local = LocalAws.start();
        ConfigurableApplicationContext application = start(local, "--server.port=0")) {
      HealthMetricsAws aws = application.getBean(HealthMetricsAws.class);

      assertThat(aws.settings().s3Endpoint()).contains(local.s3().endpoint());
      assertThat(aws.objects().deletePrefix("avatars/user-42/").deleted()).isEmpty();
    }
  }
}
