package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.testkit.internal.Query;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The form of AWS's Query protocol. Reading a field removes it, so that the remaining fields are
 * those that were not read. Not thread-safe.
 */
final class QueryForm {
  private final Map<String, String> fields = new LinkedHashMap<>();

  private QueryForm() {}

  /** Parses the body of a request. */
  static QueryForm parse(byte[] body) {
    Query query;
    try {
      // Bytes outside ASCII must be percent-encoded, and stay recognizable in this charset.
      query = Query.parse(new String(body, StandardCharsets.ISO_8859_1));
    } catch (IllegalArgumentException e) {
      throw malformed("The body is not a form: " + e.getMessage() + ".");
    }
    QueryForm form = new QueryForm();
    for (Query.Parameter field : query.parameters()) {
      if (form.fields.putIfAbsent(field.name(), field.value()) != null) {
        throw malformed("The field " + field.name() + " appears twice.");
      }
    }
    return form;
  }

  private static SesRefusal malformed(String reason) {
    return new SesRefusal(SesError.MALFORMED, "The request body could not be read.", reason);
  }

  Optional<String> take(String name) {
    return Optional.ofNullable(fields.remove(name));
  }

  /** The members of a list: NAME.member.1 and so on. */
  List<String> takeList(String name) {
    // The protocol's form of an empty list.
    fields.remove(name, "");
    List<String> members = new ArrayList<>();
    Optional<String> next = take(name + ".member.1");
    while (next.isPresent()) {
      members.add(next.get());
      next = take(name + ".member." + (members.size() + 1));
    }
    return members;
  }

  /** Refuses the remaining fields: a field that is not read must not seem to work. */
  void requireAllRead() {
    fields.keySet().stream()
        .findFirst()
        .ifPresent(
            name -> {
              throw SesRefusal.notRead(name);
            });
  }
}
