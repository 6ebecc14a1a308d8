package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.internal.RawRequest;
import java.util.Set;

/**
 * What a fault may depend on of a request, before the request is checked.
 *
 * @param method the HTTP method
 * @param key the object key; empty for a request that is not about one object
 * @param list whether the response is a list of objects or versions
 */
record FaultTarget(String method, String key, boolean list) {
  private static final Set<S3Operation> LISTS =
      Set.of(S3Operation.LIST_OBJECTS, S3Operation.LIST_OBJECTS_V2, S3Operation.LIST_VERSIONS);

  static FaultTarget of(RawRequest request, String bucket) {
    try {
      S3Address address = S3Address.of(request, bucket);
      boolean list = LISTS.contains(S3Operation.of(request, address));
      return new FaultTarget(request.method(), address.key(), list);
    } catch (S3Refusal refusal) {
      // Refused again where the response is made.
      return new FaultTarget(request.method(), "", false);
    }
  }
}
