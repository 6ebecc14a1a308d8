package com.healthmetrics.aws.testkit.stranger;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs a contract against a stranger; {@link Differs} names what is known to be otherwise there.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(AgainstStranger.class)
@interface Against {
  /** Which. */
  Stranger value();
}
