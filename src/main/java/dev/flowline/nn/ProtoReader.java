package dev.flowline.nn;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Walks over the fields of one protocol buffers message, in the order in which they are written
 * (protobuf.dev, "Encoding"). It copies nothing: contents are views of the message.
 */
final class ProtoReader {
  static final int VARINT = 0;
  static final int BYTES = 2;
  static final int FIXED32 = 5;

  private static final int LONGEST_TAG = 5;
  private static final int LONGEST_VARINT = 10;

  private final ByteBuffer in;
  private int start;
  private int number;
  private int type;
  private long value;
  private ByteBuffer content;

  ProtoReader(ByteBuffer message) {
    in = message.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Goes to the next field; returns false at the end of the message.
   *
   * @throws IOException if the bytes are no protocol buffers
   */
  boolean next() throws IOException {
    if (!in.hasRemaining()) {
      return false;
    }
    start = in.position();
    long tag = varint(LONGEST_TAG);
    number = (int) (tag >>> 3);
    type = (int) tag & 7;
    if (number <= 0 || tag > 0xffffffffL) {
      throw malformed();
    }
    content = null;
    value = 0;
    switch (type) {
      case VARINT -> value = varint(LONGEST_VARINT);
      case 1 -> content = take(8);
      case BYTES -> content = take(varint(LONGEST_VARINT));
      case FIXED32 -> content = take(4);
      default -> throw malformed(); // groups, which nobody writes any more
    }
    return true;
  }

  /** Returns whether a packed field, whose content this reader was made of, has more numbers. */
  boolean hasPacked() {
    return in.hasRemaining();
  }

  /**
   * Returns the next number of a packed field, whose content this reader was made of.
   *
   * @throws IOException if the bytes are no protocol buffers
   */
  long nextPacked() throws IOException {
    return varint(LONGEST_VARINT);
  }

  /** Returns the number of the field. */
  int number() {
    return number;
  }

  /** Returns whether this field is that one: a number or what has a length. */
  boolean is(int wantedNumber, int wantedType) {
    return number == wantedNumber && type == wantedType;
  }

  /** Returns the number that a field of type {@link #VARINT} holds. */
  long value() {
    return value;
  }

  /** Returns the bytes that any other field holds. */
  ByteBuffer content() {
    return content.duplicate();
  }

  /** Returns the content as text. */
  String text() {
    return StandardCharsets.UTF_8.decode(content()).toString();
  }

  /** Returns this field as it is written, with its number. */
  ByteBuffer encoded() {
    return in.slice(start, in.position() - start);
  }

  /** Returns where this field begins in the message. */
  int start() {
    return start;
  }

  /** Returns where this field ends in the message. */
  int end() {
    return in.position();
  }

  private ByteBuffer take(long length) throws IOException {
    if (length < 0 || length > in.remaining()) {
      throw malformed();
    }
    ByteBuffer taken = in.slice(in.position(), (int) length);
    in.position(in.position() + (int) length);
    return taken;
  }

  private long varint(int longest) throws IOException {
    long result = 0;
    for (int i = 0; i < longest && in.hasRemaining(); i++) {
      int next = in.get();
      result |= (next & 0x7fL) << 7 * i;
      if (next >= 0) {
        return result;
      }
    }
    throw malformed();
  }

  private static IOException malformed() {
    return new IOException("its bytes are no protocol buffers, or damaged ones");
  }
}
