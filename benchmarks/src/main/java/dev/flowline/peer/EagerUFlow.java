package dev.flowline.peer;

import dev.flowline.extractor.FeatureExtractor;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * The flow of U-Flow as an eager program runs it (Tailanian, Musé, Pardo 2024, section 3.2), from
 * features to latents; layer normalisations over [C, H, W] included, if the model has them.
 */
final class EagerUFlow {
  private static final int NODES_BETWEEN_STAGES = 3; // of the published numbering of parameters
  private static final double EPSILON = 1e-5;

  private final List<EagerLayerNorm> normalizations = new ArrayList<>(); // finest first, or none
  private final List<List<EagerCoupling>> stages = new ArrayList<>(); // coarsest first

  /** The latents by scale, finest first, and the log-determinant (N). */
  record Flowed(List<Tensor> latents, Tensor logDetJacobian) {}

  /**
   * @param scales number of scales
   * @param steps coupling blocks by stage
   */
  EagerUFlow(int scales, int steps, EagerWeights weights) {
    for (int scale = 0; scale < scales; scale++) {
      String name = FeatureExtractor.NORMALIZATIONS + scale;
      if (weights.has(name + ".weight")) {
        normalizations.add(weights.layerNorm(name, EPSILON));
      }
    }
    for (int stage = 0; stage < scales; stage++) {
      List<EagerCoupling> blocks = new ArrayList<>();
      for (int step = 0; step < steps; step++) {
        String name = "flow.module_list." + (stage * (steps + NODES_BETWEEN_STAGES) + step);
        blocks.add(
            new EagerCoupling(
                weights.convolution(name + ".subnet.0"),
                weights.convolution(name + ".subnet.2"),
                weights.copy(name + ".global_scale"),
                weights.copy(name + ".global_offset"),
                weights.permutation(name + ".w_perm")));
      }
      stages.add(blocks);
    }
  }

  /**
   * Computes the latents; the caller frees them.
   *
   * @param features (N, C, H, W) by scale, finest first
   */
  Flowed forward(List<Tensor> features) {
    List<Tensor> latents = new ArrayList<>();
    int coarsest = features.size() - 1;
    Tensor x = normalized(coarsest, features);
    Tensor logDet = null;
    for (int scale = coarsest; ; scale--) {
      for (EagerCoupling block : stages.get(coarsest - scale)) {
        EagerCoupling.Flowed next = block.forward(x);
        x.close();
        x = next.value();
        logDet = sum(logDet, next.logDetJacobian());
      }
      if (scale == 0) {
        latents.add(0, x);
        return new Flowed(latents, logDet);
      }
      long width = x.size(1);
      long rising = 4 * (width / 8);
      latents.add(0, x.narrow(1, rising, width - rising));
      Tensor finer;
      try (Tensor rises = x.narrow(1, 0, rising);
          Tensor up = torch.pixel_shuffle(rises, 2);
          Tensor own = normalized(scale - 1, features);
          TensorVector parts = new TensorVector(own, up)) {
        finer = torch.cat(parts, 1);
      }
      x.close(); // its second part stays, as the latent
      x = finer;
    }
  }

  /** Returns features of a transformer as they are: their last layer has normalised them. */
  private Tensor normalized(int scale, List<Tensor> features) {
    Tensor own = features.get(scale);
    return normalizations.isEmpty() ? own.alias() : normalizations.get(scale).apply(own);
  }

  private static Tensor sum(Tensor before, Tensor next) {
    if (before == null) {
      return next;
    }
    try (before;
        next) {
      return before.add(next);
    }
  }
}
