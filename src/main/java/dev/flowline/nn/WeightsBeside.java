package dev.flowline.nn;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The weights of an ONNX model that are written to a file beside it, one after the other. */
final class WeightsBeside {
  /** Smaller tensors stay inside: readers look at their values to understand the graph. */
  static final int LEAST_BYTES = 1024;

  private static final int ALIGNMENT = 64;

  private final String file;
  private final List<ByteBuffer> parts = new ArrayList<>();
  private long length;

  /**
   * @param file the name of the file, without folders
   */
  WeightsBeside(String file) {
    this.file = file;
  }

  /** Appends a tensor's values; returns the tensor, which says where they are. */
  ProtoWriter add(ProtoWriter tensor, ByteBuffer values) {
    int gap = (int) (-length & (ALIGNMENT - 1));
    parts.add(ByteBuffer.allocate(gap));
    parts.add(values);
    String offset = Long.toString(length + gap);
    length += gap + values.remaining();
    return tensor
        .message(13, entry("location", file))
        .message(13, entry("offset", offset))
        .message(13, entry("length", Integer.toString(values.remaining())))
        .number(14, 1);
  }

  private static ProtoWriter entry(String key, String value) {
    return new ProtoWriter().text(1, key).text(2, value);
  }

  /** Returns the content of the file, part by part. */
  List<ByteBuffer> parts() {
    return List.copyOf(parts);
  }
}
