package com.healthmetrics.aws.internal;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.regions.PartitionMetadata;
import software.amazon.awssdk.regions.Region;

/**
 * The ARN of an SES identity, which another account may have lent to this one.
 *
 * <p>Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon
 * Simple Email Service v2"; Amazon SES Developer Guide, "Using sending authorization".
 *
 * @param text the whole ARN
 * @param region the region in which the identity is verified
 * @param identity a domain or an address
 */
public record SesIdentityArn(String text, String region, String identity) {
  private static final int MAX_LENGTH = 512;
  private static final Pattern FORM =
      Pattern.compile(
          "arn:(aws(?:-[a-z]{1,8}){0,3}):ses:([a-z0-9-]{1,63}):[0-9]{12}:identity/([!-~]{3,320})");

  /**
   * Parses an ARN.
   *
   * @throws IllegalArgumentException if it is not the ARN of an SES identity; the message omits it,
   *     as it may contain an address
   */
  public static SesIdentityArn of(String text) {
    Matcher form = FORM.matcher(text);
    if (text.length() > MAX_LENGTH || !form.matches()) {
      throw new IllegalArgumentException(
          "The value has "
              + text.length()
              + " characters or is not the ARN of an SES identity. Use"
              + " arn:PARTITION:ses:REGION:ACCOUNT:identity/DOMAIN, such as"
              + " arn:aws:ses:eu-central-1:123456789012:identity/example.com.");
    }
    String region = Checks.region(form.group(2));
    String partition = PartitionMetadata.of(Region.of(region)).id();
    if (!partition.equals(form.group(1))) {
      throw new IllegalArgumentException(
          "The ARN names the partition %s, but the region %s is in the partition %s. Correct one of them."
              .formatted(form.group(1), region, partition));
    }
    return new SesIdentityArn(text, region, form.group(3));
  }

  /**
   * Requires that the identity can be used in a region.
   *
   * @throws IllegalArgumentException if it is verified in another one
   */
  public void requireIn(Region sending) {
    if (!region.equals(sending.id())) {
      throw new IllegalArgumentException(
          "The identity is verified in %s, but emails are sent in %s. SES sends only in the region in which the identity is verified: use the same for both."
              .formatted(region, sending));
    }
  }

  /** Whether the identity covers an address: it is the address, its domain, or a parent of that. */
  public boolean covers(String address) {
    String domain = address.substring(address.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
    String verified = identity.toLowerCase(Locale.ROOT);
    return identity.contains("@")
        ? verified.equals(address.toLowerCase(Locale.ROOT))
        : domain.equals(verified) || domain.endsWith("." + verified);
  }

  /** Without the identity, which may be an address. */
  @Override
  public String toString() {
    return "SesIdentityArn[" + region + "]";
  }
}
