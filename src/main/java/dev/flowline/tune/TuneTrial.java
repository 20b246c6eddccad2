package dev.flowline.tune;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flowline.compare.ComparedRun;
import dev.flowline.compare.ScoreColumn;
import dev.flowline.metrics.NanAsNull;

/**
 * The result of a candidate that was trained: what it finds at the threshold that good images set.
 *
 * @param epochs it was trained for; null if it is fitted
 * @param failure why there is no result; null if there is one
 * @param found share of the images with a defect that are found, NaN if it failed
 * @param defectImages that this share is of; null if it failed
 * @param falseAlarms share of the good test images that alarm; NaN without any
 * @param goodImages that this share is of; null if it failed
 * @param guaranteed rate of false alarms at most; NaN if there is none
 * @param nfaImageAuroc which decides between candidates that find as many
 * @param seconds of training, evaluation and features
 * @param report the page of the trial, below the folder of the tuning
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TuneTrial(
    Integer epochs,
    String failure,
    @NanAsNull double found,
    Integer defectImages,
    @NanAsNull double falseAlarms,
    Integer goodImages,
    @NanAsNull double guaranteed,
    @NanAsNull double nfaImageAuroc,
    double seconds,
    String report) {
  /** Returns the result of a run. */
  static TuneTrial of(ComparedRun run, Integer epochs, double seconds, String report) {
    return new TuneTrial(
        epochs,
        run.failure(),
        run.isFailed() ? Double.NaN : run.figure(ScoreColumn.FOUND),
        run.defectImages(),
        run.isFailed() ? Double.NaN : run.figure(ScoreColumn.FALSE_ALARMS),
        run.goodImages(),
        run.isFailed() ? Double.NaN : run.figure(ScoreColumn.GUARANTEED),
        run.isFailed() ? Double.NaN : run.figure(ScoreColumn.NFA_IMAGE_AUROC),
        seconds,
        run.isFailed() ? null : report);
  }

  /** Returns whether there is no result. */
  @JsonIgnore
  public boolean isFailed() {
    return failure != null;
  }

  /** Returns how many images with a defect were found. */
  @JsonIgnore
  int foundImages() {
    return (int) Math.round(found * defectImages);
  }
}
