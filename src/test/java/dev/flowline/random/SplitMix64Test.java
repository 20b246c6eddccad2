package dev.flowline.random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Pins the random numbers that images and training runs are made of. */
class SplitMix64Test {
  private static final BigInteger FACTOR = new BigInteger("9E3779B97F4A7C15", 16);

  /** The first numbers of seed 1234567 as the authors' C program prints them. */
  @Test
  void theSequenceIsThePublishedOne() {
    SplitMix64 random = new SplitMix64(1234567);
    for (String expected :
        List.of(
            "6457827717110365317",
            "3203168211198807973",
            "9817491932198370423",
            "4593380528125082431",
            "16408922859458223821")) {
      assertEquals(expected, Long.toUnsignedString(random.nextLong()));
    }
  }

  @Test
  void javaHasTheSameGenerator() {
    for (long seed : new long[] {0, 1, -1, 42, Long.MIN_VALUE}) {
      SplitMix64 ours = new SplitMix64(seed);
      SplittableRandom javas = new SplittableRandom(seed);
      LongStream.range(0, 100).forEach(i -> assertEquals(javas.nextLong(), ours.nextLong()));
    }
  }

  @Test
  void whatIsDrawnLiesWithinItsBounds() {
    SplitMix64 random = new SplitMix64(3);
    Set<Integer> below = new HashSet<>();
    Set<Integer> signs = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      double next = random.next();
      assertTrue(next >= 0 && next < 1, "next " + next);
      double around = random.around(2);
      assertTrue(around >= -2 && around < 2, "around " + around);
      below.add(random.below(5));
      signs.add(random.sign());
    }
    assertEquals(Set.of(0, 1, 2, 3, 4), below);
    assertEquals(Set.of(-1, 1), signs);
  }

  @Test
  void everyPurposeHasASourceOfItsOwn() {
    Set<Long> firsts = new HashSet<>();
    for (long seed = 0; seed < 10; seed++) {
      for (long a = 0; a < 10; a++) {
        firsts.add(SplitMix64.of(seed, a).nextLong());
        for (long b = 0; b < 10; b++) {
          firsts.add(SplitMix64.of(seed, a, b).nextLong());
        }
      }
    }
    assertEquals(10 * (10 + 100), firsts.size());
    assertNotEquals(SplitMix64.of(1, 2, 3).nextLong(), SplitMix64.of(1, 3, 2).nextLong());
  }

  @Test
  void seedsAreAPolynomialOfTheirNumbers() {
    assertEquals(17, Seeds.at(17));
    for (long seed : new long[] {0, 1, -9, Long.MAX_VALUE}) {
      BigInteger expected = BigInteger.valueOf(seed);
      long[] numbers = {5, -3, 1L << 40};
      for (int count = 1; count <= numbers.length; count++) {
        expected = expected.multiply(FACTOR).add(BigInteger.valueOf(numbers[count - 1]));
        long[] first = Arrays.copyOf(numbers, count);
        assertEquals(expected.longValue(), Seeds.at(seed, first));
      }
    }
  }
}
