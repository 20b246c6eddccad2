package dev.flowline.nn;

import dev.flowline.io.OneLine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A tensor of an ONNX file, by what it says about itself and not by its values (TensorProto of
 * onnx.proto).
 */
final class TensorProto {
  /** The number of the field that holds a tensor's values as bytes. */
  static final int RAW_DATA = 9;

  private static final int DIMENSIONS = 1;
  private static final int DATA_TYPE = 2;
  private static final int NAME = 8;
  private static final int EXTERNAL_DATA = 13;
  private static final int DATA_LOCATION = 14;
  private static final int LONGEST_SHOWN = 200;

  /** Bits of an element by the number of its type in onnx.proto; 0 for none and for strings. */
  private static final int[] BITS = {
    0, 32, 8, 8, 16, 16, 32, 64, 0, 8, 16, 64, 32, 64, 64, 128, 16, 8, 8, 8, 8, 4, 4, 4
  };

  private final ByteBuffer message;
  private String name = "";
  private long elements = 1;
  private int dataType;
  private boolean hasRawData;
  private boolean external;
  private boolean refers;
  private final Map<String, String> place = new HashMap<>();

  private TensorProto(ByteBuffer message) {
    this.message = message;
  }

  /**
   * Reads what a tensor says about itself.
   *
   * @throws IOException if the message is damaged
   */
  static TensorProto of(ByteBuffer message) throws IOException {
    TensorProto tensor = new TensorProto(message);
    ProtoReader fields = new ProtoReader(message);
    while (fields.next()) {
      tensor.add(fields);
    }
    return tensor;
  }

  private void add(ProtoReader fields) throws IOException {
    switch (fields.number()) {
      case DIMENSIONS -> multiplyDimensions(fields);
      case DATA_TYPE -> dataType = (int) fields.value();
      case NAME -> name = fields.is(NAME, ProtoReader.BYTES) ? fields.text() : "";
      case RAW_DATA -> hasRawData = true;
      case EXTERNAL_DATA -> {
        refers = true;
        if (fields.is(EXTERNAL_DATA, ProtoReader.BYTES)) {
          addEntry(fields.content());
        }
      }
      case DATA_LOCATION ->
          external |= fields.value() != 0 || !fields.is(DATA_LOCATION, ProtoReader.VARINT);
      default -> {}
    }
  }

  /** Dimensions are written one by one, or packed into one field. */
  private void multiplyDimensions(ProtoReader fields) throws IOException {
    if (fields.is(DIMENSIONS, ProtoReader.VARINT)) {
      multiply(fields.value());
    } else if (fields.is(DIMENSIONS, ProtoReader.BYTES)) {
      ProtoReader packed = new ProtoReader(fields.content());
      while (packed.hasPacked()) {
        multiply(packed.nextPacked());
      }
    }
  }

  private void multiply(long dimension) throws IOException {
    try {
      elements = Math.multiplyExact(elements, dimension);
    } catch (ArithmeticException e) {
      throw new IOException("the dimensions of a tensor are too large", e);
    }
  }

  /** Adds a StringStringEntryProto: key 1, value 2. */
  private void addEntry(ByteBuffer entry) throws IOException {
    String key = "";
    String value = "";
    ProtoReader fields = new ProtoReader(entry);
    while (fields.next()) {
      if (fields.is(1, ProtoReader.BYTES)) {
        key = fields.text();
      } else if (fields.is(2, ProtoReader.BYTES)) {
        value = fields.text();
      }
    }
    place.put(key, value);
  }

  /** Returns the tensor's name, fit for a line of a message. */
  String shownName() {
    return shown(name);
  }

  /** Returns whether the tensor names another file, by its values or only in passing. */
  boolean refersToAnotherFile() {
    return external || refers;
  }

  /** Returns whether the tensor's values are in another file. */
  boolean isExternal() {
    return external;
  }

  /** Returns whether the tensor holds values as bytes. */
  boolean hasRawData() {
    return hasRawData;
  }

  /** Returns the path of the other file as the tensor states it; otherwise the given text. */
  String location(String otherwise) {
    return place.getOrDefault("location", otherwise);
  }

  /**
   * Returns a number that the tensor states on its place in the other file.
   *
   * @param key such as {@code offset}
   * @throws IOException naming the tensor, if it is no number
   */
  long number(String key, long otherwise) throws IOException {
    String text = place.get(key);
    try {
      return text == null ? otherwise : Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IOException(
          "tensor %s: its %s, %s, is no number".formatted(shownName(), key, shown(text)), e);
    }
  }

  /** Returns how many bytes the tensor's values take; empty if type and size do not say it. */
  OptionalLong bytes() {
    int bits = dataType > 0 && dataType < BITS.length ? BITS[dataType] : 0;
    return bits > 0 && elements <= Integer.MAX_VALUE
        ? OptionalLong.of((elements * bits + 7) / 8)
        : OptionalLong.empty();
  }

  /** Returns a copy of the tensor that names no other file. */
  ProtoWriter withoutReference() throws IOException {
    ProtoWriter kept = new ProtoWriter();
    ProtoReader fields = new ProtoReader(message);
    while (fields.next()) {
      if (fields.number() != EXTERNAL_DATA && fields.number() != DATA_LOCATION) {
        kept.encoded(fields.encoded());
      }
    }
    return kept;
  }

  /** Returns a text of the file, fit for a line of a message. */
  static String shown(String text) {
    String line = OneLine.of(text);
    return line.length() > LONGEST_SHOWN ? line.substring(0, LONGEST_SHOWN) + "…" : line;
  }
}
