package dev.flowline.segmentation;

import dev.flowline.Golden;
import dev.flowline.WrittenGolden;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;

/**
 * The likelihood maps of a golden case of the form d*, by their definition and in double: the mean
 * over the scales of exp(−½·mean over channels of z²), each stretched to the size asked for.
 */
public final class SlowLikelihood {
  private static final int[][] SCALES = {{5, 9, 14}, {31, 3, 11}, {1, 7, 2}}; // channels, H, W
  private static final int[][] SIZES = {{23, 40}, {9, 14}, {4, 3}, {1, 1}};
  private static final int IMAGES = 3;

  private SlowLikelihood() {}

  /** A case of three scales of unlike shapes, with latents up to 1e4. */
  public static Golden written(Path folder) throws IOException {
    WrittenGolden written = new WrittenGolden().tolerance("abs 1e-6");
    Random random = new Random(1);
    double[][][] maps = new double[SCALES.length][IMAGES][];
    for (int scale = 0; scale < SCALES.length; scale++) {
      int[] shape = SCALES[scale];
      int pixels = shape[1] * shape[2];
      float[] z = new float[IMAGES * shape[0] * pixels];
      for (int i = 0; i < z.length; i++) {
        z[i] = (float) (random.nextGaussian() * (i % 37 == 0 ? 1e4 : 1));
      }
      written.tensor("z." + scale, z, IMAGES, shape[0], shape[1], shape[2]);
      for (int image = 0; image < IMAGES; image++) {
        maps[scale][image] = likelihood(z, image, shape[0], pixels);
      }
    }
    for (int[] size : SIZES) {
      float[] all = new float[IMAGES * size[0] * size[1]];
      for (int image = 0; image < IMAGES; image++) {
        for (int scale = 0; scale < SCALES.length; scale++) {
          double[] stretched =
              Bilinear.resize(
                  maps[scale][image], SCALES[scale][1], SCALES[scale][2], size[0], size[1]);
          for (int i = 0; i < stretched.length; i++) {
            all[image * stretched.length + i] += (float) (stretched[i] / SCALES.length);
          }
        }
      }
      written.tensor("prob." + size[0] + "x" + size[1], all, IMAGES, 1, size[0], size[1]);
    }
    return written.in(folder, "d_other");
  }

  private static double[] likelihood(float[] z, int image, int channels, int pixels) {
    double[] map = new double[pixels];
    for (int i = 0; i < pixels; i++) {
      double sum = 0;
      for (int c = 0; c < channels; c++) {
        double value = z[(image * channels + c) * pixels + i];
        sum += value * value;
      }
      map[i] = Math.exp(-0.5 * sum / channels);
    }
    return map;
  }
}
