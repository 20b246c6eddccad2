package dev.flowline.segmentation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The simulation of docs/simulation.md, small: what is promised is kept, and what is false breaks.
 */
class SimulationTest {
  private static final long SEED = 20261128;
  private static final Simulation SMALL = new Simulation(new int[][] {{8, 8}, {8, 4}}, 40, SEED);

  private static double rate(Simulation.Counts counts, Simulation.Rule rule) {
    return (double) counts.alarms()[rule.ordinal()] / counts.images();
  }

  @ParameterizedTest
  @EnumSource(SimulatedNoise.class)
  void thresholdsFromGoodImagesHoldWhateverTheNoise(SimulatedNoise noise) {
    int draws = 60;
    Simulation.Counts counts = SMALL.run(noise, Simulation.Planted.NOTHING, draws, 50);
    // A draw's own rate is Beta(2, 39) distributed: 2 of 41 promised.
    double promised = Simulation.RATE.promised(2, 40);
    double error =
        Math.sqrt(promised * (1 - promised) * (1.0 / 42 / draws + 1.0 / counts.images()));
    for (Simulation.Rule rule : Simulation.Rule.values()) {
      double rate = rate(counts, rule);
      if (Double.isNaN(rule.log10Epsilon)) {
        assertEquals(promised, rate, 4 * error, "seed " + SEED + ", " + rule);
      }
    }
    assertTrue(rate(counts, Simulation.Rule.LAW_BELOW) < 0.1, noise.title);
  }

  /** Else the simulation could not tell a true promise from a false one. */
  @Test
  void chiSquareDoesNotHoldWhereEnergiesAreNot() {
    Simulation.Counts white = SMALL.run(SimulatedNoise.WHITE, Simulation.Planted.NOTHING, 5, 100);
    Simulation.Counts heavy =
        SMALL.run(SimulatedNoise.HEAVY_TAILS, Simulation.Planted.NOTHING, 5, 100);
    assertTrue(rate(white, Simulation.Rule.BY_SIZE) < 0.02);
    assertTrue(rate(heavy, Simulation.Rule.BY_SIZE) > 0.3);
  }

  @Test
  void aPlantedSquareIsFound() {
    Simulation.Counts counts =
        SMALL.run(SimulatedNoise.SPATIAL_CORRELATION, new Simulation.Planted(3, 2), 5, 50);
    assertTrue(rate(counts, Simulation.Rule.LAW_AT_A_RATE) > 0.8);
  }

  /** Each noise has the variance that it says, and neighbours as like as it says. */
  @ParameterizedTest
  @EnumSource(SimulatedNoise.class)
  void noiseIsWhatItSays(SimulatedNoise noise) {
    SplittableRandom random = new SplittableRandom(SEED);
    int side = 16;
    double squares = 0;
    double neighbours = 0;
    double channels = 0;
    int images = 400;
    float[] z = new float[2 * side * side];
    for (int image = 0; image < images; image++) {
      noise.fill(random, z, 0, 2, side, noise.ofImage(random));
      for (int i = 0; i < side * side; i++) {
        squares += z[i] * (double) z[i];
        neighbours += z[i] * (double) z[i / side * side + (i + 1) % side];
        channels += z[i] * (double) z[side * side + i];
      }
    }
    double count = images * side * side;
    double variance =
        switch (noise) {
          case WRONG_VARIANCE -> 1.3;
          case UNLIKE_IMAGES -> Math.exp(2 * 0.15 * 0.15);
          default -> 1;
        };
    assertEquals(variance, squares / count, 0.05);
    assertEquals(
        noise == SimulatedNoise.SPATIAL_CORRELATION ? 2.0 / 3 : 0, neighbours / squares, 0.03);
    assertEquals(noise == SimulatedNoise.CHANNEL_CORRELATION ? 0.3 : 0, channels / squares, 0.03);
  }
}
