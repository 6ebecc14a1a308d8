package com.healthmetrics.aws.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.fixtures.RecordingCredentials;
import com.healthmetrics.aws.fixtures.StubHttp;
import com.healthmetrics.aws.fixtures.StubHttp.Response;
import com.healthmetrics.aws.internal.PercentEncoding;
import com.healthmetrics.aws.internal.image.ImageFormat;
import com.healthmetrics.aws.internal.image.SamplePictures;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import software.amazon.awssdk.regions.Region;

/** Hostile input from outside: nothing crashes, and only the requested objects are deleted. */
class ObjectStoreHostileInputTest {
  /** Reports each object that it is asked to delete as deleted. */
  private static final StubHttp DELETING =
      StubHttp.responding(
          request ->
              request.body().isEmpty()
                  ? Response.of(204, "")
                  : Response.of(200, request.body().replace("Object>", "Deleted>")));

  private static final S3Bucket BUCKET =
      S3Bucket.builder()
          .bucket("healthmetrics-uploads")
          .region(Region.EU_CENTRAL_1)
          .credentials(RecordingCredentials.longTerm())
          .httpClient(DELETING)
          .build();

  /** Text with many characters that break things. */
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
  void acceptsAPrefixThatIsWholeSegmentsAndNoOther(@ForAll("hostile") String prefix) {
    boolean accepted;
    try {
      StoreRules.requirePrefix(prefix, 1);
      accepted = true;
    } catch (IllegalArgumentException e) {
      accepted = false;
      assertThat(e.getMessage().chars()).allMatch(c -> c >= ' ' && c < 0x7F || c == '…');
    }

    if (accepted) {
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
  void deletesExactlyTheRequestedKeys(@ForAll List<@From("hostile") String> names)
      throws Exception {
    Set<ObjectKey> keys =
        names.stream().flatMap(ObjectStoreHostileInputTest::key).collect(Collectors.toSet());
    DELETING.requests().clear();

    DeletionReport report = BUCKET.objects().deleteAll(keys);

    List<String> sent = new ArrayList<>();
    for (StubHttp.Request request : DELETING.requests()) {
      sent.addAll(keysIn(request));
    }
    List<String> wanted = keys.stream().map(ObjectKey::value).toList();
    assertThat(sent)
        .containsExactlyInAnyOrderElementsOf(
            wanted.stream().flatMap(key -> Stream.of("pending/" + key, key)).toList());
    assertThat(report.deleted())
        .extracting(DeletionReport.Deleted::key)
        .containsExactlyInAnyOrderElementsOf(wanted);
  }

  /** An uploaded file: its bytes, its key and its content type. */
  record Uploaded(byte[] bytes, String key, String contentType) {}

  @Provide
  Arbitrary<Uploaded> uploads() {
    Arbitrary<byte[]> pictures =
        Arbitraries.of(ImageFormat.JPEG, ImageFormat.PNG, ImageFormat.WEBP, ImageFormat.HEIC)
            .map(SamplePictures::of);
    Arbitrary<byte[]> junk = Arbitraries.bytes().array(byte[].class).ofMaxSize(40);
    Arbitrary<byte[]> files =
        Arbitraries.oneOf(
            pictures,
            junk,
            Combinators.combine(pictures, Arbitraries.integers().between(0, 200))
                .as((file, length) -> Arrays.copyOf(file, Math.min(length, file.length))),
            Combinators.combine(pictures, junk).as(ObjectStoreHostileInputTest::concat),
            Combinators.combine(junk, pictures).as(ObjectStoreHostileInputTest::concat));
    Arbitrary<String> keys =
        Combinators.combine(
                mostly("avatars/user-42/", "avatars/user-421/", "avatars/", "food-photos/"),
                mostly("0123456789abcdef".repeat(2), "index", "0".repeat(31)),
                mostly(".png", ".jpg", ".webp", ".heic", ".svg", ".png.html", ""))
            .as((folder, name, extension) -> folder + name + extension);
    Arbitrary<String> types =
        Arbitraries.oneOf(
            mostly("image/png", "image/jpeg", "image/webp", "image/svg+xml", "text/html"),
            hostile());
    return Combinators.combine(files, keys, types).as(Uploaded::new);
  }

  /** Half of the time what fits together, so that some uploads are accepted. */
  private static Arbitrary<String> mostly(String usual, String... others) {
    return Arbitraries.oneOf(Arbitraries.just(usual), Arbitraries.of(others));
  }

  private static byte[] concat(byte[] start, byte[] rest) {
    byte[] all = Arrays.copyOf(start, start.length + rest.length);
    System.arraycopy(rest, 0, all, start.length, rest.length);
    return all;
  }

  /** A store that reports another content type of a pending object than it was stored with. */
  private static ObjectStore reporting(ObjectStore objects, String contentType) {
    return InterceptedStore.of(
        objects,
        call -> {
          Object result = call.proceed();
          if (!call.step().equals("head pending")) {
            return result;
          }
          ObjectHead head = (ObjectHead) ((Optional<?>) result).orElseThrow();
          return Optional.of(
              ObjectHead.builder(head.key())
                  .sizeBytes(head.sizeBytes())
                  .eTag(head.eTag())
                  .contentType(contentType)
                  .build());
        });
  }

  @Property(tries = 20_000, edgeCases = EdgeCasesMode.NONE)
  @StatisticsReport(onFailureOnly = true)
  void acceptsNoUploadWhoseBytesTypeAndKeyDisagree(@ForAll("uploads") Uploaded upload) {
    InMemoryBucket bucket = new InMemoryBucket();
    ObjectKey key = ObjectKey.of(upload.key());
    bucket.objects().put(NewObject.of(key.pending(), "image/png", upload.bytes()));
    ObjectStore reporting = reporting(bucket.objects(), upload.contentType());
    UploadVerification result;
    try {
      result = Verifiers.of(reporting).verify(UploadPolicy.avatars(), "user-42", key);
    } catch (UploadRejectedException e) {
      assertThat(e.rule()).isEqualTo(UploadRejectedException.Rule.KEY);
      assertThat(upload.key()).doesNotMatch("avatars/user-42/[0-9a-f]{32}\\.(png|jpg|webp)");
      assertThat(bucket.keys()).as("what is not the owner's stays").containsExactly(key.pending());
      return;
    }

    assertThat(upload.key()).startsWith("avatars/user-42/");
    boolean accepted = result instanceof UploadVerification.Accepted;
    Statistics.label("accepted").collect(accepted);
    Statistics.label("accepted").coverage(seen -> seen.check(true).count(c -> c > 20));
    if (accepted) {
      String start = HexFormat.of().formatHex(Arrays.copyOf(upload.bytes(), 12));
      assertThat(upload.contentType() + " " + start)
          .matches("image/(png 89504e47|jpeg ffd8ff|webp 52494646.{8}57454250).*");
      assertThat(upload.key().replace(".jpg", ".jpeg"))
          .endsWith(upload.contentType().replace("image/", "."));
      assertThat(bucket.keys()).containsExactly(key);
    } else {
      UploadRejectedException reason = ((UploadVerification.Rejected) result).reason();
      assertThat(reason.getMessage()).matches("[\\p{Print}…]{1,600}");
      assertThat(bucket.keys()).isEmpty();
    }
  }

  private static Stream<ObjectKey> key(String name) {
    try {
      return Stream.of(ObjectKey.of(name));
    } catch (IllegalArgumentException e) {
      return Stream.empty();
    }
  }

  /** The keys that S3 reads: the list in the body, or else the path. */
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
