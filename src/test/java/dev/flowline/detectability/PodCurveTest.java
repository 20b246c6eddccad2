package dev.flowline.detectability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.detectability.PodCurve.CurveFit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Holds curves to published fits, to a slow search of the likelihood, and to a known truth. */
class PodCurveTest {
  private static final double NINE = Math.log(9); // the logit of 0.9
  private static final double CHI_90 = 2.705543454095404; // quantiles of chi-square, by SciPy
  private static final double CHI_95 = 3.841458820694124;

  /** The O-rings of the space shuttle by temperature (Dalal, Fowlkes, Hoadley 1989). */
  private static List<HitMiss> challenger() {
    int[] degrees = {
      66, 70, 69, 68, 67, 72, 73, 70, 57, 63, 70, 78, 67, 53, 67, 75, 70, 81, 76, 79, 75, 76, 58
    };
    String distress = "01000000111001000000101";
    List<HitMiss> trials = new ArrayList<>();
    for (int i = 0; i < degrees.length; i++) {
      trials.add(new HitMiss(Math.exp(degrees[i]), distress.charAt(i) == '1'));
    }
    return trials;
  }

  /** Beetles killed by carbon disulphide (Bliss 1935), by the logarithm of the dose. */
  private static List<HitMiss> beetles() {
    double[] dose = {1.6907, 1.7242, 1.7552, 1.7842, 1.8113, 1.8369, 1.8610, 1.8839};
    int[] all = {59, 60, 62, 56, 63, 59, 62, 60};
    int[] killed = {6, 13, 18, 28, 52, 53, 61, 60};
    List<HitMiss> trials = new ArrayList<>();
    for (int group = 0; group < dose.length; group++) {
      for (int i = 0; i < all[group]; i++) {
        trials.add(new HitMiss(Math.exp(dose[group]), i < killed[group]));
      }
    }
    return trials;
  }

  private static List<HitMiss> of(double[] sizes, String found) {
    List<HitMiss> trials = new ArrayList<>();
    for (int i = 0; i < sizes.length; i++) {
      trials.add(new HitMiss(sizes[i], found.charAt(i) == '1'));
    }
    return trials;
  }

  /** The fit and the profile-likelihood interval that R prints for the O-rings, to its digits. */
  @Test
  void theShuttleIsAsPublished() {
    PodCurve curve = PodCurve.of(challenger());
    assertEquals(15.0429, curve.intercept(), 5e-5);
    assertEquals(-0.2322, curve.slope(), 5e-5);
    LogisticModel model = new LogisticModel(challenger(), false);
    assertEquals(20.315, -2 * model.logLikelihood(), 5e-4);
    // By SciPy; R's spline of the profile gives 3.3306 and 34.3422.
    assertEquals(3.3286978, curve.bound(1, -1, CHI_95), 1e-4);
    assertEquals(34.3395826, curve.bound(1, 1, CHI_95), 1e-4);
    assertNull(curve.a90(), "what is found less often as it grows has no smallest size");
    assertNull(curve.a9095());
  }

  /** The fit in Dobson's book; the bound by SciPy's search of the likelihood. */
  @Test
  void theBeetlesAreAsPublished() {
    PodCurve curve = PodCurve.of(beetles());
    assertEquals(-60.717, curve.intercept(), 5e-4);
    assertEquals(34.270, curve.slope(), 5e-4);
    assertEquals(CurveFit.LIKELIHOOD, curve.method());
    assertEquals(1.8358354578770386, Math.log(curve.a90()), 1e-8);
    assertEquals(1.8467713144868363, Math.log(curve.a9095()), 1e-7);
  }

  /** Where a size separates, Firth's fit by SciPy's search of the penalized likelihood. */
  @Test
  void separatedTrialsHaveFirthsCurve() {
    double[] sizes = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    PodCurve curve = PodCurve.of(of(sizes, "0000011111"));
    assertEquals(CurveFit.FIRTH, curve.method());
    assertEquals(-9.069926432376201, curve.intercept(), 1e-6);
    assertEquals(5.434482507738338, curve.slope(), 1e-6);
    assertEquals(7.950781842659418, curve.a90(), 1e-6);
    assertNull(curve.a9095(), "ten trials show nothing");
    LogisticModel model = LogisticModel.of(of(sizes, "0000011111"));
    assertEquals(1.8672296338259287, model.deviance(20, NINE), 1e-6);
  }

