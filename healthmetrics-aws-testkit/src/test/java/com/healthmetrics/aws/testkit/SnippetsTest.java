package com.healthmetrics.aws.testkit;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.mapping;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import com.healthmetrics.aws.testkit.docs.ProjectFiles;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * Every Java snippet in the documents and in the Javadoc of both modules compiles unchanged, and
 * its tests pass.
 */
class SnippetsTest {
  private static final Path PROJECT = ProjectFiles.ROOT;
  private static final List<Path> SOURCES =
      Stream.of("healthmetrics-aws-core", "healthmetrics-aws-testkit")
          .map(module -> PROJECT.resolve(module).resolve("src/main/java"))
          .toList();
  private static final Pattern EXPORTS = Pattern.compile("exports ([\\w.]+);");
  private static final Pattern PUBLIC_TYPE =
      Pattern.compile(
          "^public (?:[a-z-]+ )*(?:class|interface|record|enum|@interface) (\\w+)",
          Pattern.MULTILINE);
  private static final Path CONSUMERS =
      PROJECT.resolve("healthmetrics-aws-testkit/src/test/consumers");
  private static final Pattern PAGE_SNIPPET = Pattern.compile("```java\\R(.*?)```", Pattern.DOTALL);

  /** Lines of an application that the consumers' script builds and runs. */
  private static final Pattern CONSUMER_SNIPPET =
      Pattern.compile("```[a-z]+ (\\S+)\\R(.*?)```", Pattern.DOTALL);

  private static final Pattern JAVADOC_SNIPPET =
      Pattern.compile("<pre>\\{@code\\R(.*?)\\R\\s*\\* }</pre>", Pattern.DOTALL);
  private static final Pattern TYPE =
      Pattern.compile(
          "^(?:public |final |abstract )*(?:class|interface|record|enum) (\\w+)",
          Pattern.MULTILINE);

  private static final Pattern TEST = Pattern.compile("(?m)^class (\\w+Test)\\b");

  /** The objects that the examples in Javadoc assume. */
  private static final String AT_HAND =
      """
      abstract class AtHand {
        com.healthmetrics.aws.storage.UploadUrlSigner signer;
        com.healthmetrics.aws.storage.ObjectKey key;
        java.util.List<com.healthmetrics.aws.storage.ObjectKey> keys;
        com.healthmetrics.aws.cdn.CdnUrlResolver cdn;
        com.healthmetrics.aws.cdn.CloudFrontSigningKey signingKey;
        com.healthmetrics.aws.cdn.CloudFrontUrlSigner urlSigner;
        java.security.PublicKey publicKey;
        com.healthmetrics.aws.mail.TransactionalMailer mailer;
        com.healthmetrics.aws.mail.SesMailer sesMailer;
        com.healthmetrics.aws.mail.Email email;
        javax.sql.DataSource dataSource;
        com.healthmetrics.aws.testkit.storage.LocalS3 s3;
        com.healthmetrics.aws.testkit.mail.LocalSes ses;
        com.healthmetrics.aws.storage.ObjectStore objects;
        com.healthmetrics.aws.storage.UploadVerifier verifier;
        com.healthmetrics.aws.storage.UploadPolicy policy;
        java.time.Clock clock;
        byte[] bytes;
        byte[] png;
        org.slf4j.Logger LOG;
        String json;
        String token;
        com.healthmetrics.aws.storage.PresignedPut upload;
        java.net.URI sentUrl;
        java.util.Map<String, String> sentHeaders;

        abstract void retryLater(java.time.Duration wait);

        abstract boolean isInfected(byte[] bytes);

        abstract String newToken(java.time.Duration lifetime);
      }
      """;

  private static final String IMPORTS =
      Stream.of(
              "com.healthmetrics.aws",
              "com.healthmetrics.aws.cdn",
              "com.healthmetrics.aws.mail",
              "com.healthmetrics.aws.storage",
              "com.healthmetrics.aws.testkit",
              "com.healthmetrics.aws.testkit.cdn",
              "com.healthmetrics.aws.testkit.contract",
              "com.healthmetrics.aws.testkit.dev",
              "com.healthmetrics.aws.testkit.junit",
              "com.healthmetrics.aws.testkit.lint",
              "com.healthmetrics.aws.testkit.mail",
              "com.healthmetrics.aws.testkit.storage",
              "java.io",
              "java.net",
              "java.net.http",
              "java.nio.file",
              "java.time",
              "java.util",
              "java.util.function",
              "org.junit.jupiter.api",
              "org.junit.jupiter.api.extension",
              "software.amazon.awssdk.auth.credentials",
              "software.amazon.awssdk.regions",
              "software.amazon.awssdk.services.sesv2")
          .map(name -> "import " + name + ".*;\n")
          .collect(joining("", "", "import static org.junit.jupiter.api.Assertions.*;\n"));

