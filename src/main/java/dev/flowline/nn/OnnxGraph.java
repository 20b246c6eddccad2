package dev.flowline.nn;

import dev.flowline.io.StoredTensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The graph of an ONNX model while it is made, node by node (onnx.proto). What no output needs is
 * not written.
 */
final class OnnxGraph {
  /**
   * The version of the standard operators: the lowest that has all that is used, so that simple
   * readers like OpenCV's take the file too.
   */
  static final int OPSET = 13;

  private static final int IR_VERSION = 7; // that of ONNX 1.8, which brought opset 13
  private static final int FLOAT = 1;
  private static final int INT64 = 7;

  private record Node(List<String> inputs, String output, ProtoWriter message) {}

  private record Dimensions(String name, List<Object> sizes) {}

  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Supplier<StoredTensor>> constants = new LinkedHashMap<>();
  private final List<Dimensions> inputs = new ArrayList<>();
  private final List<Dimensions> outputs = new ArrayList<>();

  /**
   * Adds a node of one output.
   *
   * @param inputs names; empty for one that is left out
   * @param attributes of {@link #attribute}
   * @return the name of its output
   */
  String node(String operator, List<String> inputs, ProtoWriter... attributes) {
    String output = operator + "_" + nodes.size();
    return node(output, operator, inputs, attributes);
  }

  private String node(
      String output, String operator, List<String> inputs, ProtoWriter... attributes) {
    ProtoWriter message = new ProtoWriter();
    inputs.forEach(input -> message.text(1, input));
    message.text(2, output).text(3, output).text(4, operator);
    for (ProtoWriter attribute : attributes) {
      message.message(5, attribute);
    }
    nodes.add(new Node(inputs, output, message));
    return output;
  }

  /**
   * Adds a constant, unless there is one of that name.
   *
   * @param values float32 or int64; asked for only if the constant is written
   */
  void constant(String name, Supplier<StoredTensor> values) {
    constants.putIfAbsent(name, values);
  }

  /** Returns the name of a constant vector of int64. */
  String integers(long... values) {
    StringBuilder name = new StringBuilder("integers");
    for (long value : values) {
      name.append('_').append(value);
    }
    constant(name.toString(), () -> StoredTensor.of(values, values.length));
    return name.toString();
  }

  /**
   * Adds an input of float32.
   *
   * @param sizes numbers, and the names of sizes that are free
   */
  void input(String name, List<Object> sizes) {
    inputs.add(new Dimensions(name, sizes));
  }

  /**
   * Adds an output of float32.
   *
   * @param value the name of a value that a node makes
   */
  void output(String name, String value, List<Object> sizes) {
    node(name, "Identity", List.of(value));
    outputs.add(new Dimensions(name, sizes));
  }

  static ProtoWriter attribute(String name, long value) {
    return new ProtoWriter().text(1, name).number(3, value).number(20, 2);
  }

  static ProtoWriter attribute(String name, float value) {
    return new ProtoWriter().text(1, name).single(2, value).number(20, 1);
  }

  static ProtoWriter attribute(String name, String value) {
    return new ProtoWriter().text(1, name).text(4, value).number(20, 3);
  }

  static ProtoWriter attribute(String name, long... values) {
    ProtoWriter attribute = new ProtoWriter().text(1, name);
    for (long value : values) {
      attribute.number(8, value);
    }
    return attribute.number(20, 7);
  }

  /**
   * Returns the model as it is written.
   *
   * @param version of Flowline
   * @param metadata texts for who reads it
   * @param weights where weights go; null if they stay inside
   */
  ProtoWriter model(String version, Map<String, String> metadata, WeightsBeside weights) {
    ProtoWriter model =
        new ProtoWriter()
            .number(1, IR_VERSION)
            .text(2, "flowline")
            .text(3, version)
            .message(8, new ProtoWriter().text(1, "").number(2, OPSET));
    metadata.forEach(
        (key, value) -> model.message(14, new ProtoWriter().text(1, key).text(2, value)));
    return model.message(7, graph(weights));
  }

  private ProtoWriter graph(WeightsBeside weights) {
    Set<String> needed = new HashSet<>();
    outputs.forEach(output -> needed.add(output.name));
    List<Node> kept = new ArrayList<>();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      if (needed.contains(nodes.get(i).output)) {
        kept.add(nodes.get(i));
        needed.addAll(nodes.get(i).inputs);
      }
    }
    Collections.reverse(kept);
    ProtoWriter graph = new ProtoWriter();
    kept.forEach(node -> graph.message(1, node.message));
    graph.text(2, "flowline");
    constants.forEach(
        (name, values) -> {
          if (needed.contains(name)) {
            graph.message(5, tensor(name, values.get(), weights));
          }
        });
    inputs.forEach(input -> graph.message(11, described(input)));
    outputs.forEach(output -> graph.message(12, described(output)));
    return graph;
  }

  private static ProtoWriter tensor(String name, StoredTensor values, WeightsBeside weights) {
    ProtoWriter tensor = new ProtoWriter();
    for (long size : values.shape()) {
      tensor.number(1, size);
    }
    tensor.number(2, values.type() == StoredTensor.Type.I64 ? INT64 : FLOAT).text(8, name);
    return weights != null && values.bytes().remaining() >= WeightsBeside.LEAST_BYTES
        ? weights.add(tensor, values.bytes())
        : tensor.bytes(TensorProto.RAW_DATA, values.bytes());
  }

  private static ProtoWriter described(Dimensions value) {
    ProtoWriter shape = new ProtoWriter();
    for (Object size : value.sizes) {
      ProtoWriter dimension = new ProtoWriter();
      shape.message(
          1,
          size instanceof Long number
              ? dimension.number(1, number)
              : dimension.text(2, (String) size));
    }
    ProtoWriter tensor = new ProtoWriter().number(1, FLOAT).message(2, shape);
    return new ProtoWriter().text(1, value.name).message(2, new ProtoWriter().message(1, tensor));
  }
}
