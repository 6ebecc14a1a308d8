package com.healthmetrics.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonValue;
import com.healthmetrics.aws.fixtures.SimpleJson;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.ReferencedClassObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;

/** The metadata for GraalVM names all that the library, or Jackson for it, finds by name. */
class NativeImageTest {
  private static final Path CLASSES = ArchitectureTest.classesOfTheLibrary();
  private static final Path METADATA =
      CLASSES.resolve("META-INF/native-image/com.healthmetrics/healthmetrics-aws-core");
  private static final JavaClasses LIBRARY = ArchitectureTest.LIBRARY;

  @Test
  void namesEveryResource() throws IOException {
    List<String> files;
    try (Stream<Path> all = Files.walk(CLASSES)) {
      files =
          all.filter(Files::isRegularFile)
              .map(file -> CLASSES.relativize(file).toString().replace('\\', '/'))
              .filter(file -> !file.endsWith(".class") && !file.startsWith("META-INF/"))
              .toList();
    }
    List<String> patterns =
        SimpleJson.at(metadata("resource-config.json"), "resources", "includes").asArray().stream()
            .map(include -> SimpleJson.text(include, "pattern"))
            .toList();

    assertThat(files)
        .contains("com/healthmetrics/aws/mail/de/verification.html.mustache")
        .allSatisfy(file -> assertThat(patterns).anySatisfy(p -> assertThat(file).matches(p)));
    assertThat(patterns)
        .allSatisfy(p -> assertThat(files).anySatisfy(file -> assertThat(file).matches(p)));
  }

  @Test
  void namesEveryRecordThatFillsATemplate() throws IOException {
    Set<String> records = new LinkedHashSet<>();
    // A record gets to the reader of shapes as a class literal, or inside another record.
    LIBRARY.stream()
        .filter(NativeImageTest::addsTemplates)
        .flatMap(type -> type.getReferencedClassObjects().stream())
        .map(ReferencedClassObject::getRawType)
        .forEach(type -> addRecords(type, records));

    assertThat(records)
        .contains("com.healthmetrics.aws.mail.AccountEmails$Verification")
        .contains("com.healthmetrics.aws.internal.template.Language$Unit");
    assertThat(names("allRecordComponents")).containsExactlyInAnyOrderElementsOf(records);
    assertThat(names("allDeclaredMethods")).containsAll(records);
  }

  private static boolean addsTemplates(JavaClass type) {
    return type.getMethodCallsFromSelf().stream()
        .map(call -> call.getTarget().getOwner().getSimpleName() + "." + call.getName())
        .anyMatch(Set.of("ShapeReader.read", "Builder.template")::contains);
  }

  private static void addRecords(JavaClass type, Set<String> records) {
    if (type.isRecord() && LIBRARY.contain(type.getName()) && records.add(type.getName())) {
      type.getFields().stream()
          .flatMap(field -> field.getType().getAllInvolvedRawTypes().stream())
          .forEach(component -> addRecords(component, records));
    }
  }

  @Test
  void namesEveryTypeThatJacksonWrites() throws IOException {
    List<String> values =
        LIBRARY.stream()
            .filter(
                type ->
                    type.getAllMethods().stream()
                        .anyMatch(method -> method.isAnnotatedWith(JsonValue.class)))
            .map(JavaClass::getName)
            .toList();

    assertThat(values).contains("com.healthmetrics.aws.storage.PresignedPost");
    Set<String> named = names("allDeclaredMethods");
    named.removeAll(names("allRecordComponents"));
    assertThat(named).containsExactlyInAnyOrderElementsOf(values);
  }

  @Test
  void costsNothingWhereATypeIsNotUsed() throws IOException {
    assertThat(metadata("reflect-config.json").asArray())
        .allSatisfy(
            type ->
                assertThat(SimpleJson.text(type, "condition", "typeReachable"))
                    .isEqualTo(SimpleJson.text(type, "name")));
  }

  /** The types for which the reflection metadata has a flag. */
  private static Set<String> names(String flag) throws IOException {
    Set<String> names = new LinkedHashSet<>();
    for (JsonNode type : metadata("reflect-config.json").asArray()) {
      if (type.field(flag).map(JsonNode::asBoolean).orElse(false)) {
        names.add(SimpleJson.text(type, "name"));
      }
    }
    return names;
  }

  private static JsonNode metadata(String file) throws IOException {
    return SimpleJson.parse(Files.readString(METADATA.resolve(file)));
  }
}
