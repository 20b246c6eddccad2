package dev.flowline.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.metrics.Curve;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ScaleStudyTest {
  private static final int SIDE = 12;

  private static ScaleStudy study(int channels, int images, Supplier<float[]> energies) {
    ScaleStudy study = new ScaleStudy(channels, SIDE, SIDE);
    for (int i = 0; i < images; i++) {
      study.add(energies.get());
    }
    return study;
  }

  private static float[] whiteNoise(Random random, int channels) {
    float[] energies = new float[SIDE * SIDE];
    for (int i = 0; i < energies.length; i++) {
      for (int c = 0; c < channels; c++) {
        energies[i] += (float) (Math.pow(random.nextGaussian(), 2) / channels);
      }
    }
    return energies;
  }

  /** Two degrees of freedom are an exponential law: its quantiles can be written down. */
  @Test
  void quantilesAreThoseOfChiSquareByChannel() {
    Random random = new Random(5);
    ScaleStudy study = study(2, 400, () -> whiteNoise(random, 2));
    for (double share : new double[] {0.9999, 0.7, 0.5, 0.1, 1e-4, 1e-9}) {
      assertEquals(-Math.log(share), study.expectedFromAbove(share), 1e-9 / share);
    }
    Curve curve = study.quantiles();
    assertEquals(-Math.log(1 - 1e-4), curve.x()[0], 1e-6);
    assertEquals(-Math.log(1e-4), curve.x()[curve.points() - 1], 1e-6);
    for (int i = 0; i < curve.points(); i++) {
      double share = Math.exp(-curve.x()[i]);
      double error = Math.sqrt(share * (1 - share) / study.energies().count()) / share;
      assertEquals(curve.x()[i], curve.y()[i], 5 * error + 0.003 * curve.x()[i]);
    }
  }

  @Test
  void fewDataEndTheQuantilesEarlier() {
    Random random = new Random(5);
    Curve curve = study(2, 1, () -> whiteNoise(random, 2)).quantiles();
    assertEquals(Math.log(SIDE * SIDE), curve.x()[curve.points() - 1], 1e-6);
  }

  @Test
  void whiteNoiseIsChiSquareAndIndependentHoweverFew() {
    for (int seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      for (int images : new int[] {1, 2, 30}) {
        ScaleStudy study = study(4, images, () -> whiteNoise(random, 4));
        assertTrue(study.isChiSquare(), "seed " + seed + ", " + study.deviationRatio());
        assertTrue(study.isIndependent(), "seed " + seed + ", " + study.neighbours());
      }
    }
  }

  @Test
  void anotherMeanOrDeviationIsNotChiSquare() {
    Random random = new Random(1);
    assertFalse(
        study(4, 20, () -> changed(whiteNoise(random, 4), 1, 0.2f)).isChiSquare(), "mean 1.2");
    ScaleStudy wide = study(4, 20, () -> changed(whiteNoise(random, 4), 1.3f, -0.3f));
    assertFalse(wide.isChiSquare(), "deviation");
    assertEquals(1.3, wide.deviationRatio(), 0.05);
    assertTrue(wide.isIndependent());
  }

  private static float[] changed(float[] energies, float factor, float summand) {
    for (int i = 0; i < energies.length; i++) {
      energies[i] = factor * energies[i] + summand;
    }
    return energies;
  }

  @Test
  void neighboursThatAreAlikeAreNotIndependent() {
    Random random = new Random(1);
    ScaleStudy study =
        study(
            4,
            20,
            () -> {
              float[] energies = whiteNoise(random, 4);
              for (int i = 1; i < energies.length; i += 2) {
                energies[i] = energies[i - 1];
              }
              return energies;
            });
    assertFalse(study.isIndependent());
    assertTrue(study.isChiSquare());
    assertEquals(0.25, study.neighbours(), 0.05); // half of the pairs in rows, none in columns
  }
}