  /** Code, and what it needs of its page. */
  private record Snippet(String name, String code, List<Snippet> needed) {
    Snippet(String name, String code) {
      this(name, code, List.of());
    }

    Snippet after(List<Snippet> earlier) {
      return new Snippet(name, code, earlier.stream().filter(this::names).toList());
    }

    private boolean names(Snippet other) {
      Matcher type = TYPE.matcher(other.code());
      return type.find() && Pattern.compile("\\b" + type.group(1) + "\\b").matcher(code).find();
    }

    Stream<String> sources() {
      return Stream.concat(Stream.of(code), needed.stream().flatMap(Snippet::sources)).distinct();
    }
  }

  /**
   * A reader copies them as they are, so nothing is added to them but earlier ones of their page:
   * they show their imports.
   */
  @TestFactory
  Stream<DynamicTest> snippetsOfTheDocumentsCompile(@TempDir Path output) throws IOException {
    List<Snippet> found = new ArrayList<>();
    for (Path document : ProjectFiles.documents()) {
      List<Snippet> earlier = new ArrayList<>();
      for (Snippet snippet : snippets(document, PAGE_SNIPPET, code -> code)) {
        earlier.add(snippet.after(earlier));
      }
      found.addAll(earlier);
    }
    assertThat(found).extracting(Snippet::name).contains("README.md 1", "phones.md 1");
    return compile(found, output);
  }

  /** They need frameworks that this build does not have. */
  @TestFactory
  Stream<DynamicTest> snippetsForFrameworksAreThoseOfApplicationsThatRun() throws IOException {
    List<DynamicTest> found = new ArrayList<>();
    for (Path document : ProjectFiles.documents()) {
      Matcher snippet = CONSUMER_SNIPPET.matcher(Files.readString(document));
      while (snippet.find()) {
        String file = snippet.group(1);
        String code = snippet.group(2);
        found.add(
            dynamicTest(
                document.getFileName() + ": " + file,
                () ->
                    assertThat(withoutLayout(Files.readString(CONSUMERS.resolve(file))))
                        .contains(withoutLayout(code))));
      }
    }
    assertThat(found).isNotEmpty();
    return found.stream();
  }

  private static String withoutLayout(String code) {
    return code.replaceAll("\\s+", "");
  }

