package com.healthmetrics.aws.testkit.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.storage.SignedRequest.Response;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeleteObjectsTest {
  @AutoClose
  private final LocalS3 s3 = LocalS3.builder().denyDelete(key -> key.startsWith("locked/")).start();

  @BeforeEach
  void upload() {
    s3.put("a", "image/png", new byte[1]);
    s3.put("b&<]]>", "image/png", new byte[1]);
    s3.put("locked/c", "image/png", new byte[1]);
  }

  private static String object(String key) {
    return "<Object><Key>" + key + "</Key></Object>";
  }

  private Response delete(String content) {
    return SignedRequest.delete(s3, "<Delete>" + content + "</Delete>").send();
  }

  @Test
  void reportsEachObject() {
    Response response =
        delete(object("a") + object("b&amp;&lt;]]&gt;") + object("locked/c") + object("missing"));

    assertThat(response.status()).as(response.body()).isEqualTo(200);
    assertThat(response.body())
        .contains("<Deleted><Key>a</Key></Deleted>")
        .contains("<Deleted><Key>b&amp;&lt;]]&gt;</Key></Deleted>")
        .contains("<Deleted><Key>missing</Key></Deleted>")
        .contains("<Error><Key>locked/c</Key><Code>AccessDenied</Code>");
    assertThat(s3.keys()).containsExactly("locked/c");
  }

  @Test
  void reportsOnlyFailuresInQuietMode() {
    Response response = delete(object("a") + object("locked/c") + "<Quiet>true</Quiet>");
    assertThat(response.body()).doesNotContain("<Deleted>").contains("<Error>");
    assertThat(s3.find("a")).isEmpty();
  }

  @Test
  void refusesWhatMayNotBeDeletedOneByOneToo() {
    assertThat(SignedRequest.ofObject(s3, "DELETE", "locked/c").send().refusal())
        .isEqualTo("403 AccessDenied");
    assertThat(SignedRequest.ofObject(s3, "DELETE", "a").send().status()).isEqualTo(204);
  }

  @Test
  void acceptsAThousandObjectsAndNotOneMore() {
    String thousand =
        IntStream.range(0, 1_000).mapToObj(i -> object("k" + i)).collect(Collectors.joining());
    assertThat(delete(thousand).status()).isEqualTo(200);
    assertThat(delete(thousand + object("a")).refusal()).isEqualTo("400 MalformedXML");
    assertThat(s3.find("a")).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<Object/>",
        "<Object><Key/></Object>",
        "text",
        "<Object><Key>a</Key></Object>text",
        "<Object><Key>a</Key><Other/></Object>",
        "<Other/>",
        "<Object><Key>a</Object>",
        "<Object><Key>&#1;</Key></Object>",
        "<Object><Key>\uFFFE</Key></Object>",
        "<Object><Key>&unknown;</Key></Object>"
      })
  void refusesAListThatIsMalformed(String content) {
    Response response = delete(content);
    assertThat(response.refusal()).isEqualTo("400 MalformedXML");
    assertThat(response.element("Reason")).isNotEmpty();
    assertThat(s3.keys()).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<!DOCTYPE Delete [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>",
        "<!DOCTYPE Delete [<!ENTITY x \"a\">]>",
        "<!DOCTYPE Delete SYSTEM \"http://127.0.0.1:1/x.dtd\">"
      })
  void readsNoDtdAndNoEntity(String doctype) {
    String list = doctype + "<Delete><Object><Key>&x;</Key></Object></Delete>";
    Response response = SignedRequest.delete(s3, list).send();
    assertThat(response.refusal()).isEqualTo("400 MalformedXML");
    assertThat(response.body()).doesNotContain("root:");
    assertThat(s3.find("a")).isPresent();
  }

  @Test
  void refusesAnotherDocument() {
    assertThat(SignedRequest.delete(s3, "<Other>" + object("a") + "</Other>").send().refusal())
        .isEqualTo("400 MalformedXML");
    assertThat(SignedRequest.delete(s3, "{}").send().refusal()).isEqualTo("400 MalformedXML");
  }

  @Test
  void refusesAListThatNoDigestProtects() {
    String list = "<Delete>" + object("a") + "</Delete>";
    assertThat(SignedRequest.delete(s3, list).withoutHeader("content-md5").send().refusal())
        .isEqualTo("400 InvalidRequest");
    assertThat(
            SignedRequest.delete(s3, list)
                .header("content-md5", "AAAAAAAAAAAAAAAAAAAAAA==")
                .send()
                .refusal())
        .isEqualTo("400 BadDigest");
    assertThat(s3.find("a")).isPresent();
  }

  @Test
  void refusesADeletionUnderConditions() {
    assertThat(delete("<Object><Key>a</Key><ETag>x</ETag></Object>").refusal())
        .isEqualTo("501 NotImplemented");
    assertThat(s3.find("a")).isPresent();
  }

  @Test
  void refusesAKeyThatIsTooLongByItself() {
    assertThat(delete(object("x".repeat(1_025)) + object("a")).body())
        .contains("<Code>KeyTooLongError</Code>")
        .contains("<Deleted><Key>a</Key></Deleted>");
  }
}
