package com.healthmetrics.aws.internal.template;

/** A file that was found: its path below the root of its source, and its text. */
record TemplateFile(String path, String text) {}
