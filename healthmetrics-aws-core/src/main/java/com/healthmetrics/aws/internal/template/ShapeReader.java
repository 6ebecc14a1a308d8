package com.healthmetrics.aws.internal.template;

import com.healthmetrics.aws.internal.template.Shape.Scalar;
import java.lang.invoke.MethodType;
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
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Reads the shape of a record and reports the components that templates do not support. */
final class ShapeReader {
  private static final Map<Class<?>, Scalar> SCALARS =
      Map.ofEntries(
          Map.entry(String.class, Scalar.TEXT),
          Map.entry(Byte.class, Scalar.NUMBER),
          Map.entry(Short.class, Scalar.NUMBER),
          Map.entry(Integer.class, Scalar.NUMBER),
          Map.entry(Long.class, Scalar.NUMBER),
          Map.entry(Float.class, Scalar.NUMBER),
          Map.entry(Double.class, Scalar.NUMBER),
          Map.entry(BigInteger.class, Scalar.NUMBER),
          Map.entry(BigDecimal.class, Scalar.NUMBER),
          Map.entry(Boolean.class, Scalar.FLAG),
          Map.entry(URI.class, Scalar.LINK),
          Map.entry(Duration.class, Scalar.DURATION));

  private final Scalar link;
  private final Predicate<RecordComponent> message;
  private final Set<String> problems;

  /** The records being read, the outermost first. */
  private final List<Class<?>> open = new ArrayList<>();

  private ShapeReader(Scalar link, Predicate<RecordComponent> message, Set<String> problems) {
    this.link = link;
    this.message = message;
    this.problems = problems;
  }

  /** The shape of a record without messages. */
  static Shape.Fields read(Class<?> type, Set<String> problems) {
    return read(type, Scalar.LINK, component -> false, problems);
  }

  /**
   * The shape of a record, without the components that are reported as problems.
   *
   * @param link the shape of a link
   * @param message whether a component's texts are messages, not names
   */
  static Shape.Fields read(
      Class<?> type, Scalar link, Predicate<RecordComponent> message, Set<String> problems) {
    return new ShapeReader(link, message, problems).record(type);
  }

  private Shape.Fields record(Class<?> type) {
    Map<String, Shape.Field> fields = new LinkedHashMap<>();
    open.add(type);
    for (RecordComponent component : type.getRecordComponents()) {
      String name = type.getSimpleName() + "." + component.getName();
      Method accessor = component.getAccessor();
      if (!accessor.trySetAccessible()) {
        problems.add(inaccessible(type));
        break;
      }
      Scalar text = message.test(component) ? Scalar.MESSAGE : Scalar.TEXT;
      shape(component.getGenericType(), name, text)
          .ifPresent(shape -> fields.put(component.getName(), new Shape.Field(shape, accessor)));
    }
    open.remove(type);
    return new Shape.Fields(type.getSimpleName(), fields);
  }

  private static String inaccessible(Class<?> type) {
    return ("The record %s is not accessible. Make it public in a package that the module %s exports,"
            + " or add \"opens %s to %s;\" to its module-info.java.")
        .formatted(
            type.getName(),
            type.getModule().getName(),
            type.getPackageName(),
            ShapeReader.class.getModule().getName());
  }

  private Optional<Shape> shape(Type type, String name, Scalar text) {
    if (type instanceof ParameterizedType generic) {
      Type argument = generic.getActualTypeArguments()[0];
      if (generic.getRawType() == Optional.class) {
        return shape(argument, name, text).map(Shape.Maybe::new);
      }
      if (generic.getRawType() == List.class) {
        return shape(argument, name, text).map(Shape.Many::new);
      }
    }
    return type instanceof Class<?> plain ? plain(plain, name, text) : refuse(type, name);
  }

  private Optional<Shape> plain(Class<?> type, String name, Scalar text) {
    // An int has the shape of an Integer.
    Scalar scalar = SCALARS.get(MethodType.methodType(type).wrap().returnType());
    if (scalar != null) {
      return Optional.of(
          switch (scalar) {
            case LINK -> link;
            case TEXT -> text;
            default -> scalar;
          });
    }
    if (type.isEnum()) {
      return Optional.of(
          new Shape.Choice(
              Stream.of(type.getEnumConstants()).map(each -> ((Enum<?>) each).name()).toList()));
    }
    return type.isRecord() && !open.contains(type) ? Optional.of(record(type)) : refuse(type, name);
  }

  private Optional<Shape> refuse(Type type, String name) {
    String why =
        type instanceof Class<?> plain && open.contains(plain)
            ? " contains its own record type"
            : " has the type " + type.getTypeName();
    problems.add(
        name
            + why
            + ", which templates do not support. Use String, a number, boolean, an enum, URI,"
            + " Duration, another record, or an Optional or List of these.");
    return Optional.empty();
  }
}
