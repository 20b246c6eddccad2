package dev.flowline.detectability;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Collections;
import java.util.List;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.junit.jupiter.api.Test;

class PoissonBinomialTest {
  @Test
  void ofEqualProbabilitiesItIsBinomial() {
    BinomialDistribution binomial = BinomialDistribution.of(17, 0.3);
    for (int k = -1; k <= 18; k++) {
      assertEquals(
          binomial.cumulativeProbability(k),
          PoissonBinomial.atMost(k, Collections.nCopies(17, 0.3)),
          1e-12);
    }
  }

  /** All outcomes of four trials. */
  @Test
  void allOutcomesAreCounted() {
    List<Double> p = List.of(0.9, 0.2, 0.55, 0.01);
    double[] upTo = new double[5];
    for (int outcome = 0; outcome < 16; outcome++) {
      double probability = 1;
      for (int i = 0; i < 4; i++) {
        probability *= (outcome >> i & 1) == 1 ? p.get(i) : 1 - p.get(i);
      }
      for (int k = Integer.bitCount(outcome); k < 5; k++) {
        upTo[k] += probability;
      }
    }
    for (int k = 0; k < 5; k++) {
      assertEquals(upTo[k], PoissonBinomial.atMost(k, p), 1e-12);
    }
  }
}
