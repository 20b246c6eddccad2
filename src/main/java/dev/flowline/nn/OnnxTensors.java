package dev.flowline.nn;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The tensors that the nodes of an ONNX graph make, any of which can be one of its outputs. */
public final class OnnxTensors {
  private static final int MODEL_GRAPH = 7;
  private static final int GRAPH_NODE = 1;
  private static final int GRAPH_OUTPUT = 12;
  private static final int NODE_OUTPUT = 2;
  private static final int NODE_OPERATOR = 4;
  private static final int VALUE_NAME = 1;

  /**
   * A tensor within a network.
   *
   * @param operator that makes it, as in Conv
   */
  public record Inner(String name, String operator) {}

  /**
   * A tensor within a network that can be a map of features.
   *
   * @param operator that makes it, as in Conv
   */
  public record FeatureMap(String name, String operator, long channels, long height, long width) {}

  private OnnxTensors() {}

  /**
   * Lists the tensors of the outermost graph, in the order of its nodes.
   *
   * @throws IOException if it is no ONNX file
   */
  public static List<Inner> of(ByteBuffer file) throws IOException {
    List<Inner> tensors = new ArrayList<>();
    eachNode(file, node -> addOutputs(node, tensors));
    return tensors;
  }

  /**
   * Returns whether a file has a graph with any node.
   *
   * @throws IOException if it is no ONNX file
   */
  static boolean hasGraph(ByteBuffer file) throws IOException {
    boolean[] found = new boolean[1];
    eachNode(file, node -> found[0] = true);
    return found[0];
  }

  /** Takes a node of the outermost graph. */
  @FunctionalInterface
  private interface NodeReader {
    void read(ByteBuffer node) throws IOException;
  }

  private static void eachNode(ByteBuffer file, NodeReader reader) throws IOException {
    ProtoReader model = new ProtoReader(file);
    while (model.next()) {
      if (model.is(MODEL_GRAPH, ProtoReader.BYTES)) {
        ProtoReader graph = new ProtoReader(model.content());
        while (graph.next()) {
          if (graph.is(GRAPH_NODE, ProtoReader.BYTES)) {
            reader.read(graph.content());
          }
        }
      }
    }
  }

  private static void addOutputs(ByteBuffer node, List<Inner> tensors) throws IOException {
    String operator = "";
    List<String> outputs = new ArrayList<>();
    ProtoReader fields = new ProtoReader(node);
    while (fields.next()) {
      if (fields.is(NODE_OUTPUT, ProtoReader.BYTES)) {
        outputs.add(fields.text());
      } else if (fields.is(NODE_OPERATOR, ProtoReader.BYTES)) {
        operator = fields.text();
      }
    }
    for (String output : outputs) {
      if (!output.isEmpty()) { // an output that is left out
        tensors.add(new Inner(output, operator));
      }
    }
  }

  /**
   * Returns the network with these tensors as its outputs, in this order, instead of its own. ONNX
   * Runtime finds their types, and leaves out what none of them needs.
   *
   * @param names of {@link #of}
   * @throws IOException if it is no ONNX file
   */
  public static ByteBuffer asOutputs(ByteBuffer file, List<String> names) throws IOException {
    ProtoWriter changed = new ProtoWriter();
    ProtoReader model = new ProtoReader(file);
    while (model.next()) {
      if (model.is(MODEL_GRAPH, ProtoReader.BYTES)) {
        changed.message(MODEL_GRAPH, graph(model.content(), names));
      } else {
        changed.encoded(model.encoded());
      }
    }
    return changed.whole();
  }

  /**
   * Runs the network on one image of zeros and lists its inner tensors that are maps of features.
   *
   * @param height of the image, if the network takes any
   * @param width of the image, if the network takes any
   * @return those of {@link #of} that are float32 (N, C, h, w), with their shape (C, h, w)
   * @throws IOException if it is no ONNX model
   * @throws IllegalStateException with ONNX Runtime's message, if the network fails
   */
  public static List<FeatureMap> featureMaps(ByteBuffer file, int height, int width)
      throws IOException {
    List<Inner> all = of(file);
    ByteBuffer open = asOutputs(file, all.stream().map(Inner::name).toList());
    try (ForeignNetwork network = ForeignNetwork.open(open)) {
      if (!(network instanceof OnnxNetwork onnx)) {
        throw new IOException("no ONNX model");
      }
      Map<String, long[]> shapes = onnx.shapes(height, width);
      List<FeatureMap> maps = new ArrayList<>();
      for (Inner tensor : all) {
        long[] s = shapes.get(tensor.name());
        if (s != null && s.length == 4) {
          maps.add(new FeatureMap(tensor.name(), tensor.operator(), s[1], s[2], s[3]));
        }
      }
      return maps;
    }
  }

  private static ProtoWriter graph(ByteBuffer graph, List<String> names) throws IOException {
    ProtoWriter changed = new ProtoWriter();
    ProtoReader fields = new ProtoReader(graph);
    while (fields.next()) {
      if (fields.number() != GRAPH_OUTPUT) {
        changed.encoded(fields.encoded());
      }
    }
    for (String name : names) {
      changed.message(GRAPH_OUTPUT, new ProtoWriter().text(VALUE_NAME, name));
    }
    return changed;
  }
}
