package dev.flowline.extractor;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * The description of an extractor in a model file, enough to build it again.
 *
 * @param name as {@link Backbone#id}, with the layers to take features of behind a colon if others
 *     than usual are meant, as in {@code efficientnet-b5:20,35}; or {@code file:} and a file's
 *     name, with the names of inner tensors behind a colon
 * @param patchPca its settings, null for all but patch-pca
 * @param network what the file was found to be, null for all but a network of the user's own
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ExtractorConfig(
    String name, PatchPca.Settings patchPca, FileNetwork.Settings network) {
  @JsonCreator
  public ExtractorConfig {
    Objects.requireNonNull(name, "name");
    if (name.startsWith(FileNetwork.NAME_PREFIX) != (network != null)) {
      throw new IllegalArgumentException(name + " and what is known of its file do not match");
    }
    name = network == null ? name : network.extractorName(); // older model files have a path
    boolean isPatchPca = network == null && Backbone.named(base(name)) == Backbone.PATCH_PCA;
    if (isPatchPca != (patchPca != null)) {
      throw new IllegalArgumentException(
          isPatchPca ? "patch-pca needs its settings" : name + " takes no settings of patch-pca");
    }
  }

  public ExtractorConfig(String name, PatchPca.Settings patchPca) {
    this(name, patchPca, null);
  }

  /** The extractor of that name with default settings. */
  public static ExtractorConfig of(Backbone backbone) {
    return new ExtractorConfig(
        backbone.id(), backbone == Backbone.PATCH_PCA ? PatchPca.Settings.DEFAULT : null);
  }

  /**
   * The extractor of a name that a user gave, see {@link #name}.
   *
   * @param name a file by its path
   * @param height of the images, null for the extractor's usual one
   * @param width of the images, null for the extractor's usual one
   * @throws IllegalArgumentException if there is none of that name, it cannot give features of
   *     those layers or tensors, or the size of images for a file is not given
   * @throws IOException naming the file, if it holds no network that an extractor can be made of
   */
  public static ExtractorConfig named(String name, Integer height, Integer width)
      throws IOException {
    if (name.startsWith(FileNetwork.NAME_PREFIX)) {
      if (height == null || width == null) {
        throw new IllegalArgumentException(
            "%s needs the size of its images: --input H[xW]".formatted(name));
      }
      NetworkFile file = NetworkFile.of(name.substring(FileNetwork.NAME_PREFIX.length()));
      return new ExtractorConfig(name, null, NetworkProbe.of(file, height, width));
    }
    ExtractorConfig usual = of(Backbone.named(base(name)));
    ExtractorConfig config =
        new ExtractorConfig(usual.name() + name.substring(base(name).length()), usual.patchPca());
    config.create(); // refuses layers that there are not
    return config;
  }

  /**
   * Returns the extractor's row of the table.
   *
   * @throws IllegalStateException for a network of the user's own, which has none
   */
  public Backbone backbone() {
    if (network != null) {
      throw new IllegalStateException(name + " is in no table");
    }
    return Backbone.named(base(name));
  }

  /** Returns whether there are files of pretrained weights for it. */
  public boolean takesWeights() {
    return network == null && !backbone().networks().isEmpty();
  }

  /** Builds the network. */
  public FeatureExtractor create() {
    if (network != null) {
      return new FileNetwork(network);
    }
    FeatureExtractor usual = patchPca != null ? new PatchPca(patchPca) : backbone().extractor();
    if (name.indexOf(':') < 0) {
      return usual;
    }
    return usual
        .withTaps(layers())
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    name
                        + " takes no layers behind a colon, as efficientnet-b5:20,35 and swin-t:1,2 do"));
  }

  private List<Integer> layers() {
    String numbers = name.substring(name.indexOf(':') + 1);
    try {
      return Arrays.stream(numbers.split(",")).map(Integer::valueOf).toList();
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "%s: layers are numbers with commas between, got '%s'".formatted(name, numbers), e);
    }
  }

  private static String base(String name) {
    int colon = name.indexOf(':');
    return colon < 0 ? name : name.substring(0, colon);
  }
}