  @TestFactory
  Stream<DynamicTest> snippetsOfTheJavadocCompile(@TempDir Path output) throws IOException {
    List<Snippet> found = new ArrayList<>();
    for (Path sources : SOURCES) {
      try (Stream<Path> files = Files.walk(sources)) {
        for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
          found.addAll(snippets(file, JAVADOC_SNIPPET, SnippetsTest::ofJavadoc));
        }
      }
    }
    return compile(found, output);
  }

  @Test
  void everyPublicTypeHasAnExample() throws IOException {
    List<String> types = new ArrayList<>();
    List<String> withoutExample = new ArrayList<>();
    for (Path sources : SOURCES) {
      for (Path file : exportedFiles(sources)) {
        String code = Files.readString(file);
        Matcher type = PUBLIC_TYPE.matcher(code);
        if (type.find()) {
          types.add(type.group(1));
          String before = code.substring(0, type.start());
          String javadoc = before.substring(Math.max(0, before.lastIndexOf("/**")));
          if (!JAVADOC_SNIPPET.matcher(javadoc).find()) {
            withoutExample.add(type.group(1));
          }
        }
      }
    }
    assertThat(types).contains("HealthMetricsAws", "ImageType", "UploadUrlSigner", "LocalS3");
    assertThat(withoutExample).as("public types without an example in their Javadoc").isEmpty();
  }

  private static List<Path> exportedFiles(Path sources) throws IOException {
    List<Path> exported = new ArrayList<>();
    Matcher packages = EXPORTS.matcher(Files.readString(sources.resolve("module-info.java")));
    while (packages.find()) {
      try (Stream<Path> files = Files.list(sources.resolve(packages.group(1).replace('.', '/')))) {
        files.filter(file -> file.toString().endsWith(".java")).sorted().forEach(exported::add);
      }
    }
    return exported;
  }

  @Test
  void rejectsASnippetThatDoesNotCompile(@TempDir Path output) throws IOException {
    List<Snippet> snippets =
        Stream.of("EmailAddress.of(42);", "EmailAddress.of(\"ada@example.com\");")
            .map(code -> new Snippet("example", source(code)))
            .toList();

    assertThat(messages(snippets, output))
        .doesNotContainKey("snippet1")
        .hasEntrySatisfying(
            "snippet0", text -> assertThat(text).contains("int cannot be converted"));
  }

  private static List<Snippet> snippets(Path file, Pattern pattern, UnaryOperator<String> source)
      throws IOException {
    List<Snippet> snippets = new ArrayList<>();
    Matcher matcher = pattern.matcher(Files.readString(file));
    while (matcher.find()) {
      snippets.add(
          new Snippet(
              file.getFileName() + " " + (snippets.size() + 1), source.apply(matcher.group(1))));
    }
    return snippets;
  }

  /** Those that are tests pass, too. */
  private static Stream<DynamicTest> compile(List<Snippet> snippets, Path output)
      throws IOException {
    Map<String, String> messages = messages(snippets, output);
    assertThat(messages).as("about no snippet").doesNotContainKey("");
    return IntStream.range(0, snippets.size())
        .mapToObj(
            i ->
                dynamicTest(
                    snippets.get(i).name(),
                    () -> {
                      String code = snippets.get(i).code();
                      assertThat(messages.getOrDefault(packageOf(i), "")).as(code).isEmpty();
                      Matcher test = TEST.matcher(code);
                      // A snippet with an error fails by itself, and there are no classes then.
                      if (messages.isEmpty() && test.find()) {
                        run(packageOf(i) + "." + test.group(1), output);
                      }
                    }));
  }

  /** Many have types of the same name. */
  private static String packageOf(int snippet) {
    return "snippet" + snippet;
  }

  private static void run(String test, Path classes) throws Exception {
    SummaryGeneratingListener results = new SummaryGeneratingListener();
    URL[] path = {classes.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(path, SnippetsTest.class.getClassLoader())) {
      LauncherDiscoveryRequest request =
          LauncherDiscoveryRequestBuilder.request()
              .selectors(selectClass(loader.loadClass(test)))
              .build();
      LauncherFactory.create().execute(request, results);
    }
    TestExecutionSummary summary = results.getSummary();
    assertThat(summary.getFailures())
        .extracting(TestExecutionSummary.Failure::getException)
        .isEmpty();
    assertThat(summary.getTestsSucceededCount()).as(test).isPositive();
  }

  /**
   * The messages of the compiler by package. It compiles all at once: to read the class path takes
   * longer than to compile a snippet.
   */
  private static Map<String, String> messages(List<Snippet> snippets, Path output)
      throws IOException {
    List<JavaFileObject> files =
        IntStream.range(0, snippets.size())
            .boxed()
            .flatMap(i -> snippets.get(i).sources().map(source -> file(packageOf(i), source)))
            .toList();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
    String classPath = System.getProperty("java.class.path");
    List<String> options =
        List.of(
            "-d",
            output.toString(),
            "-cp",
            classPath,
            "-proc:none",
            "-Xlint:deprecation,removal,unchecked",
            "-Xdiags:verbose");
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      compiler.getTask(null, manager, diagnostics, options, null, files).call();
    }
    return diagnostics.getDiagnostics().stream()
        .collect(groupingBy(SnippetsTest::packageOf, mapping(Object::toString, joining("\n"))));
  }

  private static String packageOf(Diagnostic<? extends JavaFileObject> message) {
    return message.getSource() == null ? "" : message.getSource().getName().split("/")[1];
  }

  private static JavaFileObject file(String packageName, String source) {
    return new SimpleJavaFileObject(
        URI.create("string:///" + packageName + "/Snippet.java"), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return "package " + packageName + "; " + source;
      }
    };
  }

  private static String ofJavadoc(String comment) {
    return source(comment.replaceAll("(?m)^\\s*\\* ?", ""));
  }

  /** An example without a type is the body of a method; imports are added. */
  private static String source(String code) {
    if (TYPE.matcher(code).find()) {
      return IMPORTS + code;
    }
    return IMPORTS
        + AT_HAND
        + "abstract class Snippet extends AtHand {\nvoid run() throws Exception {\n"
        + code
        + "\n}\n}";
  }
}
