package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.healthmetrics.aws.mail.EmailTemplates.TemplateException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Tests of a template named mail whose files are in memory. */
abstract class TemplateFiles {
  record Hello(String name) {}

  record Linked(URI link) {}

  record Offer(
      Optional<String> coach,
      List<Meal> meals,
      boolean trial,
      Plan plan,
      Optional<Address> address,
      BigDecimal price,
      Duration lasts) {}

  record Meal(String name, int calories) {}

  record Address(String city, Optional<String> floor) {}

  enum Plan {
    FREE,
    PAID
  }

  final Map<String, String> files = new LinkedHashMap<>();

  void files(String name, String subject, String text, String html) {
    files.put(name + ".subject.mustache", subject);
    files.put(name + ".txt.mustache", text);
    files.put(name + ".html.mustache", html);
  }

  InputStream open(String name) {
    String file = files.get(name);
    return file == null ? null : new ByteArrayInputStream(file.getBytes(StandardCharsets.UTF_8));
  }

  EmailTemplates.Builder builder(Class<? extends Record> model) {
    return EmailTemplates.builder()
        .template("mail", model)
        .locales(Locale.ENGLISH)
        .files(this::open);
  }

  List<String> problems(EmailTemplates.Builder builder) {
    TemplateException failure = catchThrowableOfType(TemplateException.class, builder::build);
    assertThat(failure).as("a failure").isNotNull();
    assertThat(failure.getMessage()).contains(failure.problems());
    return failure.problems();
  }

  static Email finish(Email.Builder builder) {
    return builder
        .from(EmailAddress.of("a@example.com"))
        .to(EmailAddress.of("b@example.com"))
        .build();
  }

  String text(Record model, String template) {
    files("mail", "Hello", template, "<p>Hello</p>");
    return finish(builder(model.getClass()).build().render(model)).text();
  }
}
