package dev.flowline.extractor;

import dev.flowline.io.ContentDigest;
import dev.flowline.io.FileFault;
import dev.flowline.io.StoredTensor;
import dev.flowline.nn.ForeignNetwork;
import dev.flowline.nn.Ops;
import dev.flowline.nn.TensorCopy;
import dev.flowline.tensor.TensorScope;
import dev.flowline.tensor.Tensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * A network of the user's own from a TorchScript or ONNX file: it takes images (N, 3, H, W), N any
 * number, and returns one map of features (N, C, h, w) or several, finest first. The file becomes a
 * parameter, so that a model file holds all of it. Whoever opens such a model runs the program in
 * it.
 *
 * <p>The trainable layer normalisation that ResNets get is put behind it, since nothing is known of
 * the scale of its features.
 */
public record FileNetwork(Settings settings) implements FeatureExtractor {
  /** The beginning of the extractor's name on the command line; the path follows. */
  public static final String NAME_PREFIX = "file:";

  private static final long MOST_CHANNELS = 1 << 20;

  private static final String FILE = PREFIX + "file";

  /**
   * The network that a file was found to hold.
   *
   * @param file its path as the user gave it, needed for as long as there is no model file
   * @param bytes its length
   * @param sha256 its digest
   * @param height of the images that it was run on
   * @param width of the images that it was run on
   * @param shapes of the features of one, (C, h, w) each, finest first
   */
  public record Settings(
      String file, long bytes, String sha256, int height, int width, List<List<Long>> shapes) {
    public Settings {
      Objects.requireNonNull(file, "file");
      Objects.requireNonNull(sha256, "sha256");
      Objects.requireNonNull(shapes, "shapes");
      shapes = shapes.stream().map(List::copyOf).toList();
      if (bytes < 0 || height < 1 || width < 1) {
        throw new IllegalArgumentException(
            "bytes, height and width of a network's file must be positive, got %d, %d, %d"
                .formatted(bytes, height, width));
      }
      for (List<Long> shape : shapes) {
        boolean fits =
            shape.size() == 3
                && shape.stream().allMatch(d -> d > 0 && d <= MOST_CHANNELS)
                && shape.get(1) <= height
                && shape.get(2) <= width;
        if (!fits) {
          throw new IllegalArgumentException(
              "shapes must be of maps of up to %d channels, not larger than %d x %d, got %s"
                  .formatted(MOST_CHANNELS, height, width, shape));
        }
      }
    }
  }

  /**
   * Runs the network of a file on zeros to see what it returns.
   *
   * @throws IOException naming the file, if it cannot be read, is no network, or returns other
   *     things than maps of features
   */
  public static Settings probe(Path file, int height, int width) throws IOException {
    ByteBuffer content = content(file);
    try (TensorScope scope = TensorScope.open();
        NoGradGuard constant = new NoGradGuard();
        ForeignNetwork network = ForeignNetwork.open(content)) {
      // Two images, so that a network that was saved for one is found out here.
      float[] zeros = new float[2 * 3 * height * width];
      Tensor images = TensorCopy.tensor(StoredTensor.of(zeros, 2, 3, height, width));
      List<List<Long>> shapes = new ArrayList<>();
      for (Tensor output : network.run(images)) {
        shapes.add(shape(Tensors.shape(output), shapes));
      }
      if (shapes.isEmpty()) {
        throw new IllegalStateException("it returns nothing");
      }
      return new Settings(
          file.toString(), content.remaining(), ContentDigest.of(content), height, width, shapes);
    } catch (IllegalStateException e) {
      throw new IOException(
          "%s on two images of %d x %d: %s".formatted(file, height, width, e.getMessage()), e);
    } catch (IOException e) {
      throw new IOException("%s is no network: %s".formatted(file, e.getMessage()), e);
    }
  }

  /**
   * The file as the parameter that it becomes.
   *
   * @throws IOException naming the file, if it is not there any more or another one
   */
  Map<String, StoredTensor> parameters() throws IOException {
    Path file = Path.of(settings.file());
    ByteBuffer content = content(file);
    if (!ContentDigest.of(content).equals(settings.sha256())) {
      throw new IOException(file + " is another file than it was: its SHA-256 has changed");
    }
    long[] shape = {content.remaining()};
    return Map.of(FILE, new StoredTensor(StoredTensor.Type.U8, shape, content));
  }

  @Override
  public String name() {
    return settings.file();
  }

  /** None: its file brings the weights. */
  @Override
  public List<PretrainedNetwork> pretrained() {
    return List.of();
  }

  @Override
  public <V> List<V> features(Ops<V> ops, V images) {
    long[] s = ops.shape(images);
    requireInput(s[2], s[3]);
    List<long[]> shapes =
        settings.shapes().stream()
            .map(shape -> shape.stream().mapToLong(Long::longValue).toArray())
            .toList();
    return ops.foreign(FILE, settings.bytes(), images, shapes);
  }

  @Override
  public <V> List<V> normalize(Ops<V> ops, List<V> features) {
    return Normalizations.ofScales(ops, features);
  }

  /** Pixels per position along the rows, rounded down if the maps do not divide the image. */
  @Override
  public List<Integer> strides() {
    return settings.shapes().stream()
        .map(shape -> Math.toIntExact(settings.height() / shape.get(1)))
        .toList();
  }

  @Override
  public void requireInput(long height, long width) {
    if (height != settings.height() || width != settings.width()) {
      throw new IllegalArgumentException(
          "input %d x %d: what %s returns is known for %d x %d only"
              .formatted(height, width, settings.file(), settings.height(), settings.width()));
    }
  }

  private static List<Long> shape(long[] output, List<List<Long>> finer) {
    boolean map =
        output.length == 4 && output[0] == 2 && Arrays.stream(output).allMatch(d -> d > 0);
    if (!map) {
      throw new IllegalStateException(
          "its output %d is %s instead of a map of features (N, C, H, W) with N = 2"
              .formatted(finer.size(), Arrays.toString(output)));
    }
    List<Long> last = finer.isEmpty() ? null : finer.get(finer.size() - 1);
    if (last != null && (output[2] > last.get(1) || output[3] > last.get(2))) {
      throw new IllegalStateException(
          "its outputs must be finest first, and output %d is %d x %d after %d x %d"
              .formatted(finer.size(), output[2], output[3], last.get(1), last.get(2)));
    }
    return List.of(output[1], output[2], output[3]);
  }

  private static ByteBuffer content(Path file) throws IOException {
    try {
      return ByteBuffer.wrap(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new IOException("cannot read extractor " + file + ": " + FileFault.of(e), e);
    }
  }
}
