package dev.flowline.segmentation.truth;

import dev.flowline.segmentation.truth.Shape.Scale;
import java.util.SplittableRandom;

/** What the latents of good images are; all but two of variance 1. */
enum NoiseField {
  /** Independent standard normals: what the chi-square tests take for granted. */
  WHITE("white noise") {
    @Override
    void fill(SplittableRandom random, Shape shape, float[][] z) {
      for (float[] scale : z) {
        white(random, scale, 1);
      }
    }
  },
  /** A flow that was not trained to the end. */
  WIDE("standard deviation 1.3") {
    @Override
    void fill(SplittableRandom random, Shape shape, float[][] z) {
      for (float[] scale : z) {
        white(random, scale, 1.3);
      }
    }
  },
  /** Student's t of 5 degrees of freedom, over its standard deviation √(5/3). */
  HEAVY("heavy tails: t, 5 degrees") {
    @Override
    void fill(SplittableRandom random, Shape shape, float[][] z) {
      double unit = Math.sqrt(3); // √(3/5) of the variance, √5 of chi-square's mean
      for (float[] scale : z) {
        for (int i = 0; i < scale.length; i++) {
          double normal = random.nextGaussian();
          double fifth = random.nextGaussian();
          double uniforms = (1 - random.nextDouble()) * (1 - random.nextDouble());
          double chiSquare = fifth * fifth - 2 * Math.log(uniforms);
          scale[i] = (float) (unit * normal / Math.sqrt(chiSquare));
        }
      }
    }
  },
  /** One factor that all channels of a position share: correlation 0.3 between any two. */
  CHANNELS("channels correlated: 0.3") {
    @Override
    void fill(SplittableRandom random, Shape shape, float[][] z) {
      double common = Math.sqrt(0.3);
      for (int l = 0; l < z.length; l++) {
        Scale scale = shape.scales().get(l);
        white(random, z[l], Math.sqrt(1 - 0.3));
        for (int position = 0; position < scale.positions(); position++) {
          float factor = (float) (common * random.nextGaussian());
          for (int i = position; i < z[l].length; i += scale.positions()) {
            z[l][i] += factor;
          }
        }
      }
    }
  },
  /** White noise smoothed by a Gaussian of one position: correlation 0.78 between neighbours. */
  SPACE("neighbours correlated: 0.78") {
    @Override
    void fill(SplittableRandom random, Shape shape, float[][] z) {
      for (int l = 0; l < z.length; l++) {
        Scale scale = shape.scales().get(l);
        white(random, z[l], 1);
        Smoothing.apply(z[l], scale.height(), scale.width());
      }
    }
  },
  /** White noise, but each image of a deviation of its own: no two positions independent. */
  IMAGES("each image its own deviation, 0.8 to 1.2") {
    @Override
    void fill(SplittableRandom random, Shape shape, float[][] z) {
      double deviation = 0.8 + 0.4 * random.nextDouble();
      for (float[] scale : z) {
        white(random, scale, deviation);
      }
    }
  };

  final String label;

  NoiseField(String label) {
    this.label = label;
  }

  /**
   * Draws one image.
   *
   * @param z by scale, (C, H, W)
   */
  abstract void fill(SplittableRandom random, Shape shape, float[][] z);

  private static void white(SplittableRandom random, float[] z, double deviation) {
    for (int i = 0; i < z.length; i++) {
      z[i] = (float) (deviation * random.nextGaussian());
    }
  }
}
