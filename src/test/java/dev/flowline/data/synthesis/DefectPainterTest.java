package dev.flowline.data.synthesis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.io.Image;
import dev.flowline.segmentation.FieldOfView;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DefectPainterTest {
  private static final int HEIGHT = 120;
  private static final int WIDTH = 160;

  /** A noisy grey surface with a gradient. */
  private static Image surface(int channels, int bits) {
    Random random = new Random(1);
    int scale = bits == 8 ? 1 : 257;
    byte[] eight = new byte[HEIGHT * WIDTH * channels];
    short[] sixteen = new short[eight.length];
    for (int i = 0; i < eight.length; i++) {
      int value = 40 + i / channels % WIDTH + random.nextInt(30);
      eight[i] = (byte) value;
      sixteen[i] = (short) (value * scale);
    }
    return bits == 8
        ? Image.of8(HEIGHT, WIDTH, channels, eight)
        : Image.of16(HEIGHT, WIDTH, channels, sixteen);
  }

  private static double longest(boolean[] mask) {
    double longest = 0;
    for (int i = 0; i < mask.length; i++) {
      for (int j = i; j < mask.length && mask[i]; j++) {
        if (mask[j]) {
          longest =
              Math.max(
                  longest, Math.hypot(i % WIDTH - j % WIDTH, i / WIDTH - (double) (j / WIDTH)));
        }
      }
    }
    return longest + 1;
  }

  @ParameterizedTest
  @EnumSource
  void aDefectHasTheSizeThatWasRequested(DefectKind kind) {
    DefectPainter painter = new DefectPainter(surface(1, 8), ForegroundKind.NONE, null);
    for (double size : new double[] {6, 17, 40}) {
      for (int seed = 0; seed < 5; seed++) {
        PlacedDefect defect = painter.paint(kind, size, 0.2, seed);
        assertEquals(size, longest(defect.mask()), 1.6, kind + " " + seed);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aDefectHasTheContrastThatWasRequested(DefectKind kind) {
    for (int bits : new int[] {8, 16}) {
      for (int channels : new int[] {1, 3}) {
        Image good = surface(channels, bits);
        DefectPainter painter = new DefectPainter(good, ForegroundKind.NONE, null);
        PlacedDefect defect = painter.paint(kind, 20, 0.3, 4);
        double sum = 0;
        int count = 0;
        for (int i = 0; i < defect.mask().length; i++) {
          int largest = 0;
          for (int c = 0; c < channels && defect.mask()[i]; c++) {
            int now = defect.image().sample(i / WIDTH, i % WIDTH, c);
            largest = Math.max(largest, Math.abs(now - good.sample(i / WIDTH, i % WIDTH, c)));
          }
          sum += largest;
          count += defect.mask()[i] ? 1 : 0;
        }
        assertEquals(sum / count / Levels.of(good).span(), defect.contrast(), 1e-9);
        assertEquals(0.3, defect.contrast(), kind == DefectKind.CUT_PASTE ? 0.15 : 0.05);
      }
    }
  }

  /** Only soft edges lie outside the mask: what differs is within two pixels of it. */
  @ParameterizedTest
  @EnumSource
  void theRestOfTheImageStaysAsItWas(DefectKind kind) {
    Image good = surface(1, 8);
    PlacedDefect defect =
        new DefectPainter(good, ForegroundKind.NONE, null).paint(kind, 24, 0.3, 9);
    double reach = kind == DefectKind.STAIN ? 24 / 1.5 : 12;
    int changed = 0;
    for (int i = 0; i < defect.mask().length; i++) {
      if (defect.image().sample(i / WIDTH, i % WIDTH, 0) != good.sample(i / WIDTH, i % WIDTH, 0)) {
        changed++;
        double away = Math.hypot(i % WIDTH + 0.5 - defect.x(), i / WIDTH + 0.5 - defect.y());
        assertTrue(away < reach + 1, kind + " " + away);
      }
    }
    assertTrue(changed > 0);
    assertArrayEquals(
        defect.image().samples8(),
        new DefectPainter(good, ForegroundKind.NONE, null)
            .paint(kind, 24, 0.3, 9)
            .image()
            .samples8());
  }

  @ParameterizedTest
  @EnumSource
  void evenADefectOfAPixelMarksOne(DefectKind kind) {
    DefectPainter painter = new DefectPainter(surface(1, 8), ForegroundKind.NONE, null);
    for (int seed = 0; seed < 20; seed++) {
      boolean any = false;
      for (boolean marked : painter.paint(kind, 1, 0.5, seed).mask()) {
        any |= marked;
      }
      assertTrue(any, kind + " " + seed);
    }
  }

  @Test
  void centresLieInViewAndAreSpreadOverIt() {
    FieldOfView view = FieldOfView.whole(HEIGHT, WIDTH).within(100, 20, 40, 60);
    DefectPainter painter = new DefectPainter(surface(1, 8), ForegroundKind.NONE, view);
    double x = 0;
    double y = 0;
    for (int seed = 0; seed < 400; seed++) {
      PlacedDefect defect = painter.paint(DefectKind.SPOT, 5, 0.2, seed);
      assertTrue(view.contains((int) defect.y(), (int) defect.x()));
      x += defect.x() / 400;
      y += defect.y() / 400;
    }
    assertEquals(120, x, 3); // five standard errors of 40 / √(12 · 400)
    assertEquals(50, y, 4.5);
  }

  /** A bright disc before a dark ground: defects lie on it, unless they may lie anywhere. */
  @Test
  void centresLieOnTheObject() {
    byte[] samples = new byte[HEIGHT * WIDTH];
    for (int i = 0; i < samples.length; i++) {
      boolean disc = Math.hypot(i % WIDTH - 80.0, i / WIDTH - 60.0) < 35;
      samples[i] = (byte) (disc ? 200 : 20);
    }
    Image part = Image.of8(HEIGHT, WIDTH, 1, samples);
    DefectPainter painter = new DefectPainter(part, ForegroundKind.AUTO, null);
    DefectPainter anywhere = new DefectPainter(part, ForegroundKind.NONE, null);
    assertTrue(painter.hasObject() && !anywhere.hasObject());
    int beside = 0;
    for (int seed = 0; seed < 100; seed++) {
      PlacedDefect defect = painter.paint(DefectKind.SCRATCH, 8, 0.2, seed);
      assertTrue(Math.hypot(defect.x() - 80, defect.y() - 60) < 38);
      PlacedDefect other = anywhere.paint(DefectKind.SCRATCH, 8, 0.2, seed);
      beside += Math.hypot(other.x() - 80, other.y() - 60) > 38 ? 1 : 0;
    }
    assertTrue(beside > 50, beside + " of 100");
  }

  /** A bright defect on white, or a dark one on black, would not be seen. */
  @Test
  void theSignTurnsWhereSamplesHaveNoRoom() {
    byte[] samples = new byte[HEIGHT * WIDTH];
    Arrays.fill(samples, (byte) 250);
    samples[0] = 0; // sets the span
    Image white = Image.of8(HEIGHT, WIDTH, 1, samples);
    DefectPainter painter = new DefectPainter(white, ForegroundKind.NONE, null);
    for (int seed = 0; seed < 10; seed++) {
      assertEquals(0.4, painter.paint(DefectKind.SPOT, 9, 0.4, seed).contrast(), 0.02);
    }
  }

  @Test
  void whatFitsNowhereIsRefused() {
    DefectPainter painter = new DefectPainter(surface(1, 8), ForegroundKind.NONE, null);
    assertThrows(IllegalArgumentException.class, () -> painter.paint(DefectKind.SPOT, 0.5, 0.2, 1));
    assertThrows(IllegalArgumentException.class, () -> painter.paint(DefectKind.SPOT, 5, 0, 1));
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> painter.paint(DefectKind.SPOT, 130, 0.2, 1))
            .getMessage();
    assertTrue(message.contains("take smaller sizes"), message);
    assertThrows(
        IllegalArgumentException.class,
        () -> new DefectPainter(surface(1, 8), ForegroundKind.NONE, FieldOfView.whole(3, 3)));
  }
}
