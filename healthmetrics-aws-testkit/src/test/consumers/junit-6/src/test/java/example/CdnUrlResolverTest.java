package example;

import com.healthmetrics.aws.cdn.CdnUrlResolver;
import com.healthmetrics.aws.testkit.contract.CdnUrlResolverContract;
import java.net.URI;

class CdnUrlResolverTest extends CdnUrlResolverContract {

  @Override
  protected CdnUrlResolver resolver() {
    return CdnUrlResolver.of(URI.create("https://cdn.example/pictures"));
  }
}
