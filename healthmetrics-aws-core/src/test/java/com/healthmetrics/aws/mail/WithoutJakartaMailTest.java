package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/** What applications meet that did not add the optional Jakarta Mail, or only half of it. */
class WithoutJakartaMailTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "angus-mail|jakarta\\.mail-api|activation",
        "angus-mail|jakarta\\.mail-api",
        "angus-mail",
        "jakarta\\.activation-api"
      })
  void saysWhatToAddWhenTheMailerIsBuilt(String missing) throws Exception {
    try (URLClassLoader without = classPathWithout(missing)) {
      Throwable failure =
          catchThrowable(() -> build(without, "com.healthmetrics.aws.mail.SesV1Mailer"));

      assertThat(failure)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("Add org.eclipse.angus:angus-mail 2.x");
    }
  }

  @Test
  void leavesTheOtherMailerAlone() throws Throwable {
    try (URLClassLoader without = classPathWithout("angus|jakarta")) {
      build(without, "com.healthmetrics.aws.mail.SesV2Mailer").close();
    }
  }

  @Test
  void needsNothingMore() throws Throwable {
    try (URLClassLoader complete = classPathWithout("junit")) {
      build(complete, "com.healthmetrics.aws.mail.SesV1Mailer").close();
    }
  }

  private static URLClassLoader classPathWithout(String jars) throws IOException {
    Pattern missing = Pattern.compile("[/\\\\]((" + jars + ")[^/\\\\]*)\\.jar$");
    URL[] urls =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !missing.matcher(entry).find())
            .map(WithoutJakartaMailTest::url)
            .toArray(URL[]::new);
    return new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
  }

  private static URL url(String entry) {
    try {
      return Path.of(entry).toUri().toURL();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Builds a mailer of that class path, on a thread that sees that class path only. */
  private static AutoCloseable build(ClassLoader classPath, String mailer) throws Throwable {
    Thread thread = Thread.currentThread();
    ClassLoader usual = thread.getContextClassLoader();
    thread.setContextClassLoader(classPath);
    try {
      Object builder = classPath.loadClass(mailer).getMethod("builder").invoke(null);
      Class<?> type = builder.getClass();
      Class<?> regions = classPath.loadClass(Region.class.getName());
      Object region = regions.getMethod("of", String.class).invoke(null, "eu-central-1");
      type.getMethod("region", regions).invoke(builder, region);
      Class<?> providers = classPath.loadClass(AwsCredentialsProvider.class.getName());
      Object anonymous =
          classPath
              .loadClass("software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider")
              .getMethod("create")
              .invoke(null);
      type.getMethod("credentials", providers).invoke(builder, anonymous);
      return (AutoCloseable) type.getMethod("build").invoke(builder);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    } finally {
      thread.setContextClassLoader(usual);
    }
  }
}
