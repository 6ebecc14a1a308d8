package com.healthmetrics.aws.testkit.terraform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Valid or invalid inputs of the module, and the expected message: a row of a table.
 *
 * @param call the name of the module block with these inputs
 * @param what what distinguishes this case
 * @param inputs attributes, as HCL; required inputs that are missing here get a valid value
 * @param message the beginning of the message that rejects them; blank if they are valid
 */
record InputCase(String call, String what, Map<String, String> inputs, String message) {
  private static final Map<String, String> REQUIRED =
      Map.of(
          "name", "\"healthmetrics-prod\"",
          "environment", "\"production\"",
          "app_url", "\"https://app.example.com\"",
          "from_email", "\"HealthMetrics <noreply@example.com>\"");

  /** Reads rows of two or three columns separated by bars; ignores blank lines. */
  static List<InputCase> table(String table) {
    List<String> rows = table.lines().filter(line -> !line.isBlank()).toList();
    return IntStream.range(0, rows.size()).mapToObj(i -> row("case_" + i, rows.get(i))).toList();
  }

  private static InputCase row(String call, String row) {
    String[] columns = row.split(" +\\| +");
    Map<String, String> inputs = new LinkedHashMap<>();
    for (String input : columns[1].split(" ; ")) {
      String[] nameAndValue = input.split(" = ", 2);
      inputs.put(nameAndValue[0], nameAndValue[1]);
    }
    return new InputCase(call, columns[0], inputs, columns.length == 3 ? columns[2] : "");
  }

  /** Writes a configuration with the calls of these cases, of which several may share one. */
  static void writeCalls(Path folder, List<InputCase> cases) throws IOException {
    writeCalls(folder, cases, Map.of());
  }

  /** Writes a configuration with the calls of these cases, and more arguments in each. */
  static void writeCalls(Path folder, List<InputCase> cases, Map<String, String> arguments)
      throws IOException {
    Map<String, Map<String, String>> calls = new LinkedHashMap<>();
    for (InputCase each : cases) {
      calls
          .computeIfAbsent(
              each.call,
              call -> {
                Map<String, String> attributes = new LinkedHashMap<>(REQUIRED);
                attributes.putAll(arguments);
                return attributes;
              })
          .putAll(each.inputs);
    }
    Files.writeString(
        folder.resolve("main.tf"),
        calls.entrySet().stream()
            .map(call -> toHcl(call.getKey(), call.getValue()))
            .collect(Collectors.joining("\n")));
  }

  private static String toHcl(String call, Map<String, String> attributes) {
    return """
        module "%s" {
          source = "./module"
          %s
        }
        """
        .formatted(
            call,
            attributes.entrySet().stream()
                .map(attribute -> attribute.getKey() + " = " + attribute.getValue())
                .collect(Collectors.joining("\n  ")));
  }

  /** This case in another call, together with cases of other inputs. */
  InputCase in(String otherCall) {
    return new InputCase(otherCall, what, inputs, message);
  }

  /** Whether a diagnostic is about the value of an input of this case. */
  boolean isRejectedBy(Diagnostic diagnostic) {
    return diagnostic.context().equals("module \"" + call + "\"")
        && inputs.keySet().stream().anyMatch(name -> diagnostic.code().startsWith(name + " = "));
  }

  /** Whether a diagnostic is about this case, or about the call that it has for itself. */
  boolean concerns(Diagnostic diagnostic) {
    return diagnostic.context().equals("module \"" + call + "\"")
        || diagnostic.address().startsWith("module." + call + ".");
  }

  @Override
  public String toString() {
    return what + " " + inputs;
  }
}
