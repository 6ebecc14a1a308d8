package com.healthmetrics.aws.testkit.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The parameters of a query, decoded.
 *
 * @param parameters in the order of the query
 */
public record Query(List<Parameter> parameters) {

  /**
   * One parameter.
   *
   * @param name decoded name
   * @param value decoded value; empty without an equals sign
   */
  public record Parameter(String name, String value) {}

  /** Copies the parameters. */
  public Query {
    parameters = List.copyOf(parameters);
  }

  /**
   * Parses a raw query.
   *
   * @throws IllegalArgumentException if an escape is malformed
   */
  public static Query parse(String rawQuery) {
    List<Parameter> parameters = new ArrayList<>();
    for (String pair : rawQuery.split("&", -1)) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        parameters.add(new Parameter(Percent.decode(name), Percent.decode(value)));
      }
    }
    return new Query(parameters);
  }

  /** All values of a parameter; the name is compared exactly. */
  public List<String> all(String name) {
    return parameters.stream().filter(p -> p.name().equals(name)).map(Parameter::value).toList();
  }

  /** The first value of a parameter; the name is compared exactly. */
  public Optional<String> first(String name) {
    return all(name).stream().findFirst();
  }

  /** The canonical query of SigV4: encoded again, then sorted by name and value. */
  public String canonicalWithout(String excludedName) {
    return parameters.stream()
        .filter(p -> !p.name().equals(excludedName))
        .map(p -> new Parameter(Percent.encode(p.name()), Percent.encode(p.value())))
        .sorted(Comparator.comparing(Parameter::name).thenComparing(Parameter::value))
        .map(p -> p.name() + "=" + p.value())
        .collect(Collectors.joining("&"));
  }

  /** Shows names only: values hold signatures and tokens. */
  @Override
  public String toString() {
    return "Query" + parameters.stream().map(Parameter::name).toList();
  }
}
