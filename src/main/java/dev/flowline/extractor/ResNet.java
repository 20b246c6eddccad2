package dev.flowline.extractor;

import dev.flowline.nn.Layers;
import dev.flowline.nn.Ops;
import java.util.ArrayList;
import java.util.List;

/**
 * Three stages of a ResNet (He, Zhang, Ren, Sun, 2016) or Wide ResNet (Zagoruyko, Komodakis, 2016),
 * with every batch norm folded into its convolution.
 *
 * <p>Parameters are named as in torchvision and timm; where those have a batch norm, a convolution
 * here has a bias: {@link BatchNormFolding} makes one of the other.
 */
public record ResNet(Variant variant, Output output) implements FeatureExtractor {
  private static final int FIRST_STRIDE = 4;
  private static final int STAGES = 4;
  private static final int STEM = 64;
  private static final double BATCH_NORM_EPSILON = 1e-5;

  /** Which stages are features, and what is put behind them. */
  public enum Output {
    /**
     * Stages 1 to 3, strides 4, 8 and 16, and the trainable layer normalisation over [C, H, W] that
     * FastFlow and U-Flow put behind each.
     */
    FINE(List.of(0, 1, 2)),
    /** Stages 2 to 4, strides 8, 16 and 32, as they are: CFlow-AD. */
    COARSE(List.of(1, 2, 3));

    private final List<Integer> stages;

    Output(List<Integer> stages) {
      this.stages = stages;
    }
  }

  /** A residual block. */
  public enum Block {
    /** Two 3×3 convolutions. */
    BASIC,
    /** 1×1, 3×3, 1×1, the last with the stage's channels. */
    BOTTLENECK
  }

  /**
   * @param blocks number of blocks per stage
   * @param channels of the first stage's output, doubled by each later one
   * @param inner channels inside the first stage's blocks, doubled by each later one
   */
  public record Variant(String name, Block block, List<Integer> blocks, int channels, int inner) {
    public static final Variant RESNET18 =
        new Variant("resnet18", Block.BASIC, List.of(2, 2, 2, 2), 64, 64);
    public static final Variant RESNET34 =
        new Variant("resnet34", Block.BASIC, List.of(3, 4, 6, 3), 64, 64);
    public static final Variant RESNET50 =
        new Variant("resnet50", Block.BOTTLENECK, List.of(3, 4, 6, 3), 256, 64);
    public static final Variant RESNET101 =
        new Variant("resnet101", Block.BOTTLENECK, List.of(3, 4, 23, 3), 256, 64);
    public static final Variant WIDE_RESNET50_2 =
        new Variant("wide-resnet50-2", Block.BOTTLENECK, List.of(3, 4, 6, 3), 256, 128);
    public static final Variant WIDE_RESNET101_2 =
        new Variant("wide-resnet101-2", Block.BOTTLENECK, List.of(3, 4, 23, 3), 256, 128);

    public Variant {
      blocks = List.copyOf(blocks);
      if (blocks.size() != STAGES) {
        throw new IllegalArgumentException("blocks must be of 4 stages, got " + blocks);
      }
    }
  }

  /** Makes the network with the output that FastFlow and U-Flow take. */
  public ResNet(Variant variant) {
    this(variant, Output.FINE);
  }

  @Override
  public String name() {
    return variant.name();
  }

  @Override
  public List<PretrainedNetwork> pretrained() {
    return List.of(
        PretrainedNetwork.of(
            this,
            FIRST_STRIDE << last(),
            "layer4\\..*|fc\\..*",
            published -> BatchNormFolding.fold(published, BATCH_NORM_EPSILON)));
  }

  @Override
  public NetworkFamily family() {
    return variant.block() == Block.BASIC ? NetworkFamily.SMALL_RESNET : NetworkFamily.OTHER;
  }

  @Override
  public <V> List<V> features(Ops<V> ops, V images) {
    long[] s = ops.shape(images);
    requireInput(s[2], s[3]);
    V x = rectified(ops, "conv1", images, STEM, 7, 2, null);
    x = ops.maxPool2d(x, 3, 2, 1);
    List<V> features = new ArrayList<>();
    for (int stage = 0; stage <= last(); stage++) {
      for (int block = 0; block < variant.blocks().get(stage); block++) {
        int stride = stage > 0 && block == 0 ? 2 : 1;
        x = residual(ops, "layer" + (stage + 1) + "." + block, x, stage, stride);
      }
      if (output.stages.contains(stage)) {
        features.add(x);
      }
    }
    return features;
  }

  @Override
  public <V> List<V> normalize(Ops<V> ops, List<V> features) {
    return output == Output.FINE ? Normalizations.ofScales(ops, features) : features;
  }

  @Override
  public List<Integer> strides() {
    return output.stages.stream().map(stage -> FIRST_STRIDE << stage).toList();
  }

  @Override
  public void requireInput(long height, long width) {
    InputSize.requireMultiple(variant.name(), height, width, FIRST_STRIDE << last());
  }

  private int last() {
    return output.stages.get(output.stages.size() - 1);
  }

  private <V> V residual(Ops<V> ops, String name, V x, int stage, int stride) {
    int channels = variant.channels() << stage;
    int inner = variant.inner() << stage;
    boolean sameShape = stride == 1 && ops.shape(x)[1] == channels;
    if (variant.block() == Block.BASIC) {
      V y = rectified(ops, name + ".conv1", x, inner, 3, stride, null);
      V shortcut = sameShape ? x : conv(ops, name + ".downsample.0", x, channels, 1, stride);
      return rectified(ops, name + ".conv2", y, channels, 3, 1, shortcut);
    }
    V y = rectified(ops, name + ".conv1", x, inner, 1, 1, null);
    y = rectified(ops, name + ".conv2", y, inner, 3, stride, null);
    V shortcut = sameShape ? x : conv(ops, name + ".downsample.0", x, channels, 1, stride);
    return rectified(ops, name + ".conv3", y, channels, 1, 1, shortcut);
  }

  private static <V> V rectified(
      Ops<V> ops, String name, V x, int out, int kernel, int stride, V summand) {
    return Layers.frozenRectifiedConv2d(ops, PREFIX + name, x, out, kernel, stride, summand);
  }

  private static <V> V conv(Ops<V> ops, String name, V x, int out, int kernel, int stride) {
    return Layers.frozenConv2d(ops, PREFIX + name, x, out, kernel, stride, kernel / 2);
  }
}
