package dev.flowline.nn;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * Finds all tensors that an ONNX file holds, wherever they stand: in the graph, in graphs within
 * its nodes, in local functions, as sparse tensors and in what training begins with (onnx.proto).
 */
final class OnnxTree {
  private static final int DEEPEST = 100; // as protocol buffers' own readers have it

  /** The kinds of messages that tensors can stand in; a tensor holds no further one. */
  private enum Kind {
    MODEL,
    GRAPH,
    NODE,
    ATTRIBUTE,
    FUNCTION,
    TRAINING,
    SPARSE,
    TENSOR;

    /** The kind of message that a field of this one holds; null for what holds no tensors. */
    Kind of(int field) {
      return FIELDS.getOrDefault(this, Map.of()).get(field);
    }
  }

  private static final Map<Kind, Map<Integer, Kind>> FIELDS =
      Map.of(
          Kind.MODEL, Map.of(7, Kind.GRAPH, 20, Kind.TRAINING, 25, Kind.FUNCTION),
          Kind.GRAPH, Map.of(1, Kind.NODE, 5, Kind.TENSOR, 15, Kind.SPARSE),
          Kind.NODE, Map.of(5, Kind.ATTRIBUTE),
          Kind.ATTRIBUTE,
              Map.of(
                  5, Kind.TENSOR,
                  6, Kind.GRAPH,
                  10, Kind.TENSOR,
                  11, Kind.GRAPH,
                  22, Kind.SPARSE,
                  23, Kind.SPARSE),
          Kind.FUNCTION, Map.of(7, Kind.NODE, 11, Kind.ATTRIBUTE),
          Kind.TRAINING, Map.of(1, Kind.GRAPH, 2, Kind.GRAPH),
          Kind.SPARSE, Map.of(1, Kind.TENSOR, 2, Kind.TENSOR));

  /** Looks at a tensor, and may replace it. */
  @FunctionalInterface
  interface TensorEdit {
    /** Returns what takes the tensor's place; null if it stays. */
    ProtoWriter replace(ByteBuffer tensor) throws IOException;
  }

  private OnnxTree() {}

  /**
   * Shows all tensors of a file to {@code edit}; returns the file with those that it replaced, or
   * null if there are none.
   *
   * @throws IOException if the file is malformed, or {@code edit} throws it
   */
  static ProtoWriter rewrite(ByteBuffer model, TensorEdit edit) throws IOException {
    return rewrite(model, Kind.MODEL, 0, edit);
  }

  private static ProtoWriter rewrite(ByteBuffer message, Kind kind, int depth, TensorEdit edit)
      throws IOException {
    if (kind == Kind.TENSOR) {
      return edit.replace(message);
    }
    if (depth > DEEPEST) {
      throw new IOException("its graphs are nested too deeply");
    }
    ProtoWriter changed = null;
    int kept = 0; // all before is written already
    ProtoReader fields = new ProtoReader(message);
    while (fields.next()) {
      Kind inner = kind.of(fields.number());
      if (inner == null || !fields.is(fields.number(), ProtoReader.BYTES)) {
        continue;
      }
      ProtoWriter replaced = rewrite(fields.content(), inner, depth + 1, edit);
      if (replaced != null) {
        changed = changed == null ? new ProtoWriter() : changed;
        changed.encoded(part(message, kept, fields.start()));
        changed.message(fields.number(), replaced);
        kept = fields.end();
      }
    }
    return changed == null ? null : changed.encoded(part(message, kept, message.remaining()));
  }

  private static ByteBuffer part(ByteBuffer message, int from, int to) {
    return message.slice(message.position() + from, to - from);
  }
}
