package dev.flowline.peer;

import dev.flowline.extractor.ResNet;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A ResNet as an eager program runs it (He, Zhang, Ren, Sun, 2016; the layout of torchvision):
 * channels first, convolution, batch norm and ReLU one after the other. What a layer has used is
 * freed at once, as a program in Python does, whose names are bound anew.
 */
final class EagerResNet implements EagerExtractor {
  private static final int STAGES = 3; // those that U-Flow takes

  private final NormalizedConvolution stem;
  private final List<List<Block>> stages = new ArrayList<>();

  /**
   * One residual block.
   *
   * @param layers all but the last are rectified
   * @param shortcut null where the input itself is added
   */
  private record Block(List<NormalizedConvolution> layers, NormalizedConvolution shortcut) {
    Tensor apply(Tensor x) {
      Tensor y = x;
      for (NormalizedConvolution layer : layers) {
        boolean last = layer == layers.get(layers.size() - 1);
        Tensor next = last ? layer.apply(y) : layer.rectified(y);
        if (y != x) {
          y.close();
        }
        y = next;
      }
      if (shortcut == null) {
        return y.add_(x).relu_();
      }
      try (Tensor aside = shortcut.apply(x)) {
        return y.add_(aside).relu_();
      }
    }
  }

  EagerResNet(ResNet.Variant variant, EagerWeights weights) {
    stem = weights.normalized("conv1", 2);
    boolean basic = variant.block() == ResNet.Block.BASIC;
    for (int stage = 0; stage < STAGES; stage++) {
      List<Block> blocks = new ArrayList<>();
      for (int block = 0; block < variant.blocks().get(stage); block++) {
        String name = "layer" + (stage + 1) + "." + block;
        int stride = stage > 0 && block == 0 ? 2 : 1;
        List<NormalizedConvolution> layers = new ArrayList<>();
        layers.add(weights.normalized(name + ".conv1", basic ? stride : 1));
        layers.add(weights.normalized(name + ".conv2", basic ? 1 : stride));
        if (!basic) {
          layers.add(weights.normalized(name + ".conv3", 1));
        }
        boolean projects = block == 0 && (stage > 0 || !basic);
        blocks.add(
            new Block(
                layers, projects ? weights.normalized(name + ".downsample.0", stride) : null));
      }
      stages.add(blocks);
    }
  }

  /** {@inheritDoc} They are the outputs of the first three stages. */
  @Override
  public List<Tensor> features(Tensor images) {
    List<Tensor> features = new ArrayList<>();
    Tensor x;
    try (Tensor rectified = stem.rectified(images)) {
      x =
          torch.max_pool2d(
              rectified,
              new long[] {3, 3},
              new long[] {2, 2},
              new long[] {1, 1},
              new long[] {1, 1},
              false);
    }
    for (List<Block> stage : stages) {
      for (Block block : stage) {
        Tensor next = block.apply(x);
        boolean feature = block == stage.get(0) && !features.isEmpty();
        if (!feature) {
          x.close();
        }
        x = next;
      }
      features.add(x);
    }
    return features;
  }
}
