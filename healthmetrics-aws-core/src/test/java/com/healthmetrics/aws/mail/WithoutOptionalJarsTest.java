package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.healthmetrics.aws.fixtures.ClassPath;
import com.healthmetrics.aws.fixtures.StubSes;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.net.URLClassLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/** An application without the optional dependencies of the API v1, or with only half of them. */
class WithoutOptionalJarsTest {
  private static final String SES_V1 = "ses-\\d";
  private static final String JAKARTA_MAIL = "angus|jakarta";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "angus-mail|jakarta\\.mail-api|activation",
        "angus-mail|jakarta\\.mail-api",
        "angus-mail",
        "jakarta\\.activation-api"
      })
  void namesJakartaMailWhenTheMailerIsBuilt(String missing) throws Exception {
    assertThat(failureWithApiV1(missing))
        .hasMessageContaining("org.eclipse.angus:angus-mail")
        .hasMessageNotContaining("software.amazon.awssdk:ses");
  }

  @Test
  void namesTheClientOfSesWhenTheMailerIsBuilt() throws Exception {
    assertThat(failureWithApiV1(SES_V1))
        .hasMessageContaining("software.amazon.awssdk:ses")
        .hasMessageNotContaining("angus");
  }

  @Test
  void namesAllThatIsMissingAtOnce() throws Exception {
    assertThat(failureWithApiV1(SES_V1 + "|" + JAKARTA_MAIL))
        .hasMessageContainingAll("software.amazon.awssdk:ses", "org.eclipse.angus:angus-mail");
  }

  private static Throwable failureWithApiV1(String missing) throws Exception {
    try (URLClassLoader without = ClassPath.without(missing)) {
      Throwable failure = catchThrowable(() -> new Builder(without).call("apiV1").build().close());

      assertThat(failure).isNotNull();
      assertThat(failure.getClass().getName())
          .isEqualTo("com.healthmetrics.aws.ConfigurationException");
      return failure;
    }
  }

  @Test
  void sendsThroughTheApiV2WithoutAnyOfThem() throws Throwable {
    try (StubSes ses = StubSes.accepting();
        URLClassLoader without = ClassPath.without(SES_V1 + "|" + JAKARTA_MAIL);
        AutoCloseable mailer =
            new Builder(without).call("endpoint", URI.class, ses.endpoint()).build()) {
      assertThat(catchThrowable(() -> without.loadClass("jakarta.mail.Session"))).isNotNull();
      assertThat(
              catchThrowable(
                  () -> without.loadClass("software.amazon.awssdk.services.ses.SesClient")))
          .isNotNull();
      Class<?> emails = without.loadClass("com.healthmetrics.aws.mail.Emails");
      var to = emails.getDeclaredMethod("to", String[].class);
      to.setAccessible(true);
      Object email = to.invoke(null, (Object) new String[] {"ada@example.com"});

      Object receipt = mailer.getClass().getMethod("send", email.getClass()).invoke(mailer, email);

      assertThat(receipt).hasToString("MailReceipt[stub-1]");
    }
  }

  @Test
  void needsNothingMore() throws Throwable {
    try (URLClassLoader complete = ClassPath.without("junit")) {
      new Builder(complete).call("apiV1").build().close();
    }
  }

  /** A builder of that class path, complete but for what a test adds. */
  private static final class Builder {
    private final ClassLoader classPath;
    private final Object builder;

    Builder(ClassLoader classPath) throws Exception {
      this.classPath = classPath;
      builder =
          classPath
              .loadClass("com.healthmetrics.aws.mail.SesMailer")
              .getMethod("builder")
              .invoke(null);
      Class<?> regions = classPath.loadClass(Region.class.getName());
      call("region", regions, regions.getMethod("of", String.class).invoke(null, "eu-central-1"));
      Object credentials =
          classPath
              .loadClass("software.amazon.awssdk.auth.credentials.AwsBasicCredentials")
              .getMethod("create", String.class, String.class)
              .invoke(null, "AKID", "secret");
      Object provider =
          classPath
              .loadClass("software.amazon.awssdk.auth.credentials.StaticCredentialsProvider")
              .getMethod(
                  "create",
                  classPath.loadClass("software.amazon.awssdk.auth.credentials.AwsCredentials"))
              .invoke(null, credentials);
      call("credentials", classPath.loadClass(AwsCredentialsProvider.class.getName()), provider);
    }

    Builder call(String method) throws Exception {
      builder.getClass().getMethod(method).invoke(builder);
      return this;
    }

    Builder call(String method, Class<?> type, Object argument) throws Exception {
      builder.getClass().getMethod(method, type).invoke(builder, argument);
      return this;
    }

    /** Builds the mailer on a thread that sees that class path only. */
    AutoCloseable build() throws Throwable {
      Thread thread = Thread.currentThread();
      ClassLoader usual = thread.getContextClassLoader();
      thread.setContextClassLoader(classPath);
      try {
        return (AutoCloseable) builder.getClass().getMethod("build").invoke(builder);
      } catch (InvocationTargetException e) {
        throw e.getCause();
      } finally {
        thread.setContextClassLoader(usual);
      }
    }
  }
}
