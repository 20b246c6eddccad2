package dev.flowline.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Damage to files as it happens and as it is made, the same from the same seed. */
final class Mutations {
  private static final long[] NUMBERS = {
    0,
    1,
    -1,
    127,
    255,
    256,
    65_535,
    65_536,
    Integer.MAX_VALUE,
    1L << 31,
    0xffffffffL,
    1L << 32,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };
  private static final List<String> TEXTS =
      List.of("null", "NaN", "-1", "1e999", "99999999999999999999", "[]", "{}", "\"\"", "0", "'");

  private final Random random;

  Mutations(long seed) {
    random = new Random(seed);
  }

  /** A copy with one to four damages. */
  byte[] of(byte[] whole) {
    byte[] altered = whole;
    for (int i = random.nextInt(4); i >= 0; i--) {
      altered = altered.length == 0 ? new byte[] {(byte) random.nextInt()} : once(altered);
    }
    return altered;
  }

  private byte[] once(byte[] whole) {
    byte[] copy = whole.clone();
    int at = random.nextInt(copy.length);
    int length = random.nextInt(Math.min(64, copy.length - at) + 1);
    switch (random.nextInt(8)) {
      case 0 -> copy[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> copy[at] = (byte) random.nextInt();
      case 2 -> putNumber(copy, at);
      case 3 -> copy = Arrays.copyOf(copy, at);
      case 4 -> copy = joined(whole, at, new byte[0], at + length); // cut out
      case 5 -> copy = joined(whole, at + length, Arrays.copyOfRange(whole, at, at + length), at);
      case 6 -> copy = joined(whole, at, text(), at);
      default -> copy = joined(whole, at, text(), digitsEnd(whole, at));
    }
    return copy;
  }

  private void putNumber(byte[] bytes, int at) {
    ByteOrder order = random.nextBoolean() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    long number = NUMBERS[random.nextInt(NUMBERS.length)];
    ByteBuffer into = ByteBuffer.wrap(bytes).order(order);
    int left = bytes.length - at;
    if (left >= 8 && random.nextBoolean()) {
      into.putLong(at, number);
    } else if (left >= 4) {
      into.putInt(at, (int) number);
    } else {
      into.put(at, (byte) number);
    }
  }

  private byte[] text() {
    return TEXTS.get(random.nextInt(TEXTS.size())).getBytes(StandardCharsets.US_ASCII);
  }

  private static int digitsEnd(byte[] bytes, int from) {
    int at = from;
    while (at < bytes.length && bytes[at] >= '0' && bytes[at] <= '9') {
      at++;
    }
    return at;
  }

  /** The bytes up to {@code end}, then some others, then those from {@code next} on. */
  private static byte[] joined(byte[] whole, int end, byte[] between, int next) {
    ByteBuffer out = ByteBuffer.allocate(end + between.length + whole.length - next);
    return out.put(whole, 0, end).put(between).put(whole, next, whole.length - next).array();
  }
}
