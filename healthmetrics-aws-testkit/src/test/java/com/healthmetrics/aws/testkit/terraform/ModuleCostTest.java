package com.healthmetrics.aws.testkit.terraform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.healthmetrics.aws.testkit.ReadmeSection;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The costs in the module's README follow from the assumptions and prices next to them. */
class ModuleCostTest {
  /** List prices of us-east-1 in US dollars; only a bill of AWS confirms them. */
  private static final String PRICES_KNOWN_IN = "November 2026";

  private static final double S3_GB_MONTH = 0.023;
  private static final double S3_1000_WRITES = 0.005;
  private static final double S3_1000_READS = 0.0004;
  private static final double CLOUDFRONT_GB = 0.085;
  private static final double CLOUDFRONT_FREE_GB = 1_000;
  private static final double CLOUDFRONT_10000_REQUESTS = 0.01;
  private static final double CLOUDFRONT_FREE_REQUESTS = 10_000_000;
  private static final double SES_1000_EMAILS = 0.10;
  private static final double ROUTE_53_ZONE = 0.50;

  /** Of Intelligent-Tiering; its first tier costs as much as S3 Standard. */
  private static final double TIER_AFTER_30_DAYS = 0.0125;

  private static final double TIER_AFTER_90_DAYS = 0.004;
  private static final double MONITORING_1000_OBJECTS = 0.0025;
  private static final double TRANSITION_1000_OBJECTS = 0.01;

  private static final double EMAILS = 2;

  /** By the browser and by the library, which publishes what it inspected. */
  private static final double PUTS_OF_AN_UPLOAD = 2;

  /** HEAD and GET, by the library. */
  private static final double GETS_TO_INSPECT = 2;

  /** How long a pending upload, once removed, remains as a former version: a day, rounded up. */
  private static final double DAYS_OF_A_PENDING_UPLOAD = 1.5;

  private static final Pictures AVATARS = new Pictures("avatars", 0.25, 0.1, 1, 60, true);
  private static final Pictures PHOTOS = new Pictures("photos", 2, 8, 12 * 8, 24, false);

  /** What one user does with pictures of a kind in a month. */
  private record Pictures(
      String name, double megabytes, double uploads, double kept, double views, boolean cached) {
    double gigabytesKept() {
      double pending = uploads * DAYS_OF_A_PENDING_UPLOAD / 30;
      return (kept + pending) * megabytes / 1_000;
    }

    double puts() {
      return uploads * PUTS_OF_AN_UPLOAD;
    }

    double gigabytesViewed() {
      return views * megabytes / 1_000;
    }

    /** CloudFront never caches a private picture, so each view reads it from S3. */
    double gets() {
      return uploads * GETS_TO_INSPECT + (cached ? 0 : views);
    }

    String row() {
      return String.format(
          Locale.ROOT,
          "| %s | %s MB | %s | %s | %s |",
          name,
          number(megabytes),
          number(uploads),
          number(kept),
          number(views));
    }
  }

  @Test
  void theReadmeStatesTheCosts() throws IOException {
    ReadmeSection.of(ModuleFolder.SOURCE.resolve("README.md"), getClass(), "costs")
        .assertMatches(costs() + "\n" + assumptions() + "\n" + prices() + "\n" + tiering());
  }

  /** Calculated by hand. */
  @Test
  void addsTheCostsOfEachService() {
    double storage = 1_000 * (0.25 + 96 * 2 + (0.1 * 0.25 + 8 * 2) * 0.05) / 1_000 * 0.023;
    double requests = 16_200 / 1_000.0 * 0.005 + (16_200 + 24_000) / 1_000.0 * 0.0004;
    double emails = 2_000 / 1_000.0 * 0.10;

    assertThat(monthly(1_000, AVATARS, PHOTOS))
        .isCloseTo(storage + requests + emails + 0.50, within(0.001));
  }

  @Test
  void countsNothingForCloudFrontsFreeTier() {
    Pictures free = new Pictures("free", 1_000, 0, 0, 1_000, true);
    Pictures one = new Pictures("one", 1_000, 0, 0, 1_001, true);

    assertThat(monthly(1, one) - monthly(1, free)).isCloseTo(0.085, within(0.001));
  }

