package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A run-time image without the module {@code java.sql}. */
class WithoutJavaSqlTest {

  /** What an application does there. */
  static final class Application {
    public static void main(String[] args) {
      InMemoryMailer sent = new InMemoryMailer();
      MailerChain chain = MailerChain.builder().once(IdempotencyStore.inMemory()).build();
      chain.wrap(sent).send(Emails.keyed("reset-1"));
      System.out.println("sent " + sent.sent().size());
      try {
        Class.forName(JdbcIdempotencyStore.class.getName()).getMethods();
      } catch (ReflectiveOperationException | NoClassDefFoundError e) {
        System.out.println(e);
      }
    }
  }

  @Test
  void sendsEmailsAndNamesWhatTheStoreInADatabaseNeeds() throws Exception {
    String others =
        ModuleLayer.boot().modules().stream()
            .map(Module::getName)
            .filter(name -> !List.of("java.sql", "java.sql.rowset", "java.se").contains(name))
            .collect(Collectors.joining(","));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--limit-modules",
                others,
                "-cp",
                System.getProperty("java.class.path"),
                Application.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes());

    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("sent 1").containsPattern("NoClassDefFoundError: javax?/sql/");
  }
}
