package dev.flowline.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flowline.extractor.NetworkFile;
import dev.flowline.io.ExactName;
import dev.flowline.nn.OnnxTensors;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;

/**
 * The answer of {@code info file:NET.onnx}: the tensors within a network that can be features.
 *
 * @param file as the user gave it
 * @param fileUri the file as a URI with the bytes of its name; null if the name is UTF-8
 * @param tensors in the order in which the network makes them; shapes are of one image
 */
record InnerTensors(
    String file,
    @JsonInclude(JsonInclude.Include.NON_NULL) String fileUri,
    List<OnnxTensors.FeatureMap> tensors) {
  private static final HeightWidth USUAL = new HeightWidth(256, 256);

  /**
   * Runs the network on one image of zeros.
   *
   * @param input null for the usual size; a network for one size is run on that
   * @throws IOException naming the file, if it cannot be read or does not run
   */
  static InnerTensors of(String file, HeightWidth input) throws IOException {
    HeightWidth size = input == null ? USUAL : input;
    NetworkFile network = NetworkFile.of(file);
    return new InnerTensors(
        file, ExactName.uriOf(network.path()), network.featureMaps(size.height(), size.width()));
  }

  void print(PrintWriter out) {
    for (OnnxTensors.FeatureMap tensor : tensors) {
      String shape = "%s×%s×%s".formatted(tensor.channels(), tensor.height(), tensor.width());
      out.printf("%-16s %-20s %s%n", shape, tensor.operator(), tensor.name());
    }
    out.printf("features of your choice: --extractor file:%s:NAME,NAME, finest first%n", file);
  }
}
