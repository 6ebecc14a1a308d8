package com.healthmetrics.aws.internal.image;

/**
 * A box of the ISO base media file format.
 *
 * @param type four characters
 * @param start the index of its first byte
 * @param payload the index of the first byte after size and type
 * @param end the index after its last byte
 */
record Box(String type, int start, int payload, int end) {
  boolean is(String other) {
    return type.equals(other);
  }

  int length() {
    return end - payload;
  }

  ByteReader reader(byte[] file) {
    return new ByteReader(file, payload, end);
  }
}
