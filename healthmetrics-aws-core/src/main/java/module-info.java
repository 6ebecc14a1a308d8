/** Browser uploads to S3, pictures through CloudFront, and account email through SES. */
// The SDK's jars and mustache.java are automatic modules with stable names.
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module com.healthmetrics.aws {
  exports com.healthmetrics.aws;
  exports com.healthmetrics.aws.cdn;
  exports com.healthmetrics.aws.mail;
  exports com.healthmetrics.aws.storage;

  requires static transitive org.jspecify;
  requires transitive software.amazon.awssdk.auth;
  requires transitive software.amazon.awssdk.http;
  requires transitive software.amazon.awssdk.regions;
  // Annotations only: applications with Jackson have them, others do not need them.
  requires static com.fasterxml.jackson.annotation;
  // For JdbcIdempotencyStore only, whose users have a DataSource.
  requires static transitive java.sql;
  // For SesMailer with apiV1() only; applications that use it add both.
  requires static jakarta.activation;
  requires static jakarta.mail;
  requires static software.amazon.awssdk.services.ses;
  // For the doctor, which looks up DNS records and sends what a browser sends.
  requires java.naming;
  requires java.net.http;
  // For the SDK's Apache 5 client: an automatic module cannot require it itself.
  requires jdk.net;
  requires com.github.mustachejava;
  requires org.slf4j;
  requires software.amazon.awssdk.awscore;
  requires software.amazon.awssdk.core;
  requires software.amazon.awssdk.identity.spi;
  requires software.amazon.awssdk.services.s3;
  requires software.amazon.awssdk.services.sesv2;
  requires software.amazon.awssdk.utils;

  uses software.amazon.awssdk.http.SdkHttpService;
}
