package dev.flowline.calibration;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flowline.segmentation.SegmentationOptions;
import java.util.List;
import java.util.Objects;

/**
 * The cross-fitting that a calibration rests on: the good images were divided into folds, and each
 * image has its statistic by a model that had learned from the other folds alone. An inspection
 * uses one model, which has learned from all images; or, if they are kept, the models of all folds,
 * see {@link CvPlus}.
 *
 * @param folds K, at least 2
 * @param kept whether the models of the folds are in the model file and judge
 * @param laws the region laws of the kept models, by fold; null if none is kept, or if the test has
 *     no region law
 */
public record CrossFitting(
    int folds,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean kept,
    @JsonInclude(JsonInclude.Include.NON_NULL) List<FoldLaws> laws) {
  public CrossFitting {
    if (folds < 2) {
      throw new IllegalArgumentException("folds must be at least 2, got " + folds);
    }
    if (laws != null) {
      laws = List.copyOf(laws);
      if (!kept || laws.size() != folds || laws.stream().anyMatch(Objects::isNull)) {
        throw new IllegalArgumentException(
            "laws must be those of %s kept folds, got %s".formatted(folds, laws.size()));
      }
    }
  }

  /** Makes a cross-fitting whose models are not kept. */
  public CrossFitting(int folds) {
    this(folds, false, null);
  }

  /** Returns the same cross-fitting with its models kept; their laws are not measured yet. */
  public CrossFitting keeping() {
    return new CrossFitting(folds, true, null);
  }

  /** Returns the same cross-fitting with the region laws of the kept models, by fold. */
  public CrossFitting withLaws(List<FoldLaws> measured) {
    return new CrossFitting(folds, kept, measured);
  }

  /**
   * Returns the test of the kept model of a fold.
   *
   * @param whole the test of the model that has learned from all images
   * @param fold from 0 to K − 1
   */
  public SegmentationOptions test(SegmentationOptions whole, int fold) {
    return laws == null ? whole : laws.get(fold).in(whole);
  }

  /**
   * Requires that the kept models have region laws where a test has them.
   *
   * @throws IllegalArgumentException if they have not
   */
  public void requireFit(SegmentationOptions whole) {
    if (kept && (laws == null) != (whole.law() == null)) {
      throw new IllegalArgumentException(
          "kept folds must have region laws if, and only if, the test has one");
    }
    for (int fold = 0; laws != null && fold < folds; fold++) {
      test(whole, fold);
    }
  }
}
