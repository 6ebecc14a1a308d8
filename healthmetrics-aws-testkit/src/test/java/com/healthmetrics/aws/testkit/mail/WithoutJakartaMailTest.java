package com.healthmetrics.aws.testkit.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.sesv2.SesV2Client;
import software.amazon.awssdk.services.sesv2.model.SesV2Exception;

/** Jakarta Mail is optional: without it only raw emails fail, with the dependency to add. */
class WithoutJakartaMailTest {

  /** Runs in a class loader of its own, and returns the result. */
  public static final class Scenario implements Supplier<String> {
    @Override
    public String get() {
      try (LocalSes ses = LocalSes.start();
          SesV2Client client = SesTestClient.of(ses)) {
        client.sendEmail(SesTestClient.request().build());
        return rawResponse(client) + "\n" + rawMime(ses);
      }
    }

    private static String rawResponse(SesV2Client client) {
      try {
        client.sendEmail(
            r -> r.content(c -> c.raw(w -> w.data(SdkBytes.fromUtf8String("From: a@b.de\n\nx")))));
        return "accepted";
      } catch (SesV2Exception e) {
        return e.statusCode() + " " + e.awsErrorDetails().rawResponse().asUtf8String();
      }
    }

    private static String rawMime(LocalSes ses) {
      try {
        return "written: " + ses.emails().get(0).rawMime().length;
      } catch (IllegalStateException e) {
        return String.valueOf(e.getMessage());
      }
    }
  }

  private static URL url(String entry) {
    try {
      return Path.of(entry).toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String outcome(String withoutEntriesLike) throws Exception {
    URL[] classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.matches(withoutEntriesLike))
            .map(WithoutJakartaMailTest::url)
            .toArray(URL[]::new);
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try (URLClassLoader loader =
        new URLClassLoader(classPath, ClassLoader.getPlatformClassLoader())) {
      Thread.currentThread().setContextClassLoader(loader);
      Object scenario = loader.loadClass(Scenario.class.getName()).getConstructor().newInstance();
      return (String) ((Supplier<?>) scenario).get();
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  @Test
  void worksWithJakartaMail() throws Exception {
    assertThat(outcome("nothing"))
        .contains("at least one recipient", "written: ")
        .doesNotContain("angus-mail");
  }

  @Test
  void namesTheMissingArtifact() throws Exception {
    assertThat(outcome(".*/jakarta\\.mail-api-[^/]*|.*/angus-mail-[^/]*").lines())
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).contains("add org.eclipse.angus:angus-mail"))
        .first()
        .asString()
        .startsWith("400 ");
  }

  @Test
  void doesNotTakeTheApiForTheImplementation() throws Exception {
    assertThat(outcome(".*/angus-mail-[^/]*"))
        .contains("add org.eclipse.angus:angus-mail")
        .doesNotContain("written");
  }
}