  /** With two sizes the curve is saturated, and Firth's fit adds a half to each count (1993). */
  @Test
  void withTwoSizesFirthAddsAHalfToEachCount() {
    List<HitMiss> trials = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      trials.add(new HitMiss(3, i < 7));
      trials.add(new HitMiss(12, true));
    }
    PodCurve curve = PodCurve.of(trials);
    assertEquals(CurveFit.FIRTH, curve.method());
    assertEquals(7.5 / 21, curve.pod(3), 1e-9);
    assertEquals(20.5 / 21, curve.pod(12), 1e-9);
  }

  /** A grid of curves through the point finds no higher likelihood than the profile. */
  @Test
  void theProfileIsTheHighestOfAllCurvesThroughAPoint() {
    for (String found : List.of("0010110111", "0000011111", "1111111111")) {
      double[] sizes = {2, 3, 4, 5, 7, 9, 12, 16, 21, 28};
      List<HitMiss> trials = of(sizes, found);
      boolean firth = !found.equals("0010110111");
      LogisticModel model = LogisticModel.of(trials);
      assertEquals(firth, model.penalized());
      double highest = Double.NEGATIVE_INFINITY;
      for (double slope = -20; slope < 30; slope += 0.05) {
        for (double logit = -8; logit < 12 && slope > -2 && slope < 8; logit += 0.1) {
          highest = Math.max(highest, slow(trials, logit - slope * Math.log(6), slope, firth));
        }
      }
      assertEquals(highest, model.logLikelihood(), 2e-3, found);
      for (double size : new double[] {2, 6, 28}) {
        double through = Double.NEGATIVE_INFINITY;
        for (double slope = -20; slope < 40; slope += 0.005) {
          through = Math.max(through, slow(trials, NINE - slope * Math.log(size), slope, firth));
        }
        assertEquals(
            2 * (model.logLikelihood() - through), model.deviance(size, NINE), 1e-4, found + size);
      }
    }
  }

  /** The likelihood as it is written down, and the penalty by the matrix of second differences. */
  private static double slow(List<HitMiss> trials, double a, double b, boolean firth) {
    double sum = 0;
    double i00 = 0;
    double i01 = 0;
    double i11 = 0;
    for (HitMiss trial : trials) {
      double x = Math.log(trial.size());
      double p = 1 / (1 + Math.exp(-a - b * x));
      double miss = 1 / (1 + Math.exp(a + b * x));
      sum += Math.log(trial.found() ? p : miss);
      i00 += p * miss;
      i01 += p * miss * x;
      i11 += p * miss * x * x;
    }
    // Standardized sizes scale the determinant by 1 / variance.
    double mean = trials.stream().mapToDouble(t -> Math.log(t.size())).average().orElseThrow();
    double variance =
        trials.stream()
            .mapToDouble(t -> Math.pow(Math.log(t.size()) - mean, 2))
            .average()
            .orElseThrow();
    double determinant = (i00 * i11 - i01 * i01) / variance;
    return firth ? sum + 0.5 * Math.log(determinant) : sum;
  }

  /**
   * Of 200 studies with a known truth, some 92 % have a bound that is not below it: so few defects
   * are not quite enough for the law of large numbers behind the likelihood ratio.
   */
  @Test
  void theBoundHoldsAlmostAsOftenAsItSays() {
    Random random = new Random(11);
    double slope = 3;
    double intercept = -slope * Math.log(12);
    double truth = Math.exp((NINE - intercept) / slope);
    int held = 0;
    int studies = 200;
    for (int study = 0; study < studies; study++) {
      List<HitMiss> trials = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        double size = 2 * Math.pow(60, (i + random.nextDouble()) / 60);
        double pod = 1 / (1 + Math.exp(-intercept - slope * Math.log(size)));
        trials.add(new HitMiss(size, random.nextDouble() < pod));
      }
      Double bound = PodCurve.of(trials).a9095();
      held += bound == null || bound >= truth ? 1 : 0;
    }
    assertTrue(held >= 0.87 * studies && held <= 0.98 * studies, held + " of " + studies);
  }

  @Test
  void theBandCrossesNinetyPercentAtTheBound() {
    PodCurve curve = PodCurve.of(beetles());
    double logit = curve.bound(curve.a9095(), -1, CHI_90);
    assertEquals(NINE, logit, 1e-6);
    for (int i = 0; i < curve.estimate().points(); i++) {
      double estimate = curve.estimate().y()[i];
      assertTrue(curve.lower().y()[i] < estimate && estimate < curve.upper().y()[i]);
    }
  }

  @Test
  void whatIsAllFoundOrMissedIsBoundedAllTheSame() {
    double[] sizes = new double[60];
    for (int i = 0; i < 60; i++) {
      sizes[i] = 4 * Math.pow(16, i / 59.0);
    }
    PodCurve all = PodCurve.of(of(sizes, "1".repeat(60)));
    assertEquals(CurveFit.FIRTH, all.method());
    assertEquals(4, all.a90(), 1e-12);
    assertTrue(all.a9095() >= 4 && all.a9095() < 8, "" + all.a9095());
    assertEquals(all.atLeastA9095().of(), all.atLeastA9095().count());
    PodCurve none = PodCurve.of(of(sizes, "0".repeat(60)));
    assertNull(none.a50());
    assertNull(none.a9095());
    assertNull(none.atLeastA9095());
  }

  @Test
  void oneSizeHasNoCurve() {
    List<HitMiss> trials = List.of(new HitMiss(5, true), new HitMiss(5, false));
    String message =
        assertThrows(IllegalArgumentException.class, () -> PodCurve.of(trials)).getMessage();
    assertTrue(message.contains("at least two sizes"), message);
    assertThrows(IllegalArgumentException.class, () -> new HitMiss(0, true));
  }

  /** A plateau below 90 % that the curve cannot follow: the large defects speak against it. */
  @Test
  void aClaimThatItsOwnDefectsDenyIsSeen() {
    double[] sizes = new double[400];
    StringBuilder found = new StringBuilder();
    for (int i = 0; i < 400; i++) {
      sizes[i] = i < 200 ? 1 + i * 0.001 : 50 + i;
      found.append(i < 200 ? i % 2 == 0 ? '1' : '0' : i % 4 < 3 ? '1' : '0');
    }
    PodCurve curve = PodCurve.of(of(sizes, found.toString()));
    assertNull(curve.a9095());
    assertFalse(curve.isContradicted());
    PodCurve forced =
        new PodCurve(of(sizes, found.toString()), new LogisticModel(beetlesScaled(), false));
    assertTrue(forced.isContradicted(), "" + forced.a9095());
  }

  private static List<HitMiss> beetlesScaled() {
    return beetles().stream().map(t -> new HitMiss(t.size() * 30, t.found())).toList();
  }
}
