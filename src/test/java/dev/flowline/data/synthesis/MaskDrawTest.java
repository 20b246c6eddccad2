package dev.flowline.data.synthesis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MaskDrawTest {
  private static final SynthesisSettings.Area AREA = new SynthesisSettings.Area(0.01, 0.25, 1);

  private static boolean[] first(int count, int of) {
    boolean[] mask = new boolean[of];
    for (int i = 0; i < count; i++) {
      mask[i] = true;
    }
    return mask;
  }

  @Test
  void takesWhatIsAboveZeroAndForeground() {
    float[] field = {-1, 0, Float.MIN_VALUE, 1, 2, Float.NEGATIVE_INFINITY};
    boolean[] foreground = {true, true, true, false, true, true};
    assertArrayEquals(
        new boolean[] {false, false, true, true, true, false},
        new MaskDraw(AREA, null, field).aboveZero());
    assertArrayEquals(
        new boolean[] {false, false, true, false, true, false},
        new MaskDraw(AREA, foreground, field).aboveZero());
  }

  @Test
  void readsTheFieldAtEveryCall() {
    float[] field = new float[4];
    MaskDraw masks = new MaskDraw(AREA, null, field);
    assertEquals(0, RandomGood.count(masks.aboveZero()));
    field[2] = 1;
    assertArrayEquals(new boolean[] {false, false, true, false}, masks.aboveZero());
    field[3] = 2;
    assertArrayEquals(new boolean[] {false, false, false, true}, masks.highest());
  }

  @Test
  void boundsAreInclusiveAndRoundedInwards() {
    MaskDraw masks = new MaskDraw(AREA, null, new float[250]); // 2.5 to 62.5
    for (int count = 0; count <= 250; count++) {
      assertEquals(
          count >= 3 && count <= 62, masks.isWithinBounds(first(count, 250)), count + " pixels");
    }
    MaskDraw even = new MaskDraw(AREA, null, new float[200]); // 2 to 50
    assertFalse(even.isWithinBounds(first(1, 200)));
    assertTrue(even.isWithinBounds(first(2, 200)));
    assertTrue(even.isWithinBounds(first(50, 200)));
    assertFalse(even.isWithinBounds(first(51, 200)));
  }

  @Test
  void aPixelIsAlwaysAllowedAndAlwaysWanted() {
    var none = new SynthesisSettings.Area(0, 0.02, 1);
    MaskDraw masks = new MaskDraw(none, null, new float[3]);
    assertFalse(masks.isWithinBounds(first(0, 3)));
    assertTrue(masks.isWithinBounds(first(1, 3)));
    assertFalse(masks.isWithinBounds(first(2, 3)));
    assertEquals(1, RandomGood.count(masks.highest()));
  }

  @Test
  void theHighestAreTheLeastAreaOfTheForeground() {
    for (long seed = 0; seed < 300; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int pixels = 1 + random.nextInt(900);
      float[] field = new float[pixels];
      int levels = 1 + random.nextInt(20); // few: many pixels are level
      for (int i = 0; i < pixels; i++) {
        field[i] = random.nextInt(5) == 0 ? Float.NEGATIVE_INFINITY : random.nextInt(levels) - 5;
      }
      int least = (int) Math.max(1, Math.ceil(0.01 * pixels));
      boolean[] foreground = seed % 3 == 0 ? null : new boolean[pixels];
      for (int missing = least + random.nextInt(20); foreground != null && missing > 0; missing--) {
        foreground[random.nextInt(pixels)] = true;
      }
      if (foreground != null && RandomGood.count(foreground) < least) {
        continue; // not allowed
      }
      // One after the other the highest that is left, the first of those that are level.
      boolean[] expected = new boolean[pixels];
      for (int k = 0; k < least; k++) {
        int highest = -1;
        for (int i = 0; i < pixels; i++) {
          boolean allowed = !expected[i] && (foreground == null || foreground[i]);
          if (allowed && (highest < 0 || field[i] > field[highest])) {
            highest = i;
          }
        }
        expected[highest] = true;
      }
      assertArrayEquals(expected, new MaskDraw(AREA, foreground, field).highest(), "seed " + seed);
    }
  }

  @Test
  void nothingOutsideTheForegroundIsEverTaken() {
    List<Long> empty = new ArrayList<>();
    for (long seed = 0; seed < 100; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int pixels = 200;
      float[] field = new float[pixels];
      boolean[] foreground = new boolean[pixels];
      for (int i = 0; i < pixels; i++) {
        field[i] = (float) (random.nextDouble() - 0.5);
        foreground[i] = i < 3 || random.nextInt(8) == 0;
      }
      MaskDraw masks = new MaskDraw(AREA, foreground, field);
      for (boolean[] mask : List.of(masks.aboveZero(), masks.highest())) {
        for (int i = 0; i < pixels; i++) {
          assertTrue(foreground[i] || !mask[i], "seed " + seed + " at " + i);
        }
      }
      if (RandomGood.count(masks.aboveZero()) == 0) {
        empty.add(seed);
      }
    }
    assertTrue(empty.size() < 20, "the test sees something: " + empty);
  }
}
