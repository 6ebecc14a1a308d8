package com.healthmetrics.aws.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.lang.module.Configuration;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Both jars work as modules: they resolve, run, and show exactly their public packages. */
class ModulePathTest {
  private static final String ROOT = "com.healthmetrics.aws.testkit";

  /** What a consumer's module path would hold; the tools of our tests stay out. */
  private static final Pattern RUN_TIME =
      Pattern.compile(
          ".*(healthmetrics-aws-\\w+/target/(classes|healthmetrics[^/]*\\.jar)"
              + "|/(software|org/reactivestreams|org/jspecify|com/github/spullara)/.*\\.jar"
              + "|/(org/apache/httpcomponents/(client|core)5|commons-codec|io/netty)/.*\\.jar"
              + "|/slf4j-api-[^/]*\\.jar)");

  /** The SDK's client of the SES API v1, which is optional. */
  private static final Pattern SES_V1 = Pattern.compile(".*/ses-\\d[^/]*\\.jar");

  /** What an application that uses the API v1 adds. */
  private static final Pattern MAIL = Pattern.compile(".*/(org/eclipse/angus|jakarta)/.*\\.jar");

  private final ModuleLayer layer = layer(RUN_TIME.asMatchPredicate(), ROOT);

  private static ModuleLayer layer(Predicate<String> jars, String... roots) {
    Path[] path =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> jars.test(entry.replace(File.separatorChar, '/')))
            .map(Path::of)
            .toArray(Path[]::new);
    ModuleLayer boot = ModuleLayer.boot();
    Configuration configuration =
        boot.configuration().resolve(ModuleFinder.of(path), ModuleFinder.of(), Set.of(roots));
    return boot.defineModulesWithOneLoader(configuration, ClassLoader.getPlatformClassLoader());
  }

  @Test
  void coreExportsItsFourRooms() {
    assertThat(exports("com.healthmetrics.aws"))
        .containsExactlyInAnyOrder(
            "com.healthmetrics.aws",
            "com.healthmetrics.aws.cdn",
            "com.healthmetrics.aws.mail",
            "com.healthmetrics.aws.storage");
  }

  /** A folder whose name is not that of a package: a module hides resources in its packages. */
  @Test
  void theModuleForBrowsersCanBeReadFromAnyModule() throws ReflectiveOperationException {
    Class<?> library =
        layer
            .findLoader("com.healthmetrics.aws")
            .loadClass("com.healthmetrics.aws.HealthMetricsAws");

    assertThat(library.getModule().isNamed()).isTrue();
    assertThat(library.getResource("/healthmetrics-aws/healthmetrics-upload.mjs")).isNotNull();
    assertThat(library.getResource("/com/healthmetrics/aws/mail/greeting.mustache")).isNull();
  }

  @Test
  void testkitExportsEverythingButItsInternals() {
    assertThat(exports("com.healthmetrics.aws.testkit"))
        .containsExactlyInAnyOrder(
            "com.healthmetrics.aws.testkit",
            "com.healthmetrics.aws.testkit.cdn",
            "com.healthmetrics.aws.testkit.contract",
            "com.healthmetrics.aws.testkit.dev",
            "com.healthmetrics.aws.testkit.junit",
            "com.healthmetrics.aws.testkit.lint",
            "com.healthmetrics.aws.testkit.mail",
            "com.healthmetrics.aws.testkit.storage");
  }

  @Test
  void theDevelopmentServerStartsOnTheModulePath() throws ReflectiveOperationException {
    Class<?> devServer =
        layer
            .findLoader("com.healthmetrics.aws.testkit")
            .loadClass("com.healthmetrics.aws.testkit.dev.DevServer");
    assertThat(devServer.getModule().isNamed()).isTrue();
    Method start = devServer.getMethod("start", int.class);
    Object server = start.invoke(null, 0);
    try {
      Object environment = devServer.getMethod("environment").invoke(server);
      assertThat((List<?>) environment).isNotEmpty();
    } finally {
      devServer.getMethod("close").invoke(server);
    }
  }

  @Test
  void theApiV1NamesTheArtifactsItMissesOnTheModulePath() {
    Predicate<String> withoutSesV1 =
        RUN_TIME.asMatchPredicate().and(Predicate.not(SES_V1.asMatchPredicate()));

    // The exception's class is the layer's own, so it is compared by name.
    assertThatThrownBy(() -> sendThroughV1(layer))
        .hasMessageContaining("org.eclipse.angus:angus-mail")
        .extracting(failure -> failure.getClass().getName())
        .isEqualTo("com.healthmetrics.aws.ConfigurationException");
    assertThatThrownBy(() -> sendThroughV1(layer(withoutSesV1, ROOT)))
        .hasMessageContainingAll("software.amazon.awssdk:ses", "org.eclipse.angus:angus-mail")
        .extracting(failure -> failure.getClass().getName())
        .isEqualTo("com.healthmetrics.aws.ConfigurationException");
  }

  @Test
  void theApiV1WritesMimeOnTheModulePath() throws Exception {
    Predicate<String> jars = RUN_TIME.asMatchPredicate().or(MAIL.asMatchPredicate());

    sendThroughV1(layer(jars, ROOT, "org.eclipse.angus.mail"));
  }

  /** Sends a mail of several parts, as an application on top of the layer would. */
  private static void sendThroughV1(ModuleLayer layer) throws Exception {
    URL testClasses = ModulePathTest.class.getProtectionDomain().getCodeSource().getLocation();
    Thread thread = Thread.currentThread();
    ClassLoader usual = thread.getContextClassLoader();
    try (URLClassLoader application =
        new URLClassLoader(new URL[] {testClasses}, layer.findLoader(ROOT))) {
      // Jakarta Mail looks there first, and the usual one has other copies of its classes.
      thread.setContextClassLoader(application);
      application.loadClass(SendsThroughV1.class.getName()).getMethod("send").invoke(null);
    } catch (InvocationTargetException e) {
      throw (Exception) e.getCause();
    } finally {
      thread.setContextClassLoader(usual);
    }
  }

  private Set<String> exports(String module) {
    return layer.findModule(module).orElseThrow().getDescriptor().exports().stream()
        .map(ModuleDescriptor.Exports::source)
        .collect(Collectors.toSet());
  }
}
