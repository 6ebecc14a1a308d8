package com.healthmetrics.aws.testkit.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EncodingTest {

  @ParameterizedTest
  @ValueSource(strings = {"a b+c/ü€😀", "~-._", "%25", "", "!'()*@:=&,;$"})
  void decodesWhatItEncoded(String text) {
    assertThat(Percent.decode(Percent.encode(text))).isEqualTo(text);
    assertThat(Percent.decode(Percent.encodePath(text))).isEqualTo(text);
  }

  @Test
  void keepsOnlyUnreservedCharactersAndSlashesOfAPath() {
    assertThat(Percent.encode("a/b ~é")).isEqualTo("a%2Fb%20~%C3%A9");
    assertThat(Percent.encodePath("a/b ~é")).isEqualTo("a/b%20~%C3%A9");
  }

  @Test
  void readsARawPlusAsASpace() {
    assertThat(Percent.decode("a+b%2B")).isEqualTo("a b+");
  }

  @ParameterizedTest
  @ValueSource(strings = {"%", "%4", "%zz", "a%", "%ff", "%c3", "é", "%C0%AF"})
  void refusesMalformedEscapes(String encoded) {
    assertThatIllegalArgumentException().isThrownBy(() -> Percent.decode(encoded));
  }

  @Test
  void sortsACanonicalQueryAfterEncoding() {
    assertThat(Query.parse("b=2&a=%20&a=+&A&&c=%c3%a9&sig=x").canonicalWithout("sig"))
        .isEqualTo("A=&a=%20&a=%20&b=2&c=%C3%A9");
  }

  @Test
  void escapesXmlAndReplacesWhatXmlCannotSay() {
    assertThat(new String(Xml.document("E", Map.of("K", "<a&'\"\u0001>")), StandardCharsets.UTF_8))
        .isEqualTo(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                + "<E><K>&lt;a&amp;&#39;&quot;\uFFFD&gt;</K></E>");
  }

  @Test
  void readsACredentialStrictly() {
    assertThat(CredentialScope.parse("AKID/20130524/us-east-1/s3/aws4_request"))
        .contains(new CredentialScope("AKID", "20130524", "us-east-1", "s3"));
    assertThat(CredentialScope.parse("AKID/20130524/us-east-1/s3")).isEmpty();
    assertThat(CredentialScope.parse("AKID/2013-05-24/us-east-1/s3/aws4_request")).isEmpty();
    assertThat(CredentialScope.parse("/20130524/us-east-1/s3/aws4_request")).isEmpty();
  }
}
