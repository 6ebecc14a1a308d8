package com.healthmetrics.aws.mail;

import com.github.mustachejava.DefaultMustacheFactory;
import com.github.mustachejava.Mustache;
import com.github.mustachejava.MustacheException;
import com.github.mustachejava.MustacheFactory;
import com.github.mustachejava.reflect.Guard;
import com.github.mustachejava.reflect.MissingWrapper;
import com.github.mustachejava.reflect.ReflectionObjectHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Subject, text and html of one kind of mail, as Mustache files beside this class.
 *
 * <p>Variables come as a map: nothing is reflected upon, so templates can call no methods and work
 * on the module path and in a native image.
 */
final class MailTemplate {
  private final Mustache subject;
  private final Mustache text;
  private final Mustache html;

  private MailTemplate(Mustache subject, Mustache text, Mustache html) {
    this.subject = subject;
    this.text = text;
    this.html = html;
  }

  /**
   * Compiles the files {@code <name>.subject.mustache}, {@code .txt} and {@code .html}, and tries
   * them: Mustache notices a misspelt variable only when it renders.
   *
   * @param sample a value for each variable; {@code link} must come out in text and html
   * @throws IllegalStateException if one is missing or broken; file and line are named
   */
  static MailTemplate load(String name, Map<String, String> sample) {
    MailTemplate template = compile(name);
    String link = Objects.requireNonNull(sample.get("link"), "link");
    render(template.subject, sample);
    String text = render(template.text, sample);
    String html = render(template.html, sample);
    if (!text.contains(link) || !html.contains(link)) {
      throw new IllegalStateException(
          "Mail template " + name + ": text and html must both hold {{link}}.");
    }
    return template;
  }

  private static MailTemplate compile(String name) {
    MustacheFactory plain = new StrictFactory(false);
    MustacheFactory escaping = new StrictFactory(true);
    try {
      return new MailTemplate(
          plain.compile(name + ".subject.mustache"),
          plain.compile(name + ".txt.mustache"),
          escaping.compile(name + ".html.mustache"));
    } catch (MustacheException e) {
      throw new IllegalStateException("Mail template " + name + ": " + e.getMessage(), e);
    }
  }

  /**
   * Fills the template into a mail that still lacks its sender and recipient.
   *
   * @throws IllegalStateException if a variable is missing; file and line are named
   */
  Email.Builder render(Map<String, String> variables) {
    return Email.builder()
        .subject(render(subject, variables).strip())
        .text(render(text, variables))
        .html(render(html, variables));
  }

  private static String render(Mustache mustache, Map<String, String> variables) {
    try {
      return mustache.execute(new StringWriter(), variables).toString();
    } catch (MustacheException e) {
      throw new IllegalStateException("Mail template: " + e.getMessage(), e);
    }
  }

  /** Finds files beside this class, and fails where Mustache would render nothing. */
  private static final class StrictFactory extends DefaultMustacheFactory {
    private final boolean escapesHtml;

    StrictFactory(boolean escapesHtml) {
      this.escapesHtml = escapesHtml;
      setObjectHandler(
          new ReflectionObjectHandler() {
            @Override
            protected MissingWrapper createMissingWrapper(String name, List<Guard> guards) {
              throw new MustacheException("There is no variable " + name);
            }
          });
    }

    @Override
    public Reader getReader(String resourceName) {
      try (InputStream in = MailTemplate.class.getResourceAsStream(resourceName)) {
        if (in == null) {
          throw new MustacheException("There is no file " + resourceName);
        }
        return new StringReader(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Text and subject are no html: an apostrophe must stay one. */
    @Override
    public void encode(String value, Writer writer) {
      if (escapesHtml) {
        super.encode(value, writer);
      } else {
        try {
          writer.write(value);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }
}
