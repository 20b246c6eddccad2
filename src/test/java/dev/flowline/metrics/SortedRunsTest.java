package dev.flowline.metrics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SortedRunsTest {
  @ParameterizedTest
  @CsvSource({"0, 8", "1, 8", "8, 8", "9, 8", "1000, 7", "100000, 9000"})
  void sortsAcrossTheRunsOnDisk(int count, int runLength) {
    long[] keys = new Random(count).longs(count, -50, 50).toArray();
    LongStream.Builder sorted = LongStream.builder();
    try (SortedRuns runs = new SortedRuns(runLength)) {
      for (long key : keys) {
        runs.add(key);
      }
      runs.forEachAscending(key -> {});
      runs.forEachAscending(sorted);
    }
    Arrays.sort(keys);
    assertArrayEquals(keys, sorted.build().toArray());
  }
}
