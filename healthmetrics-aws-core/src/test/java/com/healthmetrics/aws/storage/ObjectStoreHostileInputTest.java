package com.healthmetrics.aws.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.fixtures.RecordingCredentials;
import com.healthmetrics.aws.fixtures.StubHttp;
import com.healthmetrics.aws.fixtures.StubHttp.Answer;
import com.healthmetrics.aws.internal.PercentEncoding;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import software.amazon.awssdk.regions.Region;

/** Whatever comes from outside: nothing crashes, and nothing else is deleted than was asked. */
class ObjectStoreHostileInputTest {

  /** Text in which what breaks things is frequent. */
  @Provide
  Arbitrary<String> hostile() {
    Arbitrary<String> pieces =
        Arbitraries.oneOf(
            Arbitraries.of(
                "/",
                ".",
                "..",
                "//",
                "%",
                "%2F",
                "+",
                " ",
                "&",
                "<",
                ">",
                "]]>",
                "\"",
                "'",
                "\\",
                "\u0000",
                "\n",
                "\r",
                "\u0085",
                "\u2028",
                "\uD800",
                "\uDC00",
                "\uFFFE",
                "\uFFFF",
                "😀",
                "?",
                "#",
                "avatars/",
                "user-42/"),
            Arbitraries.strings().ofMaxLength(4));
    return pieces.list().ofMaxSize(8).map(list -> String.join("", list));
  }

  @Property(tries = 20_000)
  void admitsAPrefixThatIsWholeSegmentsAndNoOther(@ForAll("hostile") String prefix) {
    boolean admitted;
    try {
      StoreRules.requirePrefix(prefix);
      admitted = true;
    } catch (IllegalArgumentException e) {
      admitted = false;
      assertThat(e.getMessage().chars()).allMatch(c -> c >= ' ' && c < 0x7F || c == '…');
    }

    if (admitted) {
      assertThat(prefix).endsWith("/").doesNotStartWith("/").doesNotContain("//");
      assertThat(List.of(prefix.split("/"))).noneMatch(s -> s.isBlank() || s.matches("\\.\\.?"));
      assertThat(ObjectKey.of(prefix + "x").value()).startsWith(prefix);
    }
  }

  @Property(tries = 20_000)
  void readsAFileNameOrNone(@ForAll("hostile") String stored) {
    ObjectHead head =
        ObjectHead.builder(ObjectKey.of("a")).metadata(Map.of("filename", stored)).build();

    head.fileName().ifPresent(name -> assertThat(PercentEncoding.encode(name)).isEqualTo(stored));
  }

  @Property(tries = 400)
  void deletesExactlyTheKeysThatItWasGiven(@ForAll List<@From("hostile") String> names)
      throws Exception {
    Set<ObjectKey> keys =
        names.stream().flatMap(ObjectStoreHostileInputTest::key).collect(Collectors.toSet());
    StubHttp http =
        StubHttp.answering(
            request ->
                request.body().isEmpty()
                    ? Answer.of(204, "")
                    : Answer.of(200, request.body().replace("Object>", "Deleted>")));
    DeletionReport report;
    try (S3ObjectStore store =
        S3ObjectStore.builder()
            .bucket("healthmetrics-uploads")
            .region(Region.EU_CENTRAL_1)
            .credentials(RecordingCredentials.longTerm())
            .httpClient(http)
            .build()) {
      report = store.deleteAll(keys);
    }

    List<String> sent = new ArrayList<>();
    for (StubHttp.Request request : http.requests()) {
      sent.addAll(keysIn(request));
    }
    List<String> wanted = keys.stream().map(ObjectKey::value).toList();
    assertThat(sent).containsExactlyInAnyOrderElementsOf(wanted);
    assertThat(report.deleted())
        .extracting(DeletionReport.Deleted::key)
        .containsExactlyInAnyOrderElementsOf(wanted);
  }

  private static Stream<ObjectKey> key(String name) {
    try {
      return Stream.of(ObjectKey.of(name));
    } catch (IllegalArgumentException e) {
      return Stream.empty();
    }
  }

  /** What S3 understands: the list in the body, or else the path. */
  private static List<String> keysIn(StubHttp.Request request) throws Exception {
    if (request.body().isEmpty()) {
      String path = request.http().getUri().getRawPath().substring(1);
      return List.of(PercentEncoding.decodePath(path).orElseThrow());
    }
    Document document =
        DocumentBuilderFactory.newDefaultNSInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(request.body())));
    NodeList found = document.getElementsByTagNameNS("*", "Key");
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < found.getLength(); i++) {
      keys.add(found.item(i).getTextContent());
    }
    return keys;
  }
}
