package dev.flowline.segmentation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.internal.FlowlineException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** One call gives the verdict, the regions and the maps. */
class DecidedImageTest {
  private static final int CHANNELS = 4;
  private static final SegmentationOptions TEST =
      new SegmentationOptions(PfaBound.CHERNOFF, NumberOfTests.BY_SIZE, -2);

  /** White noise with every n-th position of both axes far out; of 0, none. */
  private static float[] noise(Random random, int side, int every) {
    float[] values = new float[CHANNELS * side * side];
    for (int i = 0; i < values.length; i++) {
      int y = i / side % side;
      int x = i % side;
      boolean far = every > 0 && y % every == 1 && x % every == 1;
      values[i] = far ? 9 : (float) random.nextGaussian();
    }
    return values;
  }

  /** More regions than there is room for at first, in one batch with images that have none. */
  @Test
  void allRegionsOfTheMapAreThereHoweverManyThereAre() {
    Random random = new Random(20261130);
    int side = 40;
    try (NativeLatents latents = new NativeLatents();
        AContrario test = new AContrario(TEST, 2)) {
      float[] all = new float[3 * CHANNELS * side * side];
      int length = all.length / 3;
      System.arraycopy(noise(random, side, 0), 0, all, 0, length);
      System.arraycopy(noise(random, side, 3), 0, all, length, length);
      System.arraycopy(noise(random, side, 20), 0, all, 2 * length, length);
      latents.add(all, 3, CHANNELS, side, side);
      List<DecidedImage> decided =
          test.decide(latents.views(), FieldOfView.whole(side, side), true, true);
      assertEquals(
          List.of(false, true, true), decided.stream().map(DecidedImage::defective).toList());
      assertEquals(List.of(), decided.get(0).regions());
      assertTrue(
          decided.get(1).regions().size() > 64, decided.get(1).regions().size() + " regions");
      assertEquals(4, decided.get(2).regions().size());
      List<ImageMaps> maps = test.mapsWithMoments(latents.views(), FieldOfView.whole(side, side));
      for (int image = 0; image < 3; image++) {
        DecidedImage found = decided.get(image);
        assertTrue(found.tested());
        NfaMap nfaMap = found.maps().nfaMap();
        assertEquals(nfaMap.regions(TEST.log10Epsilon()), found.regions());
        assertEquals(maps.get(image).nfaMap().minLog10Nfa(), nfaMap.minLog10Nfa());
        assertArrayEquals(maps.get(image).nfaMap().log10Nfa(), nfaMap.log10Nfa(), "no resizing");
        assertArrayEquals(maps.get(image).anomalyMap(), found.maps().anomalyMap());
        assertEquals(maps.get(image).anomalyScore(), found.maps().anomalyScore());
        assertArrayEquals(
            maps.get(image).moments().fusedMap().levels(),
            found.maps().moments().fusedMap().levels());
      }
    }
  }

  @Test
  void whatIsNotAskedForIsNotThere() {
    try (NativeLatents latents =
            new NativeLatents().add(noise(new Random(3), 8, 5), 1, CHANNELS, 8, 8);
        AContrario test = new AContrario(TEST, 1)) {
      test.decide(latents.views(), FieldOfView.whole(9, 9), true, true); // of an earlier call
      ImageMaps maps =
          test.decide(latents.views(), FieldOfView.whole(9, 9), false, false).get(0).maps();
      assertNull(maps.anomalyMap());
      assertNull(maps.moments());
      assertTrue(Float.isNaN(maps.anomalyScore()));
    }
  }

  /** Where nothing is tested there is no verdict, and a failed call leaves none behind. */
  @Test
  void nothingPassesAsGoodThatWasNotTested() {
    float[] values = noise(new Random(4), 8, 0);
    boolean[] everything = new boolean[64];
    Arrays.fill(everything, true);
    FieldOfView whole = FieldOfView.whole(8, 8);
    try (NativeLatents latents = new NativeLatents().add(values, 1, CHANNELS, 8, 8);
        AContrario test = new AContrario(TEST.withLog10Epsilon(1e300), 1)) {
      assertTrue(test.decide(latents.views(), whole, false, false).get(0).defective());
      DecidedImage nothing =
          test.decide(latents.views(), whole.ignoring(everything), false, false).get(0);
      assertEquals(false, nothing.tested() || nothing.defective());
      assertEquals(List.of(), nothing.regions());
      assertTrue(test.decide(latents.views(), whole, false, false).get(0).tested());
    }
    values[17] = Float.NaN;
    try (NativeLatents latents = new NativeLatents().add(values, 1, CHANNELS, 8, 8);
        AContrario test = new AContrario(TEST, 1)) {
      var refused =
          assertThrows(
              FlowlineException.class, () -> test.decide(latents.views(), whole, false, false));
      assertTrue(refused.getMessage().contains("latents[0], image 0"), refused.getMessage());
    }
  }
}
