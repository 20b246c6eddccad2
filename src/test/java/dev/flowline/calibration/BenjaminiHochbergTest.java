package dev.flowline.calibration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenjaminiHochbergTest {
  /** The text of the paper: the largest i with p(i) ≤ i/m · q, in fractions. */
  private static int named(int[] ranks, int values, int percent) {
    int[] sorted = ranks.clone();
    Arrays.sort(sorted);
    int named = 0;
    for (int i = 1; i <= sorted.length; i++) {
      BigInteger p = BigInteger.valueOf(sorted[i - 1]).multiply(BigInteger.valueOf(100));
      BigInteger left = p.multiply(BigInteger.valueOf(sorted.length));
      BigInteger right = BigInteger.valueOf(percent).multiply(BigInteger.valueOf(i));
      if (left.compareTo(right.multiply(BigInteger.valueOf(values))) <= 0) {
        named = i;
      }
    }
    return named;
  }

  private static int[] counts(int[] ranks, int values) {
    int[] counts = new int[values];
    for (int rank : ranks) {
      counts[rank - 1]++;
    }
    return counts;
  }

  @Test
  void isTheProcedureOfThePaper() {
    long seed = 20261202;
    Random random = new Random(seed);
    int some = 0;
    int equalities = 0;
    for (int round = 0; round < 5000; round++) {
      int values = 2 + random.nextInt(60);
      int[] ranks = new int[1 + random.nextInt(80)];
      for (int i = 0; i < ranks.length; i++) {
        boolean defective = random.nextInt(3) == 0;
        ranks[i] = 1 + random.nextInt(defective ? 1 + values / 10 : values);
      }
      int percent = 1 + random.nextInt(99);
      int expected = named(ranks, values, percent);
      int rank = BenjaminiHochberg.largestRank(counts(ranks, values), percent / 100.0);
      String with = "seed " + seed + ", round " + round;
      assertEquals(expected, Arrays.stream(ranks).filter(r -> r <= rank).count(), with);
      assertTrue(rank == 0 || Arrays.stream(ranks).anyMatch(r -> r == rank), with);
      some += expected > 0 && expected < ranks.length ? 1 : 0;
      equalities += 100L * rank * ranks.length == (long) percent * expected * values ? 1 : 0;
    }
    assertTrue(some > 1000 && equalities > 50, some + " " + equalities);
  }

  /** The smallest p-value times the parts is exactly the rate times those that have it. */
  @ParameterizedTest
  @CsvSource({"0.1, 10, 10, 10", "0.07, 100, 700, 100", "0.29, 100, 2900, 100", "0.3, 10, 9, 3"})
  void aRateIsTheDecimalNumberThatIsWritten(double rate, int values, int parts, int smallest) {
    int[] counts = new int[values];
    counts[0] = smallest;
    counts[values - 1] += parts - smallest;
    assertEquals(1, BenjaminiHochberg.largestRank(counts, rate));
    counts[0]--;
    counts[values - 1]++;
    assertEquals(0, BenjaminiHochberg.largestRank(counts, rate));
  }

  /** The fewest parts at the smallest p-value are enough, and one fewer is not. */
  @Test
  void theFewestAreEnough() {
    for (int n : new int[] {9, 19, 53, 99}) {
      for (int parts : new int[] {1, 14, 120}) {
        for (double rate : new double[] {0.01, 0.05, 0.1, 0.25}) {
          long fewest = BenjaminiHochberg.fewest(parts, n, rate);
          assertTrue(fewest >= 1);
          for (int smallest = 0; smallest <= parts; smallest++) {
            int[] counts = new int[n + 1];
            counts[0] = smallest;
            counts[n] += parts - smallest;
            assertEquals(
                smallest >= fewest,
                BenjaminiHochberg.largestRank(counts, rate) > 0,
                n + " " + parts + " " + rate + " " + smallest);
          }
        }
      }
    }
  }

  /**
   * Where truth is known: lots of 60 good and 20 defective parts, each with its own calibration.
   */
  @Test
  void theFalseDiscoveryRateIsKept() {
    long seed = 20261203;
    Random random = new Random(seed);
    int n = 99;
    int rounds = 6000;
    int good = 60;
    int defective = 20;
    double rate = 0.2;
    double sum = 0;
    double sumOfSquares = 0;
    int found = 0;
    for (int round = 0; round < rounds; round++) {
      double[] calibration = random.doubles(n).map(u -> random.nextGaussian()).sorted().toArray();
      int[] counts = new int[n + 1];
      int[] ofGood = new int[n + 1];
      for (int part = 0; part < good + defective; part++) {
        boolean isGood = part < good;
        double score = random.nextGaussian() - (isGood ? 0 : 2.5);
        int rank = 1 + (int) Arrays.stream(calibration).filter(c -> c <= score).count();
        counts[rank - 1]++;
        ofGood[rank - 1] += isGood ? 1 : 0;
      }
      int rank = BenjaminiHochberg.largestRank(counts, rate);
      int named = Arrays.stream(counts, 0, rank).sum();
      int namedGood = Arrays.stream(ofGood, 0, rank).sum();
      double share = named == 0 ? 0 : namedGood / (double) named;
      sum += share;
      sumOfSquares += share * share;
      found += named - namedGood;
    }
    double mean = sum / rounds;
    double deviation = Math.sqrt((sumOfSquares / rounds - mean * mean) / rounds);
    double kept = rate * good / (good + defective);
    String with = "seed " + seed + ": " + mean + " ± " + deviation + ", kept is " + kept;
    assertTrue(mean <= kept + 4 * deviation, with);
    assertTrue(mean > 0.5 * kept, "not needlessly careful, " + with);
    assertTrue(found > 0.5 * rounds * defective, "finds them: " + found);
  }

  @Test
  void refusesWhatIsNoRateAndNoCount() {
    for (double wrong : new double[] {0, 1, -0.1, Double.NaN}) {
      assertThrows(
          IllegalArgumentException.class, () -> BenjaminiHochberg.largestRank(new int[3], wrong));
      assertThrows(IllegalArgumentException.class, () -> BenjaminiHochberg.fewest(3, 9, wrong));
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> BenjaminiHochberg.largestRank(new int[] {2, -1}, 0.1));
    assertEquals(0, BenjaminiHochberg.largestRank(new int[4], 0.1), "no parts");
  }
}
