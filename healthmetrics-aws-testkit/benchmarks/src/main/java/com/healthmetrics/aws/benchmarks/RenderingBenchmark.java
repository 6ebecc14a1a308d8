package com.healthmetrics.aws.benchmarks;

import com.github.mustachejava.DefaultMustacheFactory;
import com.github.mustachejava.Mustache;
import com.healthmetrics.aws.mail.AccountEmails;
import com.healthmetrics.aws.mail.AccountEmails.Verification;
import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.EmailTemplates;
import com.healthmetrics.aws.mail.InMemoryMailer;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The verification email, 5 KB of HTML, rendered from the same files. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class RenderingBenchmark {
  private static final URI LINK =
      URI.create(
          "https://app.healthmetrics.example/auth/verify-email?token=kX3v9Jf2mQp7Ls8RtYw4Zb6N");

  private final EmailTemplates templates =
      AccountEmails.builder()
          .mailer(new InMemoryMailer())
          .from(EmailAddress.of("noreply@healthmetrics.example"))
          .appUrl(URI.create("https://app.healthmetrics.example"))
          .build()
          .templates();

  private final DefaultMustacheFactory factory =
      new DefaultMustacheFactory(RenderingBenchmark::open);
  private final Mustache subject = factory.compile("verification.subject.mustache");
  private final Mustache text = factory.compile("verification.txt.mustache");
  private final Mustache html = factory.compile("verification.html.mustache");

  /** Partials and layouts are named without the ending, to which Mustache adds the file's own. */
  private static Reader open(String name) {
    for (String file :
        List.of(name, name + ".mustache", name.substring(0, name.lastIndexOf('.')) + ".mustache")) {
      InputStream in = EmailTemplates.class.getResourceAsStream(file);
      if (in != null) {
        return new InputStreamReader(in, StandardCharsets.UTF_8);
      }
    }
    throw new IllegalStateException(name + " is not a template of this library.");
  }

  @Benchmark
  public Email.Builder libraryRender() {
    return templates.render(new Verification("HealthMetrics", LINK, Duration.ofHours(24)));
  }

  /** Compiled once, and the words for the duration given. */
  @Benchmark
  public List<String> mustacheRender() {
    Map<String, String> model =
        Map.of(
            "lang", "en",
            "dir", "ltr",
            "product", "HealthMetrics",
            "link", LINK.toString(),
            "expiresIn", "24 hours");
    return List.of(fill(subject, model), fill(text, model), fill(html, model));
  }

  private static String fill(Mustache template, Map<String, String> model) {
    StringWriter out = new StringWriter();
    template.execute(out, model);
    return out.toString();
  }
}
