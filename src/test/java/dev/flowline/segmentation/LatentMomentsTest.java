package dev.flowline.segmentation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.flowline.tensor.Device;
import dev.flowline.tensor.NativeView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.Test;

/** The moments of latents, against their definition. */
class LatentMomentsTest {
  private static final long SEED = 20261129;
  private static final SegmentationOptions TEST =
      new SegmentationOptions(PfaBound.CHERNOFF, NumberOfTests.BY_SIZE, 0);

  /** A scale of a batch, channels last in memory, with gaps behind rows. */
  private record Scale(int images, int channels, int height, int width, float[] memory) {
    static Scale random(Random random, int images) {
      int channels = 1 + random.nextInt(40);
      int height = 1 + random.nextInt(13);
      int width = 1 + random.nextInt(19);
      float[] memory = new float[images * height * rowStride(channels, width)];
      for (int i = 0; i < memory.length; i++) {
        memory[i] = (float) (0.2 + random.nextGaussian());
      }
      return new Scale(images, channels, height, width, memory);
    }

    private static int rowStride(int channels, int width) {
      return (width + 2) * channels;
    }

    NativeView view() {
      FloatPointer pointer = new FloatPointer(memory);
      long row = rowStride(channels, width);
      return new NativeView(
          pointer.address(),
          new long[] {images, channels, height, width},
          new long[] {height * row, 1, row, channels},
          Device.CPU,
          0,
          pointer);
    }

    float at(int image, int channel, int y, int x) {
      return memory[(image * height + y) * rowStride(channels, width) + x * channels + channel];
    }

    double meanEnergy(int image) {
      double sum = 0;
      for (int c = 0; c < channels; c++) {
        for (int y = 0; y < height; y++) {
          for (int x = 0; x < width; x++) {
            sum += (double) at(image, c, y, x) * at(image, c, y, x);
          }
        }
      }
      return sum / ((double) channels * height * width);
    }

    double mean(int image, int channel) {
      double sum = 0;
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          sum += at(image, channel, y, x);
        }
      }
      return sum / ((double) height * width);
    }
  }

  @Test
  void areWhatTheyAreByDefinition() {
    Random random = new Random(SEED);
    try (AContrario test = new AContrario(TEST, 1)) {
      for (int trial = 0; trial < 30; trial++) {
        int images = 1 + random.nextInt(3);
        List<Scale> scales = new ArrayList<>();
        for (int scale = 0; scale <= random.nextInt(3); scale++) {
          scales.add(Scale.random(random, images));
        }
        scales.sort(Comparator.comparingInt(s -> -s.height() * s.width())); // finest first
        List<NativeView> latents = scales.stream().map(Scale::view).toList();
        List<FusedAnomalyMap> fused = test.fusedMaps(latents);
        FieldOfView view = FieldOfView.whole(7, 5).within(1, 2, 3, 4);
        List<ImageMaps> maps = test.mapsWithMoments(latents, view);
        assertEquals(images, maps.size());
        for (int image = 0; image < images; image++) {
          LatentMoments moments = maps.get(image).moments();
          assertArrayEquals(fused.get(image).levels(), moments.fusedMap().levels());
          for (int s = 0; s < scales.size(); s++) {
            Scale scale = scales.get(s);
            double energy = scale.meanEnergy(image);
            assertEquals(energy, moments.meanEnergies()[s], 1e-6 * energy, "seed " + SEED);
            assertEquals(scale.channels, moments.channelMeans().get(s).length);
            for (int c = 0; c < scale.channels; c++) {
              assertEquals(scale.mean(image, c), moments.channelMeans().get(s)[c], 1e-9);
            }
          }
        }
      }
    }
  }

  @Test
  void changeNothingElseAndAreThereWhenAskedForOnly() {
    Random random = new Random(SEED);
    List<NativeView> latents = List.of(Scale.random(random, 2).view());
    FieldOfView view = FieldOfView.whole(9, 11);
    try (AContrario test = new AContrario(TEST, 1)) {
      List<ImageMaps> with = test.mapsWithMoments(latents, view);
      List<ImageMaps> without = test.maps(latents, view);
      for (int image = 0; image < 2; image++) {
        assertNull(without.get(image).moments());
        assertArrayEquals(
            without.get(image).nfaMap().log10Nfa(), with.get(image).nfaMap().log10Nfa());
        assertArrayEquals(without.get(image).anomalyMap(), with.get(image).anomalyMap());
        assertEquals(without.get(image).anomalyScore(), with.get(image).anomalyScore());
      }
    }
  }
}
