package dev.flowline.data.synthesis;

import dev.flowline.random.SplitMix64;

/**
 * Another look for a picture's colours, point by point: gain and offset, all channels together and
 * each by itself; if strong, channels may change places and dark and bright, too.
 */
final class ColourChange {
  private static final double RARE = 0.15;

  private final float[] gain = new float[3];
  private final float[] offset = new float[3];
  private final int turn;
  private final boolean inverted;

  ColourChange(SplitMix64 random, double jitter, boolean strong) {
    double gainOfAll = 1 + random.around(jitter);
    double offsetOfAll = random.around(jitter);
    for (int c = 0; c < 3; c++) {
      double own = 1 + random.around(jitter / 2);
      gain[c] = (float) (gainOfAll * own);
      offset[c] = (float) (offsetOfAll + random.around(jitter / 4));
    }
    turn = strong && random.next() < RARE ? 1 + random.below(2) : 0;
    inverted = strong && random.next() < RARE;
  }

  /** Returns the channel to look at for a channel. */
  int channel(int channel) {
    return (channel + turn) % 3;
  }

  /**
   * @param level 0 … 1
   * @return 0 … 1
   */
  float of(float level, int channel) {
    float changed = 0.5f + gain[channel] * (level - 0.5f) + offset[channel];
    float inside = Math.max(0, Math.min(1, changed));
    return inverted ? 1 - inside : inside;
  }
}
