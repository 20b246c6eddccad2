package dev.flowline.eval;

import dev.flowline.data.Dataset;
import dev.flowline.data.Sample;
import dev.flowline.io.ImagesDone;
import dev.flowline.model.KnownImages;
import dev.flowline.model.ModelConfig;
import dev.flowline.page.Numbers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
  private static final String NOT_RECORDED = KnownImages.uncheckable("the test images hold");

  /**
   * Leaves out the test images whose content a model has used.
   *
   * @throws IllegalArgumentException if no test image is left
   * @throws IOException naming the file, if an image cannot be read
   */
  public static UnseenImages of(ModelConfig config, Dataset dataset) throws IOException {
    return of(config, dataset, (done, all) -> {});
  }

  /**
   * Leaves out the test images whose content a model has used.
   *
   * @param read hears of each image whose content is compared
   * @throws IllegalArgumentException if no test image is left
   * @throws IOException naming the file, if an image cannot be read
   */
  public static UnseenImages of(ModelConfig config, Dataset dataset, ImagesDone read)
      throws IOException {
    KnownImages known = KnownImages.ofAllUses(config);
    List<Sample> unseen = new ArrayList<>();
    int all = dataset.test().size();
    for (int i = 0; i < all; i++) {
      Sample sample = dataset.test().get(i);
      if (!known.contains(sample.image())) {
        unseen.add(sample);
      }
      read.report(i + 1, all);
    }
    if (unseen.isEmpty() && all > 0) {
      throw new IllegalArgumentException(
          "all %s test images of %s were used in training or calibration: none is left to evaluate the model on"
              .formatted(all, dataset.category()));
    }
    return new UnseenImages(
        new Dataset(dataset.category(), dataset.train(), unseen, dataset.warnings()),
        known.leftOut(all - unseen.size()),
        known.recorded());
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
