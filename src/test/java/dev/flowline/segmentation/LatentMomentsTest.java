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
      float[] memory = random(random, images, channels, height, width);
      return new Scale(images, channels, height, width, memory);
    }

    static float[] random(Random random, int images, int channels, int height, int width) {
      float[] memory = new float[images * height * rowStride(channels, width)];
      for (int i = 0; i < memory.length; i++) {
        memory[i] = (float) (0.2 + random.nextGaussian());
      }
      return memory;
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

    /** Of a share of the scale: [top, bottom) and [left, right), in eighths. */
    double mean(int image, int channel, int power, int[] box) {
      double sum = 0;
      int count = 0;
      for (int y = box[0] * height / 8; y < (box[1] * height + 7) / 8; y++) {
        for (int x = box[2] * width / 8; x < (box[3] * width + 7) / 8; x++) {
          sum += Math.pow(at(image, channel, y, x), power);
          count++;
        }
      }
      return sum / count;
    }

    double meanEnergy(int image, int[] box) {
      double sum = 0;
      for (int c = 0; c < channels; c++) {
        sum += mean(image, c, 2, box);
      }
      return sum / channels;
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
        FieldOfView view = FieldOfView.whole(7, 5);
        int[] box = {0, 8, 0, 8};
        List<ImageMaps> maps = test.mapsWithMoments(latents, view);
        assertEquals(images, maps.size());
        for (int image = 0; image < images; image++) {
          LatentMoments moments = maps.get(image).moments();
          assertArrayEquals(fused.get(image).levels(), moments.fusedMap().levels());
          for (int s = 0; s < scales.size(); s++) {
            Scale scale = scales.get(s);
            double energy = scale.meanEnergy(image, box);
            assertEquals(energy, moments.meanEnergies()[s], 1e-6 * energy, "seed " + SEED);
            assertEquals(scale.channels, moments.channelMeans().get(s).length);
            for (int c = 0; c < scale.channels; c++) {
              assertEquals(scale.mean(image, c, 1, box), moments.channelMeans().get(s)[c], 1e-9);
            }
          }
        }
      }
    }
  }

  @Test
  void areThoseOfTheRectangleInView() {
    Random random = new Random(SEED);
    try (AContrario test = new AContrario(TEST, 1)) {
      for (int trial = 0; trial < 30; trial++) {
        Scale finest = new Scale(2, 3, 16, 24, Scale.random(random, 2, 3, 16, 24));
        Scale coarse = new Scale(2, 5, 7, 9, Scale.random(random, 2, 5, 7, 9));
        int top = random.nextInt(8);
        int left = random.nextInt(8);
        int[] box = {
          top, top + 1 + random.nextInt(8 - top), left, left + 1 + random.nextInt(8 - left)
        };
        FieldOfView view =
            FieldOfView.whole(32, 48)
                .within(6 * box[2], 4 * box[0], 6 * (box[3] - box[2]), 4 * (box[1] - box[0]));
        List<NativeView> latents = List.of(finest.view(), coarse.view());
        List<ImageMaps> maps = test.mapsWithMoments(latents, view);
        List<DecidedImage> decided = test.decide(latents, view, false, true);
        for (int image = 0; image < 2; image++) {
          LatentMoments moments = maps.get(image).moments();
          assertArrayEquals(
              test.fusedMaps(latents).get(image).levels(), moments.fusedMap().levels());
          for (int s = 0; s < 2; s++) {
            Scale scale = s == 0 ? finest : coarse;
            double energy = scale.meanEnergy(image, box);
            assertEquals(energy, moments.meanEnergies()[s], 1e-6 * energy);
            for (int c = 0; c < scale.channels; c++) {
              double mean = scale.mean(image, c, 1, box);
              assertEquals(mean, moments.channelMeans().get(s)[c], 1e-9);
            }
          }
          LatentMoments again = decided.get(image).maps().moments();
          assertArrayEquals(moments.meanEnergies(), again.meanEnergies());
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
