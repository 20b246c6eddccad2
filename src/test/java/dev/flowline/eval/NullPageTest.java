package dev.flowline.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.line.LatentProbe;
import dev.flowline.metrics.Curve;
import dev.flowline.metrics.FalseAlarmRate;
import dev.flowline.model.Calibration;
import dev.flowline.model.CalibrationImage;
import dev.flowline.segmentation.RegionLaw;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class NullPageTest {
  private static final long SEED = 20261128;
  private static final int CHANNELS = 16;
  private static final int SIDE = 12;
  private static final int IMAGES = 60;

  /** Energies by channel, each position's by itself or with what it shares with its left one. */
  private static float[] energies(Random random, boolean heavy, double shared) {
    float[] energy = new float[SIDE * SIDE];
    double[][] z = new double[SIDE * SIDE][CHANNELS];
    for (int i = 0; i < energy.length; i++) {
      double wild = heavy && random.nextInt(20) == 0 ? 2.5 : 1;
      for (int c = 0; c < CHANNELS; c++) {
        double left = i % SIDE > 0 ? z[i - 1][c] : random.nextGaussian();
        z[i][c] = shared * left + Math.sqrt(1 - shared * shared) * random.nextGaussian();
        energy[i] += (float) (wild * z[i][c] * wild * z[i][c] / CHANNELS);
      }
    }
    return energy;
  }

  private static NullStudy study(boolean heavy, double shared) {
    Random random = new Random(SEED);
    NullStudy study = new NullStudy(List.of(new long[] {1, CHANNELS, SIDE, SIDE}));
    for (int image = 0; image < IMAGES; image++) {
      float[] maxima = {0.6f + 0.002f * image, 0.5f + 0.002f * image};
      float[] smallest = {300, heavy ? -5 : 2, heavy ? -6 : 1, -0.02f * image};
      study.add(new LatentProbe.Seen(List.of(energies(random, heavy, shared)), maxima, smallest));
    }
    return study;
  }

  private static RegionLaw law() {
    List<float[]> maxima = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      maxima.add(new float[] {0.6f + 0.004f * i, 0.5f + 0.004f * i});
    }
    return new RegionLaw(maxima);
  }

  private static Calibration calibration() {
    return Calibration.of(
        IntStream.range(0, 40).mapToObj(i -> new CalibrationImage(-0.03 * i, null)).toList(),
        new FalseAlarmRate(0.05, null));
  }

  @Test
  void saysWhetherEnergiesAreChiSquare() {
    String white = new NullPage("t", study(false, 0), law(), calibration()).html();
    assertTrue(white.contains("are about chi-square"), "white noise");
    String heavy = new NullPage("t", study(true, 0), law(), calibration()).html();
    assertTrue(heavy.contains("are not chi-square"), "heavy tails");
  }

  @Test
  void isWellFormedAndNamesEveryRule() throws Exception {
    for (RegionLaw law : new RegionLaw[] {law(), null}) {
      String html = new NullPage("<gears & co>", study(true, 0.5), law, calibration()).html();
      DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(new InputSource(new StringReader(html.replace("<!DOCTYPE html>", ""))));
      for (NullRule rule : NullRule.values()) {
        assertEquals(
            rule != NullRule.CALIBRATED || law != null, html.contains(rule.title), rule.title);
      }
      assertTrue(html.contains("href=\"report.html\""));
    }
  }

  @Test
  void measuredStandsBesidePromised() {
    String html = new NullPage("t", study(true, 0), law(), calibration()).html();
    assertTrue(html.contains("60 of 60 (94.0 % to 100.0 %)"), "by size"); // always −5
    assertTrue(html.contains("9 of 60 (7.1 % to 26.6 %)"), "the law at −1"); // −0.02·i < −1
    assertTrue(html.contains("at most 10.0 %"));
    assertTrue(html.contains("promised at most 4.9 %")); // 2 of 41
  }

  @Test
  void quantilesOfChiSquareLieOnTheDiagonal() {
    NullStudy.Energies white = study(false, 0).energiesOf(0);
    assertEquals(1, white.mean(), 0.02);
    assertEquals(white.chiSquareDeviation(), white.deviation(), 0.02);
    Curve q = white.quantiles();
    for (int i = 5; i < q.points() - 5; i++) {
      assertEquals(q.x()[i], q.y()[i], 0.05, "quantile " + i);
    }
    Curve heavy = study(true, 0).energiesOf(0).quantiles();
    int last = heavy.points() - 1;
    assertTrue(heavy.y()[last] > heavy.x()[last] + 0.3);
  }

  /** Squares of normal numbers whose correlation is ρ have ρ². */
  @Test
  void correlationOfNeighbours() {
    NullStudy alone = study(false, 0);
    NullStudy together = study(false, 0.8);
    assertEquals(0, alone.correlationByDistance(0).y()[0], 0.05);
    assertEquals(0.64, together.correlationByDistance(0).y()[0], 0.05);
    assertEquals(0.64 * 0.64, together.correlationByDistance(0).y()[1], 0.07);
    double sum = 0;
    for (float c : together.correlationMap(0)) {
      sum += c;
    }
    assertEquals(0.64, sum / (SIDE * (SIDE - 1)), 0.05);
    assertEquals(1, mean(alone.varianceMap(0)), 0.1);
    assertEquals(1, mean(alone.meanMap(0)), 0.02);
  }

  private static double mean(float[] map) {
    double sum = 0;
    for (float value : map) {
      sum += value;
    }
    return sum / map.length;
  }

  @Test
  void looksAtAFewHundredAtMost() {
    assertEquals(7, NullPage.looksAt(7));
    assertEquals(200, NullPage.looksAt(100_000));
    assertFalse(NullStudy.chosen(List.of(1, 2, 3)).isEmpty());
  }
}
