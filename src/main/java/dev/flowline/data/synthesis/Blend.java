package dev.flowline.data.synthesis;

import dev.flowline.io.Image;
import dev.flowline.metrics.ConnectedComponents;

/** A good image and what is laid over it, I' = I·(1 − M) + β·A·M + (1 − β)·I·M. */
final class Blend {
  private final Levels good;
  private final boolean[] mask;
  private final double leastContrast;
  private final ImageCopy copy;

  /**
   * @param mask (H·W); faint parts are taken out of it
   */
  Blend(Levels good, boolean[] mask, SynthesisSettings.Texture settings) {
    this.good = good;
    this.mask = mask;
    leastContrast = settings.leastContrast();
    copy = new ImageCopy(good.image());
  }

  /** Lays an overlay over the masked pixels; parts that it changes too little stay good. */
  void lay(TextureOverlay overlay, float opacity) {
    int width = good.image().width();
    int channels = good.image().channels();
    ConnectedComponents parts = ConnectedComponents.of(mask, width, 8);
    double[] contrast = new double[parts.count()];
    for (int i = 0; i < mask.length; i++) {
      if (!mask[i]) {
        continue;
      }
      int y = i / width;
      int x = i % width;
      int largest = 0;
      for (int c = 0; c < channels; c++) {
        int before = good.image().sample(y, x, c);
        float level = good.at(y, x, c, channels);
        int after = good.sample(level + opacity * (overlay.at(y, x, c, channels) - level));
        copy.set(i * channels + c, after);
        largest = Math.max(largest, Math.abs(after - before));
      }
      contrast[parts.labels()[i] - 1] += largest;
    }
    for (int i = 0; i < mask.length; i++) {
      if (mask[i]) {
        int part = parts.labels()[i] - 1;
        if (contrast[part] < leastContrast * good.span() * parts.areas()[part]) {
          restore(i);
        }
      }
    }
  }

  /** Makes the masked pixels' dark half bright and their bright half dark, by half the span. */
  void shiftByHalf() {
    int width = good.image().width();
    int channels = good.image().channels();
    for (int i = 0; i < mask.length; i++) {
      for (int c = 0; mask[i] && c < channels; c++) {
        float level = good.at(i / width, i % width, c, channels);
        copy.set(i * channels + c, good.sample(level < 0.5f ? level + 0.5f : level - 0.5f));
      }
    }
  }

  private void restore(int pixel) {
    mask[pixel] = false;
    int width = good.image().width();
    int channels = good.image().channels();
    for (int c = 0; c < channels; c++) {
      copy.set(pixel * channels + c, good.image().sample(pixel / width, pixel % width, c));
    }
  }

  /** The image with what was laid over it; nothing more may be laid over it afterwards. */
  Image image() {
    return copy.image();
  }
}
