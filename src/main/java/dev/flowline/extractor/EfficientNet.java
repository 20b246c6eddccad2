package dev.flowline.extractor;

import dev.flowline.nn.Layers;
import dev.flowline.nn.Ops;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * EfficientNet (Tan, Le, 2019) as a feature extractor: inverted residual bottlenecks (MBConv) with
 * depthwise convolutions, squeeze and excitation and SiLU, every batch norm folded into its
 * convolution. The features are the outputs of any of its blocks.
 *
 * <p>Parameters are named as in timm; where that has a batch norm, a convolution here has a bias.
 *
 * @param taps blocks whose outputs are features, counted from 0 over all stages, ascending
 */
public record EfficientNet(Variant variant, List<Integer> taps) implements FeatureExtractor {
  private static final int STEM = 32;
  private static final int SQUEEZE = 4; // channels before the expansion by channels squeezed to

  /** The stages of B0, which the others widen and deepen. */
  private static final List<Stage> B0_STAGES =
      List.of(
          new Stage(1, 3, 1, 1, 16),
          new Stage(2, 3, 2, 6, 24),
          new Stage(2, 5, 2, 6, 40),
          new Stage(3, 3, 2, 6, 80),
          new Stage(3, 5, 1, 6, 112),
          new Stage(4, 5, 2, 6, 192),
          new Stage(1, 3, 1, 6, 320));

  /** The zeros around the convolutions of stride 2. */
  public enum Padding {
    /** ⌊k/2⌋ on every side: the weights that were trained in PyTorch. */
    SYMMETRIC,
    /** As few as needed, the odd one after: the weights that were trained in TensorFlow. */
    SAME
  }

  /**
   * @param blocks number of blocks
   * @param kernel of the depthwise convolutions
   * @param stride of the first block
   * @param expansion channels inside a block by channels before it
   * @param channels of the output
   */
  record Stage(int blocks, int kernel, int stride, int expansion, int channels) {}

  /**
   * @param name as in timm
   * @param width channels by those of B0, rounded to multiples of 8
   * @param depth blocks of a stage by those of B0, rounded up
   * @param batchNormEpsilon of the published weights
   */
  public record Variant(
      String name, double width, double depth, Padding padding, double batchNormEpsilon) {
    private static final double[] WIDTHS = {1.0, 1.0, 1.1, 1.2, 1.4, 1.6, 1.8, 2.0};
    private static final double[] DEPTHS = {1.0, 1.1, 1.2, 1.4, 1.8, 2.2, 2.6, 3.1};

    /** B0 … B7 as trained in PyTorch: timm's efficientnet_b0 …, and torchvision's up to B4. */
    public static Variant pytorch(int number) {
      return new Variant(
          "efficientnet_b" + number, WIDTHS[number], DEPTHS[number], Padding.SYMMETRIC, 1e-5);
    }

    /** B0 … B7 as trained in TensorFlow: timm's tf_efficientnet_b0 …. */
    public static Variant tensorflow(int number) {
      return new Variant(
          "tf_efficientnet_b" + number, WIDTHS[number], DEPTHS[number], Padding.SAME, 1e-3);
    }

    List<Stage> stages() {
      return B0_STAGES.stream()
          .map(
              s ->
                  new Stage(
                      (int) Math.ceil(s.blocks() * depth),
                      s.kernel(),
                      s.stride(),
                      s.expansion(),
                      rounded(s.channels() * width)))
          .toList();
    }

    /** Rounds to a multiple of 8, at least 8, and not down by more than a tenth. */
    int rounded(double channels) {
      int nearest = Math.max(8, (int) (channels + 4) / 8 * 8);
      return nearest < 0.9 * channels ? nearest + 8 : nearest;
    }

    /** The last blocks before the features get coarser than those strides. */
    List<Integer> lastBlocksOf(List<Integer> strides) {
      List<Place> places = places();
      return strides.stream()
          .map(
              stride ->
                  places.stream()
                      .filter(p -> p.strideAfter() == stride)
                      .max(Comparator.comparing(Place::index))
                      .orElseThrow()
                      .index())
          .toList();
    }

    /** All blocks in order. */
    List<Place> places() {
      List<Place> places = new ArrayList<>();
      List<Stage> stages = stages();
      int stride = 2;
      for (int s = 0; s < stages.size(); s++) {
        stride *= stages.get(s).stride();
        for (int b = 0; b < stages.get(s).blocks(); b++) {
          places.add(new Place(places.size(), s, b, stages.get(s), stride));
        }
      }
      return places;
    }
  }

