package com.healthmetrics.aws.storage;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.healthmetrics.aws.internal.Checks;
import java.nio.charset.StandardCharsets;

/**
 * The name of an object in a bucket, checked so that it means the same to S3, CloudFront and a
 * browser.
 *
 * <p>A key has 1 to 1,024 bytes of UTF-8, no control character, no lone surrogate, and segments,
 * separated by slashes, of which none is empty, {@code .} or {@code ..}. S3 itself accepts more;
 * browsers and CDNs rewrite what is refused here.
 *
 * <pre>{@code
 * ObjectKey key = ObjectKey.of("avatars/user-42/picture.png");
 * String column = key.value(); // what to keep in a database
 * ObjectKey.of("avatars/../user-43/picture.png"); // IllegalArgumentException
 * }</pre>
 *
 * <p>With Jackson 2 and 3, its JSON is a string: the name.
 *
 * <p>Immutable and thread-safe. Source: Amazon S3 User Guide, "Naming Amazon S3 objects".
 */
public final class ObjectKey {
  static final int MAX_BYTES = 1_024;

  /** What the keys of pending uploads begin with. */
  static final String PENDING = "pending/";

  private final String value;

  private ObjectKey(String value) {
    this.value = value;
  }

  /**
   * {@return the key with a name}
   *
   * @param value the name, not percent-encoded
   * @throws IllegalArgumentException if it breaks one of the rules above
   */
  @JsonCreator
  public static ObjectKey of(String value) {
    if (value.isEmpty()) {
      throw new IllegalArgumentException("The object key is empty. Use at least one character.");
    }
    requireShort(value);
    int unsafe = Checks.indexOfUnsafeCharacter(value);
    if (unsafe >= 0) {
      throw new IllegalArgumentException(
          "The object key contains %s. Leave out control characters and unpaired surrogates."
              .formatted(Checks.describeCharacter(value, unsafe)));
    }
    int begin = 0;
    while (begin <= value.length()) {
      int slash = value.indexOf('/', begin);
      int end = slash < 0 ? value.length() : slash;
      requireSegment(value, begin, end);
      begin = end + 1;
    }
    return new ObjectKey(value);
  }

  private static void requireShort(String value) {
    // A character has at most three bytes; half of a pair that has four, two.
    if (value.length() > MAX_BYTES / 3) {
      int bytes = value.getBytes(StandardCharsets.UTF_8).length;
      if (bytes > MAX_BYTES) {
        throw new IllegalArgumentException(
            "The object key has " + bytes + " bytes; S3 accepts at most " + MAX_BYTES + ".");
      }
    }
  }

  private static void requireSegment(String value, int begin, int end) {
    int length = end - begin;
    if (length == 0 || (length <= 2 && value.startsWith("..".substring(0, length), begin))) {
      throw new IllegalArgumentException(
          ("The object key has the segment %s. Begin and end without a slash and leave out empty,"
                  + " \".\" and \"..\" segments.")
              .formatted(Checks.quote(value.substring(begin, end))));
    }
  }

  /**
   * Returns the same as {@link #of}; JAX-RS converts parameters of a request with a method of this
   * name.
   *
   * @param value as for {@link #of}
   * @return the key
   * @throws IllegalArgumentException as for {@link #of}
   */
  public static ObjectKey valueOf(String value) {
    return of(value);
  }

  /** {@return the name as S3 stores it, not percent-encoded} */
  @JsonValue
  public String value() {
    return value;
  }

  /**
   * Where a browser uploads before the object is published under this key; a pending key is its
   * own.
   */
  ObjectKey pending() {
    return value.startsWith(PENDING) ? this : of(PENDING + value);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ObjectKey key && key.value.equals(value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  /** The name, as {@link #value()}. */
  @Override
  public String toString() {
    return value;
  }
}
