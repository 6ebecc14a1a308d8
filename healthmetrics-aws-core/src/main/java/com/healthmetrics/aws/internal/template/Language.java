package com.healthmetrics.aws.internal.template;

import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;

/** How one locale writes what is not text already. */
record Language(Locale locale, Function<Duration, String> durations) {}
