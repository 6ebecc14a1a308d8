package com.healthmetrics.aws.testkit.junit;

import com.healthmetrics.aws.testkit.LocalAws;
import java.util.Objects;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Injects a running {@link LocalAws} and its parts into tests.
 *
 * <p>{@link LocalAwsTest} registers it with default settings; a field registers it with others:
 *
 * <pre>{@code
 * class PictureTest {
 *   @RegisterExtension
 *   static final LocalAwsExtension AWS =
 *       new LocalAwsExtension(LocalAws.builder().bucket("pictures"));
 *
 *   @Test
 *   void startsWithAnEmptyBucket(LocalS3 s3) {
 *     assertEquals("pictures", s3.bucket());
 *     assertTrue(s3.keys().isEmpty());
 *   }
 * }
 * }</pre>
 *
 * <p>Types of parameters: {@link LocalAws}, which has the environment as well, {@link
 * com.healthmetrics.aws.testkit.storage.LocalS3 LocalS3}, {@link
 * com.healthmetrics.aws.testkit.cdn.LocalCloudFront LocalCloudFront}, {@link
 * com.healthmetrics.aws.testkit.mail.LocalSes LocalSes}, {@link
 * com.healthmetrics.aws.testkit.mail.Mailbox Mailbox}, {@link
 * com.healthmetrics.aws.HealthMetricsAws HealthMetricsAws}, and the SDK's {@code S3Client}, {@code
 * S3AsyncClient}, {@code S3Presigner} and {@code SesV2Client}, with the HTTP client that the SDK
 * selects.
 *
 * <p>Guarantees:
 *
 * <ul>
 *   <li>Each test has the servers for itself, also when methods or classes run in parallel. What
 *       its constructor, its {@code @BeforeEach}, {@code @Test} and {@code @AfterEach} methods get
 *       is the same.
 *   <li>It starts without objects, emails and queued faults. Its servers were started for it, or
 *       they are those of a test that has ended, after {@link LocalAws#clear()}. So a run needs as
 *       many sets of servers as tests run at the same time. If a test stopped a server, the next
 *       test gets new ones.
 *   <li>The extension closes everything: with {@link LocalAwsTest} at the end of the run, as
 *       classes share the servers; with a static field at the end of its class, whose nested
 *       classes share them; with an instance field at the end of the test.
 * </ul>
 *
 * <p>Nothing is started for a test without such a parameter. A test must not close what it gets,
 * other than a server, and waits for what it started before it ends. A clock is not set back, and a
 * chain of emails keeps its idempotency keys: with a {@link
 * com.healthmetrics.aws.testkit.TestClock} or a {@link LocalAws.Builder#mailerChain} use an
 * instance field.
 *
 * <p>A parameter of a {@code @BeforeAll} or {@code @AfterAll} method, or of a constructor with the
 * lifecycle {@code PER_CLASS}, is refused, as no single test owns it.
 *
 * <p>Needs JUnit Jupiter 5.12 or newer, or 6. Thread-safe.
 */
@SuppressWarnings("exports") // Whoever reads these types of JUnit has JUnit.
public final class LocalAwsExtension implements BeforeAllCallback, ParameterResolver {
  private final Supplier<LocalAws> start;
  private final Namespace namespace;
  private final boolean sharedByClasses;

  /** Creates the extension with default settings, as {@link LocalAwsTest} does. */
  public LocalAwsExtension() {
    this.start = LocalAws::start;
    this.namespace = Namespace.create(LocalAwsExtension.class);
    this.sharedByClasses = true;
  }

  /**
   * Creates the extension for a field with {@code @RegisterExtension}.
   *
   * @param servers starts the servers, once for each test that runs at the same time; must not be
   *     changed afterwards
   * @throws NullPointerException if {@code servers} is null
   */
  public LocalAwsExtension(LocalAws.Builder servers) {
    this.start = Objects.requireNonNull(servers, "servers")::start;
    this.namespace = Namespace.create(LocalAwsExtension.class, this);
    this.sharedByClasses = false;
  }

  /** Lets the tests of the class share its servers one after another. */
  @Override
  public void beforeAll(ExtensionContext context) {
    ServerPool unused = pool(context);
  }

  /** The class's, if {@link #beforeAll} made one, which it does not for an instance field. */
  private ServerPool pool(ExtensionContext context) {
    ExtensionContext owner = sharedByClasses ? context.getRoot() : context;
    return owner
        .getStore(namespace)
        .getOrComputeIfAbsent(ServerPool.class, key -> new ServerPool(start), ServerPool.class);
  }

  /** The constructor belongs to the test that it is called for. */
  @Override
  public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext root) {
    return ExtensionContextScope.TEST_METHOD;
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return Servers.TYPES.contains(parameter.getParameter().getType());
  }

  /**
   * Returns what a test asked for.
   *
   * @throws ParameterResolutionException if the parameter does not belong to one test
   */
  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    if (context.getTestMethod().isEmpty()) {
      throw new ParameterResolutionException(
          type.getSimpleName()
              + " cannot be injected into "
              + parameter.getDeclaringExecutable()
              + ": each test has servers of its own, and this is called for several. Add the"
              + " parameter to a method with @Test, @BeforeEach or @AfterEach, or to the"
              + " constructor of a class with the lifecycle PER_METHOD. For servers that a whole class"
              + " shares, keep a LocalAws.start() of its own in a static field with @AutoClose.");
    }
    ServerPool pool = pool(context);
    return context
        .getStore(namespace)
        .getOrComputeIfAbsent(ServerPool.Lease.class, key -> pool.take(), ServerPool.Lease.class)
        .servers()
        .get(type);
  }
}
