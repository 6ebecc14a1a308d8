/**
 * Mustache files filled from records, and checked before the first email needs them.
 *
 * <p>{@code TemplateFiles} reads a locale's files, {@code TemplateParser} turns each into a tree of
 * {@code TemplateNode}s (mustache.java knows the syntax), and {@code TemplateLinker} inserts
 * partials and layouts. {@code TemplateCheck} checks the linked tree against the {@code Shape} of
 * the record, and {@code TemplateRenderer} renders that same tree: what was checked is what runs,
 * and reflection reaches nothing but the record's own components. {@code Translation} puts these
 * steps together for one template in one locale.
 */
@NullMarked
package com.healthmetrics.aws.internal.template;

import org.jspecify.annotations.NullMarked;
