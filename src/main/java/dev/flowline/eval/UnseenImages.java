package dev.flowline.eval;

import dev.flowline.data.Dataset;
import dev.flowline.data.ImageDigests;
import dev.flowline.data.Sample;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.Provenance;
import dev.flowline.page.Numbers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The test images of a dataset that a model has not used before, neither in training nor in a
 * calibration. A measurement on images that it knows says nothing about new ones.
 *
 * @param dataset with these test images only
 * @param leftOut number of test images that were left out; null if there is none and the model does
 *     not record its training images, so that others than those of calibrations cannot be known
 * @param recorded whether the model records its training images
 */
public record UnseenImages(Dataset dataset, Integer leftOut, boolean recorded) {
  private static final String NOT_RECORDED =
      "the model does not record its training images: whether the test images hold some of them cannot be checked";

  /**
   * Leaves out the test images whose content a model has used.
   *
   * @throws IllegalArgumentException if no test image is left
   * @throws IOException naming the file, if an image cannot be read
   */
  public static UnseenImages of(ModelConfig config, Dataset dataset) throws IOException {
    Provenance provenance = config.provenance();
    boolean recorded = provenance != null && provenance.isOfKnownImages();
    Set<String> used = provenance == null ? Set.of() : provenance.used();
    List<Sample> unseen = new ArrayList<>();
    for (Sample sample : dataset.test()) {
      if (used.isEmpty() || !used.contains(ImageDigests.of(sample.image()))) {
        unseen.add(sample);
      }
    }
    int all = dataset.test().size();
    if (unseen.isEmpty() && all > 0) {
      throw new IllegalArgumentException(
          "all %s test images of %s were used in training or calibration: none is left to evaluate the model on"
              .formatted(all, dataset.category()));
    }
    int leftOut = all - unseen.size();
    return new UnseenImages(
        new Dataset(dataset.category(), dataset.train(), unseen, dataset.warnings()),
        recorded || leftOut > 0 ? leftOut : null,
        recorded);
  }

  /** Returns what was left out, or why that is not known; empty if there is nothing to say. */
  public Optional<String> inWords() {
    Optional<String> more = besideTheTable();
    return inWords(leftOut).map(words -> words + more.map(note -> "; " + note).orElse(""));
  }

  /** Returns what {@link #inWords()} says and the table of a result does not. */
  public Optional<String> besideTheTable() {
    return recorded || leftOut == null ? Optional.empty() : Optional.of(NOT_RECORDED);
  }

  /** Returns what a number of images that were left out means, as {@link #inWords()}. */
  static Optional<String> inWords(Integer leftOut) {
    if (leftOut == null) {
      return Optional.of(NOT_RECORDED);
    }
    return leftOut == 0
        ? Optional.empty()
        : Optional.of(
            Numbers.count(leftOut, "test image")
                + (leftOut == 1 ? " was" : " were")
                + " used in training or calibration and left out");
  }
}
