package dev.flowline.data.synthesis;

import dev.flowline.io.Image;

/**
 * An image's samples as parts of their own span, so that dark 16-bit images are treated as bright
 * 8-bit ones are. An eighth of what the bits allow is the least span.
 */
record Levels(Image image, float low, float span) {
  static Levels of(Image image) {
    int lowest = Integer.MAX_VALUE;
    int highest = 0;
    if (image.bits() == 8) {
      for (byte sample : image.samples8()) {
        lowest = Math.min(lowest, sample & 0xFF);
        highest = Math.max(highest, sample & 0xFF);
      }
    } else {
      for (short sample : image.samples16()) {
        lowest = Math.min(lowest, sample & 0xFFFF);
        highest = Math.max(highest, sample & 0xFFFF);
      }
    }
    float span = Math.max(highest - lowest, image.maximum() / 8f);
    return new Levels(image, Math.min(lowest, image.maximum() - span), span);
  }

  /**
   * A pixel's level in a channel, 0 … 1; of a coloured image seen as grey the mean of its channels.
   *
   * @param channels how many the onlooker sees
   */
  float at(int y, int x, int channel, int channels) {
    if (image.channels() == 1) {
      return level(image.sample(y, x, 0));
    }
    if (channels == 1) {
      return (level(image.sample(y, x, 0))
              + level(image.sample(y, x, 1))
              + level(image.sample(y, x, 2)))
          / 3;
    }
    return level(image.sample(y, x, channel));
  }

  private float level(int sample) {
    return (sample - low) / span;
  }

  /** The sample of a level, rounded. */
  int sample(float level) {
    return (int) (low + span * level + 0.5f);
  }
}
