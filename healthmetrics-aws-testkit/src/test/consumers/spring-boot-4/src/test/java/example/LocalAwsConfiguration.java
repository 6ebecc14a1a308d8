package example;

import com.healthmetrics.aws.testkit.LocalAws;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.test.context.DynamicPropertyRegistrar;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

@TestConfiguration(proxyBeanMethods = false)
class LocalAwsConfiguration {
  @Bean
  LocalAws localAws() {
    return LocalAws.start();
  }

  @Bean
  AwsCredentialsProvider awsCredentials(LocalAws local) {
    return local.credentials();
  }

  @Bean
  DynamicPropertyRegistrar awsProperties(LocalAws local) {
    return registry -> local.environment().forEach((name, value) -> registry.add(name, () -> value));
  }
}
