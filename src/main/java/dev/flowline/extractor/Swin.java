package dev.flowline.extractor;

import dev.flowline.nn.Init;
import dev.flowline.nn.Layers;
import dev.flowline.nn.Ops;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The shifted-window transformer (Liu, Lin, Cao, Hu, Wei, Zhang, Lin, Guo, 2021) as a feature
 * extractor: the outputs of its stages, strides 4, 8, 16 and 32, with the trainable layer
 * normalisation behind each that ResNets get too, since they are sums of all blocks before.
 * Parameters are named as in timm.
 *
 * <p>It takes any size whose maps can be halved between the stages; where windows do not fit a map,
 * zeros are put below and to the right of it, as in the authors' detectors.
 *
 * @param stages whose outputs are features, 0 to 3, ascending
 */
public record Swin(Variant variant, List<Integer> stages) implements FeatureExtractor {
  private static final int PATCH = 4;
  private static final double EPSILON = 1e-5;
  private static final float FORBIDDEN = -100; // added to a logit, as in the published networks

  /**
   * @param name as in timm
   * @param width channels of the first stage, doubled by each later one
   * @param depths number of blocks per stage
   * @param heads per stage
   * @param window height and width of a window, in positions
   * @param inputSize that the weights were trained at: windows are no larger than its maps
   */
  public record Variant(
      String name,
      int width,
      List<Integer> depths,
      List<Integer> heads,
      int window,
      int inputSize) {
    public static final Variant TINY =
        of("swin_tiny_patch4_window7_224", 96, List.of(2, 2, 6, 2), 3, 7, 224);
    public static final Variant SMALL =
        of("swin_small_patch4_window7_224", 96, List.of(2, 2, 18, 2), 3, 7, 224);
    public static final Variant BASE =
        of("swin_base_patch4_window7_224", 128, List.of(2, 2, 18, 2), 4, 7, 224);
    public static final Variant BASE_384 =
        of("swin_base_patch4_window12_384", 128, List.of(2, 2, 18, 2), 4, 12, 384);

    public Variant {
      depths = List.copyOf(depths);
      heads = List.copyOf(heads);
      for (int stage = 0; stage < depths.size(); stage++) {
        if (depths.size() != heads.size() || (width << stage) % heads.get(stage) != 0) {
          throw new IllegalArgumentException(
              "%s: width %s, depths %s, heads %s".formatted(name, width, depths, heads));
        }
      }
    }

    private static Variant of(
        String name, int width, List<Integer> depths, int heads, int window, int inputSize) {
      List<Integer> doubling = List.of(heads, 2 * heads, 4 * heads, 8 * heads);
      return new Variant(name, width, depths, doubling, window, inputSize);
    }

    int window(int stage) {
      return Math.min(window, inputSize / PATCH >> stage);
    }
  }

  public Swin {
    stages = ChosenStages.checked(variant.name(), stages, variant.depths().size());
  }

  /** Makes the network with the features of all stages. */
  public Swin(Variant variant) {
    this(variant, ChosenStages.all(variant.depths().size()));
  }

  @Override
  public String name() {
    return variant.name();
  }

  @Override
  public List<PretrainedNetwork> pretrained() {
    String unused = "norm\\..*|head\\..*|.*\\.attn_mask|.*\\.relative_position_index|";
    int last = stages.get(stages.size() - 1);
    String later = PretrainedNetwork.layers("layers", last + 1, variant.depths().size());
    return List.of(
        PretrainedNetwork.of(this, PATCH << last, unused + later, TransformerNames::swin));
  }

  @Override
  public Optional<FeatureExtractor> withTaps(List<Integer> chosen) {
    return Optional.of(new Swin(variant, chosen));
  }

  @Override
  public <V> List<V> features(Ops<V> ops, V images) {
    long[] s = ops.shape(images);
    requireInput(s[2], s[3]);
    V x =
        Layers.frozenConv2d(
            ops, PREFIX + "patch_embed.proj", images, variant.width(), PATCH, PATCH, 0);
    x = ops.transpose(x, 0, 2, 3, 1); // (N, H, W, C) from here on
    x = Layers.frozenLayerNorm(ops, PREFIX + "patch_embed.norm", x, EPSILON);
    List<V> features = new ArrayList<>();
    for (int stage = 0; stage <= stages.get(stages.size() - 1); stage++) {
      String name = PREFIX + "layers." + stage;
      x = stage > 0 ? merge(ops, name + ".downsample", x) : x;
      for (int block = 0; block < variant.depths().get(stage); block++) {
        x = block(ops, name + ".blocks." + block, x, stage, block % 2 == 1);
      }
      if (stages.contains(stage)) {
        features.add(ops.transpose(x, 0, 3, 1, 2));
      }
    }
    return features;
  }

