package com.healthmetrics.aws.internal.template;

import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Reads what a record is made of, and says of what cannot stand in a mail that it cannot. */
final class Shapes {
  private static final Set<Class<?>> NUMBERS =
      Set.of(
          byte.class,
          short.class,
          int.class,
          long.class,
          float.class,
          double.class,
          Byte.class,
          Short.class,
          Integer.class,
          Long.class,
          Float.class,
          Double.class,
          BigInteger.class,
          BigDecimal.class);

  private final Problems problems;
  private final List<Class<?>> open = new ArrayList<>();

  private Shapes(Problems problems) {
    this.problems = problems;
  }

  /** The shape of a record, as far as it has one; the rest is a problem. */
  static Shape.Fields of(Class<?> type, Problems problems) {
    return new Shapes(problems).record(type);
  }

  private Shape.Fields record(Class<?> type) {
    Map<String, Shape.Field> fields = new LinkedHashMap<>();
    open.add(type);
    for (RecordComponent component : type.getRecordComponents()) {
      String name = type.getSimpleName() + "." + component.getName();
      Method accessor = component.getAccessor();
      if (!accessor.trySetAccessible()) {
        problems.add(unreadable(type));
        break;
      }
      shape(component.getGenericType(), name)
          .ifPresent(shape -> fields.put(component.getName(), new Shape.Field(shape, accessor)));
    }
    open.remove(type);
    return new Shape.Fields(type.getSimpleName(), fields);
  }

  private static String unreadable(Class<?> type) {
    return "The record "
        + type.getName()
        + " cannot be read from here. Make it public in a package that the module "
        + type.getModule().getName()
        + " exports, or write \"opens "
        + type.getPackageName()
        + " to "
        + Shapes.class.getModule().getName()
        + ";\" into its module-info.java.";
  }

  private Optional<Shape> shape(Type type, String name) {
    if (type instanceof ParameterizedType generic) {
      Type argument = generic.getActualTypeArguments()[0];
      if (generic.getRawType() == Optional.class) {
        return shape(argument, name).map(Shape.Maybe::new);
      }
      if (generic.getRawType() == List.class) {
        return shape(argument, name).map(Shape.Many::new);
      }
    }
    return type instanceof Class<?> plain ? plain(plain, name) : refuse(type, name);
  }

  private Optional<Shape> plain(Class<?> type, String name) {
    if (type == String.class) {
      return Optional.of(new Shape.Text());
    }
    if (NUMBERS.contains(type)) {
      return Optional.of(new Shape.Decimal());
    }
    if (type == boolean.class || type == Boolean.class) {
      return Optional.of(new Shape.Flag());
    }
    if (type == URI.class) {
      return Optional.of(new Shape.Link());
    }
    if (type == Duration.class) {
      return Optional.of(new Shape.Time());
    }
    if (type.isEnum()) {
      return Optional.of(
          new Shape.Choice(
              Stream.of(type.getEnumConstants()).map(each -> ((Enum<?>) each).name()).toList()));
    }
    if (type.isRecord() && !open.contains(type)) {
      return Optional.of(record(type));
    }
    return refuse(type, name);
  }

  private Optional<Shape> refuse(Type type, String name) {
    String why =
        type instanceof Class<?> plain && open.contains(plain)
            ? " holds a record of its own kind"
            : " is of type " + type.getTypeName();
    problems.add(
        name
            + why
            + ", which mails do not show. Use String, a number, boolean, an enum, URI, Duration,"
            + " another record, or an Optional or List of these.");
    return Optional.empty();
  }
}
