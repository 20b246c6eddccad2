package dev.flowline.extractor;

import dev.flowline.nn.Layers;
import dev.flowline.nn.Ops;
import java.util.ArrayList;
import java.util.List;

/**
 * The first three stages of a ResNet (He, Zhang, Ren, Sun, 2016) or Wide ResNet (Zagoruyko,
 * Komodakis, 2016), strides 4, 8 and 16, with every batch norm folded into its convolution, and the
 * trainable layer normalisation over [C, H, W] that FastFlow and U-Flow put behind each.
 *
 * <p>Parameters are named as in torchvision and timm; where those have a batch norm, a convolution
 * here has a bias: {@link BatchNormFolding} makes one of the other.
 */
public record ResNet(Variant variant) implements FeatureExtractor {
  private static final List<Integer> STRIDES = List.of(4, 8, 16);
  private static final int STEM = 64;

  /** A residual block. */
  public enum Block {
    /** Two 3×3 convolutions. */
    BASIC,
    /** 1×1, 3×3, 1×1, the last with the stage's channels. */
    BOTTLENECK
  }

  /**
   * @param blocks number of blocks of stages 1 to 3
   * @param channels of the first stage's output, doubled by each later one
   * @param inner channels inside the first stage's blocks, doubled by each later one
   */
  public record Variant(String name, Block block, List<Integer> blocks, int channels, int inner) {
    public static final Variant RESNET18 =
        new Variant("resnet18", Block.BASIC, List.of(2, 2, 2), 64, 64);
    public static final Variant RESNET34 =
        new Variant("resnet34", Block.BASIC, List.of(3, 4, 6), 64, 64);
    public static final Variant WIDE_RESNET50_2 =
        new Variant("wide-resnet50-2", Block.BOTTLENECK, List.of(3, 4, 6), 256, 128);

    public Variant {
      blocks = List.copyOf(blocks);
      if (blocks.size() != STRIDES.size()) {
        throw new IllegalArgumentException("blocks must be of 3 stages, got " + blocks);
      }
    }
  }

  @Override
  public <V> List<V> features(Ops<V> ops, V images) {
    long[] s = ops.shape(images);
    requireInput(s[2], s[3]);
    V x = ops.relu(conv(ops, "conv1", images, STEM, 7, 2));
    x = ops.maxPool2d(x, 3, 2, 1);
    List<V> features = new ArrayList<>();
    for (int stage = 0; stage < STRIDES.size(); stage++) {
      for (int block = 0; block < variant.blocks().get(stage); block++) {
        int stride = stage > 0 && block == 0 ? 2 : 1;
        x = residual(ops, "layer" + (stage + 1) + "." + block, x, stage, stride);
      }
      features.add(x);
    }
    return features;
  }

  @Override
  public <V> List<V> normalize(Ops<V> ops, List<V> features) {
    List<V> normalized = new ArrayList<>();
    for (int i = 0; i < features.size(); i++) {
      normalized.add(Layers.layerNormOverImage(ops, NORMALIZATIONS + i, features.get(i)));
    }
    return normalized;
  }

  @Override
  public List<Integer> strides() {
    return STRIDES;
  }

  @Override
  public void requireInput(long height, long width) {
    InputSize.requireMultiple(variant.name(), height, width, STRIDES.get(STRIDES.size() - 1));
  }

  private <V> V residual(Ops<V> ops, String name, V x, int stage, int stride) {
    int channels = variant.channels() << stage;
    int inner = variant.inner() << stage;
    V y;
    if (variant.block() == Block.BASIC) {
      y = ops.relu(conv(ops, name + ".conv1", x, inner, 3, stride));
      y = conv(ops, name + ".conv2", y, channels, 3, 1);
    } else {
      y = ops.relu(conv(ops, name + ".conv1", x, inner, 1, 1));
      y = ops.relu(conv(ops, name + ".conv2", y, inner, 3, stride));
      y = conv(ops, name + ".conv3", y, channels, 1, 1);
    }
    boolean sameShape = stride == 1 && ops.shape(x)[1] == channels;
    V shortcut = sameShape ? x : conv(ops, name + ".downsample.0", x, channels, 1, stride);
    return ops.relu(ops.add(y, shortcut));
  }

  private static <V> V conv(Ops<V> ops, String name, V x, int out, int kernel, int stride) {
    return Layers.frozenConv2d(ops, PREFIX + name, x, out, kernel, stride, kernel / 2);
  }
}
