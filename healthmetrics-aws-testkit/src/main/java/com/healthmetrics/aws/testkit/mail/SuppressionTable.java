package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.SuppressionList.Suppression;
import com.healthmetrics.aws.testkit.internal.Quote;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The suppression list of the account.
 *
 * <p>A send ignores the case of an address, whereas the list is read and changed by the exact
 * address; both are unverified. Thread-safe.
 */
final class SuppressionTable {
  /** Why an address is on the list. */
  enum Reason {
    BOUNCE,
    COMPLAINT;

    static Optional<Reason> named(String name) {
      return Stream.of(values()).filter(reason -> reason.name().equals(name)).findFirst();
    }
  }

  /** An address of the list. */
  record Entry(String address, Reason reason, Instant since) {
    private static final Instant END = Instant.parse("+10000-01-01T00:00:00Z");

    /** The entry that a test asks for; one that SES cannot have is refused. */
    static Entry of(EmailAddress address, Suppression suppression) {
      Reason reason =
          Reason.named(suppression.reason())
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "The reason must be BOUNCE or COMPLAINT: "
                              + Quote.of(suppression.reason())));
      Instant since = suppression.since();
      if (since.isBefore(Instant.EPOCH) || !since.isBefore(END)) {
        throw new IllegalArgumentException("since must be 1970 to 9999: " + since);
      }
      return new Entry(address.address(), reason, since);
    }
  }

  private final SortedMap<String, Entry> entries = new TreeMap<>();

  /** Adds an address, or changes its reason. */
  synchronized void put(Entry entry) {
    entries.put(entry.address(), entry);
  }

  synchronized Optional<Entry> find(String address) {
    return Optional.ofNullable(entries.get(address));
  }

  /** Removes an address; false if it was not on the list. */
  synchronized boolean remove(String address) {
    return entries.remove(address) != null;
  }

  /** The reason not to send to an address. */
  synchronized Optional<Reason> reason(String address) {
    return entries.values().stream()
        .filter(entry -> entry.address().equalsIgnoreCase(address))
        .map(Entry::reason)
        .findFirst();
  }

  /** The addresses with one of these reasons, in order, from the one after an address on. */
  synchronized List<Entry> after(String address, Collection<Reason> reasons) {
    return entries.tailMap(address + "\0").values().stream()
        .filter(entry -> reasons.contains(entry.reason()))
        .toList();
  }

  synchronized void clear() {
    entries.clear();
  }
}
