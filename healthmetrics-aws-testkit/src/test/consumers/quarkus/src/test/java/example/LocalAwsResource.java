package example;

import com.healthmetrics.aws.testkit.LocalAws;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;

public class LocalAwsResource implements QuarkusTestResourceLifecycleManager {
  private LocalAws local;

  @Override
  public Map<String, String> start() {
    local = LocalAws.start();
    return local.environment();
  }

  @Override
  public void inject(TestInjector injector) {
    injector.injectIntoFields(local, new TestInjector.MatchesType(LocalAws.class));
  }

  @Override
  public void stop() {
    local.close();
  }
}
