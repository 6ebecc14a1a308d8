package example;

import java.io.File;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import software.amazon.awssdk.core.client.config.ClientOption;
import software.amazon.awssdk.core.client.config.SdkClientConfiguration;
import software.amazon.awssdk.core.client.config.SdkClientOption;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;

/** Writes which HTTP clients are on the class path, and which ones the SDK chooses. */
public final class HttpClients {
  private HttpClients() {}

  public static void main(String[] arguments) throws Exception {
    System.setProperty("aws.region", "us-east-1");
    List<String> lines = new ArrayList<>();
    Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(jar -> Path.of(jar).getFileName().toString())
        .filter(jar -> jar.matches("[a-z0-9-]+-client-[0-9].*"))
        .sorted()
        .forEach(lines::add);
    lines.add("S3Client: " + chosen(S3Client::create, SdkClientOption.SYNC_HTTP_CLIENT));
    lines.add("S3AsyncClient: " + chosen(S3AsyncClient::create, SdkClientOption.ASYNC_HTTP_CLIENT));
    Files.write(Path.of(arguments[0]), lines);
  }

  private static String chosen(Callable<?> create, ClientOption<?> httpClient) throws Exception {
    Object client;
    try {
      client = create.call();
    } catch (RuntimeException e) {
      return e.getMessage();
    }
    // No public method of the SDK returns it.
    Field configuration = client.getClass().getDeclaredField("clientConfiguration");
    configuration.setAccessible(true);
    return ((SdkClientConfiguration) configuration.get(client))
        .option(httpClient)
        .getClass()
        .getName();
  }
}
