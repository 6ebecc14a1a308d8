package com.healthmetrics.aws.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An application that is a module itself: what its records need so that templates can read them.
 */
class ModelsInModulesTest {
  private static final Pattern RUN_TIME =
      Pattern.compile(
          ".*(healthmetrics-aws-core/target/(classes|healthmetrics[^/]*\\.jar)"
              + "|/(software|org/reactivestreams|org/jspecify|com/github/spullara)/.*\\.jar"
              + "|/slf4j-api-[^/]*\\.jar)");
  private static final List<Path> LIBRARY =
      Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
          .filter(entry -> RUN_TIME.matcher(entry.replace(File.separatorChar, '/')).matches())
          .map(Path::of)
          .toList();

  @TempDir Path folder;

  /** What an application makes of its template: the subject, or what was wrong. */
  private String run(String moduleDirective, String recordModifier)
      throws IOException, ReflectiveOperationException {
    Path info = folder.resolve("module-info.java");
    Files.writeString(
        info, "module consumer { requires com.healthmetrics.aws; " + moduleDirective + " }");
    Path main = folder.resolve("Main.java");
    Files.writeString(
        main,
        """
        package consumer;

        import com.healthmetrics.aws.mail.*;
        import java.util.Locale;

        public class Main {
          %s record Hello(String name) {}

          public static String run() {
            try {
              EmailTemplates templates =
                  EmailTemplates.builder()
                      .template("hello", Hello.class)
                      .locales(Locale.ENGLISH)
                      .files(Main.class::getResourceAsStream)
                      .build();
              return templates
                  .render(new Hello("Ada"))
                  .from(EmailAddress.of("a@example.com"))
                  .to(EmailAddress.of("b@example.com"))
                  .build()
                  .subject();
            } catch (EmailTemplates.TemplateException e) {
              return e.problems().get(0);
            }
          }
        }
        """
            .formatted(recordModifier));
    Path output = folder.resolve("classes");
    Path templates = Files.createDirectories(output.resolve("consumer"));
    Files.writeString(templates.resolve("hello.subject.mustache"), "Hello {{name}}");
    Files.writeString(templates.resolve("hello.txt.mustache"), "Hello");
    Files.writeString(templates.resolve("hello.html.mustache"), "<p>Hello</p>");
    compile(output, info, main);
    return (String)
        layer(output)
            .findLoader("consumer")
            .loadClass("consumer.Main")
            .getMethod("run")
            .invoke(null);
  }

  private static void compile(Path output, Path... sources) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> options =
        List.of(
            "--module-path",
            LIBRARY.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)),
            "-d",
            output.toString());
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      assertThat(
              compiler
                  .getTask(null, files, null, options, null, files.getJavaFileObjects(sources))
                  .call())
          .isTrue();
    }
  }

  private static ModuleLayer layer(Path consumer) {
    Path[] path = Stream.concat(LIBRARY.stream(), Stream.of(consumer)).toArray(Path[]::new);
    ModuleLayer boot = ModuleLayer.boot();
    Configuration configuration =
        boot.configuration().resolve(ModuleFinder.of(path), ModuleFinder.of(), Set.of("consumer"));
    return boot.defineModulesWithOneLoader(configuration, ClassLoader.getPlatformClassLoader());
  }

  @Test
  void readsRecordsThatArePublicInAnExportedPackage() throws Exception {
    assertThat(run("exports consumer;", "public")).isEqualTo("Hello Ada");
  }

  @Test
  void readsRecordsOfAPackageThatIsOpenToTheLibrary() throws Exception {
    // The test calls Main, so its package must be exported; the record in it is private.
    assertThat(run("exports consumer; opens consumer to com.healthmetrics.aws;", "private"))
        .isEqualTo("Hello Ada");
  }

  @Test
  void reportsHowToMakeARecordAccessible() throws Exception {
    assertThat(run("exports consumer;", "private"))
        .isEqualTo(
            "The record consumer.Main$Hello is not accessible. Make it public in a package that the"
                + " module consumer exports, or add \"opens consumer to com.healthmetrics.aws;\" to"
                + " its module-info.java.");
  }
}
