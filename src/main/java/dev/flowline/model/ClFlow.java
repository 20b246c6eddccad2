package dev.flowline.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flowline.data.synthesis.SynthesisSettings;
import dev.flowline.extractor.FeatureExtractor;
import dev.flowline.flow.Flow;
import dev.flowline.flow.Latents;
import dev.flowline.flow.NegativeLogLikelihood;
import dev.flowline.nn.Ops;
import java.util.List;
import java.util.Objects;

/**
 * CL-Flow (Wang, Li, Luo, Bi 2023), a reconstruction: another flow, trained on synthesised defects
 * too. What runs at inference is that flow and nothing more, so are its parameters and their names.
 *
 * <p>Published are pairs of normal and synthetic latents and the three kinds of term ({@link
 * ContrastiveLoss}); their equations and weights, and how negatives are made, are ours. The terms
 * say nothing of whether latents of negatives are independent, and nothing needs it.
 *
 * @param base which flow it trains
 * @param fastFlow settings of that base, there also if the other one is chosen
 * @param uFlow settings of the other base, there also if the first one is chosen
 * @param classification weight of the cross-entropy; 0 for none, as for the other two weights
 * @param pull weight of the pull of normal images' global features
 * @param push weight of the push between a normal and a negative box
 * @param smoothing of the labels, in [0, 1)
 * @param energyBound largest mean_c z² of a position that changes the loss, above 1
 * @param guard longest contrastive gradient, as a share of the likelihood's, once what points
 *     against that is taken away: what keeps the likelihood of normal images from suffering
 * @param warmUpEpochs of likelihood alone; never more than half of all epochs
 * @param negatives per normal image, made once; the epochs take them in turn
 * @param synthesis how they are made
 * @param textures a folder of images to make them of; null for each image itself
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ClFlow(
    Base base,
    FastFlow fastFlow,
    UFlow uFlow,
    double classification,
    double pull,
    double push,
    double smoothing,
    double energyBound,
    double guard,
    int warmUpEpochs,
    int negatives,
    SynthesisSettings synthesis,
    String textures)
    implements LikelihoodMethod {
  /** The reconstructed settings, on the FastFlow of WideResNet-50-2. */
  public static final ClFlow DEFAULT = on(FastFlow.WIDE);

  static final ModelKind.Facts FACTS =
      new ModelKind.Facts(
          "flow trained against synthesised defects (after Wang, Li, Luo, Bi 2023);"
              + " known are the tasks, their equations and weights are ours, extractor and recipe"
              + " FastFlow's",
          true,
          FastFlow.FACTS.extractor(),
          FastFlow.FACTS.inputSize(),
          DEFAULT,
          FastFlow.FACTS.recipe(),
          List.of()); // none are published; they are the base's

  /** The flow that is trained. */
  public enum Base {
    FASTFLOW,
    U_FLOW
  }

  public ClFlow {
    Objects.requireNonNull(base, "base");
    Objects.requireNonNull(fastFlow, "fastFlow");
    Objects.requireNonNull(uFlow, "uFlow");
    Objects.requireNonNull(synthesis, "synthesis");
    require(classification >= 0, "classification", "at least 0", classification);
    require(pull >= 0, "pull", "at least 0", pull);
    require(push >= 0, "push", "at least 0", push);
    require(smoothing >= 0 && smoothing < 1, "smoothing", "in [0, 1)", smoothing);
    require(energyBound > 1 && energyBound <= 100, "energyBound", "in (1, 100]", energyBound);
    require(guard > 0, "guard", "above 0", guard);
    require(warmUpEpochs >= 0, "warmUpEpochs", "at least 0", warmUpEpochs);
    require(negatives >= 1, "negatives", "at least 1", negatives);
  }

  /** Returns the settings over a FastFlow, CL-Flow's own at their defaults. */
  public static ClFlow on(FastFlow base) {
    double classification = 0.5;
    double pull = 0.5;
    double push = 0.5;
    double smoothing = 0.1;
    double energyBound = 16;
    double guard = 0.5;
    int warmUpEpochs = 15;
    int negatives = 4;
    String textures = null; // of each image itself
    return new ClFlow(
        Base.FASTFLOW,
        base,
        UFlow.DEFAULT,
        classification,
        pull,
        push,
        smoothing,
        energyBound,
        guard,
        warmUpEpochs,
        negatives,
        SynthesisSettings.DEFAULT,
        textures);
  }

  /** Returns the settings with another folder of textures. */
  public ClFlow withTextures(String folder) {
    return new ClFlow(
        base,
        fastFlow,
        uFlow,
        classification,
        pull,
        push,
        smoothing,
        energyBound,
        guard,
        warmUpEpochs,
        negatives,
        synthesis,
        folder);
  }

  /** Returns the settings over the FastFlow published for networks of an extractor's kind. */
  static ClFlow of(FeatureExtractor extractor) {
    return on(FastFlow.of(extractor));
  }

  /** The method without contrast: what runs at inference. */
  public LikelihoodMethod bare() {
    return base == Base.U_FLOW ? uFlow : fastFlow;
  }

  /** Whether negatives are of any use. */
  public boolean contrasts() {
    return classification > 0 || pull > 0 || push > 0;
  }

  /** The number of epochs of likelihood alone in a training of so many epochs. */
  public int warmUp(int epochs) {
    return contrasts() ? Math.min(warmUpEpochs, epochs / 2) : 0;
  }

  @Override
  public Flow flow(List<long[]> features) {
    return bare().flow(features);
  }

  @Override
  public TrainingPlan trainingPlan() {
    return contrasts() ? new TrainingPlan.Contrasted(this) : new TrainingPlan.OnImages(this);
  }

  @Override
  public Independence independence(int scales) {
    return bare().independence(scales);
  }

  @Override
  public <V> List<V> flowInput(Ops<V> ops, FeatureExtractor extractor, List<V> features) {
    return bare().flowInput(ops, extractor, features);
  }

  /** Computes the NLL per dimension of normal images: what the warm-up makes small. */
  @Override
  public <V> V loss(Ops<V> ops, Latents<V> latents) {
    return NegativeLogLikelihood.meanByDimension(ops, latents);
  }

  /**
   * Computes the contrastive terms, which are added to {@link #loss}; a scalar.
   *
   * @param normal latents by scale of N images
   * @param negative those of a negative of each
   * @param labels of the negatives
   */
  public <V> V contrast(
      Ops<V> ops, List<V> normal, List<V> negative, List<SurrogateLabels> labels) {
    ContrastiveLoss<V> terms = new ContrastiveLoss<>(ops, smoothing, energyBound);
    V sum = ops.zeros();
    if (classification > 0) {
      V term = terms.classification(normal, negative, labels);
      sum = ops.add(sum, ops.multiply(term, classification));
    }
    if (pull > 0 && labels.size() > 1) {
      sum = ops.add(sum, ops.multiply(terms.pull(normal), pull));
    }
    if (push > 0) {
      V term = terms.push(normal, negative, labels);
      sum = ops.add(sum, ops.multiply(term, push));
    }
    return sum;
  }

  private static void require(boolean holds, String name, String bound, Number value) {
    if (!holds) {
      throw new IllegalArgumentException(name + " must be " + bound + ", got " + value);
    }
  }
}