  private static double monthly(int users, Pictures... kinds) {
    double kept = 0;
    double puts = 0;
    double gets = 0;
    double viewed = 0;
    double views = 0;
    for (Pictures kind : kinds) {
      kept += users * kind.gigabytesKept();
      puts += users * kind.puts();
      gets += users * kind.gets();
      viewed += users * kind.gigabytesViewed();
      views += users * kind.views();
    }
    return kept * S3_GB_MONTH
        + puts / 1_000 * S3_1000_WRITES
        + gets / 1_000 * S3_1000_READS
        + Math.max(0, viewed - CLOUDFRONT_FREE_GB) * CLOUDFRONT_GB
        + Math.max(0, views - CLOUDFRONT_FREE_REQUESTS) / 10_000 * CLOUDFRONT_10000_REQUESTS
        + users * EMAILS / 1_000 * SES_1000_EMAILS
        + ROUTE_53_ZONE;
  }

  private static String costs() {
    return "| users | avatars and account email | the same with progress and food photos, after a year |\n"
        + "| ---: | ---: | ---: |\n"
        + IntStream.of(100, 1_000, 10_000, 100_000)
            .mapToObj(
                users ->
                    String.format(
                        Locale.ROOT,
                        "| %,d | $ %,.2f | $ %,.2f |\n",
                        users,
                        monthly(users, AVATARS),
                        monthly(users, AVATARS, PHOTOS)))
            .collect(Collectors.joining());
  }

  private static String assumptions() {
    return "Each user, per month, receives "
        + number(EMAILS)
        + " emails and has these pictures; a GB is 1,000 MB:\n\n"
        + "| | size | uploaded | kept | loaded from the distribution |\n"
        + "| --- | ---: | ---: | ---: | ---: |\n"
        + AVATARS.row()
        + "\n"
        + PHOTOS.row()
        + "\n";
  }

  private static String prices() {
    return "List prices of us-east-1 as of "
        + PRICES_KNOWN_IN
        + ", without tax: S3 "
        + number(S3_GB_MONTH)
        + " per GB and month, "
        + number(S3_1000_WRITES)
        + " per 1,000 writes ("
        + number(PUTS_OF_AN_UPLOAD)
        + " for an upload, which S3 keeps for "
        + number(DAYS_OF_A_PENDING_UPLOAD)
        + " days after it was published), "
        + number(S3_1000_READS)
        + " per 1,000 reads ("
        + number(GETS_TO_INSPECT)
        + " to inspect an upload, one for each view of a photo, which CloudFront does not cache);"
        + " CloudFront "
        + number(CLOUDFRONT_GB)
        + " per GB and "
        + number(CLOUDFRONT_10000_REQUESTS)
        + " per 10,000 requests, beyond the free 1,000 GB and 10 million requests of an account;"
        + " SES "
        + number(SES_1000_EMAILS)
        + " per 1,000 emails; Route 53 "
        + number(ROUTE_53_ZONE)
        + " for the zone.\n";
  }

  private static String tiering() {
    double perPhoto = PHOTOS.megabytes() / 1_000;
    double standard = 100_000 * PHOTOS.kept() * perPhoto * S3_GB_MONTH;
    return String.format(
        Locale.ROOT,
        "At 100,000 users, storing the photos is $ %,.0f of this. With `storage_classes`, Intelligent-Tiering"
            + " stores them for $ %,.0f, if they are loaded in their first month only: %s per GB and month"
            + " after 30 days without a load and %s after 90, %s per 1,000 objects and month to monitor"
            + " them, %s per 1,000 objects to move them.\n",
        standard,
        100_000 * tieredPerUser(),
        number(TIER_AFTER_30_DAYS),
        number(TIER_AFTER_90_DAYS),
        number(MONITORING_1000_OBJECTS),
        number(TRANSITION_1000_OBJECTS));
  }

  /** A month in the first tier, two in the second, and the rest of the year in the third. */
  private static double tieredPerUser() {
    double perMonth = PHOTOS.uploads() * PHOTOS.megabytes() / 1_000;
    double tiers = S3_GB_MONTH + 2 * TIER_AFTER_30_DAYS + 9 * TIER_AFTER_90_DAYS;
    return perMonth * tiers
        + PHOTOS.kept() / 1_000 * MONITORING_1000_OBJECTS
        + PHOTOS.uploads() / 1_000 * TRANSITION_1000_OBJECTS;
  }

  /** Calculated by hand. */
  @Test
  void addsTheCostsOfEachTier() {
    assertThat(100_000 * tieredPerUser()).isCloseTo(36.80 + 40 + 57.60 + 24 + 8, within(0.01));
  }

  private static String number(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }
}
