package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.storage.StorageException.Kind;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a listing, requested page by page, of which one at a time is in memory.
 *
 * <p>What is listed may be deleted, and what is not listed stays, so a page is refused unless it
 * shows that it is what was requested: portals respond in the place of a store, proxies rewrite its
 * responses, and stores end or repeat a listing where they should continue it.
 *
 * <p>Not thread-safe.
 *
 * @param <T> an object or a version of one
 */
final class CheckedPages<T> implements Iterator<T> {
  /** A store may skip much that it does not list; one that never lists anything never ends. */
  private static final int MAX_EMPTY_PAGES = 100;

  /** Where a listing continues. */
  record Marker(@Nullable String key, @Nullable String versionId) {}

  /**
   * What a response states.
   *
   * @param bucket the name of the bucket
   * @param prefix the prefix that was requested, decoded
   * @param truncated whether the listing continues
   * @param next where it continues
   * @param count how many entries it has, if it states that
   */
  record Page<T>(
      @Nullable String bucket,
      @Nullable String prefix,
      @Nullable Boolean truncated,
      Marker next,
      @Nullable Integer count,
      List<T> entries) {}

  private final String bucket;
  private final String prefix;
  private final Function<Marker, Page<T>> pages;
  private final Function<T, String> keys;

  /** Where pages began, by marker and by first entry. */
  private final Set<Object> begun = new HashSet<>();

  private Iterator<T> entries = Collections.emptyIterator();
  private @Nullable Marker next = new Marker(null, null);
  private int emptyPages;

  /**
   * Prepares a listing; nothing is requested yet.
   *
   * @param pages requests the page that begins at a marker
   * @param keys returns the key of an entry
   */
  CheckedPages(
      String bucket, String prefix, Function<Marker, Page<T>> pages, Function<T, String> keys) {
    this.bucket = bucket;
    this.prefix = prefix;
    this.pages = pages;
    this.keys = keys;
  }

  @Override
  public boolean hasNext() {
    while (!entries.hasNext() && next != null) {
      Page<T> page = pages.apply(next);
      next = check(page);
      entries = page.entries().iterator();
    }
    return entries.hasNext();
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return entries.next();
  }

  /** Where the listing continues after a page; null at its end. */
  private @Nullable Marker check(Page<T> page) {
    // The alias of an access point is not the name of its bucket.
    if (!bucket.equals(page.bucket()) && !bucket.endsWith("-s3alias")) {
      throw refused("does not name this bucket");
    }
    if (!prefix.equals(page.prefix())) {
      throw refused("does not repeat the requested prefix");
    }
    if (page.truncated() == null) {
      throw refused("does not state whether it is complete");
    }
    if (page.count() != null && page.count() != page.entries().size()) {
      throw refused("has fewer or more entries than it states");
    }
    if (!page.entries().stream().map(keys).allMatch(key -> key.startsWith(prefix))) {
      throw refused("has a key outside the requested prefix");
    }
    if (!page.entries().isEmpty() && begun.contains(page.entries().get(0))) {
      throw refused("repeats an earlier page");
    }
    Marker following = page.truncated() ? requireNew(page.next()) : null;
    emptyPages = page.entries().isEmpty() ? emptyPages + 1 : 0;
    if (following != null && emptyPages > MAX_EMPTY_PAGES) {
      throw refused("continues without an entry for " + emptyPages + " pages");
    }
    begun.addAll(page.entries().subList(0, Math.min(1, page.entries().size())));
    begun.add(page.next());
    return following;
  }

  private Marker requireNew(Marker marker) {
    if (marker.key() == null || marker.key().isEmpty()) {
      throw refused("continues, but does not state where");
    }
    if (begun.contains(marker)) {
      throw refused("continues where it has been before");
    }
    return marker;
  }

  static StorageException refused(String problem) {
    return new StorageException(
        Kind.INVALID,
        ("The store's response is not used, as it %s, so nothing that it lists was deleted. Check"
                + " that the endpoint is one of S3, or of a store that lists as S3 does, and that no"
                + " proxy responds in its place or rewrites its responses.")
            .formatted(problem));
  }
}
