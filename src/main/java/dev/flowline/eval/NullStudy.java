package dev.flowline.eval;

import dev.flowline.line.LatentProbe;
import dev.flowline.metrics.Curve;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;

/**
 * What good test images say of the null hypotheses. It keeps a few hundred images' energies at
 * most.
 */
final class NullStudy {
  private static final int MOST_IMAGES = 200;
  private static final int QUANTILES = 60;
  private static final int[] DISTANCES = {1, 2, 4, 8};

  private final int[] channels; // by scale
  private final int[][] sizes; // by scale: height, width
  private final List<LatentProbe.Seen> images = new ArrayList<>();

  /**
   * @param shapes of the latents, (N, C, H, W) by scale
   */
  NullStudy(List<long[]> shapes) {
    channels = shapes.stream().mapToInt(s -> (int) s[1]).toArray();
    sizes = shapes.stream().map(s -> new int[] {(int) s[2], (int) s[3]}).toArray(int[][]::new);
  }

  /** Of that many images, those that are looked at, evenly. */
  static <T> List<T> chosen(List<T> all) {
    if (all.size() <= MOST_IMAGES) {
      return all;
    }
    List<T> some = new ArrayList<>();
    for (int i = 0; i < MOST_IMAGES; i++) {
      some.add(all.get((int) ((long) i * all.size() / MOST_IMAGES)));
    }
    return some;
  }

  void add(LatentProbe.Seen seen) {
    images.add(seen);
  }

  int images() {
    return images.size();
  }

  int scales() {
    return channels.length;
  }

  int channels(int scale) {
    return channels[scale];
  }

  int width(int scale) {
    return sizes[scale][1];
  }

  boolean hasPositions(int scale) {
    return sizes[scale][0] > 1 && sizes[scale][1] > 1;
  }

  private double[] energies(int scale) {
    return images.stream()
        .flatMapToDouble(
            seen -> {
              float[] energy = seen.energies().get(scale);
              return java.util.stream.IntStream.range(0, energy.length).mapToDouble(i -> energy[i]);
            })
        .sorted()
        .toArray();
  }

  /**
   * What a scale's energies by channel are like.
   *
   * @param mean 1 where latents are white noise
   * @param deviation standard deviation
   * @param chiSquareDeviation what it would be: √(2/C)
   * @param largest of all positions
   * @param quantiles log10 of the measured over log10 of the chi-square's, at the same shares
   */
  record Energies(
      double mean, double deviation, double chiSquareDeviation, double largest, Curve quantiles) {}

  Energies energiesOf(int scale) {
    double[] sorted = energies(scale);
    double mean = Arrays.stream(sorted).average().orElse(Double.NaN);
    double squares = Arrays.stream(sorted).map(e -> (e - mean) * (e - mean)).sum();
    int c = channels[scale];
    ChiSquaredDistribution chiSquare = ChiSquaredDistribution.of(c);
    double[] x = new double[QUANTILES];
    double[] y = new double[QUANTILES];
    for (int q = 0; q < QUANTILES; q++) {
      double score = -1 + 2.0 * q / (QUANTILES - 1); // as far into either tail as there are data
      double tail = 0.5 * Math.pow(2.0 / sorted.length, Math.abs(score));
      int at = (int) Math.min(sorted.length - 1, Math.floor(tail * sorted.length));
      boolean upper = score > 0;
      double value =
          upper
              ? chiSquare.inverseSurvivalProbability(tail)
              : chiSquare.inverseCumulativeProbability(tail);
      x[q] = Math.log10(value / c);
      y[q] = Math.log10(Math.max(1e-6, upper ? sorted[sorted.length - 1 - at] : sorted[at]));
    }
    return new Energies(
        mean,
        Math.sqrt(squares / sorted.length),
        Math.sqrt(2.0 / c),
        sorted[sorted.length - 1],
        new Curve(x, y));
  }

  /** Mean over the images at every position of a scale. */
  float[] meanMap(int scale) {
    float[] mean = new float[sizes[scale][0] * sizes[scale][1]];
    for (LatentProbe.Seen seen : images) {
      float[] energy = seen.energies().get(scale);
      for (int i = 0; i < mean.length; i++) {
        mean[i] += energy[i] / images.size();
      }
    }
    return mean;
  }

  /** Variance over the images at every position of a scale, by that of the chi-square, 2/C. */
  float[] varianceMap(int scale) {
    float[] mean = meanMap(scale);
    float[] variance = new float[mean.length];
    for (LatentProbe.Seen seen : images) {
      float[] energy = seen.energies().get(scale);
      for (int i = 0; i < mean.length; i++) {
        double difference = energy[i] - mean[i];
        variance[i] += (float) (difference * difference / images.size() * channels[scale] / 2);
      }
    }
    return variance;
  }

  /**
   * Correlation of each position with its right neighbour over the images; 0 in the last column.
   */
  float[] correlationMap(int scale) {
    float[] mean = meanMap(scale);
    int width = sizes[scale][1];
    float[] correlation = new float[mean.length];
    for (int i = 0; i < mean.length; i++) {
      if (i % width < width - 1) {
        correlation[i] = (float) correlation(scale, mean, i, i + 1);
      }
    }
    return correlation;
  }

  private double correlation(int scale, float[] mean, int a, int b) {
    double product = 0;
    double squaresA = 0;
    double squaresB = 0;
    for (LatentProbe.Seen seen : images) {
      float[] energy = seen.energies().get(scale);
      double differenceA = energy[a] - mean[a];
      double differenceB = energy[b] - mean[b];
      product += differenceA * differenceB;
      squaresA += differenceA * differenceA;
      squaresB += differenceB * differenceB;
    }
    double norm = Math.sqrt(squaresA * squaresB);
    return norm > 0 ? product / norm : 0;
  }

  /** Mean correlation over the images of positions that lie 1, 2, 4, 8 apart in a row. */
  Curve correlationByDistance(int scale) {
    float[] mean = meanMap(scale);
    int width = sizes[scale][1];
    int[] within = Arrays.stream(DISTANCES).filter(d -> d < width).toArray();
    double[] y = new double[within.length];
    for (int d = 0; d < within.length; d++) {
      double sum = 0;
      int pairs = 0;
      for (int i = 0; i < mean.length; i++) {
        if (i % width + within[d] < width) {
          sum += correlation(scale, mean, i, i + within[d]);
          pairs++;
        }
      }
      y[d] = sum / pairs;
    }
    return new Curve(Arrays.stream(within).asDoubleStream().toArray(), y);
  }

  /** The images' maxima in a class. */
  double[] maxima(int of) {
    return images.stream().mapToDouble(seen -> seen.maxima()[of]).toArray();
  }

  /** The images' smallest log10NFA by a rule, ascending. */
  double[] smallest(NullRule rule) {
    return images.stream()
        .mapToDouble(seen -> seen.smallestLog10Nfa()[rule.ordinal()])
        .sorted()
        .toArray();
  }

  /** How many images alarm. */
  int alarms(NullRule rule, double log10Epsilon) {
    return (int) Arrays.stream(smallest(rule)).filter(s -> s < log10Epsilon).count();
  }
}
