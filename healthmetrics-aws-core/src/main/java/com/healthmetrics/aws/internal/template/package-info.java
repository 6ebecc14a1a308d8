/**
 * Mustache files filled from records, and checked before the first mail needs them.
 *
 * <p>mustache.java reads the syntax. What it read becomes a tree of our own, {@code TemplateNode},
 * that is checked against the record and then rendered: what was checked is what runs, and nothing
 * is reflected upon but the record's own components.
 */
@NullMarked
package com.healthmetrics.aws.internal.template;

import org.jspecify.annotations.NullMarked;
