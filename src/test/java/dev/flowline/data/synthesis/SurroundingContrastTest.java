package dev.flowline.data.synthesis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.io.Image;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SurroundingContrastTest {
  private static Image noise() {
    Random random = new Random(2);
    byte[] samples = new byte[90 * 70 * 3];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (byte) (90 + random.nextInt(40));
    }
    samples[0] = 20; // sets the span
    samples[1] = (byte) 220;
    return Image.of8(70, 90, 3, samples);
  }

  /** On an even surface it is what the painter has painted. */
  @Test
  void itIsTheContrastOfAMadeUpDefect() {
    DefectPainter painter = new DefectPainter(noise(), ForegroundKind.NONE, null);
    for (DefectKind kind : new DefectKind[] {DefectKind.SPOT, DefectKind.SCRATCH}) {
      PlacedDefect defect = painter.paint(kind, 25, 0.3, 5);
      assertEquals(
          defect.contrast(),
          SurroundingContrast.of(defect.image(), defect.mask()),
          0.05,
          "" + kind);
    }
  }

  /** By hand: a column of 3 pixels, and all within 3 pixels of it. */
  @Test
  void theSurroundingsAreTheBoxAround() {
    byte[] samples = new byte[11 * 12];
    boolean[] mask = new boolean[samples.length];
    for (int i = 0; i < samples.length; i++) {
      int dx = Math.abs(i % 12 - 5);
      int dy = Math.max(Math.abs(i / 12 - 5) - 1, 0);
      mask[i] = dx == 0 && dy == 0;
      samples[i] = (byte) (mask[i] ? 200 : dx <= 3 && dy <= 3 ? 100 : 0);
    }
    assertEquals(0.5, SurroundingContrast.of(Image.of8(11, 12, 1, samples), mask), 1e-9);
  }

  @Test
  void withoutSurroundingsThereIsNone() {
    Image image = noise();
    boolean[] mask = new boolean[90 * 70];
    assertTrue(Double.isNaN(SurroundingContrast.of(image, mask)));
    Arrays.fill(mask, true);
    assertTrue(Double.isNaN(SurroundingContrast.of(image, mask)));
    assertThrows(
        IllegalArgumentException.class, () -> SurroundingContrast.of(image, new boolean[3]));
  }
}
