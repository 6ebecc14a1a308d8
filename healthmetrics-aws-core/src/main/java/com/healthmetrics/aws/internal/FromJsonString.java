package com.healthmetrics.aws.internal;

import com.fasterxml.jackson.annotation.JacksonAnnotationsInside;
import com.fasterxml.jackson.annotation.JsonCreator;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the method with which Jackson reads a value from a string.
 *
 * <p>Without a mode, some settings of Jackson refuse a {@code @JsonCreator}. With one, compilers
 * warn about every use of the value where Jackson is missing. They do not look in here.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@JacksonAnnotationsInside
@JsonCreator(mode = JsonCreator.Mode.DELEGATING)
public @interface FromJsonString {}
