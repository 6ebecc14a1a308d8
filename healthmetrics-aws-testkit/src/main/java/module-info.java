/** Strict loopback S3, CloudFront and SES for tests, and a development server in the browser. */
// The SDK's jars are automatic modules with stable names.
@SuppressWarnings("requires-automatic")
module com.healthmetrics.aws.testkit {
  exports com.healthmetrics.aws.testkit;
  exports com.healthmetrics.aws.testkit.cdn;
  exports com.healthmetrics.aws.testkit.contract;
  exports com.healthmetrics.aws.testkit.dev;
  exports com.healthmetrics.aws.testkit.junit;
  exports com.healthmetrics.aws.testkit.lint;
  exports com.healthmetrics.aws.testkit.mail;
  exports com.healthmetrics.aws.testkit.storage;

  requires transitive com.healthmetrics.aws;
  requires static transitive org.jspecify;
  // For the contract suites and the JUnit extension only, whose users have them on their test path.
  // Not transitive: javac
  // would require them of everybody else too.
  requires static org.assertj.core;
  requires static org.junit.jupiter.api;
  // For raw emails, and for ReceivedMail.rawMime() of other emails.
  requires static jakarta.activation;
  requires static jakarta.mail;
  requires java.xml;
  requires jdk.httpserver;
  requires org.slf4j;
  requires software.amazon.awssdk.awscore;
  requires software.amazon.awssdk.services.s3;
  requires software.amazon.awssdk.services.sesv2;
  requires software.amazon.awssdk.utils;
}
