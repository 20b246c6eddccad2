package dev.flowline.segmentation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The calibrated test against its definition: every level, every flood, every region. */
class LawSegmentationTest {
  private static final long SEED = 20261128;

  private static float[] noise(Random random, int length, double deviation) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return values;
  }

  private static RegionLaw law(Random random, int classes) {
    List<float[]> maxima = new ArrayList<>();
    List<RelativeMaxima> relative = new ArrayList<>();
    double exponent = random.nextInt(5) / 4.0; // nearly that of the law
    for (int image = 0; image < 10 + random.nextInt(30); image++) {
      float[] of = new float[classes];
      double level = 0.3 + 0.5 * random.nextDouble();
      for (int k = 0; k < classes; k++) {
        of[k] = (float) level;
        level *= 0.8 + 0.2 * random.nextDouble();
      }
      maxima.add(of);
      float baseline = (float) Math.exp(-3 * random.nextDouble());
      float[] own = new float[classes];
      for (int k = 0; k < classes; k++) {
        own[k] = (float) Math.max(0, 1 - (1 - of[k]) * Math.pow(baseline, exponent - 1));
      }
      relative.add(new RelativeMaxima(own, baseline));
    }
    return random.nextBoolean() ? new RegionLaw(maxima) : RegionLaw.relative(relative);
  }

  /** The median likelihood of what is tested; something is. */
  private static float baseline(float[] map) {
    float[] tested = new float[map.length];
    int count = 0;
    for (float level : map) {
      if (level >= 0) {
        tested[count++] = level;
      }
    }
    Arrays.sort(tested, 0, count);
    return Math.max(1 - tested[count / 2], (float) Math.pow(2, -24));
  }

  private static float[] relative(float[] map) {
    return relative(map, 1);
  }

  /**
   * Levels relative to the baseline to a power; square roots, as another power is rounded
   * elsewhere.
   */
  private static float[] relative(float[] map, float exponent) {
    float baseline = baseline(map);
    float half = (float) Math.sqrt(baseline);
    float fourth = (float) Math.sqrt(half);
    float unit = new float[] {1, fourth, half, half * fourth, baseline}[(int) (4 * exponent)];
    assertEquals(Math.pow(baseline, exponent), unit, 1e-6 * unit);
    float[] relative = map.clone();
    for (int i = 0; i < map.length; i++) {
      relative[i] = map[i] < 0 ? -1 : Math.max(0, 1 - (1 - map[i]) / unit / 2);
    }
    return relative;
  }

  /** The size of every region at every level, by flooding. */
  private static int[] component(float[] map, int height, int width, int from, float level) {
    boolean[] seen = new boolean[map.length];
    ArrayDeque<Integer> open = new ArrayDeque<>(List.of(from));
    seen[from] = true;
    List<Integer> all = new ArrayList<>();
    while (!open.isEmpty()) {
      int at = open.pop();
      all.add(at);
      int y = at / width;
      int x = at % width;
      int[] neighbours = {
        y > 0 ? at - width : -1,
        x > 0 ? at - 1 : -1,
        x < width - 1 ? at + 1 : -1,
        y < height - 1 ? at + width : -1
      };
      for (int next : neighbours) {
        if (next >= 0 && !seen[next] && map[next] >= level) {
          seen[next] = true;
          open.push(next);
        }
      }
    }
    return all.stream().mapToInt(i -> i).toArray();
  }

  /** Smallest log10 NFA of all regions that hold a position and none twice as meaningful. */
  private static double[] slow(float[] levels, int height, int width, RegionLaw law) {
    double background = Math.log10(law.classes() + (law.isRelative() ? 0.1 : 0));
    boolean relative = law.isRelative() && largest(levels) >= 0;
    double ofBaseline = relative ? law.log10NfaOfBaseline(baseline(levels)) : background;
    float[] map = relative ? relative(levels, law.baselineExponent()) : levels;
    double[] smallest = new double[map.length];
    double[] own = new double[map.length];
    int[][] region = new int[map.length][0];
    Arrays.fill(smallest, background);
    for (int at = 0; at < map.length; at++) {
      if (map[at] > law.levels()[0]) {
        region[at] = component(map, height, width, at, map[at]);
        int k = Math.min(law.classes() - 1, 31 - Integer.numberOfLeadingZeros(region[at].length));
        own[at] = law.log10Pfa(k, map[at]) + background;
      }
    }
    double least = Arrays.stream(own).min().orElseThrow();
    for (int at = 0; at < map.length; at++) {
      if (map[at] >= 0 && !(least < 0 && ofBaseline > least / 2)) {
        smallest[at] = Math.min(smallest[at], ofBaseline);
      }
    }
    for (int at = 0; at < map.length; at++) {
      double within = Arrays.stream(region[at]).mapToDouble(p -> own[p]).min().orElse(0);
      if (own[at] <= Math.min(0, within) / 2 || within >= 0) {
        for (int position : region[at]) {
          smallest[position] = Math.min(smallest[position], own[at]);
        }
      }
    }
    return smallest;
  }

  private static float largest(float[] levels) {
    float largest = -1;
    for (float level : levels) {
      largest = Math.max(largest, level);
    }
    return largest;
  }

  private static float[] slowMaxima(float[] map, int height, int width, int classes) {
    float[] maxima = new float[classes];
    Arrays.fill(maxima, Float.NEGATIVE_INFINITY);
    for (int at = 0; at < map.length; at++) {
      int size = component(map, height, width, at, map[at]).length;
      for (int k = 0; k < classes; k++) {
        if (size >= 1 << k) {
          maxima[k] = Math.max(maxima[k], map[at]);
        }
      }
    }
    return maxima;
  }

  @Test
  void isTheSmallestOfTheRegionsThatHoldAPosition() {
    Random random = new Random(SEED);
    for (int trial = 0; trial < 400; trial++) {
      int[] size = RandomMaps.size(random);
      int height = size[0];
      int width = size[1];
      int batch = 1 + random.nextInt(3);
      int coarseHeight = 1 + random.nextInt(height);
      int coarseWidth = 1 + random.nextInt(width);
      float[] fine = noise(random, batch * 4 * height * width, 0.5 + random.nextDouble());
      float[] coarse = noise(random, batch * 3 * coarseHeight * coarseWidth, 1.5);
      if (random.nextInt(4) == 0) {
        for (int i = 0; i < fine.length; i++) {
          fine[i] = Math.round(fine[i]); // plateaus
        }
      }
      RegionLaw law = law(random, 1 + random.nextInt(8));
      SegmentationOptions options = SegmentationOptions.DEFAULT.withLaw(law);
      FieldOfView view = FieldOfView.whole(height, width);
      boolean[] ignored = new boolean[height * width];
      boolean masked = random.nextInt(3) == 0;
      if (masked) {
        for (int i = 0; i < ignored.length; i++) {
          ignored[i] = random.nextInt(4) == 0;
        }
        view = view.ignoring(ignored);
      }
      String what = "seed " + SEED + ", trial " + trial;
      try (NativeLatents latents =
              new NativeLatents()
                  .add(fine, batch, 4, height, width)
                  .add(coarse, batch, 3, coarseHeight, coarseWidth);
          AContrario test = new AContrario(options, 1 + random.nextInt(2))) {
        List<FusedAnomalyMap> joint = test.fusedMaps(latents.views());
        List<NfaMap> maps = test.segment(latents.views(), view);
        for (int image = 0; image < batch; image++) {
          float[] levels = joint.get(image).levels();
          FusedAnomalyMap whole = joint.get(image);
          assertArrayEquals(
              slowMaxima(levels, height, width, RegionLaw.classesOf(height, width)),
              whole.regionMaxima(),
              what);
          RelativeMaxima maxima = whole.relativeMaxima(FieldOfView.whole(height, width));
          boolean few = height * width < 16;
          assertEquals(few ? 0 : baseline(levels), maxima.baseline(), what);
          assertArrayEquals(
              slowMaxima(few ? levels : relative(levels), height, width, maxima.levels().length),
              maxima.levels(),
              what);
          float[] tested = levels.clone();
          for (int i = 0; masked && i < tested.length; i++) {
            tested[i] = ignored[i] ? -1 : tested[i];
          }
          double[] wanted = slow(tested, height, width, law);
          float[] actual = maps.get(image).log10Nfa(); // of the joint map's size: as painted
          double least = Double.POSITIVE_INFINITY;
          int looked = 0;
          for (int i = 0; i < wanted.length; i++) {
            if (masked && ignored[i]) {
              assertEquals(Float.MAX_VALUE, actual[i], what);
              continue;
            }
            looked++;
            assertEquals(wanted[i], actual[i], 2e-6 * (1 + Math.abs(wanted[i])), what);
          }
          for (double value : wanted) {
            least = Math.min(least, value);
          }
          assertEquals(
              looked == 0 ? Float.MAX_VALUE : least,
              maps.get(image).minLog10Nfa(),
              2e-6 * (1 + Math.abs(least)),
              what);
        }
      }
    }
  }

  /** By its definition, in double. */
  @Test
  void theJointMapIsTheAnomalyMapAtTheFinestScalesSize() {
    Random random = new Random(SEED);
    float[] fine = noise(random, 5 * 9 * 7, 1);
    float[] coarse = noise(random, 2 * 4 * 3, 1.3);
    double[] likelihood = new double[63];
    for (int i = 0; i < 63; i++) {
      likelihood[i] = Math.exp(-0.5 * energy(fine, 5, 63, i));
    }
    double[] small = new double[12];
    for (int i = 0; i < 12; i++) {
      small[i] = Math.exp(-0.5 * energy(coarse, 2, 12, i));
    }
    double[] large = Bilinear.resize(small, 4, 3, 9, 7);
    try (NativeLatents latents = new NativeLatents().add(fine, 1, 5, 9, 7).add(coarse, 1, 2, 4, 3);
        AContrario test = new AContrario(SegmentationOptions.DEFAULT, 1)) {
      float[] joint = test.fusedMaps(latents.views()).get(0).levels();
      float[] energies = test.energy(latents.views().get(1));
      for (int i = 0; i < 63; i++) {
        assertEquals(1 - (likelihood[i] + large[i]) / 2, joint[i], 1e-6);
      }
      for (int i = 0; i < 12; i++) {
        assertEquals(energy(coarse, 2, 12, i), energies[i], 1e-5);
      }
    }
  }

  private static double energy(float[] z, int channels, int positions, int at) {
    double sum = 0;
    for (int c = 0; c < channels; c++) {
      sum += (double) z[c * positions + at] * z[c * positions + at];
    }
    return sum / channels;
  }

  /** A law from images like those that are judged keeps what its threshold promises. */
  @Test
  void goodImagesAlarmAsOftenAsTheLawSays() {
    Random random = new Random(SEED);
    int classes = RegionLaw.classesOf(14, 14);
    int alarms = 0;
    int images = 0;
    for (int draw = 0; draw < 30; draw++) {
      List<float[]> maxima = new ArrayList<>();
      for (FusedAnomalyMap map : maps(random, SegmentationOptions.DEFAULT, 40)) {
        maxima.add(map.regionMaxima());
      }
      SegmentationOptions options =
          SegmentationOptions.DEFAULT.withLaw(new RegionLaw(maxima)).withLog10Epsilon(-1);
      assertEquals(classes, options.law().classes());
      try (NativeLatents latents = wild(random, 40);
          AContrario test = new AContrario(options, 1)) {
        for (float smallest : test.minLog10Nfa(latents.views(), FieldOfView.whole(14, 14))) {
          alarms += smallest < -1 ? 1 : 0;
          images++;
        }
      }
    }
    double rate = (double) alarms / images;
    assertTrue(rate < 0.1, "expected at most 0.1 classes an image, measured " + rate);
    assertTrue(rate > 0.003, "not needlessly careful, measured " + rate);
  }

  /** Images whose deviation is drawn for each, of which `spot` positions have twice the energy. */
  private static float[] batches(Random random, int images, int spot) {
    float[] z = new float[images * 6 * 14 * 14];
    for (int image = 0; image < images; image++) {
      double deviation = 0.8 + 0.6 * random.nextDouble();
      for (int i = 0; i < 6 * 196; i++) {
        int y = i % 196 / 14;
        boolean planted = y >= 5 && y < 5 + spot && i % 14 >= 5 && i % 14 < 5 + spot;
        z[image * 6 * 196 + i] =
            (float) (deviation * (planted ? Math.sqrt(2.5) : 1) * random.nextGaussian());
      }
    }
    return z;
  }

  private static float[] minLog10Nfa(RegionLaw law, float[] z) {
    int images = z.length / (6 * 196);
    try (NativeLatents latents = new NativeLatents().add(z, images, 6, 14, 14);
        AContrario test = new AContrario(SegmentationOptions.DEFAULT.withLaw(law), 1)) {
      return test.minLog10Nfa(latents.views(), FieldOfView.whole(14, 14));
    }
  }

  /** How many of the defective are below the 5 % quantile of the good. */
  private static int found(RegionLaw law, float[] good, float[] defective) {
    float[] sorted = minLog10Nfa(law, good);
    Arrays.sort(sorted);
    float threshold = sorted[sorted.length / 20];
    int found = 0;
    for (float of : minLog10Nfa(law, defective)) {
      found += of < threshold ? 1 : 0;
    }
    return found;
  }

  /** What a relative law is for. */
  @Test
  void imagesThatDifferAllOverHideNoDefectFromARelativeLaw() {
    Random random = new Random(SEED);
    List<float[]> maxima = new ArrayList<>();
    List<RelativeMaxima> relative = new ArrayList<>();
    FieldOfView whole = FieldOfView.whole(14, 14);
    try (NativeLatents latents = new NativeLatents().add(batches(random, 60, 0), 60, 6, 14, 14);
        AContrario test = new AContrario(SegmentationOptions.DEFAULT, 1)) {
      for (FusedAnomalyMap map : test.fusedMaps(latents.views())) {
        maxima.add(map.regionMaxima());
        relative.add(map.relativeMaxima(whole));
      }
    }
    float[] good = batches(random, 400, 0);
    float[] defective = batches(random, 400, 3);
    int byLevels = found(new RegionLaw(maxima), good, defective);
    int byRelative = found(RegionLaw.relative(relative), good, defective);
    assertTrue(byRelative > 1.1 * byLevels, "found %s and %s".formatted(byRelative, byLevels));
  }

  /** Else a wrong part or a dead camera would be its own measure. */
  @Test
  void anImageThatIsStrangeAllOverIsADefectAllOver() {
    Random random = new Random(SEED);
    List<RelativeMaxima> relative = new ArrayList<>();
    FieldOfView whole = FieldOfView.whole(14, 14);
    try (NativeLatents latents = new NativeLatents().add(batches(random, 60, 0), 60, 6, 14, 14);
        AContrario test = new AContrario(SegmentationOptions.DEFAULT, 1)) {
      test.fusedMaps(latents.views()).forEach(map -> relative.add(map.relativeMaxima(whole)));
    }
    SegmentationOptions options =
        SegmentationOptions.DEFAULT.withLaw(RegionLaw.relative(relative)).withLog10Epsilon(-2);
    float[] strange = batches(random, 1, 0);
    for (int i = 0; i < strange.length; i++) {
      strange[i] *= 3;
    }
    FieldOfView half = whole.within(0, 0, 14, 7);
    try (NativeLatents latents = new NativeLatents().add(strange, 1, 6, 14, 14);
        AContrario test = new AContrario(options, 1)) {
      for (FieldOfView view : List.of(whole, half)) {
        DecidedImage decided = test.decide(latents.views(), view, false, false).get(0);
        assertEquals(1, decided.regions().size());
        assertEquals(view.count(), decided.regions().get(0).area());
      }
    }
  }

  /** A single vector, as DifferNet's latents are, is its own baseline: it could not rank. */
  @Test
  void aFewPositionsHaveLevelsAsTheyAre() {
    Random random = new Random(SEED);
    FieldOfView one = FieldOfView.whole(1, 1);
    for (int side : new int[] {1, 3, 4}) {
      List<RelativeMaxima> good = new ArrayList<>();
      float[] levels = new float[side * side];
      for (int image = 0; image < 20; image++) {
        for (int i = 0; i < levels.length; i++) {
          levels[i] = random.nextFloat();
        }
        good.add(new FusedAnomalyMap(side, side, levels.clone()).relativeMaxima(one));
      }
      assertEquals(side == 4, RegionLaw.relative(good).isRelative());
    }
    FieldOfView corner = FieldOfView.whole(9, 9).within(0, 0, 3, 5);
    FusedAnomalyMap map = new FusedAnomalyMap(9, 9, noise(random, 81, 0).clone());
    assertEquals(RelativeMaxima.NO_BASELINE, map.relativeMaxima(corner).baseline());
    boolean[] all = new boolean[81];
    Arrays.fill(all, true);
    assertThrows(
        IllegalArgumentException.class,
        () -> map.relativeMaxima(FieldOfView.whole(9, 9).ignoring(all)));
  }

  /** A law of maps of another size has other regions. */
  @Test
  void refusesLatentsOfAnotherSizeThanItsMaps() {
    Random random = new Random(SEED);
    RegionLaw law = law(random, 3);
    FieldOfView view = FieldOfView.whole(20, 20);
    try (NativeLatents latents = new NativeLatents().add(noise(random, 2 * 6 * 9, 1), 1, 2, 6, 9)) {
      for (RegionLaw fits : List.of(law, law.ofMaps(6, 9))) {
        try (AContrario test = new AContrario(SegmentationOptions.DEFAULT.withLaw(fits), 1)) {
          test.segment(latents.views(), view);
          test.decide(latents.views(), view, false, false);
        }
      }
      for (RegionLaw other : List.of(law.ofMaps(9, 6), law.ofMaps(6, 10))) {
        try (AContrario test = new AContrario(SegmentationOptions.DEFAULT.withLaw(other), 1)) {
          for (Executable call :
              List.<Executable>of(
                  () -> test.segment(latents.views(), view),
                  () -> test.decide(latents.views(), view, false, false))) {
            var refused = assertThrows(RuntimeException.class, call);
            assertTrue(
                refused.getMessage().contains("but latents[0] is 6 x 9"), refused.toString());
          }
        }
      }
    }
  }

  private static List<FusedAnomalyMap> maps(
      Random random, SegmentationOptions options, int images) {
    try (NativeLatents latents = wild(random, images);
        AContrario test = new AContrario(options, 1)) {
      return test.fusedMaps(latents.views());
    }
  }

  /** Each image of a deviation of its own: no white noise, neighbours far from independent. */
  private static NativeLatents wild(Random random, int images) {
    float[] z = new float[images * 6 * 14 * 14];
    for (int image = 0; image < images; image++) {
      float[] one = noise(random, 6 * 196, 0.8 + 0.4 * random.nextDouble());
      System.arraycopy(one, 0, z, image * one.length, one.length);
    }
    return new NativeLatents().add(z, images, 6, 14, 14);
  }
}
