package com.healthmetrics.aws.testkit.terraform;

import com.healthmetrics.aws.internal.sigv4.DatedSigner;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import software.amazon.awssdk.awscore.presigner.SdkPresigner;
import software.amazon.awssdk.core.SdkClient;

/**
 * Every call in some classes that needs a permission of AWS, found in their byte code: operations
 * of the SDK's clients ({@code S3Client.headObject}), parameters that need a permission in addition
 * to that of their operation ({@code DeleteObjectRequest.versionId}), and classes that sign
 * requests themselves ({@code S3Signer signs}).
 */
final class AwsCalls {
  /** Methods of a client that send no request. */
  private static final Set<String> LOCAL =
      Set.of("builder", "close", "create", "serviceClientConfiguration", "serviceName");

  /** The parameters of this kind in the services that the library uses. */
  private static final Set<String> PRIVILEGED_PARAMETERS =
      Set.of(
          "acl",
          "bypassGovernanceRetention",
          "configurationOverrides",
          "grantFullControl",
          "grantRead",
          "grantReadACP",
          "grantWriteACP",
          "objectLockLegalHoldStatus",
          "objectLockMode",
          "objectLockRetainUntilDate",
          "tagging",
          "versionId");

  private AwsCalls() {}

  static SortedSet<String> in(JavaClasses classes) {
    SortedSet<String> calls = new TreeSet<>();
    for (JavaClass type : classes) {
      type.getCodeUnitAccessesFromSelf().stream().flatMap(AwsCalls::named).forEach(calls::add);
    }
    return calls;
  }

  private static Stream<String> named(JavaCodeUnitAccess<?> access) {
    JavaClass owner = access.getTargetOwner();
    String method = access.getTarget().getName();
    if (owner.isAssignableTo(SdkClient.class) || owner.isAssignableTo(SdkPresigner.class)) {
      return LOCAL.contains(method)
          ? Stream.empty()
          : Stream.of(owner.getSimpleName() + "." + method);
    }
    if (owner.isEquivalentTo(DatedSigner.class)) {
      return method.startsWith("sign")
          ? Stream.of(access.getOriginOwner().getSimpleName() + " signs")
          : Stream.empty();
    }
    boolean parameter =
        owner.getPackageName().startsWith("software.amazon.awssdk.services.")
            && owner.getSimpleName().equals("Builder")
            && PRIVILEGED_PARAMETERS.contains(method);
    return parameter
        ? owner.getEnclosingClass().stream().map(type -> type.getSimpleName() + "." + method)
        : Stream.empty();
  }
}
