package com.healthmetrics.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.module.paramnames.ParameterNamesModule;
import com.healthmetrics.aws.cdn.SignedUrl;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.MailReceipt;
import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.PresignedUpload;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What controllers return and read, with the versions of Jackson that applications have. */
class JacksonTest {
  private static final ObjectKey KEY = ObjectKey.of("avatars/user-42/ü \"1\".png");
  private static final EmailAddress ADDRESS = EmailAddress.of("ada@example.com");

  private interface Mapper {
    String write(Object value) throws IOException;

    <T> T read(String json, Class<T> type) throws IOException;
  }

  private record Mapper2(com.fasterxml.jackson.databind.ObjectMapper mapper) implements Mapper {
    @Override
    public String write(Object value) throws IOException {
      return mapper.writeValueAsString(value);
    }

    @Override
    public <T> T read(String json, Class<T> type) throws IOException {
      return mapper.readValue(json, type);
    }
  }

  private record Mapper3(tools.jackson.databind.ObjectMapper mapper) implements Mapper {
    @Override
    public String write(Object value) {
      return mapper.writeValueAsString(value);
    }

    @Override
    public <T> T read(String json, Class<T> type) {
      return mapper.readValue(json, type);
    }
  }

  private enum Jackson {
    TWO(new Mapper2(new com.fasterxml.jackson.databind.ObjectMapper())),
    /** As Spring Boot sets it up. */
    TWO_WITH_PARAMETER_NAMES(
        new Mapper2(
            new com.fasterxml.jackson.databind.ObjectMapper()
                .registerModule(new ParameterNamesModule()))),
    THREE(new Mapper3(new tools.jackson.databind.ObjectMapper()));

    private final Mapper mapper;

    Jackson(Mapper mapper) {
      this.mapper = mapper;
    }

    String write(Object value) throws IOException {
      return mapper.write(value);
    }

    <T> T read(String json, Class<T> type) throws IOException {
      return mapper.read(json, type);
    }
  }

  private record Body(
      @Nullable ObjectKey key, @Nullable EmailAddress email, @Nullable MailReceipt receipt) {}

  private record Response(List<PresignedUpload> uploads, SignedUrl picture) {}

  private record Keyed(Map<ObjectKey, Integer> sizes, Map<EmailAddress, Integer> emails) {}

  @ParameterizedTest
  @EnumSource
  void writesUploadsAndUrlsAsTheirOwnJson(Jackson jackson) throws IOException {
    InMemoryAws aws = HealthMetricsAws.inMemory();
    UploadRequest request = UploadRequest.of("user-42", "image/png", 3).withFileName("<ü>\".png");
    PresignedUpload put = aws.uploads().presignPut(UploadPolicy.avatars(), request);
    PresignedUpload post = aws.uploads().presignPost(UploadPolicy.avatars(), request);
    SignedUrl picture = aws.signedUrls().sign(KEY, Duration.ofMinutes(10));

    assertThat(jackson.write(put)).isEqualTo(put.toJson());
    assertThat(jackson.write(post)).isEqualTo(post.toJson());
    assertThat(jackson.write(picture)).isEqualTo(picture.toJson());
    assertThat(jackson.write(new Response(List.of(put, post), picture)))
        .isEqualTo(
            "{\"uploads\":[%s,%s],\"picture\":%s}"
                .formatted(put.toJson(), post.toJson(), picture.toJson()));
  }

  @ParameterizedTest
  @EnumSource
  void readsWhatItWrote(Jackson jackson) throws IOException {
    Body body = new Body(KEY, ADDRESS, MailReceipt.of("0100-1"));

    String json = jackson.write(body);

    assertThat(json)
        .isEqualTo(
            "{\"key\":\"avatars/user-42/ü \\\"1\\\".png\","
                + "\"email\":\"ada@example.com\",\"receipt\":\"0100-1\"}");
    Body read = jackson.read(json, Body.class);
    assertThat(read.key()).isEqualTo(KEY);
    assertThat(read.email()).isEqualTo(ADDRESS);
    assertThat(read.receipt()).hasToString("MailReceipt[0100-1]");
    assertThat(jackson.read(jackson.write(KEY), ObjectKey.class)).isEqualTo(KEY);
  }

  @ParameterizedTest
  @EnumSource
  void readsAndWritesThemAsNamesOfAMap(Jackson jackson) throws IOException {
    Keyed keyed = new Keyed(Map.of(KEY, 1), Map.of(ADDRESS, 2));

    String json = jackson.write(keyed);

    assertThat(json).contains("\"ada@example.com\":2");
    assertThat(jackson.read(json, Keyed.class)).isEqualTo(keyed);
  }

  @ParameterizedTest
  @EnumSource
  void readsAnAddressAsAUserTypesIt(Jackson jackson) throws IOException {
    assertThat(jackson.read("\" ada@EXAMPLE.com \"", EmailAddress.class)).isEqualTo(ADDRESS);
  }

  @ParameterizedTest
  @EnumSource
  void writesAnAddressWithoutItsDisplayName(Jackson jackson) throws IOException {
    assertThat(jackson.write(ADDRESS.withDisplayName("Ada"))).isEqualTo("\"ada@example.com\"");
  }

  @ParameterizedTest
  @EnumSource
  void leavesNullAndAbsentToTheApplication(Jackson jackson) throws IOException {
    Body none = new Body(null, null, null);

    assertThat(jackson.read("{\"key\":null,\"email\":null}", Body.class)).isEqualTo(none);
    assertThat(jackson.read("{}", Body.class)).isEqualTo(none);
  }

  @ParameterizedTest
  @EnumSource
  void refusesAMalformedAddressWithoutRepeatingIt(Jackson jackson) {
    for (String text :
        List.of(
            "",
            "s3cret",
            "s3cret@",
            "s3 cret@example.com",
            "s3cret\u00e9@example.com",
            "s3cret@exa_mple.com",
            "S <s3cret@example.com>",
            "s3cret@example.com\\r\\nBcc: x",
            "s3cret".repeat(20) + "@example.com")) {
      String json = "{\"email\":\"%s\"}".formatted(text);

      Throwable failure = catchThrowable(() -> jackson.read(json, Body.class));

      assertThat(failure).as(text).hasRootCauseInstanceOf(IllegalArgumentException.class);
      assertThat(chain(failure))
          .allSatisfy(cause -> assertThat(cause).hasMessageNotContaining("cret"))
          .last()
          .satisfies(cause -> assertThat(failure).hasMessageContaining(cause.getMessage()));
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesAMalformedKey(Jackson jackson) {
    for (String text : List.of("", "/a", "a/../b", "a\\u0000b", "k".repeat(1_025))) {
      assertThat(catchThrowable(() -> jackson.read("{\"key\":\"%s\"}".formatted(text), Body.class)))
          .as(text)
          .hasRootCauseInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("The object key");
    }
  }

  @ParameterizedTest
  @EnumSource
  void acceptsStringsOnly(Jackson jackson) {
    for (String json : List.of("42", "true", "[\"a@b.co\"]", "{\"address\":\"a@b.co\"}", "{}")) {
      for (Class<?> type : List.of(ObjectKey.class, EmailAddress.class, MailReceipt.class)) {
        assertThat(catchThrowable(() -> jackson.read(json, type)))
            .as(json + " as " + type)
            .isNotNull()
            .isNotInstanceOf(NullPointerException.class);
      }
    }
  }

  private static Stream<Throwable> chain(Throwable failure) {
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause);
  }
}
