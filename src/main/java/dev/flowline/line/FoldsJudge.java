package dev.flowline.line;

import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.CvPlus;
import dev.flowline.engine.Encoding;
import dev.flowline.model.AnomalyModel;
import dev.flowline.segmentation.FieldOfView;
import dev.flowline.segmentation.GuardBand;
import dev.flowline.segmentation.NfaShift;
import dev.flowline.segmentation.SegmentationOptions;
import java.util.ArrayList;
import java.util.List;

/**
 * The judge by the models of all kept folds, see {@link CvPlus}. Regions, maps and statistic are
 * those of the deciding fold's model, by the number of the calibration image that decides as
 * threshold, so that they and the verdict say the same. The numbers are then shifted so that this
 * threshold is log10Epsilon, as for every other image.
 */
final class FoldsJudge implements ImageJudge {
  private final SegmentationOptions test;
  private final Calibration calibration;
  private final List<Judge> judges = new ArrayList<>(); // by fold

  /**
   * Makes a judge.
   *
   * @param model with kept folds
   * @param test that of the model, with its threshold or another one
   */
  FoldsJudge(AnomalyModel model, SegmentationOptions test) {
    this.test = test;
    calibration = model.config().calibration();
    try {
      for (AnomalyModel fold : model.folds()) {
        judges.add(new Judge(fold.config().segmentation(), model.device()));
      }
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  @Override
  public void prepare(Encoding batch) {
    batch.folds().forEach(Encoding::latents);
  }

  @Override
  public Judged judge(Encoding encoding, FieldOfView view, boolean moments) {
    List<Encoding> folds = encoding.folds();
    float[] numbers = new float[folds.size()];
    for (int fold = 0; fold < numbers.length; fold++) {
      numbers[fold] = judges.get(fold).minLog10Nfa(folds.get(fold).latents(), view);
    }
    CvPlus.FoldComparison found = CvPlus.compare(calibration, numbers);
    double log10Epsilon = test.log10Epsilon();
    double calibrated = calibration.log10Epsilon(); // which may be −∞, as a number may
    double byHand = log10Epsilon == calibrated ? 0 : log10Epsilon - calibrated;
    NfaShift shift = new NfaShift(found.threshold() + byHand, log10Epsilon);
    Encoding deciding = folds.get(found.fold());
    Judgement own =
        judges
            .get(found.fold())
            .judge(
                deciding.latents(),
                deciding.anomalyMaps(view.height(), view.width()),
                view,
                moments,
                shift.from())
            .get(0);
    return new Judged(own.shifted(shift), found.pValue());
  }

  @Override
  public SegmentationOptions test() {
    return test;
  }

  @Override
  public GuardBand band() {
    return GuardBand.NONE;
  }

  @Override
  public void close() {
    judges.forEach(Judge::close);
  }
}
