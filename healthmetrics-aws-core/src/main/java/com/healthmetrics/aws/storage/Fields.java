package com.healthmetrics.aws.storage;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;

/**
 * Headers or form fields, and a map of them in the order in which they were added.
 *
 * <p>There are few: two arrays take a third of the memory of a linked hash map.
 *
 * <p>Not thread-safe until the last one was added.
 */
final class Fields extends AbstractMap<String, String> {
  private String[] names;
  private String[] values;
  private int count;

  /**
   * No fields yet.
   *
   * @param expected about how many there will be
   */
  Fields(int expected) {
    names = new String[expected];
    values = new String[expected];
  }

  /** Adds a field whose name was not added before. */
  Fields add(String name, String value) {
    if (count == names.length) {
      names = Arrays.copyOf(names, count + 4);
      values = Arrays.copyOf(values, count + 4);
    }
    names[count] = name;
    values[count++] = value;
    return this;
  }

  /** Adds all fields of others. */
  Fields addAll(Fields others) {
    for (int i = 0; i < others.count; i++) {
      add(others.names[i], others.values[i]);
    }
    return this;
  }

  @Override
  public int size() {
    return count;
  }

  String name(int index) {
    return names[index];
  }

  String value(int index) {
    return values[index];
  }

  @Override
  public Set<Map.Entry<String, String>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public int size() {
        return count;
      }

      @Override
      public Iterator<Map.Entry<String, String>> iterator() {
        return new Entries();
      }
    };
  }

  private final class Entries implements Iterator<Map.Entry<String, String>> {
    private int next;

    @Override
    public boolean hasNext() {
      return next < count;
    }

    @Override
    public Map.Entry<String, String> next() {
      if (next == count) {
        throw new NoSuchElementException();
      }
      return Map.entry(names[next], values[next++]);
    }
  }
}
