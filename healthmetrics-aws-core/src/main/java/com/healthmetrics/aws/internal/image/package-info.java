/**
 * The structure of the pictures that browsers and phones upload: what type they are, how many
 * pixels they have, and which of their bytes are the picture; not exported, and without
 * dependencies.
 *
 * <p>{@link com.healthmetrics.aws.internal.image.ImageFile} is the entry point. Each format has one
 * parser, which reads a file once, allocates nothing that a length in the file asks for, and
 * decides what stays by an allow-list: pixel data, orientation and color. Nothing is decoded.
 */
@NullMarked
package com.healthmetrics.aws.internal.image;

import org.jspecify.annotations.NullMarked;
