package dev.flowline.data.synthesis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.random.SplitMix64;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Boxes measured on their pixels: bounding boxes, and moments for what is turned. */
class RectanglesTest {
  private static final int HEIGHT = 300;
  private static final int WIDTH = 400;

  private static boolean[] boxes(SynthesisSettings.Box box, long seed) {
    float[] field = new float[HEIGHT * WIDTH];
    new Rectangles(new SplitMix64(seed), HEIGHT, WIDTH, null, field).draw(box);
    return aboveZero(field);
  }

  private static boolean[] scars(SynthesisSettings.Scar scar, long seed) {
    float[] field = new float[HEIGHT * WIDTH];
    new Rectangles(new SplitMix64(seed), HEIGHT, WIDTH, null, field).draw(scar);
    return aboveZero(field);
  }

  private static boolean[] aboveZero(float[] field) {
    boolean[] mask = new boolean[field.length];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = field[i] > 0;
    }
    return mask;
  }

  /** Top, left, height, width of a mask's bounding box. */
  private static int[] bounds(boolean[] mask) {
    int top = HEIGHT;
    int left = WIDTH;
    int bottom = -1;
    int right = -1;
    for (int i = 0; i < mask.length; i++) {
      if (mask[i]) {
        top = Math.min(top, i / WIDTH);
        bottom = Math.max(bottom, i / WIDTH);
        left = Math.min(left, i % WIDTH);
        right = Math.max(right, i % WIDTH);
      }
    }
    return new int[] {top, left, bottom - top + 1, right - left + 1};
  }

  private static boolean touchesTheEdge(boolean[] mask) {
    int[] box = bounds(mask);
    return box[0] == 0 || box[1] == 0 || box[0] + box[2] == HEIGHT || box[1] + box[3] == WIDTH;
  }

  @Test
  void boxesAreUprightAndOfAreaAndAspectWithinBounds() {
    var settings = new SynthesisSettings.Box(0.01, 0.08, 3, 1);
    int whole = 0;
    double leastArea = 1;
    double mostArea = 0;
    double leastAspect = 9;
    double mostAspect = 0;
    double meanLogArea = 0;
    int wide = 0;
    for (long seed = 0; seed < 400; seed++) {
      boolean[] mask = boxes(settings, seed);
      int[] box = bounds(mask);
      assertEquals(box[2] * box[3], RandomGood.count(mask), "a full box, seed " + seed);
      if (touchesTheEdge(mask)) {
        continue;
      }
      whole++;
      // Its sides differ from the drawn ones by less than a pixel.
      double area = (double) box[2] * box[3] / (HEIGHT * WIDTH);
      double longer = Math.max(box[2], box[3]);
      double shorter = Math.min(box[2], box[3]);
      double most = 0.08 * HEIGHT * WIDTH;
      assertTrue((longer - 1) * (shorter - 1) < most, "seed " + seed + " has area " + area);
      assertTrue(
          (longer + 1) * (shorter + 1) > 0.01 * HEIGHT * WIDTH,
          "seed " + seed + " has area " + area);
      assertTrue((longer - 1) / (shorter + 1) < 3, "seed " + seed);
      leastArea = Math.min(leastArea, area);
      mostArea = Math.max(mostArea, area);
      leastAspect = Math.min(leastAspect, (double) box[3] / box[2]);
      mostAspect = Math.max(mostAspect, (double) box[3] / box[2]);
      meanLogArea += Math.log(area);
      wide += box[3] > box[2] ? 1 : 0;
    }
    assertTrue(whole > 150, whole + " inside");
    assertTrue(leastArea < 0.011 && mostArea > 0.065, leastArea + " to " + mostArea);
    assertTrue(leastAspect < 0.4 && mostAspect > 2.5, leastAspect + " to " + mostAspect);
    assertEquals(whole / 2.0, wide, 5 * Math.sqrt(whole) / 2, "as many wide as high ones");
    // Logarithms uniform; larger boxes are cut off more often, which pulls the mean down a little.
    assertEquals(Math.log(Math.sqrt(0.01 * 0.08)), meanLogArea / whole, 0.25);
  }

  @Test
  void thereAreOneToTheMostBoxes() {
    int[] counts = counts(seed -> boxes(new SynthesisSettings.Box(1e-6, 1e-6, 1, 4), seed), 4);
    for (int count : counts) {
      assertEquals(100, count, 5 * 8.7);
    }
  }

  @Test
  void thereAreOneToTheMostScars() {
    var settings = new SynthesisSettings.Scar(1e-6, 1e-6, 1e-6, 1e-6, 3);
    int[] counts = counts(seed -> scars(settings, seed), 3);
    for (int count : counts) {
      assertEquals(400 / 3.0, count, 5 * 9.5);
    }
  }

  /** Of 400 masks of boxes of a pixel each, those with 1, 2 … of them. */
  private static int[] counts(java.util.function.LongFunction<boolean[]> draw, int most) {
    int[] counts = new int[most];
    for (long seed = 0; seed < 400; seed++) {
      counts[RandomGood.count(draw.apply(seed)) - 1]++;
    }
    return counts;
  }

  @Test
  void scarsAreOfLengthAndWidthWithinBoundsAtAnyAngle() {
    var settings = new SynthesisSettings.Scar(0.02, 0.06, 0.15, 0.5, 1);
    int side = Math.min(HEIGHT, WIDTH);
    int whole = 0;
    double leastLength = 9;
    double mostLength = 0;
    double leastWidth = 9;
    double mostWidth = 0;
    int[] angles = new int[4];
    for (long seed = 0; seed < 500; seed++) {
      boolean[] mask = scars(settings, seed);
      if (touchesTheEdge(mask)) {
        continue;
      }
      whole++;
      double[] moments = moments(mask);
      // Of a box of sides a and b the variances are a²/12 and b²/12.
      double length = Math.sqrt(12 * moments[0]);
      double width = Math.sqrt(12 * moments[1]);
      String what = "seed %d: %s by %s".formatted(seed, length, width);
      assertTrue(length > 0.15 * side - 1.5 && length < 0.5 * side + 1.5, what);
      assertTrue(width > 0.02 * side - 1.5 && width < 0.06 * side + 1.5, what);
      assertEquals(RandomGood.count(mask), length * width, 0.1 * length * width + 4, what);
      leastLength = Math.min(leastLength, length / side);
      mostLength = Math.max(mostLength, length / side);
      leastWidth = Math.min(leastWidth, width / side);
      mostWidth = Math.max(mostWidth, width / side);
      angles[(int) Math.floor(4 * (moments[2] + Math.PI / 2) / Math.PI) & 3]++;
    }
    assertTrue(whole > 150, whole + " inside");
    assertTrue(leastLength < 0.17 && mostLength > 0.42, leastLength + " to " + mostLength);
    assertTrue(leastWidth < 0.024 && mostWidth > 0.054, leastWidth + " to " + mostWidth);
    for (int angle : angles) {
      assertEquals(whole / 4.0, angle, 5 * Math.sqrt(whole * 3 / 16.0));
    }
  }

  /** Variances along the longer and the shorter axis, and the longer one's angle in ±π/2. */
  private static double[] moments(boolean[] mask) {
    double count = RandomGood.count(mask);
    double meanX = 0;
    double meanY = 0;
    for (int i = 0; i < mask.length; i++) {
      meanX += mask[i] ? i % WIDTH / count : 0;
      meanY += mask[i] ? i / WIDTH / count : 0;
    }
    double xx = 0;
    double xy = 0;
    double yy = 0;
    for (int i = 0; i < mask.length; i++) {
      if (mask[i]) {
        xx += Math.pow(i % WIDTH - meanX, 2) / count;
        yy += Math.pow(i / WIDTH - meanY, 2) / count;
        xy += (i % WIDTH - meanX) * (i / WIDTH - meanY) / count;
      }
    }
    double half = Math.hypot((xx - yy) / 2, xy);
    double angle = Math.atan2(2 * xy, xx - yy) / 2;
    return new double[] {(xx + yy) / 2 + half, (xx + yy) / 2 - half, angle};
  }

  @Test
  void centresLieEverywhereOrInTheForeground() {
    for (long seed = 0; seed < 100; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int height = 1 + random.nextInt(20);
      int width = 1 + random.nextInt(20);
      boolean[] foreground = new boolean[height * width];
      for (int k = 0; k <= foreground.length / 10; k++) {
        foreground[random.nextInt(foreground.length)] = true;
      }
      float[] field = new float[height * width];
      var rectangles = new Rectangles(new SplitMix64(seed), height, width, foreground, field);
      rectangles.draw(new SynthesisSettings.Box(1e-6, 1e-6, 1, 3));
      boolean[] boxes = aboveZero(field);
      rectangles.draw(new SynthesisSettings.Scar(1e-6, 1e-6, 1e-6, 1e-6, 3));
      boolean[] scars = aboveZero(field);
      assertTrue(RandomGood.count(boxes) > 0 && RandomGood.count(scars) > 0, "seed " + seed);
      for (int i = 0; i < foreground.length; i++) {
        assertTrue(foreground[i] || !boxes[i] && !scars[i], "seed " + seed + " at " + i);
      }
    }
    int[] quarters = new int[4];
    for (long seed = 0; seed < 400; seed++) {
      int[] box = bounds(boxes(new SynthesisSettings.Box(1e-6, 1e-6, 1, 1), seed));
      quarters[(box[0] < HEIGHT / 2 ? 0 : 1) + (box[1] < WIDTH / 2 ? 0 : 2)]++;
    }
    for (int quarter : quarters) {
      assertEquals(100, quarter, 5 * 8.7);
    }
  }

  @Test
  void theFieldIsTheBoxesDistanceFromTheirMiddle() {
    for (int[] size : RandomGood.AWKWARD_SIZES) {
      for (long seed = 0; seed < 10; seed++) {
        int height = size[0];
        int width = size[1];
        float[] field = new float[height * width];
        var settings = new SynthesisSettings.Scar(0.05, 0.2, 0.3, 2, 3);
        new Rectangles(new SplitMix64(seed), height, width, null, field).draw(settings);
        double[] expected = slow(settings, new SplitMix64(seed), height, width);
        for (int i = 0; i < field.length; i++) {
          double tolerance = 1e-5 * (1 + Math.abs(expected[i]));
          String what = "%dx%d, seed %d at %d".formatted(height, width, seed, i);
          assertEquals(expected[i], field[i], tolerance, what);
        }
      }
    }
  }

  /** Each pixel turned back into the scar's own axes. */
  private static double[] slow(
      SynthesisSettings.Scar scar, SplitMix64 random, int height, int width) {
    double[] field = new double[height * width];
    java.util.Arrays.fill(field, Double.NEGATIVE_INFINITY);
    int side = Math.min(height, width);
    int count = 1 + random.below(scar.mostScars());
    for (int k = 0; k < count; k++) {
      double across = side * Math.exp(between(scar.leastWidth(), scar.mostWidth(), random.next()));
      double along = side * Math.exp(between(scar.leastLength(), scar.mostLength(), random.next()));
      double angle = random.between(-Math.PI / 2, Math.PI / 2);
      int centre = random.below(height * width);
      for (int i = 0; i < field.length; i++) {
        double right = i % width - centre % width;
        double down = i / width - centre / width;
        double distance = Math.hypot(right, down);
        double turned = Math.atan2(down, right) - angle;
        double part =
            Math.max(
                Math.abs(distance * Math.cos(turned)) / (Math.max(1, along) / 2),
                Math.abs(distance * Math.sin(turned)) / (Math.max(1, across) / 2));
        field[i] = Math.max(field[i], 1 - part);
      }
    }
    return field;
  }

  private static double between(double least, double most, double part) {
    return Math.log(least) * (1 - part) + Math.log(most) * part;
  }

  @Test
  void boxesOfSeveralMakeAtMostSoManyParts() {
    for (long seed = 0; seed < 40; seed++) {
      float[] field = new float[60 * 50];
      new Rectangles(new SplitMix64(seed), 60, 50, null, field)
          .draw(new SynthesisSettings.Box(0.02, 0.05, 3, 3));
      List<List<Integer>> parts = SlowParts.of(aboveZero(field), 50);
      assertTrue(parts.size() >= 1 && parts.size() <= 3, "seed " + seed);
    }
  }
}
