package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.testkit.internal.Query;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The form that AWS's Query protocol posts. What is read is taken out, so that whatever is left at
 * the end is known not to have been read. Mutable and not thread-safe.
 */
final class QueryForm {
  private final Map<String, String> fields = new LinkedHashMap<>();

  private QueryForm() {}

  /** The form that the body of a request is. */
  static QueryForm parse(byte[] body) {
    Query query;
    try {
      // Octets outside ASCII have to be percent-encoded, and stay recognisable in this charset.
      query = Query.parse(new String(body, StandardCharsets.ISO_8859_1));
    } catch (IllegalArgumentException e) {
      throw malformed("The body is not a form: " + e.getMessage() + ".");
    }
    QueryForm form = new QueryForm();
    for (Query.Parameter field : query.parameters()) {
      if (form.fields.putIfAbsent(field.name(), field.value()) != null) {
        throw malformed("The form has the field " + field.name() + " twice.");
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
    // This is how the protocol writes an empty list.
    fields.remove(name, "");
    List<String> members = new ArrayList<>();
    Optional<String> next = take(name + ".member.1");
    while (next.isPresent()) {
      members.add(next.get());
      next = take(name + ".member." + (members.size() + 1));
    }
    return members;
  }

  /** Refuses what nobody took: what is not read must not seem to work. */
  void requireAllTaken() {
    fields.keySet().stream()
        .findFirst()
        .ifPresent(
            name -> {
              throw SesRefusal.notRead(name);
            });
  }
}
