package com.healthmetrics.aws;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application without Jackson, whose compiler treats warnings as errors. */
class WithoutJacksonTest {
  private static final String COMPLETE = System.getProperty("java.class.path");
  private static final String WITHOUT_JACKSON =
      Stream.of(COMPLETE.split(File.pathSeparator))
          .filter(entry -> !Path.of(entry).getFileName().toString().startsWith("jackson-"))
          .collect(joining(File.pathSeparator));

  @TempDir private Path output;

  @Test
  void compilesWithoutAWarning() {
    assertThat(COMPLETE).contains("jackson-annotations");
    assertThat(
            compile(
                "Application",
                """
                import com.healthmetrics.aws.cdn.*;
                import com.healthmetrics.aws.mail.*;
                import com.healthmetrics.aws.storage.*;

                class Application {
                  String use(PresignedPut put, PresignedPost post, SignedUrl picture) {
                    return put.toJson()
                        + post.toJson()
                        + picture.toJson()
                        + ObjectKey.of(ObjectKey.valueOf("a").value())
                        + EmailAddress.of(EmailAddress.valueOf("a@example.com").address())
                        + MailReceipt.of(MailReceipt.of("1").messageId());
                  }
                }
                """,
                WITHOUT_JACKSON))
        .isEmpty();
  }

  @Test
  void wouldSeeTheWarningOfAnAnnotationWithAValue() {
    String value =
        """
        import com.fasterxml.jackson.annotation.JsonCreator;

        class Value {
          @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
          static Value of(String text) {
            return new Value();
          }
        }
        """;
    assertThat(compile("Value", value, COMPLETE)).isEmpty();

    assertThat(compile("Use", "class Use { Value value = Value.of(\"a\"); }", WITHOUT_JACKSON))
        .contains("Cannot find annotation method", "unknown enum constant");
  }

  /** The messages of the compiler; empty if there is not even a warning. */
  private String compile(String name, String source, String classPath) {
    JavaFileObject file =
        new SimpleJavaFileObject(
            URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    StringWriter messages = new StringWriter();
    List<String> options =
        List.of(
            "-d",
            output.toString(),
            "-cp",
            output + File.pathSeparator + classPath,
            "-proc:none",
            "-Xlint:all,-path",
            "-Werror");
    ToolProvider.getSystemJavaCompiler()
        .getTask(messages, null, null, options, null, List.of(file))
        .call();
    return messages.toString();
  }
}
