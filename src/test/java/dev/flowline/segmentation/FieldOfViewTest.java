package dev.flowline.segmentation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class FieldOfViewTest {
  private static final int SIDE = 28;
  private static final int MAP = 56;
  private static final SegmentationOptions OPTIONS =
      SegmentationOptions.DEFAULT.withNumberOfTests(NumberOfTests.BY_SIZE);

  /** Two equal defects, left and right. */
  private static float[] latents() {
    Random random = new Random(7);
    float[] z = new float[32 * SIDE * SIDE];
    for (int i = 0; i < z.length; i++) {
      z[i] = (float) random.nextGaussian();
      int y = i / SIDE % SIDE;
      int x = i % SIDE;
      if (y >= 10 && y < 14 && (x >= 4 && x < 8 || x >= 20 && x < 24)) {
        z[i] *= 2.5f;
      }
    }
    return z;
  }

  private static ImageMaps maps(FieldOfView view) {
    try (NativeLatents latents = new NativeLatents().add(latents(), 1, 32, SIDE, SIDE);
        AContrario aContrario = new AContrario(OPTIONS, 1)) {
      return aContrario.maps(latents.views(), view).get(0);
    }
  }

  @Test
  void defectsAreFoundOnlyWhereTheyAreLookedFor() {
    FieldOfView whole = FieldOfView.whole(MAP, MAP);
    ImageMaps all = maps(whole);
    assertEquals(2, all.nfaMap().regions(0).size());
    FieldOfView left = whole.within(0, 0, MAP / 2, MAP);
    boolean[] right = new boolean[MAP * MAP];
    for (int i = 0; i < right.length; i++) {
      right[i] = i % MAP >= MAP / 2;
    }
    for (FieldOfView view : new FieldOfView[] {left, whole.ignoring(right)}) {
      ImageMaps seen = maps(view);
      var regions = seen.nfaMap().regions(0);
      assertEquals(1, regions.size());
      assertEquals(12, regions.get(0).centroidX(), 2);
      for (int i = 0; i < right.length; i++) {
        assertEquals(right[i], seen.nfaMap().log10Nfa()[i] == Float.MAX_VALUE, "pixel " + i);
      }
      assertTrue(seen.nfaMap().minLog10Nfa() < all.nfaMap().minLog10Nfa() + 10);
      assertArrayEquals(all.anomalyMap(), seen.anomalyMap());
    }
  }

  @Test
  void oneViewAfterTheOther() {
    FieldOfView whole = FieldOfView.whole(MAP, MAP);
    FieldOfView right = whole.within(MAP / 2, 0, MAP / 2, MAP);
    FieldOfView none = whole.ignoring(everything(MAP * MAP));
    try (NativeLatents latents = new NativeLatents().add(latents(), 1, 32, SIDE, SIDE);
        AContrario aContrario = new AContrario(OPTIONS, 1)) {
      for (FieldOfView view : new FieldOfView[] {whole, none, right, whole, none, whole}) {
        NfaMap again = aContrario.segment(latents.views(), view).get(0);
        ImageMaps fresh = maps(view);
        assertArrayEquals(fresh.nfaMap().log10Nfa(), again.log10Nfa());
        assertEquals(view.equals(none), again.minLog10Nfa() == Float.MAX_VALUE);
      }
    }
  }

  private static boolean[] everything(int pixels) {
    boolean[] all = new boolean[pixels];
    java.util.Arrays.fill(all, true);
    return all;
  }

  @Test
  void resizedItLooksAtWhatThePixelsCentresFallOn() {
    FieldOfView view = FieldOfView.whole(10, 20).within(5, 2, 10, 4);
    FieldOfView large = view.resized(40, 40);
    for (int row = 0; row < 40; row++) {
      for (int column = 0; column < 40; column++) {
        assertEquals(view.contains(row / 4, column / 2), large.contains(row, column));
      }
    }
    FieldOfView small = view.resized(5, 5);
    assertTrue(small.contains(1, 2));
    assertFalse(small.contains(0, 2));
    assertFalse(small.contains(1, 0));
    assertEquals(FieldOfView.whole(3, 4), FieldOfView.whole(10, 20).resized(3, 4));
  }

  @Test
  void whatIsOutOfBoundsIsNamed() {
    FieldOfView view = FieldOfView.whole(10, 20);
    for (int[] box :
        new int[][] {
          {-1, 0, 5, 5}, {0, 0, 0, 5}, {16, 0, 5, 5}, {0, 6, 5, 5}, {1, 1, 1 << 30, 1}
        }) {
      var e =
          assertThrows(
              IllegalArgumentException.class, () -> view.within(box[0], box[1], box[2], box[3]));
      assertTrue(e.getMessage().contains("region of interest"), e.getMessage());
    }
    assertThrows(IllegalArgumentException.class, () -> view.ignoring(new boolean[199]));
    assertThrows(IllegalArgumentException.class, () -> FieldOfView.whole(0, 5));
  }
}
