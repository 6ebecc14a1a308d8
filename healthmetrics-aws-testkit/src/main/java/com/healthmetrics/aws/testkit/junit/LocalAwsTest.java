package com.healthmetrics.aws.testkit.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives the tests of a class strict local servers for S3, CloudFront and SES, and the clients that
 * are configured for them.
 *
 * <pre>{@code
 * @LocalAwsTest
 * class SignUpTest {
 *   @Test
 *   void sendsAVerificationLink(HealthMetricsAws aws, Mailbox mailbox) {
 *     aws.accountEmails().sendVerification(EmailAddress.of("ada@example.com"), "t0ken");
 *
 *     mailbox.hasEmailTo("ada@example.com").withLinkTo("/auth/verify-email");
 *   }
 * }
 * }</pre>
 *
 * <p>{@link LocalAwsExtension} states what can be injected, and where. Use it in place of this
 * annotation for servers with other settings than {@link
 * com.healthmetrics.aws.testkit.LocalAws#start()}.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(LocalAwsExtension.class)
@SuppressWarnings("exports") // Whoever reads this type of JUnit has JUnit.
public @interface LocalAwsTest {}
