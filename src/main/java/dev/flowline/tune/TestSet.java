package dev.flowline.tune;

import dev.flowline.data.Dataset;
import dev.flowline.data.Sample;
import dev.flowline.data.Split;
import dev.flowline.data.synthesis.DefectKind;
import dev.flowline.data.synthesis.ForegroundKind;
import dev.flowline.detectability.DefectDesign;
import dev.flowline.detectability.PaintedDefects;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.io.ImagesDone;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The test images of a tuning: those of the dataset if it has defects, otherwise good images that
 * no training sees, and made-up defects on them.
 *
 * @param dataset to train on and to test with
 * @param madeUp number of made-up defects; 0 if the defects are real
 * @param reserved number of good training images that became test images
 */
public record TestSet(Dataset dataset, int madeUp, int reserved) {
  private static final List<Double> CONTRASTS = DefectDesign.CONTRASTS.subList(0, 2);
  private static final int STEPS = 10;
  private static final double RESERVED = 0.2;

  /** Fewer good test images than this are a poor ground to paint on. */
  private static final int FEWEST_GOOD = 5;

  /** Returns whether a dataset has defects to find. */
  static boolean hasDefects(Dataset dataset) {
    return !dataset.defectTypes().isEmpty();
  }

  /**
   * Returns the test images of a dataset.
   *
   * @param folder takes made-up defects
   * @param seed of the made-up defects, and of the good images that they are painted on
   * @throws IOException naming the file, if one cannot be read or written
   */
  static TestSet of(Dataset dataset, Path folder, long seed, ImagesDone done) throws IOException {
    if (hasDefects(dataset)) {
      return new TestSet(dataset, 0, 0);
    }
    List<Sample> train = dataset.train();
    List<Sample> good = dataset.testOf(Sample.GOOD);
    int reserved = 0;
    if (good.size() < FEWEST_GOOD) {
      Split split = Split.of(train, RESERVED, 0, seed);
      reserved = split.validation().size();
      train = split.fit();
      good = Stream.concat(good.stream(), split.validation().stream()).toList();
    }
    if (good.isEmpty() || train.isEmpty()) {
      throw new IllegalArgumentException(
          "%s has one good image: a tuning learns from some and tests on others"
              .formatted(dataset.category()));
    }
    List<Path> files = good.stream().map(Sample::image).toList();
    List<Sample> defects =
        new PaintedDefects(folder).write(files, design(files, seed), ForegroundKind.AUTO, done);
    List<Sample> test = new ArrayList<>(good);
    test.addAll(defects);
    Dataset made = new Dataset(dataset.category(), train, test, dataset.warnings());
    return new TestSet(made, defects.size(), reserved);
  }

  /** Returns the made-up defects: every kind, faint and clear, small and large. */
  private static DefectDesign design(List<Path> good, long seed) throws IOException {
    int shorterSide = Integer.MAX_VALUE;
    for (Path file : good) {
      Image image = Images.read(file);
      shorterSide = Math.min(shorterSide, Math.min(image.height(), image.width()));
    }
    return new DefectDesign(
        List.of(DefectKind.values()),
        CONTRASTS,
        DefectDesign.usualSmallest(shorterSide),
        DefectDesign.usualLargest(shorterSide),
        STEPS,
        1,
        seed);
  }
}
