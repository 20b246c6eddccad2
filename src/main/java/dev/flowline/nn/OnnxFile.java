package dev.flowline.nn;

import dev.flowline.io.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * An ONNX model as it is written. Since no reader takes a model of 2 GB, the weights of larger ones
 * are in a second file beside it.
 *
 * @param model the bytes of the file
 * @param weightsFile the name of the second file; null if there is none
 * @param weights the bytes of the second file, part by part
 */
public record OnnxFile(ByteBuffer model, String weightsFile, List<ByteBuffer> weights) {

  static OnnxFile of(
      OnnxGraph graph, String version, Map<String, String> metadata, String weightsFile) {
    ProtoWriter inside = graph.model(version, metadata, null);
    if (inside.isReadable()) {
      return new OnnxFile(whole(inside), null, List.of());
    }
    return beside(graph, version, metadata, weightsFile);
  }

  /** Makes a model with its weights beside it, whatever their size. */
  static OnnxFile beside(
      OnnxGraph graph, String version, Map<String, String> metadata, String weightsFile) {
    WeightsBeside weights = new WeightsBeside(weightsFile);
    ByteBuffer model = whole(graph.model(version, metadata, weights));
    return new OnnxFile(model, weightsFile, weights.parts());
  }

  private static ByteBuffer whole(ProtoWriter message) {
    try {
      return message.whole();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Writes the second file, if there is one, into a folder.
   *
   * @throws IOException naming the file, if it cannot be written
   */
  public void writeWeights(Path folder) throws IOException {
    if (weightsFile != null) {
      AtomicFile.write(
          folder.resolve(weightsFile),
          channel -> {
            for (ByteBuffer part : weights) {
              write(channel, part);
            }
          });
    }
  }

  /**
   * Writes the model itself.
   *
   * @throws IOException naming the file, if it cannot be written
   */
  public void writeModel(Path file) throws IOException {
    AtomicFile.write(file, channel -> write(channel, model));
  }

  private static void write(FileChannel channel, ByteBuffer part) throws IOException {
    ByteBuffer rest = part.duplicate();
    while (rest.hasRemaining()) {
      channel.write(rest);
    }
  }
}
