/** An application that signs uploads, verifies them and sends emails. */
module example.application {
  exports example.application;

  requires transitive com.healthmetrics.aws;
}
