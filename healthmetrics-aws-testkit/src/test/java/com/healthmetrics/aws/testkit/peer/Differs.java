package com.healthmetrics.aws.testkit.peer;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A case of a contract suite in which the peer is known to differ from AWS.
 *
 * <p>Public because JUnit inspects every annotation that has a container.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(Differs.All.class)
public @interface Differs {
  /** The name of the test method. */
  String in();

  /** Of a test factory, the one test that differs. Default: all of them. */
  String only() default "";

  /** The reason, as a sentence for the README. */
  String because();

  /** All marks of a class. */
  @Target(ElementType.TYPE)
  @Retention(RetentionPolicy.RUNTIME)
  public @interface All {
    /** The marks, in order. */
    Differs[] value();
  }
}
