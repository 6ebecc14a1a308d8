package com.healthmetrics.aws.testkit.contract;

import com.healthmetrics.aws.HealthMetricsAws;
import com.healthmetrics.aws.cdn.CdnUrlResolver;
import java.net.URI;
import org.junit.jupiter.api.Nested;

/** The contract with every kind of base URL. */
class CdnUrlResolverContractTest {

  @Nested
  class OfADistribution extends WithBase {
    OfADistribution() {
      super(CdnUrlResolver.of(URI.create("https://d111111abcdef8.cloudfront.net")));
    }
  }

  @Nested
  class OfADistributionWithAPath extends WithBase {
    OfADistributionWithAPath() {
      super(CdnUrlResolver.of(URI.create("https://cdn.example/media/v1/")));
    }
  }

  @Nested
  class OfALocalServer extends WithBase {
    OfALocalServer() {
      super(CdnUrlResolver.of(URI.create("http://127.0.0.1:8080")));
    }
  }

  @Nested
  class OfALocalServerOverIpv6 extends WithBase {
    OfALocalServerOverIpv6() {
      super(CdnUrlResolver.of(URI.create("http://[::1]:8080/cdn")));
    }
  }

  @Nested
  class InMemory extends WithBase {
    InMemory() {
      super(HealthMetricsAws.inMemory().cdn());
    }
  }

  private abstract static class WithBase extends CdnUrlResolverContract {
    private final CdnUrlResolver resolver;

    WithBase(CdnUrlResolver resolver) {
      this.resolver = resolver;
    }

    @Override
    protected CdnUrlResolver resolver() {
      return resolver;
    }
  }
}
