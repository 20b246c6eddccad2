package dev.flowline.data;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * The header of a NumPy array file: the type and the shape of its values, in C order.
 *
 * @param kind {@code b} (boolean), {@code i} or {@code u} (integer), {@code f} (floating point)
 * @param itemBytes bytes per value
 * @param bigEndian whether the first byte of a value is its highest
 * @param shape one size for each dimension, none of them negative
 */
record NpyHeader(char kind, int itemBytes, boolean bigEndian, int[] shape) {
  private static final List<String> TYPES =
      List.of("b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f4", "f8");

  /**
   * Reads the text of a header: a Python dictionary with the entries {@code descr}, {@code
   * fortran_order} and {@code shape}, in any order.
   *
   * @throws IOException with the reason, if it is anything else, or of a type that is not read
   */
  static NpyHeader parse(String text) throws IOException {
    return new Parser(text).header();
  }

  /**
   * Returns the number of values.
   *
   * @throws IOException if it is beyond what a file can hold
   */
  long values() throws IOException {
    try {
      return Arrays.stream(shape).asLongStream().reduce(1, Math::multiplyExact);
    } catch (ArithmeticException e) {
      throw new IOException("its shape is too large: " + Arrays.toString(shape), e);
    }
  }

  /** A parser that reads every character once. */
  private static final class Parser {
    private static final int MOST_DIMENSIONS = 8;

    private final String text;
    private int at;
    private String type;
    private Boolean fortranOrder;
    private int[] shape;

    Parser(String text) {
      this.text = text;
    }

    NpyHeader header() throws IOException {
      expect('{');
      while (next() != '}') {
        entry();
        if (next() != '}') {
          expect(',');
        }
      }
      expect('}');
      if (next() != 0) {
        throw unexpected();
      }
      if (type == null || fortranOrder == null || shape == null) {
        throw new IOException("its header lacks descr, fortran_order or shape");
      }
      if (fortranOrder && shape.length > 1) {
        throw new IOException("its values are in Fortran order: save it in C order");
      }
      boolean prefixed = !type.isEmpty() && "<>|=".indexOf(type.charAt(0)) >= 0;
      String name = prefixed ? type.substring(1) : type;
      if (!TYPES.contains(name)) {
        throw new IOException("its values have the type '%s', read are %s".formatted(type, TYPES));
      }
      return new NpyHeader(name.charAt(0), name.charAt(1) - '0', type.charAt(0) == '>', shape);
    }

    private void entry() throws IOException {
      String key = string();
      expect(':');
      if (key.equals("descr") && type == null) {
        type = string();
      } else if (key.equals("fortran_order") && fortranOrder == null) {
        fortranOrder = truth();
      } else if (key.equals("shape") && shape == null) {
        shape = tuple();
      } else {
        throw new IOException("its header has an unknown or double entry at character " + at);
      }
    }

    private String string() throws IOException {
      char quote = next();
      if (quote != '\'' && quote != '"') {
        throw unexpected();
      }
      int end = text.indexOf(quote, at + 1);
      if (end < 0 || end - at > 20) {
        throw unexpected();
      }
      String value = text.substring(at + 1, end);
      at = end + 1;
      return value;
    }

    private boolean truth() throws IOException {
      next();
      for (String name : List.of("False", "True")) {
        if (text.startsWith(name, at)) {
          at += name.length();
          return name.equals("True");
        }
      }
      throw unexpected();
    }

    private int[] tuple() throws IOException {
      int[] sizes = new int[MOST_DIMENSIONS];
      int count = 0;
      expect('(');
      while (next() != ')') {
        if (count == MOST_DIMENSIONS) {
          throw new IOException("its shape has more than " + MOST_DIMENSIONS + " dimensions");
        }
        sizes[count++] = size();
        if (next() != ')') {
          expect(',');
        }
      }
      expect(')');
      return Arrays.copyOf(sizes, count);
    }

    private int size() throws IOException {
      char first = next();
      if (first < '0' || first > '9') {
        throw unexpected();
      }
      long value = 0;
      for (; at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9'; at++) {
        value = 10 * value + (text.charAt(at) - '0');
        if (value > Integer.MAX_VALUE) {
          throw new IOException("a size of its shape is above " + Integer.MAX_VALUE);
        }
      }
      return (int) value;
    }

    /** Returns the next character that is no space, without going beyond it; 0 at the end. */
    private char next() {
      while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
        at++;
      }
      return at < text.length() ? text.charAt(at) : 0;
    }

    private void expect(char character) throws IOException {
      if (next() != character) {
        throw unexpected();
      }
      at++;
    }

    private IOException unexpected() {
      return new IOException("its header is no array's: unexpected at character " + at);
    }
  }
}