  /** A block: its number over all stages, its stage, its number in that, and the stride there. */
  record Place(int index, int stageIndex, int block, Stage stage, int strideAfter) {
    int stride() {
      return block == 0 ? stage.stride() : 1;
    }

    String name() {
      return "blocks." + stageIndex + "." + block;
    }
  }

  public EfficientNet {
    taps = ChosenStages.checked(variant.name(), taps, variant.places().size());
  }

  /** Makes the network with features of strides 4, 8 and 16: the last blocks there. */
  public EfficientNet(Variant variant) {
    this(variant, variant.lastBlocksOf(List.of(4, 8, 16)));
  }

  @Override
  public String name() {
    return variant.name();
  }

  @Override
  public List<PretrainedNetwork> pretrained() {
    EfficientNetNames names = new EfficientNetNames(variant);
    int lastBlock = taps.get(taps.size() - 1);
    return List.of(
        PretrainedNetwork.of(this, coarsestStride(), names.unused(lastBlock), names::toTimm));
  }

  @Override
  public Optional<FeatureExtractor> withTaps(List<Integer> blocks) {
    return Optional.of(new EfficientNet(variant, blocks));
  }

  @Override
  public <V> List<V> features(Ops<V> ops, V images) {
    long[] s = ops.shape(images);
    requireInput(s[2], s[3]);
    V x = convolution(ops, "conv_stem", images, variant.rounded(STEM * variant.width()), 3, 2, 1);
    x = ops.silu(x);
    List<V> features = new ArrayList<>();
    for (Place place : variant.places().subList(0, taps.get(taps.size() - 1) + 1)) {
      x = block(ops, place, x);
      if (taps.contains(place.index())) {
        features.add(x);
      }
    }
    return features;
  }

  @Override
  public List<Integer> strides() {
    List<Place> places = variant.places();
    return taps.stream().map(tap -> places.get(tap).strideAfter()).toList();
  }

  @Override
  public void requireInput(long height, long width) {
    InputSize.requireMultiple(variant.name(), height, width, coarsestStride());
  }

  private int coarsestStride() {
    return variant.places().get(taps.get(taps.size() - 1)).strideAfter();
  }

  private <V> V block(Ops<V> ops, Place place, V x) {
    Stage stage = place.stage();
    String name = place.name();
    long in = ops.shape(x)[1];
    long inner = in * stage.expansion();
    boolean expands = stage.expansion() > 1;
    V y = expands ? ops.silu(convolution(ops, name + ".conv_pw", x, inner, 1, 1, 1)) : x;
    y = convolution(ops, name + ".conv_dw", y, inner, stage.kernel(), place.stride(), (int) inner);
    y = squeezeAndExcite(ops, PREFIX + name + ".se", ops.silu(y), in / SQUEEZE);
    String project = name + (expands ? ".conv_pwl" : ".conv_pw");
    y = convolution(ops, project, y, stage.channels(), 1, 1, 1);
    return place.stride() == 1 && in == stage.channels() ? ops.add(x, y) : y;
  }

  /** Every channel times a gate that depends on the means of all (Hu, Shen, Sun, 2018). */
  private static <V> V squeezeAndExcite(Ops<V> ops, String name, V x, long squeezed) {
    V s = ops.meanOverImage(x);
    s = ops.silu(Layers.frozenConv2d(ops, name + ".conv_reduce", s, squeezed, 1, 1, 0));
    s = Layers.frozenConv2d(ops, name + ".conv_expand", s, ops.shape(x)[1], 1, 1, 0);
    return ops.multiply(x, ops.sigmoid(s));
  }

  private <V> V convolution(
      Ops<V> ops, String name, V x, long out, int kernel, int stride, int groups) {
    boolean uneven = stride > 1 && variant.padding() == Padding.SAME;
    V padded = uneven ? padSame(ops, padSame(ops, x, 2, kernel, stride), 3, kernel, stride) : x;
    return Layers.frozenConv2d(
        ops, PREFIX + name, padded, out, kernel, stride, uneven ? 0 : kernel / 2, groups);
  }

  private static <V> V padSame(Ops<V> ops, V x, int dim, int kernel, int stride) {
    long size = ops.shape(x)[dim];
    long windows = (size + stride - 1) / stride;
    long zeros = Math.max(0, (windows - 1) * stride + kernel - size);
    return ops.padZeros(x, dim, zeros / 2, zeros - zeros / 2);
  }
}
