package dev.flowline.calibration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.io.Image;
import dev.flowline.random.SplitMix64;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SyntheticRepeatTest {
  private static final int SIDE = 64;

  private static Image flat16(int level) {
    short[] samples = new short[SIDE * SIDE];
    Arrays.fill(samples, (short) level);
    return Image.of16(SIDE, SIDE, 1, samples);
  }

  /** Of a flat image the mean shows the light, and what is left the noise. */
  @Test
  void lightAndNoiseAreWithinTheirBounds() {
    double lowest = 2;
    double highest = 0;
    for (int level : new int[] {65535 / 4, 50000}) {
      for (int i = 0; i < 60; i++) {
        Image repeat = SyntheticRepeat.of(flat16(level), SplitMix64.of(1, i));
        double sum = 0;
        double squares = 0;
        for (short sample : repeat.samples16()) {
          sum += sample & 0xFFFF;
        }
        double mean = sum / (SIDE * SIDE);
        for (short sample : repeat.samples16()) {
          squares += Math.pow((sample & 0xFFFF) - mean, 2);
        }
        double deviation = Math.sqrt(squares / (SIDE * SIDE));
        assertEquals(0.01 * Math.sqrt(mean / 65535) * 65535, deviation, 0.06 * deviation);
        lowest = Math.min(lowest, mean / level);
        highest = Math.max(highest, mean / level);
      }
    }
    assertTrue(lowest > 0.9490 && lowest < 0.955, "" + lowest);
    assertTrue(highest < 1.0510 && highest > 1.045, "" + highest);
  }

  /** A white pixel on black goes to each of the nine places, and no further. */
  @Test
  void thePartLiesUpToOnePixelElsewhere() {
    Set<Integer> places = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      byte[] samples = new byte[9 * 7 * 3];
      Arrays.fill(samples, (4 * 7 + 3) * 3, (4 * 7 + 4) * 3, (byte) 255);
      Image repeat = SyntheticRepeat.of(Image.of8(9, 7, 3, samples), SplitMix64.of(2, i));
      int bright = 0;
      for (int y = 0; y < 9; y++) {
        for (int x = 0; x < 7; x++) {
          if (repeat.sample(y, x, 1) > 200) {
            bright++;
            places.add((y - 4) * 10 + x - 3);
          }
        }
      }
      assertEquals(1, bright);
    }
    assertEquals(Set.of(-11, -10, -9, -1, 0, 1, 9, 10, 11), places);
  }

  @Test
  void aSeedGivesOneRepeat() {
    Image image = Image.of8(8, 8, 3, new SplitMixBytes(5).bytes(8 * 8 * 3));
    byte[] one = SyntheticRepeat.of(image, SplitMix64.of(3)).samples8();
    assertArrayEquals(one, SyntheticRepeat.of(image, SplitMix64.of(3)).samples8());
    assertFalse(Arrays.equals(one, SyntheticRepeat.of(image, SplitMix64.of(4)).samples8()));
  }

  /** Bytes drawn with a seed. */
  private record SplitMixBytes(long seed) {
    byte[] bytes(int count) {
      SplitMix64 random = SplitMix64.of(seed);
      byte[] bytes = new byte[count];
      for (int i = 0; i < count; i++) {
        bytes[i] = (byte) random.nextLong();
      }
      return bytes;
    }
  }
}
