package com.healthmetrics.aws.testkit.storage;

/** CRC-64/NVME, the checksum that S3 adds to an object (NVM Express specification, "64b CRC"). */
final class Crc64Nvme {
  /** The polynomial, bits reversed. */
  private static final long POLYNOMIAL = 0x9a6c9329ac4bc9b5L;

  /** Eight bytes are processed at once: table {@code n} is for a byte with n bytes after it. */
  private static final long[][] TABLES = tables();

  private Crc64Nvme() {}

  private static long[][] tables() {
    long[][] tables = new long[8][256];
    for (int octet = 0; octet < 256; octet++) {
      long crc = octet;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 0 ? crc >>> 1 : (crc >>> 1) ^ POLYNOMIAL;
      }
      tables[0][octet] = crc;
    }
    for (int n = 1; n < 8; n++) {
      for (int octet = 0; octet < 256; octet++) {
        long crc = tables[n - 1][octet];
        tables[n][octet] = (crc >>> 8) ^ tables[0][(int) (crc & 0xFF)];
      }
    }
    return tables;
  }

  static long of(byte[] bytes) {
    long crc = -1L;
    int at = 0;
    for (; at + 8 <= bytes.length; at += 8) {
      long mixed = crc;
      for (int i = 0; i < 8; i++) {
        mixed ^= (bytes[at + i] & 0xFFL) << (8 * i);
      }
      crc = 0;
      for (int i = 0; i < 8; i++) {
        crc ^= TABLES[7 - i][(int) (mixed >>> (8 * i)) & 0xFF];
      }
    }
    for (; at < bytes.length; at++) {
      crc = (crc >>> 8) ^ TABLES[0][(int) (crc ^ bytes[at]) & 0xFF];
    }
    return ~crc;
  }
}
