package com.healthmetrics.aws.mail;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.function.LongUnaryOperator;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.regions.Region;

/** Both APIs of SES, for what is promised of both mailers. */
enum SesApi {
  V1,
  V2;

  /** What both builders can do; they share no type, but whoever knows one knows the other. */
  interface Builder {
    Builder region(Region region);

    Builder credentials(AwsCredentialsProvider provider);

    Builder endpoint(URI endpoint);

    Builder configurationSet(String name);

    Builder httpClient(SdkHttpClient client);

    Builder clock(Clock clock);

    Builder deadline(Duration deadline);

    Builder withoutRetry();

    Builder waiting(Retry.Time time, LongUnaryOperator jitter);

    Mailer build();
  }

  /** A mailer that is closed without a checked exception. */
  record Mailer(TransactionalMailer mailer, Runnable end)
      implements TransactionalMailer, AutoCloseable {
    @Override
    public MailReceipt send(Email email) {
      return mailer.send(email);
    }

    @Override
    public void close() {
      end.run();
    }

    @Override
    public String toString() {
      return mailer.toString();
    }
  }

  Builder builder() {
    Object real = this == V1 ? SesV1Mailer.builder() : SesV2Mailer.builder();
    return (Builder)
        Proxy.newProxyInstance(
            SesApi.class.getClassLoader(),
            new Class<?>[] {Builder.class},
            (proxy, method, arguments) -> {
              Object result = call(real, method, arguments);
              return result == real ? proxy : mailer(result);
            });
  }

  private static Object call(Object real, Method method, Object[] arguments) throws Throwable {
    try {
      return real.getClass()
          .getDeclaredMethod(method.getName(), method.getParameterTypes())
          .invoke(real, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static Mailer mailer(Object built) {
    return built instanceof SesV1Mailer mailer
        ? new Mailer(mailer, mailer::close)
        : new Mailer((SesV2Mailer) built, ((SesV2Mailer) built)::close);
  }

  /** A success that names the mail. */
  String answer(String messageId) {
    return this == V1
        ? result("<MessageId>" + messageId + "</MessageId>")
        : "{\"MessageId\":\"" + messageId + "\"}";
  }

  /** A success that names no mail. */
  String emptyAnswer() {
    return this == V1 ? result("") : "{}";
  }

  private static String result(String result) {
    return "<SendEmailResponse xmlns=\"http://ses.amazonaws.com/doc/2010-12-01/\">"
        + "<SendEmailResult>"
        + result
        + "</SendEmailResult></SendEmailResponse>";
  }
}
