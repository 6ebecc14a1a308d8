package com.healthmetrics.aws.testkit.peer;

import com.healthmetrics.aws.testkit.Bucket;
import com.healthmetrics.aws.testkit.peer.WireCase.Verdict;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What every server responded to every request, as tables. */
final class DifferencesPage {
  private static final List<Class<?>> CONTRACTS =
      List.of(
          S3ProxyContractsTest.Uploads.class,
          S3ProxyContractsTest.Objects.class,
          S3MockContractsTest.Uploads.class,
          S3MockContractsTest.Objects.class);

  private final LocalDate day;
  private final List<String> servers;
  private final Map<CaseGroup, List<Row>> rows = new LinkedHashMap<>();

  /** The details of sources, numbered by their order. */
  private final List<String> details = new ArrayList<>();

  /** A case, and the responses of the servers in their order. */
  private record Row(WireCase wireCase, List<String> observed) {
    private Row {
      observed = List.copyOf(observed);
    }
  }

  private DifferencesPage(LocalDate day, List<String> servers) {
    this.day = day;
    this.servers = servers;
  }

  /** Sends every request to LocalS3 and to every peer. */
  static DifferencesPage observe(Bucket localS3, LocalDate day) {
    List<S3Peer> peers = List.of(S3Peer.values());
    // First, because a title needs an installed peer.
    List<Bucket> buckets =
        Stream.concat(Stream.of(localS3), peers.stream().map(S3Peer::newBucket)).toList();
    DifferencesPage page =
        new DifferencesPage(
            day, Stream.concat(Stream.of("LocalS3"), peers.stream().map(S3Peer::title)).toList());
    for (CaseGroup group : CaseGroup.all()) {
      page.rows.put(
          group,
          group.cases().stream()
              .map(it -> new Row(it, buckets.stream().map(it::observe).toList()))
              .toList());
    }
    return page;
  }

  /** How often each server responds as S3 does. */
  String summary() {
    StringBuilder text = new StringBuilder("Observed on " + day + ".\n\n");
    List<Row> all = rows.values().stream().flatMap(List::stream).toList();
    text.append("| of " + all.size() + " requests | as S3 | another code | differs |\n");
    text.append("| --- | --- | --- | --- |\n");
    for (int server = 0; server < servers.size(); server++) {
      int index = server;
      Map<Verdict, Long> counts =
          all.stream()
              .collect(
                  Collectors.groupingBy(
                      row -> row.wireCase().verdict(row.observed().get(index)),
                      Collectors.counting()));
      text.append("| ").append(servers.get(server));
      for (Verdict verdict : Verdict.values()) {
        text.append(" | ").append(counts.getOrDefault(verdict, 0L));
      }
      text.append(" |\n");
    }
    return text.toString();
  }

  /** Every request by subject, the choices of LocalS3, the failed cases and the sources. */
  String tables() {
    StringBuilder text = new StringBuilder("Observed on " + day + ".\n");
    for (Map.Entry<CaseGroup, List<Row>> entry : rows.entrySet()) {
      text.append("\n## ").append(entry.getKey().title()).append("\n\n");
      text.append("| request | S3 | source | " + String.join(" | ", servers) + " |\n");
      text.append("| --- ".repeat(servers.size() + 3)).append("|\n");
      for (Row row : entry.getValue()) {
        WireCase wireCase = row.wireCase();
        text.append("| " + wireCase.request() + " | " + wireCase.s3());
        text.append(" | " + cell(wireCase.source()));
        for (String observed : row.observed()) {
          text.append(" | ").append(cell(wireCase.verdict(observed), observed));
        }
        text.append(" |\n");
      }
    }
    return text + choices() + marks() + sources();
  }

  private static String cell(Verdict verdict, String observed) {
    return switch (verdict) {
      case SAME -> "=";
      case ALIKE -> observed;
      case DIFFERS -> "**" + observed + "**";
    };
  }

  private String cell(Source source) {
    if (source.detail().isEmpty()) {
      return source.kind().key();
    }
    if (!details.contains(source.detail())) {
      details.add(source.detail());
    }
    return source.kind().key() + " " + (details.indexOf(source.detail()) + 1);
  }

  private String choices() {
    StringBuilder text = new StringBuilder("\n## Where LocalS3 differs on purpose\n\n");
    text.append("| request | LocalS3 | because |\n| --- | --- | --- |\n");
    rows.keySet().stream()
        .flatMap(group -> group.cases().stream())
        .forEach(
            wireCase ->
                wireCase
                    .choice()
                    .ifPresent(
                        choice ->
                            text.append("| " + wireCase.request() + " | " + choice.response())
                                .append(" | " + choice.because() + " |\n")));
    return text.toString();
  }

  private static String marks() {
    StringBuilder text = new StringBuilder("\n## Cases of the suites that peers do not pass\n\n");
    text.append("| case of a suite | not passed by | because |\n| --- | --- | --- |\n");
    for (Class<?> contract : CONTRACTS) {
      for (Differs mark : contract.getAnnotationsByType(Differs.class)) {
        text.append("| `").append(mark.in()).append('`');
        text.append(mark.only().isEmpty() ? "" : ", " + mark.only());
        text.append(" | ").append(contract.getAnnotation(Against.class).value().title());
        text.append(" | ").append(mark.because()).append(" |\n");
      }
    }
    return text.toString();
  }

  private String sources() {
    StringBuilder text = new StringBuilder("\n## Sources\n\n");
    text.append("| source | meaning |\n| --- | --- |\n");
    for (Source.Kind kind : Source.Kind.values()) {
      text.append("| " + kind.key() + " | " + kind.meaning() + " |\n");
    }
    text.append('\n');
    IntStream.range(0, details.size())
        .forEach(index -> text.append((index + 1) + ". " + details.get(index) + "\n"));
    return text.toString();
  }
}
