package dev.flowline.data.synthesis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.random.SplitMix64;
import org.junit.jupiter.api.Test;

class ColourChangeTest {
  @Test
  void withoutJitterItChangesNothing() {
    for (long seed = 0; seed < 20; seed++) {
      ColourChange none = new ColourChange(new SplitMix64(seed), 0, false);
      for (int c = 0; c < 3; c++) {
        assertEquals(c, none.channel(c));
        for (float level = 0; level <= 1; level += 0.125f) {
          assertEquals(level, none.of(level, c), 1e-6f);
        }
      }
    }
  }

  @Test
  void gainAndOffsetStayWithinTheJitterAndLevelsWithinTheirRange() {
    double jitter = 0.2;
    double leastGain = 9;
    double mostGain = 0;
    for (long seed = 0; seed < 500; seed++) {
      ColourChange change = new ColourChange(new SplitMix64(seed), jitter, false);
      for (int c = 0; c < 3; c++) {
        assertEquals(c, change.channel(c));
        double middle = change.of(0.5f, c);
        double gain = (change.of(0.55f, c) - change.of(0.45f, c)) / 0.1;
        String what = "seed %d, channel %d: gain %s, middle %s".formatted(seed, c, gain, middle);
        assertTrue(Math.abs(middle - 0.5) <= 1.25 * jitter + 1e-5, what);
        assertTrue(gain >= (1 - jitter) * (1 - jitter / 2) - 1e-4, what);
        assertTrue(gain <= (1 + jitter) * (1 + jitter / 2) + 1e-4, what);
        leastGain = Math.min(leastGain, gain);
        mostGain = Math.max(mostGain, gain);
      }
    }
    assertTrue(leastGain < 0.8 && mostGain > 1.2, leastGain + " to " + mostGain);
    for (long seed = 0; seed < 200; seed++) {
      ColourChange wild = new ColourChange(new SplitMix64(seed), 1, true);
      for (int c = 0; c < 3; c++) {
        for (float level = 0; level <= 1; level += 0.0625f) {
          float changed = wild.of(level, c);
          assertTrue(changed >= 0 && changed <= 1, "seed " + seed + ": " + level + " → " + changed);
        }
      }
    }
  }

  @Test
  void whereStrongChannelsTurnAndLevelsInvertNowAndThen() {
    int count = 4000;
    int[] turns = new int[3];
    int inverted = 0;
    for (long seed = 0; seed < count; seed++) {
      ColourChange change = new ColourChange(new SplitMix64(seed), 0, true);
      int turn = change.channel(0);
      turns[turn]++;
      for (int c = 0; c < 3; c++) {
        assertEquals((c + turn) % 3, change.channel(c), "seed " + seed);
      }
      boolean other = change.of(0.25f, 0) > 0.5f;
      inverted += other ? 1 : 0;
      assertEquals(other ? 0.9f : 0.1f, change.of(0.1f, 1), 1e-6f, "seed " + seed);
    }
    double deviation = Math.sqrt(count * 0.15 * 0.85);
    assertEquals(0.15 * count, inverted, 5 * deviation);
    assertEquals(0.15 * count, turns[1] + turns[2], 5 * deviation);
    assertEquals(turns[1], turns[2], 5 * Math.sqrt(turns[1] + turns[2]));
  }
}
