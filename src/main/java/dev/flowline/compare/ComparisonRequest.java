package dev.flowline.compare;

import dev.flowline.calibration.CalibrationPlan;
import dev.flowline.data.Dataset;
import dev.flowline.tensor.Device;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A request for a comparison: what is to be compared, and how.
 *
 * @param data folder of the dataset
 * @param layout label of the dataset's layout
 * @param datasets one for each category, in the order shown
 * @param models in the order shown
 * @param seeds each model is trained with each, in the order shown
 * @param resplit whether every seed chooses anew which good images are for training
 * @param published dataset whose published results are shown; null for none
 * @param validation share of the good training images that choose the epoch and measure the law
 * @param calibration where the test comes from
 * @param cacheBytes memory for features; the rest goes to a file
 * @param device where networks run
 * @param threads of the computation
 * @param version of Flowline
 * @param keepModels whether the model file of each run stays
 * @param galleryImages how many of the worst images each run's report shows
 * @param fair whether training images are inspected too, for the fair threshold
 * @param output folder of the results
 */
public record ComparisonRequest(
    Path data,
    String layout,
    List<Dataset> datasets,
    List<PlannedModel> models,
    List<Long> seeds,
    boolean resplit,
    String published,
    double validation,
    CalibrationPlan calibration,
    long cacheBytes,
    Device device,
    int threads,
    String version,
    boolean keepModels,
    int galleryImages,
    boolean fair,
    Path output) {

  /**
   * Checks the labels.
   *
   * @throws IllegalArgumentException naming the label, if two models have the same
   */
  public ComparisonRequest {
    Set<String> folders = new HashSet<>();
    for (PlannedModel model : models) {
      if (!folders.add(model.folderKey())) {
        throw new IllegalArgumentException(
            "two models are called '%s': give one of them another label".formatted(model.label()));
      }
    }
  }

  /** Returns the categories of the datasets. */
  List<String> categories() {
    return datasets.stream().map(Dataset::category).toList();
  }
}
