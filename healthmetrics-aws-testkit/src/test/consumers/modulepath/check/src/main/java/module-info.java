/** Runs the application against local servers. */
module example.check {
  requires com.healthmetrics.aws.testkit;
  requires example.application;
  requires java.net.http;
}