  @Override
  public <V> List<V> normalize(Ops<V> ops, List<V> features) {
    return Normalizations.ofScales(ops, features);
  }

  @Override
  public List<Integer> strides() {
    return stages.stream().map(stage -> PATCH << stage).toList();
  }

  @Override
  public void requireInput(long height, long width) {
    int coarsest = PATCH << stages.get(stages.size() - 1);
    InputSize.requireMultiple(variant.name(), height, width, coarsest);
  }

  /** 2×2 neighbours side by side, normalised, and a linear map to twice the channels. */
  private static <V> V merge(Ops<V> ops, String name, V x) {
    long[] s = ops.shape(x);
    V y = ops.reshape(x, s[0], s[1] / 2, 2, s[2] / 2, 2, s[3]);
    y = ops.transpose(y, 0, 1, 3, 4, 2, 5); // (0,0), (1,0), (0,1), (1,1): rows go first
    y = ops.reshape(y, s[0], s[1] / 2, s[2] / 2, 4 * s[3]);
    y = Layers.frozenLayerNorm(ops, name + ".norm", y, EPSILON);
    V weight = ops.parameter(name + ".reduction.weight", Init.FROZEN, 2 * s[3], 4 * s[3]);
    return ops.linear(y, weight, null);
  }

  private <V> V block(Ops<V> ops, String name, V x, int stage, boolean odd) {
    V y = Layers.frozenLayerNorm(ops, name + ".norm1", x, EPSILON);
    x = ops.add(x, inWindows(ops, name + ".attn", y, stage, odd));
    y = Layers.frozenLayerNorm(ops, name + ".norm2", x, EPSILON);
    return ops.add(x, TokenLayers.mlp(ops, name + ".mlp", y));
  }

  /** Attention within windows, which every other block shifts by half a window. */
  private <V> V inWindows(Ops<V> ops, String name, V x, int stage, boolean odd) {
    long[] s = ops.shape(x);
    int w = variant.window(stage);
    Windows windows = new Windows(s[1], s[2], w, odd ? w / 2 : 0);
    V y = windows.partition(ops, x); // (N·windows, w², C)
    List<V> qkv = TokenLayers.queriesKeysValues(ops, name, y, variant.heads().get(stage), s[3]);
    V a = TokenLayers.similarities(ops, qkv.get(0), qkv.get(1));
    a = ops.add(a, positionBias(ops, name, stage));
    if (windows.shifted()) {
      long[] all = ops.shape(a);
      long count = windows.count();
      a = ops.reshape(a, s[0], count, all[1], all[2], all[3]);
      V mask = ops.constant(windows.mask(FORBIDDEN), count, 1, all[2], all[3]);
      a = ops.reshape(ops.add(a, mask), all);
    }
    y = TokenLayers.project(ops, name, ops.matmul(ops.softmax(a, 3), qkv.get(2)));
    return windows.join(ops, y, s[0]);
  }

  /** Returns one number per head and relative position, (heads, w², w²). */
  private <V> V positionBias(Ops<V> ops, String name, int stage) {
    int w = variant.window(stage);
    int span = 2 * w - 1;
    int heads = variant.heads().get(stage);
    V table =
        ops.parameter(
            name + ".relative_position_bias_table", Init.FROZEN, (long) span * span, heads);
    long[] index = new long[w * w * w * w];
    for (int i = 0; i < w * w; i++) {
      for (int j = 0; j < w * w; j++) {
        int rows = i / w - j / w + w - 1;
        int columns = i % w - j % w + w - 1;
        index[i * w * w + j] = (long) rows * span + columns;
      }
    }
    V bias = ops.reshape(ops.indexSelect(table, 0, index), w * w, w * w, heads);
    return ops.transpose(bias, 2, 0, 1);
  }
}
