package dev.flowline.data.synthesis;

import dev.flowline.io.Image;

/**
 * A good image with a made-up anomaly on it.
 *
 * @param image of the good one's size, channels and bits; outside the mask bit for bit the good one
 * @param mask (H·W), row-major, true where the anomaly is; never all false
 * @param kind its shape
 */
public record SynthesizedAnomaly(Image image, boolean[] mask, AnomalyKind kind) {
  /** The number of anomalous pixels. */
  public int area() {
    int area = 0;
    for (boolean anomalous : mask) {
      area += anomalous ? 1 : 0;
    }
    return area;
  }

  /** The mask as a picture: grey, 8 bits, 255 where anomalous. */
  public Image maskImage() {
    byte[] samples = new byte[mask.length];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (byte) (mask[i] ? 255 : 0);
    }
    return Image.of8(image.height(), image.width(), 1, samples);
  }
}
