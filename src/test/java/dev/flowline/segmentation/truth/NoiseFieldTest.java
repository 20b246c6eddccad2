package dev.flowline.segmentation.truth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.segmentation.truth.Shape.Scale;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The noise has the moments that its name says. */
class NoiseFieldTest {
  private static final long SEED = 20261128;
  private static final int IMAGES = 4000;
  private static final Scale SCALE = new Scale(4, 6, 5);
  private static final Shape SHAPE = new Shape("a small one", List.of(SCALE));

  /** By image, the latents of the one scale. */
  private static float[][] drawn(NoiseField noise) {
    SplittableRandom random = new SplittableRandom(SEED);
    float[][] images = new float[IMAGES][];
    for (int i = 0; i < IMAGES; i++) {
      float[][] z = SHAPE.image();
      noise.fill(random, SHAPE, z);
      images[i] = z[0];
    }
    return images;
  }

  /** The mean of z_i^p · z_j^p. */
  private static double moment(float[][] images, int i, int j, int power) {
    return Arrays.stream(images).mapToDouble(z -> Math.pow(z[i] * z[j], power)).average().orElse(0);
  }

  private static int at(int channel, int y, int x) {
    return channel * SCALE.positions() + y * SCALE.width() + x;
  }

  @Test
  void everyPositionHasTheVarianceStated() {
    for (NoiseField noise : NoiseField.values()) {
      double wanted =
          switch (noise) {
            case WIDE -> 1.69;
            case IMAGES -> (Math.pow(1.2, 3) - Math.pow(0.8, 3)) / 1.2;
            default -> 1;
          };
      float[][] images = drawn(noise);
      for (int i = 0; i < SCALE.values(); i++) {
        assertEquals(wanted, moment(images, i, i, 1), 0.25 * wanted, noise + " at " + i);
      }
      double mean = 0;
      for (int i = 0; i < SCALE.values(); i++) {
        mean += moment(images, i, i, 1) / SCALE.values();
      }
      assertEquals(wanted, mean, 0.02 * wanted, noise.label);
    }
  }

  @Test
  void tailsAreHeavyWhereTheyAreToBe() {
    long[] beyond = new long[NoiseField.values().length];
    for (NoiseField noise : List.of(NoiseField.WHITE, NoiseField.HEAVY)) {
      for (float[] z : drawn(noise)) {
        for (float value : z) {
          beyond[noise.ordinal()] += Math.abs(value) > 3 ? 1 : 0;
        }
      }
    }
    double values = (double) IMAGES * SCALE.values();
    assertEquals(0.0027, beyond[NoiseField.WHITE.ordinal()] / values, 0.0004);
    // Of Student's t with 5 degrees of freedom, beyond 3·√(5/3).
    assertEquals(0.0117, beyond[NoiseField.HEAVY.ordinal()] / values, 0.0008);
  }

  @Test
  void correlationsAreWhereTheyAreToBe() {
    int centre = at(1, 3, 2);
    int beside = at(1, 3, 3);
    int otherChannel = at(2, 3, 2);
    for (NoiseField noise : NoiseField.values()) {
      float[][] images = drawn(noise);
      double neighbour = noise == NoiseField.SPACE ? 0.78 : 0;
      double channel = noise == NoiseField.CHANNELS ? 0.3 : 0;
      assertEquals(neighbour, moment(images, centre, beside, 1), 0.12, noise.label);
      assertEquals(channel, moment(images, centre, otherChannel, 1), 0.12, noise.label);
    }
    float[][] images = drawn(NoiseField.IMAGES);
    double squares = moment(images, centre, beside, 2) / Math.pow(moment(images, 0, 0, 1), 2);
    assertTrue(squares > 1.03, "deviations of images are not to be seen: " + squares);
  }

  @Test
  void aDefectRaisesTheEnergyOfItsSquareAlone() {
    Shape shape = new Shape("two scales", List.of(new Scale(2, 8, 8), new Scale(3, 4, 4)));
    SplittableRandom random = new SplittableRandom(SEED);
    for (int side : new int[] {1, 2, 3, 5, 8}) {
      float[][] z = shape.image();
      for (float[] scale : z) {
        Arrays.fill(scale, 1);
      }
      new PlantedDefect(side, 5).plant(random, shape, z);
      double[] energy = {0, 0};
      for (int l = 0; l < 2; l++) {
        for (float value : z[l]) {
          energy[l] += value * value / shape.scales().get(l).channels();
        }
      }
      assertEquals(64 + 4 * side * side, energy[0], 1e-4);
      assertEquals(16 + 4 * side * side / 4.0, energy[1], 1e-4); // a cell is of 4 positions
      float largest = Float.NEGATIVE_INFINITY;
      for (float value : z[0]) {
        largest = Math.max(largest, value);
      }
      assertEquals(Math.sqrt(5), largest, 1e-6);
    }
  }
}
