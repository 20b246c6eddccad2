package dev.flowline.data.synthesis;

import dev.flowline.io.Image;
import java.util.SplittableRandom;

/** Random images of any size, and settings to put anomalies on them. */
final class RandomGood {
  /** Height, width. */
  static final int[][] AWKWARD_SIZES = {
    {1, 1}, {1, 2}, {2, 1}, {1, 97}, {61, 1}, {2, 2}, {3, 200}, {200, 3}, {17, 31}, {40, 9},
    {64, 65}
  };

  private RandomGood() {}

  /** Soft waves with noise between two levels, which lie anywhere the bits allow. */
  static Image of(SplittableRandom random, int height, int width, int channels, int bits) {
    int maximum = bits == 8 ? 255 : 65535;
    int one = random.nextInt(maximum + 1);
    int other = random.nextInt(maximum + 1);
    double waveX = random.nextDouble() * 0.3;
    double waveY = random.nextDouble() * 0.3;
    double noise = random.nextDouble() * 0.4;
    int[] samples = new int[height * width * channels];
    for (int i = 0; i < samples.length; i++) {
      int pixel = i / channels;
      double wave =
          0.5
              + 0.5
                  * StrictMath.sin(
                      waveX * (pixel % width) + waveY * (pixel / width) + i % channels);
      double part = wave * (1 - noise) + noise * random.nextDouble();
      samples[i] = (int) Math.round(one + (other - one) * part);
    }
    return of(samples, height, width, channels, bits);
  }

  static Image flat(int level, int height, int width, int channels, int bits) {
    int[] samples = new int[height * width * channels];
    java.util.Arrays.fill(samples, level);
    return of(samples, height, width, channels, bits);
  }

  static Image of(int[] samples, int height, int width, int channels, int bits) {
    byte[] eight = new byte[samples.length];
    short[] sixteen = new short[samples.length];
    for (int i = 0; i < samples.length; i++) {
      eight[i] = (byte) samples[i];
      sixteen[i] = (short) samples[i];
    }
    return bits == 8
        ? Image.of8(height, width, channels, eight)
        : Image.of16(height, width, channels, sixteen);
  }

  /** The default settings, anywhere in the image, with another texture and area. */
  static SynthesisSettings settings(
      SynthesisSettings.Texture texture, SynthesisSettings.Area area) {
    SynthesisSettings usual = SynthesisSettings.DEFAULT;
    return new SynthesisSettings(
        usual.kinds(),
        usual.perlin(),
        usual.box(),
        usual.scar(),
        texture,
        area,
        ForegroundKind.NONE);
  }

  /** The default settings, anywhere in the image. */
  static SynthesisSettings everywhere() {
    return settings(SynthesisSettings.DEFAULT.texture(), SynthesisSettings.DEFAULT.area());
  }

  static int count(boolean[] mask) {
    int count = 0;
    for (boolean in : mask) {
      count += in ? 1 : 0;
    }
    return count;
  }
}
