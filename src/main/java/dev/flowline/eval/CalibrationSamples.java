package dev.flowline.eval;

import dev.flowline.data.Dataset;
import dev.flowline.data.ImageDigests;
import dev.flowline.data.Sample;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.Provenance;
import dev.flowline.segmentation.RegionLaw;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The good images that set a model's threshold and did nothing else, as they are found again among
 * the training images of a dataset, by the digests that the model records. They are all there or
 * none, so that every rule knows the images that Flowline's threshold knows.
 *
 * @param samples none if {@code missing} says why
 * @param missing why there is none; null if there are some
 */
record CalibrationSamples(List<Sample> samples, String missing) {
  /** Finds the images; whatever prevents it is a reason, and no error of the evaluation. */
  static CalibrationSamples of(ModelConfig config, Dataset dataset) {
    Provenance provenance = config.provenance();
    boolean recalibrated = provenance != null && provenance.lastByImages().isPresent();
    if (!recalibrated && (provenance == null || !provenance.isOfKnownImages())) {
      return none("the model does not record which images set its threshold: calibrate it anew");
    }
    if (config.calibration() != null && !config.calibration().isGuaranteed()) {
      return none(
          "the images that set the threshold of this model are those that it has learned from");
    }
    Set<String> digests = new HashSet<>(setThreshold(provenance));
    RegionLaw law = config.segmentation().law();
    if (law != null) { // an older law names its images by fewer digits
      digests.removeIf(digest -> law.measuredOn().stream().anyMatch(digest::startsWith));
    }
    if (digests.isEmpty()) {
      return none("no good images were held out for the threshold of this model");
    }
    try {
      List<Sample> found = new ArrayList<>();
      for (Sample sample : dataset.train()) {
        if (digests.remove(ImageDigests.of(sample.image()))) {
          found.add(sample);
        }
        if (digests.isEmpty()) {
          break;
        }
      }
      return digests.isEmpty()
          ? new CalibrationSamples(List.copyOf(found), null)
          : none(
              "%s of the %s good images that set the threshold are among the training images of this dataset"
                  .formatted(
                      found.isEmpty() ? "none" : "only " + found.size(),
                      found.size() + digests.size()));
    } catch (IOException e) {
      return none("a training image cannot be read: " + e.getMessage());
    }
  }

  /** Returns the digests of the images of the latest calibration by images. */
  private static List<String> setThreshold(Provenance provenance) {
    return provenance
        .lastByImages()
        .map(Provenance.CalibrationStep::images)
        .orElseGet(() -> provenance.created().images().calibration());
  }

  private static CalibrationSamples none(String why) {
    return new CalibrationSamples(List.of(), why);
  }
}
