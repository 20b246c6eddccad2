package dev.flowline.extractor;

import dev.flowline.io.DecodedPath;
import dev.flowline.io.FileFault;
import dev.flowline.nn.NetworkFormat;
import dev.flowline.nn.OnnxTensors;
import dev.flowline.nn.OnnxWeights;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * A file with a network of the user's own, and the tensors within it that are wanted as features.
 *
 * @param path of the file
 * @param outputs names of inner tensors; empty for what the network returns
 */
public record NetworkFile(Path path, List<String> outputs) {
  private static final long LARGEST = Integer.MAX_VALUE - 8;

  public NetworkFile {
    outputs = List.copyOf(outputs);
  }

  /**
   * Finds the file and the tensors that a user gave as {@code PATH} or {@code PATH:NAME,NAME}. Both
   * may hold colons: the path is the longest one that is a file.
   *
   * @throws IllegalArgumentException if it is no path, or several files have this name
   */
  public static NetworkFile of(String given) {
    try {
      for (int end = given.length(); end > 0; end = given.lastIndexOf(':', end - 1)) {
        Path path = DecodedPath.of(given.substring(0, end));
        if (Files.isRegularFile(path)) {
          String names = given.substring(Math.min(given.length(), end + 1));
          return new NetworkFile(path, names.isEmpty() ? List.of() : List.of(names.split(",")));
        }
      }
      return new NetworkFile(DecodedPath.of(given), List.of());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("extractor file:" + given + ": " + e.getMessage(), e);
    }
  }

  /**
   * Returns the network as a model file holds it: an ONNX graph with its weights inside, which
   * returns the wanted tensors.
   *
   * @throws IOException naming the file, if it cannot be read, or its weights lie in a second file
   *     that is not there
   * @throws IllegalArgumentException naming the nearest ones, if there is no such tensor
   */
  ByteBuffer content() throws IOException {
    ByteBuffer content = read();
    NetworkFormat format = NetworkFormat.of(content);
    if (format != NetworkFormat.ONNX) {
      if (!outputs.isEmpty()) {
        throw new IllegalArgumentException(
            "%s is no ONNX file: only of those can inner tensors be named (%s)"
                .formatted(path, String.join(",", outputs)));
      }
      return content;
    }
    try {
      ByteBuffer whole = OnnxWeights.putInside(content, path.toAbsolutePath());
      return outputs.isEmpty() ? whole : withOutputs(whole);
    } catch (IOException e) {
      throw new IOException(
          "%s is no network: no TorchScript program and no ONNX model, %s"
              .formatted(path, e.getMessage()),
          e);
    }
  }

  private ByteBuffer withOutputs(ByteBuffer whole) throws IOException {
    List<String> known = OnnxTensors.of(whole).stream().map(OnnxTensors.Inner::name).toList();
    for (String name : outputs) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException(
            "%s has no tensor %s; nearest of its %s are %s; 'flowline info file:%s' lists all"
                .formatted(
                    path,
                    name,
                    known.size(),
                    String.join(", ", NearestNames.of(name, known)),
                    path));
      }
    }
    return OnnxTensors.asOutputs(whole, outputs);
  }

  /**
   * Lists the inner tensors of an ONNX file that can be features.
   *
   * @param height of the image that it is run on, if the network takes any
   * @param width of the image that it is run on, if the network takes any
   * @throws IOException naming the file, if it cannot be read or does not run
   * @throws IllegalArgumentException if it is a TorchScript program
   */
  public List<OnnxTensors.FeatureMap> featureMaps(int height, int width) throws IOException {
    NetworkFile whole = new NetworkFile(path, List.of());
    ByteBuffer content = whole.content();
    if (NetworkFormat.of(content) != NetworkFormat.ONNX) {
      throw new IllegalArgumentException(
          path
              + " is no ONNX file: a TorchScript program shows no inner tensors, and its features are what it returns");
    }
    try {
      return OnnxTensors.featureMaps(content, height, width);
    } catch (IllegalStateException e) {
      throw new IOException(
          "%s on one image of %s x %s: %s".formatted(path, height, width, e.getMessage()), e);
    } catch (IOException e) {
      throw new IOException("%s is no network: %s".formatted(path, e.getMessage()), e);
    }
  }

  private ByteBuffer read() throws IOException {
    try {
      long size = Files.size(path);
      if (size > LARGEST) {
        throw new IOException(
            String.format(Locale.ROOT, "it has %,d bytes, at most %,d are read", size, LARGEST));
      }
      return ByteBuffer.wrap(Files.readAllBytes(path));
    } catch (IOException e) {
      throw new IOException("cannot read extractor " + path + ": " + FileFault.of(e), e);
    }
  }
}
