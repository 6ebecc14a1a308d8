package example;

import com.healthmetrics.aws.testkit.LocalAws;
import com.healthmetrics.aws.testkit.dev.DevServer;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;

/** Starts the application on local servers, with their mailbox at http://localhost:3010. */
public class Development {
  public static void main(String[] arguments) {
    DevServer server = DevServer.start(3010, URI.create("http://localhost:8080"));
    start(server.localAws(), arguments);
  }

  static ConfigurableApplicationContext start(LocalAws local, String... arguments) {
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
}
