package dev.flowline.metrics;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Small random images with blobs of ground truth, some of them good, scores with or without ties.
 */
record RandomTestSet(int height, int width, List<float[]> scores, List<boolean[]> truths) {
  static RandomTestSet of(long seed) {
    Random random = new Random(seed);
    int height = 1 + random.nextInt(17);
    int width = 1 + random.nextInt(23);
    int levels = seed % 3 == 0 ? 4 : seed % 3 == 1 ? 40 : Integer.MAX_VALUE;
    List<float[]> scores = new ArrayList<>();
    List<boolean[]> truths = new ArrayList<>();
    int images = 2 + random.nextInt(5);
    for (int image = 0; image < images; image++) {
      boolean[] truth = image % 3 == 2 ? null : blobs(random, height, width);
      float[] score = new float[height * width];
      for (int i = 0; i < score.length; i++) {
        double value = random.nextGaussian() + (truth != null && truth[i] ? 1 : 0);
        score[i] =
            (float) (levels == Integer.MAX_VALUE ? value : Math.rint(value * levels / 4) / 2);
      }
      scores.add(score);
      truths.add(truth);
    }
    return new RandomTestSet(height, width, scores, truths);
  }

  private static boolean[] blobs(Random random, int height, int width) {
    boolean[] truth = new boolean[height * width];
    for (int blob = 1 + random.nextInt(3); blob > 0; blob--) {
      int row = random.nextInt(height);
      int column = random.nextInt(width);
      for (int r = row; r < Math.min(height, row + 1 + random.nextInt(4)); r++) {
        for (int c = column; c < Math.min(width, column + 1 + random.nextInt(4)); c++) {
          truth[r * width + c] = true;
        }
      }
    }
    return truth;
  }

  RandomTestSet reversed() {
    List<float[]> otherScores = new ArrayList<>(scores);
    List<boolean[]> otherTruths = new ArrayList<>(truths);
    Collections.reverse(otherScores);
    Collections.reverse(otherTruths);
    return new RandomTestSet(height, width, otherScores, otherTruths);
  }

  PixelSweep sweep() {
    PixelSweep sweep = new PixelSweep();
    for (int image = 0; image < scores.size(); image++) {
      sweep.add(image, scores.get(image), truths.get(image), width);
    }
    return sweep;
  }

  /** Some that are scores, some between, some out of range. */
  double[] thresholds() {
    return new double[] {0, scores.get(0)[0], -100, 0.25, 100, scores.get(1)[0], 0.25};
  }

  @Override
  public String toString() {
    return scores.size() + " images of " + height + "x" + width;
  }
}
