package dev.flowline.segmentation;

import static org.junit.jupiter.api.Assertions.*;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NfaMapTest {
  private static final long SEED = 20261121;

  @Test
  void regionsAreThoseOfASimpleFloodFill() {
    for (long seed = SEED; seed < SEED + 1500; seed++) {
      Random random = new Random(seed);
      int[] size = RandomMaps.size(random);
      float[] values = new float[size[0] * size[1]];
      int levels = 2 + random.nextInt(30);
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextInt(levels) - levels / 2;
      }
      NfaMap map = new NfaMap(size[0], size[1], values);
      double log10Epsilon = random.nextInt(3) - 1;
      assertEquals(slowRegions(map, log10Epsilon), map.regions(log10Epsilon), "seed " + seed);
    }
  }

  @Test
  void moreRegionsThanUsual() {
    float[] values = new float[100 * 100];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i / 100 + i % 100) % 2 == 0 ? -1 : 1;
    }
    assertEquals(5000, new NfaMap(100, 100, values).regions(0).size());
  }

  @Test
  void maskAndSmallest() {
    NfaMap map = new NfaMap(2, 2, new float[] {1, -1, 0, -2});
    assertArrayEquals(new boolean[] {false, true, false, true}, map.mask(0));
    assertArrayEquals(new boolean[] {false, false, false, true}, map.mask(-1));
    assertEquals(-2, map.minLog10Nfa());
    assertEquals(List.of(new Region(1, 0, 1, 2, 2, 1, 0.5, 1, 1, -2)), map.regions(0));
    assertEquals(List.of(), map.regions(-2));
  }

  @Test
  void badArguments() {
    assertMessage("log10Nfa", () -> new NfaMap(2, 2, new float[3]));
    assertMessage("log10Nfa", () -> new NfaMap(-2, -2, new float[4]));
    assertMessage("NaN", () -> new NfaMap(1, 2, new float[] {0, Float.NaN}));
    assertMessage("log10Epsilon", () -> new NfaMap(1, 1, new float[1]).regions(Double.NaN));
  }

  private static void assertMessage(String words, Runnable call) {
    var e = assertThrows(IllegalArgumentException.class, call::run);
    assertTrue(e.getMessage().contains(words), e.getMessage());
  }

  private static List<Region> slowRegions(NfaMap map, double log10Epsilon) {
    float[] inside = new float[map.log10Nfa().length];
    boolean[] mask = map.mask(log10Epsilon);
    for (int i = 0; i < inside.length; i++) {
      inside[i] = mask[i] ? 1 : 0;
    }
    List<Region> regions = new ArrayList<>();
    for (BitSet pixels : SlowTree.components(inside, 1, map.height(), map.width(), 4)) {
      regions.add(measure(map, pixels));
    }
    regions.sort(Comparator.comparingDouble(Region::log10Nfa));
    return regions;
  }

  private static Region measure(NfaMap map, BitSet pixels) {
    int width = map.width();
    int left = pixels.stream().map(p -> p % width).min().getAsInt();
    int right = pixels.stream().map(p -> p % width).max().getAsInt();
    int top = pixels.stream().map(p -> p / width).min().getAsInt();
    int bottom = pixels.stream().map(p -> p / width).max().getAsInt();
    int peak = pixels.nextSetBit(0);
    for (int p : pixels.stream().toArray()) {
      if (map.log10Nfa()[p] < map.log10Nfa()[peak]) {
        peak = p;
      }
    }
    int area = pixels.cardinality();
    return new Region(
        left,
        top,
        right - left + 1,
        bottom - top + 1,
        area,
        (double) pixels.stream().map(p -> p % width).sum() / area,
        (double) pixels.stream().map(p -> p / width).sum() / area,
        peak % width,
        peak / width,
        map.log10Nfa()[peak]);
  }
}
