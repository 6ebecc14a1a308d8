package com.healthmetrics.aws.testkit.stranger;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A case of the contract in which the stranger is known not to do what S3 does.
 *
 * <p>Public because JUnit looks into every annotation that has a container.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(Differs.All.class)
public @interface Differs {
  /** The name of the test method. */
  String in();

  /** Of a test factory, the one test that differs; all of them when not said. */
  String only() default "";

  /** Why, in a sentence for the README. */
  String because();

  /** All of a class. */
  @Target(ElementType.TYPE)
  @Retention(RetentionPolicy.RUNTIME)
  public @interface All {
    /** In order. */
    Differs[] value();
  }
}
