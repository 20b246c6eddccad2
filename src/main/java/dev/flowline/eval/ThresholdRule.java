package dev.flowline.eval;

import dev.flowline.line.Statistic;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * A rule that sets a threshold: Flowline's, and those that others use. Only Flowline's states a
 * rate of false alarms. Rules for the anomaly map judge an image by the map's maximum, and a defect
 * by the pixels in its ground truth.
 */
public enum ThresholdRule {
  /** The threshold of the evaluated model. */
  FLOWLINE("Flowline", Statistic.LOG10_NFA) {
    @Override
    double threshold(Known known) {
      return -known.log10Epsilon;
    }
  },

  /**
   * The largest anomaly score of the calibration images. One of the threshold estimates that
   * Bergmann et al. compare (The MVTec Anomaly Detection Dataset, IJCV 129, 2021); also what
   * anomalib's {@code F1AdaptiveThreshold} falls back to if the validation set has no defect, as
   * its warning says.
   */
  LARGEST("largest good score", ThresholdRule.ANOMALY_MAP) {
    @Override
    double threshold(Known known) {
      return Arrays.stream(known.calibration.maxima()).max().orElse(Double.NaN);
    }
  },

  /**
   * The mean of the anomaly scores of the calibration images and three times their standard
   * deviation, which is numpy's: of n images and not of n − 1. RoBiS (Li et al. 2025, arXiv
   * 2505.21152) calls mean + 3 std the traditional way to binarize anomaly maps. Here it is taken
   * of image scores, since it is to decide on images.
   */
  MEAN_PLUS_3_SIGMA("mean + 3σ", ThresholdRule.ANOMALY_MAP) {
    @Override
    double threshold(Known known) {
      double[] scores = known.calibration.maxima();
      double mean = Arrays.stream(scores).average().orElse(Double.NaN);
      double variance =
          Arrays.stream(scores).map(s -> (s - mean) * (s - mean)).average().orElse(Double.NaN);
      return mean + 3 * Math.sqrt(variance);
    }
  },

  /**
   * The 95th percentile, times 1.421, of all pixels of the calibration images' maps: {@code
   * threshold_percentile} and {@code threshold_factor} of SuperADD (Roming et al. 2026, arXiv
   * 2605.14808), which then closes and erodes the mask; that step is left out. It is unknown if the
   * percentile is negative, because a factor then lowers it.
   */
  PERCENTILE_95_TIMES_1_421("95th percentile × 1.421", ThresholdRule.ANOMALY_MAP) {
    @Override
    double threshold(Known known) {
      double percentile = known.calibration.percentile95();
      return percentile >= 0 ? 1.421 * percentile : Double.NaN;
    }
  },

  /**
   * The threshold with the highest F1 score on the test images themselves, whose labels it needs:
   * anomalib's {@code F1AdaptiveThreshold}, if the validation set is the test set. An image is
   * taken for defective at or above a score, and of several best scores the lowest is taken.
   */
  ADAPTIVE_F1("adaptive F1", ThresholdRule.ANOMALY_MAP) {
    @Override
    double threshold(Known known) {
      return Math.nextDown(highestF1(known.maps));
    }
  },

  /**
   * The test of the U-Flow paper (Tailanian, Musé and Pardo 2024, equations 6, 7 and 9) at log10 ε
   * = 0: chi-square energies, and the published number of tests. It states one false alarm per
   * image on average at most, and not how many images raise one.
   */
  PUBLISHED_NFA("published NFA", Statistic.LOG10_NFA) {
    @Override
    double threshold(Known known) {
      return 0;
    }
  };

  /** The name of the statistic of the rules for the anomaly map. */
  static final String ANOMALY_MAP = "anomalyMap";

  private final String title;
  private final String statistic;

  ThresholdRule(String title, String statistic) {
    this.title = title;
    this.statistic = statistic;
  }

  /**
   * What a rule may know.
   *
   * @param log10Epsilon of the evaluated model
   * @param maps the peaks of the test images' anomaly maps
   */
  record Known(double log10Epsilon, CalibrationMaps calibration, List<Peak> maps) {}

  /**
   * Returns the score above which an image alarms: of the anomaly map, or −log10 NFA; NaN if it is
   * unknown.
   */
  abstract double threshold(Known known);

  /** Returns the rule in a few words. */
  public String title() {
    return title;
  }

  /** Returns the name of the score that the threshold is for, {@code log10Nfa} being negated. */
  public String statistic() {
    return statistic;
  }

  /** Returns the lowest of the scores with the highest F1 score; NaN without defective images. */
  private static double highestF1(List<Peak> images) {
    List<Peak> falling =
        images.stream().sorted(Comparator.comparingDouble(Peak::anywhere).reversed()).toList();
    long defects = images.stream().filter(peak -> !peak.good()).count();
    double best = Double.NaN;
    long bestFound = 0; // F1 = 2 · found / (judged + defects)
    long bestJudged = 1;
    long found = 0;
    for (int i = 0; i < falling.size(); i++) {
      found += falling.get(i).good() ? 0 : 1;
      long judged = i + 1;
      boolean last =
          i + 1 == falling.size() || falling.get(i + 1).anywhere() < falling.get(i).anywhere();
      if (last && found > 0 && found * (bestJudged + defects) >= bestFound * (judged + defects)) {
        best = falling.get(i).anywhere();
        bestFound = found;
        bestJudged = judged;
      }
    }
    return best;
  }
}
