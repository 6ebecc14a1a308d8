package com.healthmetrics.aws.testkit.client;

import com.healthmetrics.aws.testkit.MachineTool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The clients that people use with S3. */
enum ClientKind {
  JAVA_SYNC("AWS SDK for Java, `S3Client`") {
    @Override
    StorageClient open(BucketAccess access, Path folder) {
      return new JavaClient(access);
    }
  },
  JAVA_ASYNC("AWS SDK for Java, `S3AsyncClient`") {
    @Override
    StorageClient open(BucketAccess access, Path folder) {
      return new AsyncJavaClient(access);
    }
  },
  JAVASCRIPT("AWS SDK for JavaScript", npm("@aws-sdk/client-s3"), Tool.NPM, "aws-sdk-js.mjs"),
  AWS_CLI("AWS CLI", Path.of("/usr/bin/aws"), "apt-get install awscli", "aws-cli"),
  BOTO3(
      "boto3",
      Path.of("/usr/lib/python3/dist-packages/boto3/__init__.py"),
      "apt-get install python3-boto3",
      "s3-boto3.py"),
  S3CMD("s3cmd", Path.of("/usr/bin/s3cmd"), "apt-get install s3cmd", "s3cmd"),
  RCLONE("rclone", Path.of("/usr/bin/rclone"), "apt-get install rclone", "rclone"),
  MINIO_JS("minio-js", npm("minio"), Tool.NPM, "minio-js.mjs");

  private final String title;
  private final Optional<Tool> tool;
  private final String program;

  ClientKind(String title) {
    this.title = title;
    this.tool = Optional.empty();
    this.program = "";
  }

  ClientKind(String title, Path file, String remedy, String program) {
    this.title = title;
    this.tool = Optional.of(new Tool(file, remedy));
    this.program = program;
  }

  private static Path npm(String name) {
    return ProgramClient.FOLDER.resolve(Path.of("node_modules", name, "package.json"));
  }

  /** One of each sort, or all with {@code -Dclients=all}. */
  static List<ClientKind> selected() {
    String clients = System.getProperty("clients", "representatives");
    return switch (clients) {
      case "representatives" -> List.of(JAVA_SYNC, JAVA_ASYNC, JAVASCRIPT, AWS_CLI);
      case "all" -> List.of(values());
      default ->
          throw new IllegalArgumentException(
              "-Dclients=" + clients + ": use representatives or all");
    };
  }

  String title() {
    return title;
  }

  /** Whether each operation starts a program. */
  boolean isProgram() {
    return tool.isPresent();
  }

  /** Whether this build, not the machine, decides the version. */
  boolean isPinned() {
    return tool.filter(needed -> !needed.remedy().equals(Tool.NPM)).isEmpty();
  }

  boolean isInstalled() {
    return tool.filter(needed -> !Files.isRegularFile(needed.file())).isEmpty();
  }

  /** Skips the test, or fails in continuous integration, if the client is not installed. */
  void requireInstalled() {
    tool.ifPresent(
        needed ->
            MachineTool.forChecking("that LocalS3 serves " + title, needed.remedy())
                .require(needed.file()));
  }

  /**
   * Prepares the client; it must be installed.
   *
   * @param folder an empty folder of its own
   */
  StorageClient open(BucketAccess access, Path folder) {
    String script = ProgramClient.FOLDER.resolve(program).toString();
    return new ProgramClient(
        program.endsWith(".mjs") ? List.of("node", script) : List.of(script), access, folder);
  }

  /** What a client needs, and the command that installs it. */
  private record Tool(Path file, String remedy) {
    static final String NPM = "npm ci, in the testkit's src/test/clients";
  }
}
