package dev.flowline.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The header of a safetensors file: what is in the file, and where. It is read as a stream, since a
 * tree of JSON takes many times the memory of its text.
 *
 * @param metadata text by name
 * @param tensors by name, in the order of the header
 */
record SafetensorsHeader(Map<String, String> metadata, Map<String, Entry> tensors) {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /**
   * The place of a tensor.
   *
   * @param begin its first byte, counted from the end of the header
   * @param end the byte behind its last
   */
  record Entry(StoredTensor.Type type, long[] shape, long begin, long end) {
    long length() {
      return end - begin;
    }
  }

  /**
   * Parses a header.
   *
   * @throws IOException if it is not JSON of the right form, a name stands twice, there are too
   *     many tensors, or a tensor's place is not of the length that its type and shape ask for
   */
  static SafetensorsHeader parse(byte[] header) throws IOException {
    try (JsonParser json = JSON.createParser(header)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("its header is no JSON object");
      }
      Map<String, String> metadata = new LinkedHashMap<>();
      Map<String, Entry> tensors = new LinkedHashMap<>();
      for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
        if (name.equals("__metadata__")) {
          readMetadata(json, metadata);
        } else {
          tensors.put(name, entry(json, ReadBudget.quoted(name)));
          ReadBudget.requireTensors(tensors.size());
        }
      }
      if (json.nextToken() != null) {
        throw new IOException("its header goes on behind the JSON object");
      }
      return new SafetensorsHeader(metadata, tensors);
    }
  }

  private static void readMetadata(JsonParser json, Map<String, String> metadata)
      throws IOException {
    require(json.nextToken() == JsonToken.START_OBJECT, "__metadata__", "must be an object");
    for (String key = json.nextFieldName(); key != null; key = json.nextFieldName()) {
      String name = "__metadata__." + ReadBudget.quoted(key);
      require(json.nextToken() == JsonToken.VALUE_STRING, name, "must be text");
      metadata.put(key, json.getText());
    }
  }

  private static Entry entry(JsonParser json, String tensor) throws IOException {
    require(json.nextToken() == JsonToken.START_OBJECT, tensor, "must be an object");
    StoredTensor.Type type = null;
    long[] shape = null;
    long[] place = null;
    for (String key = json.nextFieldName(); key != null; key = json.nextFieldName()) {
      json.nextToken();
      switch (key) {
        case "dtype" -> type = type(json, tensor);
        case "shape" -> shape = numbers(json, tensor, "shape", ReadBudget.MOST_DIMENSIONS);
        case "data_offsets" -> place = numbers(json, tensor, "data_offsets", 2);
        default -> json.skipChildren();
      }
    }
    require(type != null && shape != null, tensor, "must have dtype and shape");
    require(place != null && place.length == 2, tensor, "must have two data_offsets");
    requireLength(type, shape, place, tensor);
    return new Entry(type, shape, place[0], place[1]);
  }

  private static void requireLength(
      StoredTensor.Type type, long[] shape, long[] place, String tensor) throws IOException {
    long bytes = type.bytes;
    try {
      for (long dimension : shape) {
        bytes = Math.multiplyExact(bytes, dimension);
      }
    } catch (ArithmeticException e) {
      throw new IOException(tensor + ": the size of " + Arrays.toString(shape) + " overflows", e);
    }
    if (place[1] < place[0] || place[1] - place[0] != bytes) {
      throw new IOException(
          "%s: %s%s takes %s bytes, but lies from %s to %s"
              .formatted(tensor, type, Arrays.toString(shape), bytes, place[0], place[1]));
    }
  }

  private static StoredTensor.Type type(JsonParser json, String tensor) throws IOException {
    String name = json.currentToken() == JsonToken.VALUE_STRING ? json.getText() : "";
    for (StoredTensor.Type type : StoredTensor.Type.values()) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    throw new IOException(tensor + ".dtype is not known: " + ReadBudget.quoted(name));
  }

  /** Returns whole numbers from 0 on. */
  private static long[] numbers(JsonParser json, String tensor, String key, int most)
      throws IOException {
    require(json.currentToken() == JsonToken.START_ARRAY, tensor, key, "must be a list of numbers");
    long[] numbers = new long[4];
    int count = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      require(
          json.currentToken() == JsonToken.VALUE_NUMBER_INT, tensor, key, "must be whole numbers");
      require(count < most, tensor, key, "has too many numbers");
      long number = json.getLongValue();
      require(number >= 0, tensor, key, "must be numbers from 0 on");
      if (count == numbers.length) {
        numbers = Arrays.copyOf(numbers, 2 * count);
      }
      numbers[count++] = number;
    }
    return Arrays.copyOf(numbers, count);
  }

  private static void require(boolean holds, String tensor, String key, String otherwise)
      throws IOException {
    if (!holds) {
      throw new IOException(tensor + "." + key + " " + otherwise);
    }
  }

  private static void require(boolean holds, String name, String otherwise) throws IOException {
    if (!holds) {
      throw new IOException(name + " " + otherwise);
    }
  }
}
