package dev.flowline.extractor;

import dev.flowline.io.ContentDigest;
import dev.flowline.io.StoredTensor;
import dev.flowline.nn.ForeignNetwork;
import dev.flowline.nn.TensorCopy;
import dev.flowline.tensor.TensorScope;
import dev.flowline.tensor.Tensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/** A run of a network of the user's own, which shows what features it returns. */
final class NetworkProbe {
  private NetworkProbe() {}

  /**
   * Returns the settings of a network, with the shapes that it returns for two images of zeros.
   *
   * @throws IOException naming the file, if it cannot be read, is no network, or returns other
   *     things than maps of features
   * @throws IllegalArgumentException naming the nearest ones, if it has no tensor of a wanted name
   */
  static FileNetwork.Settings of(NetworkFile source, int height, int width) throws IOException {
    Path file = source.path();
    ByteBuffer content = source.content();
    try (TensorScope scope = TensorScope.open();
        NoGradGuard constant = new NoGradGuard();
        ForeignNetwork network = ForeignNetwork.open(content)) {
      List<List<Long>> shapes = shapesOfTwo(network, height, width);
      String name = String.valueOf(file.getFileName());
      String sha256 = ContentDigest.of(content);
      return new FileNetwork.Settings(
          name, content.remaining(), sha256, height, width, shapes, source.outputs(), file);
    } catch (IllegalStateException e) {
      throw new IOException(
          "%s on two images of %s x %s: %s".formatted(file, height, width, e.getMessage()), e);
    } catch (IOException e) {
      throw new IOException("%s is no network: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** Runs it on two images, so that a network that can take one only is found out here. */
  private static List<List<Long>> shapesOfTwo(ForeignNetwork network, int height, int width) {
    try {
      return shapes(network, 2, height, width);
    } catch (IllegalStateException e) {
      try {
        shapes(network, 1, height, width);
      } catch (IllegalStateException alone) {
        throw e;
      }
      throw new IllegalStateException(
          e.getMessage() + " (it works on one image alone: export it for any number of images)", e);
    }
  }

  private static List<List<Long>> shapes(ForeignNetwork network, int n, int height, int width) {
    float[] zeros = new float[n * 3 * height * width];
    Tensor images = TensorCopy.tensor(StoredTensor.of(zeros, n, 3, height, width));
    List<List<Long>> shapes = new ArrayList<>();
    for (Tensor output : network.run(images)) {
      shapes.add(shape(n, Tensors.shape(output), shapes));
    }
    if (shapes.isEmpty()) {
      throw new IllegalStateException("it returns nothing");
    }
    return shapes;
  }

  private static List<Long> shape(int n, long[] output, List<List<Long>> finer) {
    boolean map =
        output.length == 4 && output[0] == n && Arrays.stream(output).allMatch(d -> d > 0);
    if (!map) {
      throw new IllegalStateException(
          "its output %s is %s instead of a map of features (N, C, H, W) with N = %s"
              .formatted(finer.size(), Arrays.toString(output), n));
    }
    List<Long> last = finer.isEmpty() ? null : finer.get(finer.size() - 1);
    if (last != null && (output[2] > last.get(1) || output[3] > last.get(2))) {
      throw new IllegalStateException(
          "its outputs must be finest first, and output %s is %s x %s after %s x %s"
              .formatted(finer.size(), output[2], output[3], last.get(1), last.get(2)));
    }
    return List.of(output[1], output[2], output[3]);
  }
}
