package com.healthmetrics.aws.internal.template;

import com.healthmetrics.aws.internal.Failures;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The type of a record's component, and how its value becomes what a template shows: text, {@code
 * true} or {@code false}, an {@link Optional}, a {@link List}, or a map of these.
 */
sealed interface Shape {

  /** A sample of a link, unlike any in the template itself or of another component. */
  static String sampleLink(String name) {
    return "https://app.example.com/" + name + "?token=sample";
  }

  /** Converts a component's value for a template. */
  Object valueOf(Object component, String name, Language language);

  /** A sample value: with everything that may be absent, or with nothing of it. */
  Object sample(String name, boolean full, Language language);

  /** Whether it contains a duration, so that it needs a language with words for durations. */
  default boolean usesDurations() {
    return false;
  }

  /** Requires a value; the message names the component. */
  static Object require(@Nullable Object component, String name) {
    if (component == null) {
      throw new NullPointerException(
          name + " is null. Set a value, or make the component an Optional.");
    }
    return component;
  }

  /** A single value. */
  enum Scalar implements Shape {
    /** One line without links. */
    TEXT,
    /** Text of any form. */
    MESSAGE,
    NUMBER,
    FLAG,
    LINK,
    /** A link that may be plain http on any host. */
    CLEARTEXT_LINK,
    DURATION;

    @Override
    public Object valueOf(Object component, String name, Language language) {
      return switch (this) {
        case TEXT -> Names.require((String) component, name);
        case MESSAGE, FLAG -> component;
        case NUMBER -> language.number(component);
        case LINK, CLEARTEXT_LINK ->
            Links.require((URI) component, name, this == CLEARTEXT_LINK).toASCIIString();
        case DURATION -> words((Duration) component, name, language);
      };
    }

    private static String words(Duration duration, String name, Language language) {
      if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
        throw new IllegalArgumentException(
            name + " is shorter than 1 second. Use a duration of 1 second or more.");
      }
      return language.durations().apply(duration);
    }

    @Override
    public Object sample(String name, boolean full, Language language) {
      return switch (this) {
        case TEXT, MESSAGE -> "[" + name + "]";
        case NUMBER -> "2";
        case FLAG -> full;
        case LINK, CLEARTEXT_LINK -> sampleLink(name);
        case DURATION -> words(Duration.ofHours(full ? 24 : 1), name, language);
      };
    }

    @Override
    public boolean usesDurations() {
      return this == DURATION;
    }
  }

  /** An enum: its constant's name, and a flag for each constant. */
  record Choice(List<String> constants) implements Shape {

    /** The key of the constant's name. */
    static final String SELF = ".";

    @Override
    public Object valueOf(Object component, String name, Language language) {
      return chosen(((Enum<?>) component).name());
    }

    private Map<String, Object> chosen(String constant) {
      Map<String, Object> value = new HashMap<>();
      constants.forEach(each -> value.put(each, each.equals(constant)));
      value.put(SELF, constant);
      return value;
    }

    @Override
    public Object sample(String name, boolean full, Language language) {
      return chosen(constants.get(full ? 0 : constants.size() - 1));
    }
  }

  /** An {@link Optional}. */
  record Maybe(Shape content) implements Shape {
    @Override
    public Object valueOf(Object component, String name, Language language) {
      return ((Optional<?>) component).map(value -> content.valueOf(value, name, language));
    }

    @Override
    public Object sample(String name, boolean full, Language language) {
      return full ? Optional.of(content.sample(name, true, language)) : Optional.empty();
    }

    @Override
    public boolean usesDurations() {
      return content.usesDurations();
    }
  }

  /** A {@link List}. */
  record Many(Shape element) implements Shape {
    @Override
    public Object valueOf(Object component, String name, Language language) {
      List<Object> values = new ArrayList<>();
      for (Object value : (Collection<?>) component) {
        values.add(element.valueOf(require(value, "An element of " + name), name, language));
      }
      return values;
    }

    @Override
    public Object sample(String name, boolean full, Language language) {
      Object one = element.sample(name, full, language);
      return full ? List.of(one, one) : List.of();
    }

    @Override
    public boolean usesDurations() {
      return element.usesDurations();
    }
  }

  /** A record. */
  record Fields(String type, Map<String, Field> fields) implements Shape {
    @Override
    public Object valueOf(Object component, String name, Language language) {
      Map<String, Object> values = new LinkedHashMap<>();
      fields.forEach(
          (key, field) -> {
            String path = type + "." + key;
            Object value = require(field.read(component), path);
            values.put(key, field.shape().valueOf(value, path, language));
          });
      return values;
    }

    @Override
    public Object sample(String name, boolean full, Language language) {
      Map<String, Object> values = new LinkedHashMap<>();
      fields.forEach((key, field) -> values.put(key, field.shape().sample(key, full, language)));
      return values;
    }

    @Override
    public boolean usesDurations() {
      return fields.values().stream().anyMatch(field -> field.shape().usesDurations());
    }
  }

  /** One component of a record. */
  record Field(Shape shape, Method accessor) {
    @Nullable Object read(Object model) {
      try {
        return accessor.invoke(model);
      } catch (InvocationTargetException e) {
        Throwable cause = e.getTargetException();
        Failures.beforeReplacing(cause);
        throw new IllegalArgumentException(
            accessor.getDeclaringClass().getSimpleName() + "." + accessor.getName() + "() failed.",
            cause);
      } catch (IllegalAccessException e) {
        throw new IllegalStateException(accessor + " is no longer accessible.", e);
      }
    }
  }
}
