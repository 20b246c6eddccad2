package dev.flowline.peer;

import dev.flowline.extractor.CaiT;
import dev.flowline.extractor.FeatureExtractor;
import dev.flowline.extractor.MsCaiT;
import dev.flowline.extractor.ResNet;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** A feature extractor as an eager program runs it. */
interface EagerExtractor {
  /**
   * Computes the features, finest first; the caller frees them.
   *
   * @param images (N, 3, H, W), channels first
   */
  List<Tensor> features(Tensor images);

  /** Returns whether a peer has this extractor. */
  static boolean has(FeatureExtractor network) {
    return network instanceof ResNet || network instanceof MsCaiT || network instanceof CaiT;
  }

  /**
   * Makes the eager program of an extractor.
   *
   * @throws IllegalArgumentException if there is none
   */
  static EagerExtractor of(FeatureExtractor network, EagerWeights weights) {
    if (network instanceof ResNet resNet) {
      return new EagerResNet(resNet.variant(), weights);
    }
    if (network instanceof CaiT cait) {
      EagerCaiT alone = new EagerCaiT(cait, weights);
      return images -> List.of(alone.features(images));
    }
    if (network instanceof MsCaiT both) {
      return ofTwo(
          new EagerCaiT(both.fine(), weights),
          new EagerCaiT(both.coarse(), weights),
          both.coarse().variant().inputSize());
    }
    throw new IllegalArgumentException("the peer has no " + network.name());
  }

  private static EagerExtractor ofTwo(EagerCaiT fine, EagerCaiT coarse, long half) {
    return images -> {
      try (Tensor small = torch.upsample_bicubic2d(images, new long[] {half, half}, true)) {
        return List.of(fine.features(images), coarse.features(small));
      }
    };
  }
}
