package dev.flowline.extractor;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.flowline.io.ContentDigest;
import dev.flowline.io.OneLine;
import dev.flowline.io.StoredTensor;
import dev.flowline.nn.NetworkFormat;
import dev.flowline.nn.Ops;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A network of the user's own from a TorchScript or ONNX file: it takes images (N, 3, H, W), N any
 * number, and returns one map of features (N, C, h, w) or several, finest first. The file becomes a
 * parameter, so that a model file holds all of it. A TorchScript program runs wherever such a model
 * is used; see {@link NetworkFormat}. {@link NetworkProbe} finds out what it returns.
 *
 * <p>The trainable layer normalisation that ResNets get is put behind it, since nothing is known of
 * the scale of its features.
 */
public record FileNetwork(Settings settings) implements FeatureExtractor {
  /** The beginning of the extractor's name on the command line; the path follows. */
  public static final String NAME_PREFIX = "file:";

  private static final long MOST_CHANNELS = 1 << 20;

  /** The name of the parameter that holds the network. */
  public static final String PARAMETER = PREFIX + "file";

  /**
   * The network that a file was found to hold. A model file has all but the path, which says
   * something of the machine on which it was made.
   *
   * @param file its name, without folders
   * @param bytes the length of the network as a model file holds it
   * @param sha256 the digest of the network as a model file holds it: the file's own, unless
   *     weights were put into it or inner tensors were named
   * @param height of the images that it was run on
   * @param width of the images that it was run on
   * @param shapes of the features of one, (C, h, w) each, finest first
   * @param outputs names of the inner tensors that are the features; empty for what it returns
   * @param path where the file lies, needed for as long as there is no model file, and no part of
   *     what the network is; null if it comes from a model file
   */
  public record Settings(
      String file,
      long bytes,
      String sha256,
      int height,
      int width,
      List<List<Long>> shapes,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> outputs,
      @JsonIgnore Path path) {
    public Settings {
      Objects.requireNonNull(file, "file");
      Objects.requireNonNull(sha256, "sha256");
      Objects.requireNonNull(shapes, "shapes");
      file = file.substring(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
      shapes = shapes.stream().map(List::copyOf).toList();
      outputs = outputs == null ? List.of() : List.copyOf(outputs);
      requireForm(bytes, height, width, shapes);
    }

    private static void requireForm(long bytes, int height, int width, List<List<Long>> shapes) {
      if (bytes < 0 || height < 1 || width < 1) {
        throw new IllegalArgumentException(
            "bytes, height and width of a network's file must be positive, got %s, %s, %s"
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
              "shapes must be of maps of up to %s channels, not larger than %s x %s, got %s"
                  .formatted(MOST_CHANNELS, height, width, shape));
        }
      }
    }

    @JsonCreator
    static Settings stored(
        @JsonProperty("file") String file,
        @JsonProperty("bytes") long bytes,
        @JsonProperty("sha256") String sha256,
        @JsonProperty("height") int height,
        @JsonProperty("width") int width,
        @JsonProperty("shapes") List<List<Long>> shapes,
        @JsonProperty("outputs") List<String> outputs) {
      return new Settings(file, bytes, sha256, height, width, shapes, outputs, null);
    }

    /** Returns the extractor's name: the file's, and those of the inner tensors behind a colon. */
    String extractorName() {
      return NAME_PREFIX + file + (outputs.isEmpty() ? "" : ":" + String.join(",", outputs));
    }

    /** Compares all but the path: the same network is the same wherever its file lies. */
    @Override
    public boolean equals(Object other) {
      return other instanceof Settings that && toString().equals(that.toString());
    }

    @Override
    public int hashCode() {
      return toString().hashCode();
    }

    /** Names all but the path; a checkpoint knows its network by these words. */
    @Override
    public String toString() {
      return "Settings[file=%s, bytes=%s, sha256=%s, height=%s, width=%s, shapes=%s%s]"
          .formatted(
              file,
              bytes,
              sha256,
              height,
              width,
              shapes,
              outputs.isEmpty() ? "" : ", outputs=" + outputs);
    }
  }

  /**
   * Returns the file as the parameter that it becomes.
   *
   * @throws IOException naming the file, if it is not there any more or another one
   * @throws IllegalStateException if it comes from a model file, which holds the parameter
   */
  Map<String, StoredTensor> parameters() throws IOException {
    Path file = settings.path();
    if (file == null) {
      throw new IllegalStateException(
          settings.extractorName() + " comes from a model file, and is no file of its own");
    }
    ByteBuffer content = new NetworkFile(file, settings.outputs()).content();
    if (!ContentDigest.of(content).equals(settings.sha256())) {
      throw new IOException(file + " is another file than it was: its SHA-256 has changed");
    }
    long[] shape = {content.remaining()};
    return Map.of(PARAMETER, new StoredTensor(StoredTensor.Type.U8, shape, content));
  }

  @Override
  public String name() {
    return settings.file();
  }

  /** Returns none: its file brings the weights. */
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
    return ops.foreign(PARAMETER, settings.bytes(), images, shapes);
  }

  @Override
  public <V> List<V> normalize(Ops<V> ops, List<V> features) {
    return Normalizations.ofScales(ops, features);
  }

  /**
   * Returns the pixels per position along the rows, rounded down if the maps do not divide the
   * image.
   */
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
          "input %s x %s: what %s returns is known for %s x %s only"
              .formatted(
                  height, width, OneLine.of(settings.file()), settings.height(), settings.width()));
    }
  }
}
