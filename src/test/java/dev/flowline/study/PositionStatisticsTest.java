package dev.flowline.study;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PositionStatisticsTest {
  private static final int HEIGHT = 7;
  private static final int WIDTH = 5;

  /** Energies that hang together with what lies to the left and above, and vary by position. */
  private static List<float[]> images(int count) {
    Random random = new Random(8);
    List<float[]> images = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      float[] image = new float[HEIGHT * WIDTH];
      for (int i = 0; i < image.length; i++) {
        double left = i % WIDTH > 0 ? image[i - 1] : 1;
        double above = i / WIDTH > 0 ? image[i - WIDTH] : 1;
        image[i] =
            (float) (0.4 * left + 0.3 * above + (1 + i % 3) * Math.pow(random.nextGaussian(), 2));
      }
      images.add(image);
    }
    return images;
  }

  private static PositionStatistics statistics(List<float[]> images) {
    PositionStatistics statistics = new PositionStatistics(HEIGHT, WIDTH);
    images.forEach(statistics::add);
    return statistics;
  }

  private static double mean(List<float[]> images, int at) {
    return images.stream().mapToDouble(image -> image[at]).average().orElseThrow();
  }

  private static double covariance(List<float[]> images, int a, int b) {
    double meanA = mean(images, a);
    double meanB = mean(images, b);
    return images.stream().mapToDouble(e -> (e[a] - meanA) * (e[b] - meanB)).sum();
  }

  private static double correlation(List<float[]> images, int a, int b) {
    return covariance(images, a, b)
        / Math.sqrt(covariance(images, a, a) * covariance(images, b, b));
  }

  @Test
  void mapsAreThoseOfEachPositionByItself() {
    List<float[]> images = images(40);
    PositionStatistics statistics = statistics(images);
    for (int at = 0; at < HEIGHT * WIDTH; at++) {
      assertEquals(mean(images, at), statistics.mean()[at], 1e-5);
      assertEquals(covariance(images, at, at) / 39, statistics.variance()[at], 1e-4);
      double sum = 0;
      int neighbours = 0;
      if (at % WIDTH < WIDTH - 1) {
        sum += correlation(images, at, at + 1);
        neighbours++;
      }
      if (at / WIDTH < HEIGHT - 1) {
        sum += correlation(images, at, at + WIDTH);
        neighbours++;
      }
      double expected = neighbours == 0 ? 0 : sum / neighbours;
      assertEquals(expected, statistics.correlationMap()[at], 1e-5);
    }
  }

  @Test
  void correlationsAreThoseOfAllPairsSoFarApart() {
    List<float[]> images = images(25);
    double[] correlations = statistics(images).correlations();
    for (int d = 0; d < PositionStatistics.DISTANCES.length; d++) {
      int distance = PositionStatistics.DISTANCES[d];
      double product = 0;
      double first = 0;
      double second = 0;
      for (int a = 0; a < HEIGHT * WIDTH; a++) {
        for (int b = 0; b < HEIGHT * WIDTH; b++) {
          int right = b % WIDTH - a % WIDTH;
          int down = b / WIDTH - a / WIDTH;
          if (right == distance && down == 0 || right == 0 && down == distance) {
            product += covariance(images, a, b);
            first += covariance(images, a, a);
            second += covariance(images, b, b);
          }
        }
      }
      assertEquals(product / Math.sqrt(first * second), correlations[d], 1e-9); // 8 apart: NaN
    }
    assertTrue(correlations[0] > 0.2 && Double.isNaN(correlations[3]));
  }

  @Test
  void whatIsTheSameInEveryImageCorrelatesWithNothing() {
    Random random = new Random(2);
    PositionStatistics statistics = new PositionStatistics(HEIGHT, WIDTH);
    for (int n = 0; n < 400; n++) {
      float[] image = new float[HEIGHT * WIDTH];
      for (int i = 0; i < image.length; i++) {
        image[i] = 100 * (i / WIDTH) + (float) random.nextGaussian();
      }
      statistics.add(image);
    }
    assertEquals(0, statistics.correlations()[0], 0.04);
  }

  @Test
  void oneImageOrOnePositionDoesNotVary() {
    assertFalse(statistics(images(1)).varies());
    assertTrue(statistics(images(2)).varies());
    PositionStatistics one = new PositionStatistics(1, 1);
    one.add(new float[] {1});
    one.add(new float[] {3});
    assertFalse(one.varies());
    assertArrayEquals(new float[] {2}, one.mean());
    assertArrayEquals(new float[] {2}, one.variance());
  }
}
