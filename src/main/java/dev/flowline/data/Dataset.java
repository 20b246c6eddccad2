package dev.flowline.data;

import java.util.List;

/**
 * The images of one category: good ones to learn from, and good and defective ones to test with.
 * Each list is sorted by defect type, then by name.
 *
 * @param category its name
 * @param train good images only, at least one
 * @param test may be empty
 * @param warnings what is odd about the files, one sentence each, naming them; for the user to read
 */
public record Dataset(
    String category, List<Sample> train, List<Sample> test, List<String> warnings) {

  /**
   * @throws IllegalArgumentException if train is empty or holds a defective image
   */
  public Dataset {
    train = List.copyOf(train);
    test = List.copyOf(test);
    warnings = List.copyOf(warnings);
    if (train.isEmpty()) {
      throw new IllegalArgumentException("category " + category + " has no image to learn from");
    }
    for (Sample sample : train) {
      if (!sample.isGood()) {
        throw new IllegalArgumentException(
            "train must hold good images only, got %s of type %s"
                .formatted(sample.image(), sample.defectType()));
      }
    }
  }

  /** The kinds of defect in the test images, sorted, without {@link Sample#GOOD}. */
  public List<String> defectTypes() {
    return test.stream()
        .filter(sample -> !sample.isGood())
        .map(Sample::defectType)
        .distinct()
        .sorted()
        .toList();
  }

  /** The test images of one type, {@link Sample#GOOD} included. */
  public List<Sample> testOf(String defectType) {
    return test.stream().filter(sample -> sample.defectType().equals(defectType)).toList();
  }
}
