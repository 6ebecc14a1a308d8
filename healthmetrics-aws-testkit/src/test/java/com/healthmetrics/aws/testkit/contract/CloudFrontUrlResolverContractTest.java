package com.healthmetrics.aws.testkit.contract;

import com.healthmetrics.aws.HealthMetricsAws;
import com.healthmetrics.aws.cdn.CdnUrlResolver;
import com.healthmetrics.aws.cdn.CloudFrontUrlResolver;
import org.junit.jupiter.api.Nested;

/** The contract with every kind of base URL. */
class CloudFrontUrlResolverContractTest {

  @Nested
  class OfADistribution extends WithBase {
    OfADistribution() {
      super(CloudFrontUrlResolver.of("https://d111111abcdef8.cloudfront.net"));
    }
  }

  @Nested
  class OfADistributionWithAPath extends WithBase {
    OfADistributionWithAPath() {
      super(CloudFrontUrlResolver.of("https://cdn.example/media/v1/"));
    }
  }

  @Nested
  class OfALocalServer extends WithBase {
    OfALocalServer() {
      super(CloudFrontUrlResolver.of("http://127.0.0.1:8080"));
    }
  }

  @Nested
  class OfALocalServerOverIpv6 extends WithBase {
    OfALocalServerOverIpv6() {
      super(CloudFrontUrlResolver.of("http://[::1]:8080/cdn"));
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
