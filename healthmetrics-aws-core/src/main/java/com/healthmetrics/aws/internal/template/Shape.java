package com.healthmetrics.aws.internal.template;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.net.URI;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a component of a record may be, and how its value becomes what a template shows: text,
 * {@code true} or {@code false}, an {@link Optional}, a {@link List}, or a map of these.
 */
sealed interface Shape {

  /** The value for a template. */
  Object valueOf(Object component, String name, Language language);

  /** A value to try templates with: with all that may be there, or with nothing of it. */
  Object sample(String name, boolean full, Language language);

  /** Whether a span of time is in it, which takes words to show. */
  default boolean showsTime() {
    return false;
  }

  /** A value that must be there, or the message that names the component. */
  static Object require(@Nullable Object component, String name) {
    if (component == null) {
      throw new NullPointerException(
          name + " is null; give a value, or make the component an Optional.");
    }
    return component;
  }

  /** Text. */
  record Text() implements Shape {
    @Override
    public Object valueOf(Object component, String name, Language language) {
      return component;
    }

    @Override
    public Object sample(String name, boolean full, Language language) {
      return "[" + name + "]";
    }
  }

  /** A number. */
  record Decimal() implements Shape {
    @Override
    public Object valueOf(Object component, String name, Language language) {
      char separator = DecimalFormatSymbols.getInstance(language.locale()).getDecimalSeparator();
      return new BigDecimal(component.toString()).toPlainString().replace('.', separator);
    }

    @Override
    public Object sample(String name, boolean full, Language language) {
      return "2";
    }
  }

  /** A link that may stand in a mail. */
  record Link() implements Shape {

    /** What tells a sample's link from those that a template's author wrote. */
    static final String SAMPLE_QUERY = "?token=sample";

    @Override
    public Object valueOf(Object component, String name, Language language) {
      return Links.require((URI) component, name).toASCIIString();
    }

    @Override
    public Object sample(String name, boolean full, Language language) {
      return "https://app.example.com/" + name + SAMPLE_QUERY;
    }
  }

  /** A span of time, in words. */
  record Time() implements Shape {
    @Override
    public Object valueOf(Object component, String name, Language language) {
      Duration duration = (Duration) component;
      if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
        throw new IllegalArgumentException(name + " is shorter than a second; give a longer one.");
      }
      return language.durations().apply(duration);
    }

    @Override
    public Object sample(String name, boolean full, Language language) {
      return valueOf(Duration.ofHours(full ? 24 : 1), name, language);
    }

    @Override
    public boolean showsTime() {
      return true;
    }
  }

  /** Yes or no. */
  record Flag() implements Shape {
    @Override
    public Object valueOf(Object component, String name, Language language) {
      return component;
    }

    @Override
    public Object sample(String name, boolean full, Language language) {
      return full;
    }
  }

  /** One of an enum's constants: shown by its name, and a flag for each. */
  record Choice(List<String> constants) implements Shape {

    /** The key under which the value itself is shown. */
    static final String ITSELF = ".";

    @Override
    public Object valueOf(Object component, String name, Language language) {
      return chosen(((Enum<?>) component).name());
    }

    private Map<String, Object> chosen(String constant) {
      Map<String, Object> value = new LinkedHashMap<>();
      constants.forEach(each -> value.put(each, each.equals(constant)));
      value.put(ITSELF, constant);
      return value;
    }

    @Override
    public Object sample(String name, boolean full, Language language) {
      return chosen(constants.get(full ? 0 : constants.size() - 1));
    }
  }

  /** Something that may be absent. */
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
    public boolean showsTime() {
      return content.showsTime();
    }
  }

  /** Several of a kind. */
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
    public boolean showsTime() {
      return element.showsTime();
    }
  }

  /** A record. */
  record Fields(String type, Map<String, Field> fields) implements Shape {
    @Override
    public Object valueOf(Object component, String name, Language language) {
      Map<String, Object> values = new LinkedHashMap<>();
      fields.forEach(
          (field, reader) -> {
            String path = type + "." + field;
            Object value = require(reader.read(component), path);
            values.put(field, reader.shape().valueOf(value, path, language));
          });
      return values;
    }

    @Override
    public Object sample(String name, boolean full, Language language) {
      Map<String, Object> values = new LinkedHashMap<>();
      fields.forEach(
          (field, reader) -> values.put(field, reader.shape().sample(field, full, language)));
      return values;
    }

    @Override
    public boolean showsTime() {
      return fields.values().stream().anyMatch(field -> field.shape().showsTime());
    }

    /** What there is, for a message. */
    String names() {
      return fields.keySet().stream().collect(Collectors.joining(", "));
    }
  }

  /** One component of a record. */
  record Field(Shape shape, Method accessor) {
    @Nullable Object read(Object model) {
      try {
        return accessor.invoke(model);
      } catch (InvocationTargetException e) {
        throw new IllegalArgumentException(
            accessor.getDeclaringClass().getSimpleName() + "." + accessor.getName() + " failed.",
            e.getCause());
      } catch (IllegalAccessException e) {
        throw new IllegalStateException(accessor + " was accessible when it was looked at.", e);
      }
    }
  }
}
