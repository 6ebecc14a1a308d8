package com.healthmetrics.aws.testkit.peer;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/** Runs a contract suite against an S3 peer; {@link Differs} marks its known differences. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(AgainstPeer.class)
@interface Against {
  /** The peer, which is started before the tests. */
  S3Peer value();
}
