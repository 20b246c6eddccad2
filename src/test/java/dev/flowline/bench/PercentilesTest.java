package dev.flowline.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Percentiles are those of the sorted times, and none is claimed that so few times cannot give. */
class PercentilesTest {
  private static final double RESOLUTION = 1e-3;

  private static long[] times(int n) {
    SplittableRandom random = new SplittableRandom(n);
    long[] nanos = new long[n];
    Arrays.setAll(nanos, i -> (long) (2e8 * Math.exp(3 * random.nextDouble() - 4)));
    return nanos;
  }

  private static Percentiles of(long[] nanos) {
    Histogram counted = new Histogram(3);
    for (long time : nanos) {
      counted.recordValue(time);
    }
    return Percentiles.of(counted);
  }

  /** The smallest time that at least that share of the times do not exceed. */
  private static double slowly(long[] nanos, int perMille) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    for (long candidate : sorted) {
      long within = Arrays.stream(nanos).filter(time -> time <= candidate).count();
      if (1000L * within >= (long) perMille * nanos.length) {
        return candidate / 1e6;
      }
    }
    throw new AssertionError("no time");
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 1001, 1537, 2500})
  void areThoseOfTheSortedTimes(int n) {
    long[] nanos = times(n);
    Percentiles got = of(nanos);
    assertEquals(n, got.n());
    assertNear(slowly(nanos, 500), got.p50());
    assertNear(slowly(nanos, 950), got.p95());
    assertNear(slowly(nanos, 990), got.p99());
    assertNear(slowly(nanos, 999), got.p999());
    assertNear(slowly(nanos, 1000), got.max());
  }

  private static void assertNear(double wanted, double got) {
    assertEquals(wanted, got, wanted * RESOLUTION);
  }

  @Test
  void areLeftOutWhereTooFewTimesGiveThem() {
    assertNull(of(times(19)).p95());
    assertNotNull(of(times(20)).p95());
    assertNull(of(times(99)).p99());
    assertNotNull(of(times(100)).p99());
    assertNull(of(times(999)).p999());
    assertNotNull(of(times(1000)).p999());
  }

  @Test
  void oneTimeHasAMedianAndAMaximum() {
    Percentiles got = of(new long[] {5_000_000});
    assertNear(5, got.p50());
    assertNear(5, got.max());
  }
}
