package com.healthmetrics.aws.cdn;

import com.healthmetrics.aws.storage.ObjectKey;
import java.net.URI;
import java.util.Optional;

/**
 * Turns an object key into the URL that a browser loads it from, and such a URL back into the key.
 *
 * <p>For every key {@code k}, {@code keyOf(resolve(k))} is {@code k}, and every other spelling of a
 * URL belongs to no key.
 *
 * <pre>{@code
 * URI url = cdn.resolve(key);
 * ObjectKey same = cdn.keyOf(url).orElseThrow();
 * boolean ours = cdn.keyOf(URI.create("https://elsewhere.example.org/a.png")).isPresent(); // false
 * }</pre>
 *
 * <p>Implementations are safe for use by several threads.
 */
public interface CdnUrlResolver {

  /**
   * Where a browser loads an object from.
   *
   * @param key the object's key
   * @return an absolute URL, percent-encoded
   * @throws NullPointerException if {@code key} is null
   */
  URI resolve(ObjectKey key);

  /**
   * The key of an object whose URL this is.
   *
   * <p>Only a URL that {@link #resolve} could have given has a key: a foreign host, scheme or port,
   * user-info, a query, a fragment, encoded slashes, dot segments and unusual spellings have none.
   * So it is safe to delete the object whose URL somebody handed in, once its owner is checked.
   *
   * @param url any URL
   * @return the key, or empty when the URL is not one of ours
   * @throws NullPointerException if {@code url} is null
   */
  Optional<ObjectKey> keyOf(URI url);
}
