package dev.flowline.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ImageTest {
  /** Every value of 16 bits there is; 257 is odd, so that none lies halfway. */
  @Test
  void sixteenBitsAreRoundedToTheNearestOfEight() {
    short[] all = new short[65536];
    for (int v = 0; v < all.length; v++) {
      all[v] = (short) v;
    }
    Image eight = Image.of16(256, 256, 1, all).to8Bits();
    assertEquals(8, eight.bits());
    for (int v = 0; v < all.length; v++) {
      assertEquals(Math.round(v / 257.0), eight.sample(v / 256, v % 256, 0), "of " + v);
    }
    assertSame(eight, eight.to8Bits());
  }

  @Test
  void anImageAtItsOwnSizeIsItself() {
    Random random = new Random(5);
    byte[] bytes = new byte[7 * 5 * 3];
    random.nextBytes(bytes);
    Image image = Image.of8(7, 5, 3, bytes.clone());
    assertSame(image, image.resized(7, 5));
    assertArrayEquals(bytes, image.resized(7, 5).samples8());
  }

  /** Two rows that meet in the middle: the mean of 16 bits is rounded to the nearest. */
  @Test
  void meansOfSixteenBitsAreRounded() {
    Image pair = Image.of16(2, 1, 1, new short[] {1, 2});
    assertEquals(2, pair.resized(1, 1).sample(0, 0, 0), "1.5");
    Image four = Image.of16(4, 1, 1, new short[] {4, 4, 5, 4});
    assertEquals(4, four.resized(1, 1).sample(0, 0, 0), "below 4.5");
    Image bright = Image.of16(4, 1, 1, new short[] {-1, -1, -1, -1});
    assertEquals(65535, bright.resized(2, 1).sample(1, 0, 0));
  }

  @Test
  void samplesOfAnotherNumberAreRefused() {
    var wrong = assertThrows(IllegalArgumentException.class, () -> Image.of8(2, 3, 3, new byte[6]));
    assertEquals("samples must have length 18 = 2·3·3, got 6", wrong.getMessage());
    assertThrows(IllegalArgumentException.class, () -> Image.of8(1, 1, 2, new byte[2]));
    byte[] two = new byte[2];
    Arrays.fill(two, (byte) 9);
    assertThrows(IllegalArgumentException.class, () -> Image.of8(1, 2, 1, two).resized(0, 2));
  }
}
