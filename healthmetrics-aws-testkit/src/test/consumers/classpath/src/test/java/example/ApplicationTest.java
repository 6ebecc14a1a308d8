package example;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.testkit.LocalAws;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApplicationTest {
  private static final byte[] PICTURE =
      Base64.getDecoder()
          .decode(
              "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5E"
                  + "rkJggg==");

  @AutoClose private final LocalAws local = LocalAws.start();

  @Test
  void uploadsThePictureAndEmailsTheLink(@TempDir Path folder) throws Exception {
    Path picture = Files.write(folder.resolve("picture.png"), PICTURE);

    Process program = run(picture, "ada@example.com");

    String key = new String(program.getInputStream().readAllBytes()).strip();
    assertEquals(0, program.waitFor());
    local.mailbox().hasEmailTo("ada@example.com").withLinkTo("/" + key);
    URL link = local.aws().cdn().resolve(ObjectKey.of(key)).toURL();
    assertArrayEquals(PICTURE, link.openStream().readAllBytes());
  }

  @Test
  void doesNotEmailWhatIsNoPicture(@TempDir Path folder) throws Exception {
    Path noPicture = Files.write(folder.resolve("picture.png"), new byte[PICTURE.length]);

    Process program = run(noPicture, "ada@example.com");

    assertEquals(1, program.waitFor());
    local.mailbox().isEmpty();
  }

  /** Runs the program as an operator would: configured by its environment, and by nothing else. */
  private Process run(Path picture, String recipient) throws Exception {
    ProcessBuilder java =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Application.class.getName(),
            picture.toString(),
            recipient);
    java.environment().putAll(local.environment());
    return java.redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }
}
