package dev.flowline.line;

import dev.flowline.calibration.Calibration;
import dev.flowline.engine.Encoding;
import dev.flowline.segmentation.FieldOfView;
import dev.flowline.segmentation.GuardBand;
import dev.flowline.segmentation.SegmentationOptions;
import java.util.Optional;

/**
 * What judges one encoded image, for one thread at a time: one model, or the models of all kept
 * folds.
 */
sealed interface ImageJudge extends AutoCloseable permits ImageJudge.OfModel, FoldsJudge {
  /**
   * The judgement of one image with its p-value.
   *
   * @param pValue null if no calibration gives one
   */
  record Judged(Judgement judgement, Double pValue) {}

  /**
   * Computes what the images of a batch have in common, so that none of them is charged with it.
   *
   * @param batch whose images will be judged
   */
  default void prepare(Encoding batch) {}

  /**
   * Judges one image.
   *
   * @param encoding of this image alone
   * @param moments whether the judgement is to have {@link Judgement#moments}
   */
  Judged judge(Encoding encoding, FieldOfView view, boolean moments);

  /** Returns the statistical test in use, with its threshold. */
  SegmentationOptions test();

  /** Returns the guard band around the threshold. */
  GuardBand band();

  @Override
  void close();

  /**
   * The judge by one model.
   *
   * @param judge closed with this
   * @param pValues the calibration that gives them; empty if none does
   */
  record OfModel(Judge judge, Optional<Calibration> pValues) implements ImageJudge {
    @Override
    public Judged judge(Encoding encoding, FieldOfView view, boolean moments) {
      Judgement found =
          judge
              .judge(
                  encoding.latents(),
                  encoding.anomalyMaps(view.height(), view.width()),
                  view,
                  moments)
              .get(0);
      return new Judged(
          found,
          pValues
              .map(calibration -> calibration.pValue(found.nfaMap().minLog10Nfa()))
              .orElse(null));
    }

    @Override
    public SegmentationOptions test() {
      return judge.test();
    }

    @Override
    public GuardBand band() {
      return judge.band();
    }

    @Override
    public void close() {
      judge.close();
    }
  }
}
