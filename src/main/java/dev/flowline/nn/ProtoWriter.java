package dev.flowline.nn;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Writes a protocol buffers message as a row of views: the bytes are copied once, when the whole is
 * asked for.
 */
final class ProtoWriter {
  private static final int LARGEST = Integer.MAX_VALUE - 8; // of an array

  private final List<ByteBuffer> parts = new ArrayList<>();
  private long length;

  /** Appends fields that are encoded already. */
  ProtoWriter encoded(ByteBuffer fields) {
    if (fields.hasRemaining()) {
      parts.add(fields.duplicate());
      length += fields.remaining();
    }
    return this;
  }

  /** Appends a field that is a whole number. */
  ProtoWriter number(int field, long value) {
    ByteBuffer encoded = ByteBuffer.allocate(15);
    varint(encoded, (long) field << 3 | ProtoReader.VARINT);
    varint(encoded, value);
    return encoded(encoded.flip());
  }

  /** Appends a field that is a float32. */
  ProtoWriter single(int field, float value) {
    ByteBuffer encoded = ByteBuffer.allocate(9).order(ByteOrder.LITTLE_ENDIAN);
    varint(encoded, (long) field << 3 | ProtoReader.FIXED32);
    return encoded(encoded.putFloat(value).flip());
  }

  /** Appends a field of bytes. */
  ProtoWriter bytes(int field, ByteBuffer value) {
    return header(field, value.remaining()).encoded(value);
  }

  /** Appends a field of text. */
  ProtoWriter text(int field, String value) {
    return bytes(field, ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)));
  }

  /** Appends a field that is a message. */
  ProtoWriter message(int field, ProtoWriter value) {
    header(field, value.length);
    parts.addAll(value.parts);
    length += value.length;
    return this;
  }

  /** Returns the number of bytes so far. */
  long length() {
    return length;
  }

  /** Returns whether the message can be read as one, which takes fewer than 2 GB. */
  boolean isReadable() {
    return length <= LARGEST;
  }

  /**
   * Returns the whole message.
   *
   * @throws IOException if it is longer than 2 GB
   */
  ByteBuffer whole() throws IOException {
    if (length > LARGEST) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "it has %,d bytes with its weights inside, and at most %,d are possible",
              length,
              LARGEST));
    }
    ByteBuffer whole = ByteBuffer.allocate((int) length);
    parts.forEach(part -> whole.put(part.duplicate()));
    return whole.flip();
  }

  private ProtoWriter header(int field, long size) {
    ByteBuffer header = ByteBuffer.allocate(15);
    varint(header, (long) field << 3 | ProtoReader.BYTES);
    varint(header, size);
    return encoded(header.flip());
  }

  private static void varint(ByteBuffer out, long value) {
    long rest = value;
    while (rest >>> 7 != 0) {
      out.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    out.put((byte) rest);
  }
}
