package dev.flowline.eval;

import dev.flowline.metrics.Aupro;
import dev.flowline.metrics.Auroc;
import dev.flowline.metrics.MeanIou;
import java.util.List;

/** The metrics of one set of images: all images, or those of one defect type and all good ones. */
final class SetMetrics {
  private final List<ImageOutcome> outcomes;
  private final boolean judgeable;
  private final boolean fairKnown;

  final Auroc pixelAuroc = new Auroc();
  final Auroc imageAuroc;

  /** The AUROC of images by minLog10Nfa. */
  final Auroc nfaImageAuroc;

  final Aupro aupro = new Aupro();

  /** The mean IoU by thresholds of the anomaly map. */
  final MeanIou mapIou;

  /** The mean IoU by thresholds of −log10Nfa, the first being −log10Epsilon. */
  final MeanIou nfaIou;

  /**
   * Makes the metrics of a set.
   *
   * @param fairThreshold of the anomaly map; NaN if unknown
   * @param significances thresholds of −log10Nfa, the automatic one first
   */
  SetMetrics(List<ImageOutcome> outcomes, double fairThreshold, double... significances) {
    this.outcomes = outcomes;
    this.fairKnown = !Double.isNaN(fairThreshold);
    this.judgeable =
        outcomes.stream().allMatch(ImageOutcome::good)
            || outcomes.stream().anyMatch(o -> !o.good() && o.judged());
    this.mapIou = fairKnown ? new MeanIou(fairThreshold) : new MeanIou();
    this.nfaIou = new MeanIou(significances);
    this.imageAuroc =
        Auroc.of(
            outcomes.stream().mapToDouble(ImageOutcome::anomalyScore).toArray(), defectFlags());
    this.nfaImageAuroc =
        Auroc.of(outcomes.stream().mapToDouble(o -> -o.minLog10Nfa()).toArray(), defectFlags());
  }

  private boolean[] defectFlags() {
    boolean[] flags = new boolean[outcomes.size()];
    for (int i = 0; i < flags.length; i++) {
      flags[i] = !outcomes.get(i).good();
    }
    return flags;
  }

  /** Returns whether the set has a mean IoU: there are masks, or no defects. */
  boolean judgeable() {
    return judgeable;
  }

  /** Returns the value, or NaN if the set has no mean IoU. */
  double ifJudgeable(double value) {
    return judgeable ? value : Double.NaN;
  }

  MeanIouByThreshold meanIou() {
    return new MeanIouByThreshold(
        ifJudgeable(nfaIou.at(0)),
        ifJudgeable(nfaIou.best()),
        fairKnown ? ifJudgeable(mapIou.at(0)) : Double.NaN);
  }

  double meanIouOfDefectImages() {
    return outcomes.stream()
        .filter(o -> !o.good() && o.judged())
        .mapToDouble(ImageOutcome::iou)
        .average()
        .orElse(Double.NaN);
  }

  int count(boolean good) {
    return (int) outcomes.stream().filter(o -> o.good() == good).count();
  }

  int count(ImageOutcome.Detection detection) {
    return (int) outcomes.stream().filter(o -> o.detection() == detection).count();
  }

  int countWithoutGroundTruth() {
    return (int) outcomes.stream().filter(o -> !o.judged()).count();
  }

  double regionsPerGoodImage() {
    return outcomes.stream()
        .filter(ImageOutcome::good)
        .mapToInt(ImageOutcome::regions)
        .average()
        .orElse(Double.NaN);
  }

  DefectTypeResult asDefectType() {
    return new DefectTypeResult(
        count(false),
        count(ImageOutcome.Detection.FOUND),
        count(ImageOutcome.Detection.ALARMED_ELSEWHERE),
        pixelAuroc.value(),
        imageAuroc.value(),
        nfaImageAuroc.value(),
        aupro.value(),
        meanIou(),
        meanIouOfDefectImages());
  }
}
