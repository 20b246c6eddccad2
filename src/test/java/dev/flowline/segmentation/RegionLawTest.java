package dev.flowline.segmentation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RegionLawTest {
  private static final long SEED = 20261128;

  /** Maxima whose g = −ln(1 − level + 1e−5) is exponential above a class's own start. */
  private static List<float[]> drawn(Random random, int images, int classes) {
    List<float[]> maxima = new ArrayList<>();
    for (int i = 0; i < images; i++) {
      float[] of = new float[classes];
      double strength = -Math.log(1 - random.nextDouble());
      for (int k = 0; k < classes; k++) {
        double g = 1.5 / (k + 1) + strength * (0.3 + 0.1 * random.nextDouble()) / (k + 1);
        float level = (float) (1 + 1e-5 - Math.exp(-g));
        of[k] = Math.min(Math.max(0, level), k == 0 ? 1 : of[k - 1]);
      }
      maxima.add(of);
    }
    return maxima;
  }

  @Test
  void aLevelBetweenTheKnotsIsInterpolatedFromTheFormula() {
    Random random = new Random(SEED);
    for (int images : new int[] {10, 11, 37, 200}) {
      int classes = 1 + random.nextInt(11);
      List<float[]> maxima = drawn(random, images, classes);
      RegionLaw law = new RegionLaw(maxima);
      float[] levels = law.levels();
      for (int i = 1; i < levels.length; i++) {
        assertTrue(levels[i] > levels[i - 1]);
      }
      for (int trial = 0; trial < 200; trial++) {
        int k = random.nextInt(classes);
        int i = random.nextInt(levels.length - 1);
        double share = random.nextDouble();
        float level = (float) (levels[i] + share * ((double) levels[i + 1] - levels[i]));
        double exact = ((double) level - levels[i]) / ((double) levels[i + 1] - levels[i]);
        double low = byDefinition(maxima, levels, k, i);
        double high = byDefinition(maxima, levels, k, i + 1);
        assertEquals(
            low + exact * (high - low),
            law.log10Pfa(k, level),
            1e-9,
            "seed " + SEED + " " + images);
      }
      assertEquals(0, law.log10Pfa(classes - 1, 0));
    }
  }

  /** Peaks over threshold at a knot, as the class's comment has it, and no higher than before. */
  private static double byDefinition(List<float[]> maxima, float[] levels, int k, int knot) {
    double smallest = 0;
    for (int c = 0; c <= k; c++) {
      for (int i = 1; i <= knot; i++) {
        smallest = Math.min(smallest, formula(maxima, c, levels[i]));
      }
    }
    return smallest;
  }

  private static double formula(List<float[]> maxima, int k, float level) {
    double g = -Math.log(1 - (double) level + 1e-5);
    double[] of =
        maxima.stream().mapToDouble(m -> -Math.log(1 - (double) m[k] + 1e-5)).sorted().toArray();
    int n = of.length;
    int excesses = Math.max(5, n / 2);
    double u = of[n - excesses - 1];
    if (g <= u) {
      return Math.log10((1.0 + Arrays.stream(of).filter(v -> v >= g).count()) / (n + 1));
    }
    double beta = Arrays.stream(of).skip(n - excesses).map(v -> v - u).average().orElseThrow();
    double tail = Math.pow(1 + (g - u) / (excesses * beta), -excesses);
    return Math.log10((excesses + 1.0) / (n + 1) * tail);
  }

  /** That the tail is predictive: a new image has P ≤ p with a probability of about p. */
  @Test
  void whatIsImprobableIsRare() {
    Random random = new Random(SEED);
    int laws = 1500;
    int[] below = new int[2];
    int news = 20;
    for (int trial = 0; trial < laws; trial++) {
      RegionLaw law = new RegionLaw(drawn(random, 20, 1));
      for (float[] image : drawn(random, news, 1)) {
        double log10Pfa = law.log10Pfa(0, image[0]);
        below[0] += log10Pfa <= -1 ? 1 : 0;
        below[1] += log10Pfa <= -2 ? 1 : 0;
      }
    }
    double all = laws * (double) news;
    assertEquals(0.1, below[0] / all, 0.015, "seed " + SEED);
    assertEquals(0.01, below[1] / all, 0.004, "seed " + SEED);
  }

  @Test
  void largerRegionsAreNoMoreProbable() {
    RegionLaw law = new RegionLaw(drawn(new Random(SEED), 30, 8));
    for (float level = 0; level <= 1; level += 0.001f) {
      for (int k = 1; k < law.classes(); k++) {
        assertTrue(law.log10Pfa(k, level) <= law.log10Pfa(k - 1, level));
      }
    }
    assertEquals(Math.log10(8 / 31.0), law.supportedLog10Nfa(), 1e-12);
  }

  @Test
  void isItsMaximaInJson() throws Exception {
    ObjectMapper json = new ObjectMapper();
    SegmentationOptions options =
        SegmentationOptions.DEFAULT.withLaw(new RegionLaw(drawn(new Random(SEED), 12, 3)));
    SegmentationOptions read =
        json.readValue(json.writeValueAsString(options), SegmentationOptions.class);
    assertEquals(options, read);
    assertEquals(NullHypothesis.CALIBRATED, read.nullHypothesis());
    assertEquals(
        SegmentationOptions.DEFAULT,
        json.readValue(
            json.writeValueAsString(SegmentationOptions.DEFAULT), SegmentationOptions.class));
  }

  /** Good images whose maxima follow their baseline by so much, or not at all. */
  @Test
  void theExponentIsWhatGoodImagesShow() {
    Random random = new Random(SEED);
    for (float wanted : new float[] {0, 0.25f, 0.5f, 0.75f, 1}) {
      List<RelativeMaxima> images = new ArrayList<>();
      List<float[]> levels = new ArrayList<>();
      for (int image = 0; image < 60; image++) {
        double strangeness = 0.7 + 0.1 * random.nextGaussian();
        float baseline = (float) Math.exp(-strangeness);
        float[] relative = new float[5];
        float[] own = new float[5];
        for (int k = 0; k < 5; k++) {
          double g = 3.5 - 0.3 * k + wanted * strangeness + 0.01 * random.nextGaussian();
          relative[k] = (float) (1 - Math.exp(-g) / (2 * baseline));
          own[k] = (float) (1 - Math.exp(-g) / (2 * Math.pow(baseline, wanted)));
          relative[k] = k == 0 ? relative[k] : Math.min(relative[k], relative[k - 1]);
          own[k] = k == 0 ? own[k] : Math.min(own[k], own[k - 1]);
        }
        images.add(new RelativeMaxima(relative, baseline));
        levels.add(own);
      }
      RegionLaw law = RegionLaw.relative(images);
      assertEquals(wanted, law.baselineExponent(), "seed " + SEED);
      for (int image = 0; image < 60; image++) {
        assertArrayEquals(levels.get(image), law.levelsOf(images.get(image)), 1e-5f);
      }
    }
  }

  /** The size of its maps is in the file; a file of before has none, which is unknown. */
  @Test
  void theSizeOfItsMapsIsInJson() throws Exception {
    ObjectMapper json = new ObjectMapper();
    RegionLaw unknown = new RegionLaw(drawn(new Random(SEED), 12, 3));
    assertFalse(json.writeValueAsString(unknown).contains("map"));
    assertEquals(0, json.readValue(json.writeValueAsString(unknown), RegionLaw.class).mapHeight());
    RegionLaw relative =
        RegionLaw.relative(
            drawn(new Random(SEED), 12, 3).stream()
                .map(levels -> new RelativeMaxima(levels, levels[0]))
                .toList());
    String written = json.writeValueAsString(relative);
    assertEquals(relative, json.readValue(written, RegionLaw.class));
    assertNotEquals(relative, unknown);
    assertFalse(json.writeValueAsString(unknown).contains("baselines"));
    for (String wrong : List.of("\"baselines\":[0.5]", "\"baselines\":[]")) {
      String damaged = written.replaceFirst("\"baselines\":\\[[^]]*]", wrong);
      IOException refused =
          assertThrows(IOException.class, () -> json.readValue(damaged, RegionLaw.class));
      assertTrue(refused.getMessage().contains("one baseline for each"), refused.getMessage());
    }
    assertTrue(relative.toString().startsWith("relative region law of 3 classes"));
    String exponent = "\"baselineExponent\":%s".formatted(relative.baselineExponent());
    assertTrue(written.contains(exponent), written);
    assertFalse(json.writeValueAsString(unknown).contains("baselineExponent"));
    RegionLaw half =
        json.readValue(written.replace(exponent, "\"baselineExponent\":0.5"), RegionLaw.class);
    assertEquals(0.5f, half.baselineExponent());
    assertNotEquals(half, relative.baselineExponent() == 0.5f ? null : relative);
    assertEquals(0.5f, half.withMeasuredOn(List.of("a")).ofMaps(4, 7).baselineExponent());
    RegionLaw older = json.readValue(written.replace("," + exponent, ""), RegionLaw.class);
    assertEquals(1, older.baselineExponent());
    for (String wrong : List.of("0.3", "-0.25", "2", "\"NaN\"")) {
      String damaged = written.replace(exponent, "\"baselineExponent\":" + wrong);
      IOException refused =
          assertThrows(IOException.class, () -> json.readValue(damaged, RegionLaw.class));
      assertTrue(refused.getMessage().contains("baselineExponent must be"), refused.getMessage());
    }
    RegionLaw law = unknown.ofMaps(4, 7).withMeasuredOn(List.of("a"));
    assertNotEquals(unknown.withMeasuredOn(List.of("a")), law);
    RegionLaw read = json.readValue(json.writeValueAsString(law), RegionLaw.class);
    assertEquals(law, read);
    assertEquals(4, read.mapHeight());
    assertEquals(7, read.mapWidth());
    assertThrows(IllegalArgumentException.class, () -> unknown.ofMaps(0, 7));
    String text = json.writeValueAsString(law);
    for (String height : List.of("-4", "0")) {
      String wrong = text.replace("\"mapHeight\":4", "\"mapHeight\":" + height);
      assertNotEquals(text, wrong);
      IOException refused =
          assertThrows(IOException.class, () -> json.readValue(wrong, RegionLaw.class));
      assertTrue(refused.getMessage().contains("got %s x 7".formatted(height)), "" + refused);
    }
  }

  @Test
  void imagesThatAreAllAlikeHaveALawToo() {
    for (float level : new float[] {0, 0.3f, 1}) {
      List<float[]> same = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        same.add(new float[] {level, level});
      }
      RegionLaw law = new RegionLaw(same);
      assertEquals(0, law.log10Pfa(0, level), "level " + level);
      assertTrue(level == 1 || law.log10Pfa(0, 1) < -1, "level " + level);
    }
  }

  @Test
  void refusesWhatIsNoMaxima() {
    List<float[]> few = drawn(new Random(SEED), RegionLaw.FEWEST_IMAGES - 1, 2);
    assertThrows(IllegalArgumentException.class, () -> new RegionLaw(few));
    for (float[] wrong :
        new float[][] {{0.5f}, {0.5f, 0.6f}, {1.5f, 0.5f}, {Float.NaN, 0}, {0.5f, -0.1f}}) {
      List<float[]> maxima = new ArrayList<>(drawn(new Random(SEED), 10, 2));
      maxima.set(4, wrong);
      assertThrows(
          IllegalArgumentException.class, () -> new RegionLaw(maxima), Arrays.toString(wrong));
    }
  }

  @Test
  void classesOfMaps() {
    assertEquals(1, RegionLaw.classesOf(1, 1));
    assertEquals(1, RegionLaw.classesOf(2, 2));
    assertEquals(8, RegionLaw.classesOf(28, 28)); // up to 196 positions: 128 is the last power
    assertEquals(11, RegionLaw.classesOf(64, 64));
  }
}
