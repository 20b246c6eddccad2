package dev.flowline.data.demo;

import dev.flowline.random.SplitMix64;
import java.util.List;

/** Sheet steel: streaks of several lengths along the brushing, under an uneven light. */
final class BrushedSteel {
  private BrushedSteel() {}

  static Scene paint(int size, SplitMix64 random) {
    Canvas canvas = new Canvas(size);
    Noise noise = new Noise(random);
    double tilt = Math.toRadians(random.around(1.5));
    float along = (float) StrictMath.cos(tilt) / canvas.scale;
    float across = (float) StrictMath.sin(tilt) / canvas.scale;
    float originX = (float) random.between(0, 5000);
    float originY = (float) random.between(0, 5000);
    float contrast = (float) random.between(0.85, 1.15);
    float level = (float) random.between(0.52, 0.58);
    float warmth = (float) random.around(0.012);
    float slopeX = (float) random.around(0.05);
    float slopeY = (float) random.around(0.05);
    float bandAt = (float) random.between(0.2, 0.8);
    float bandWidth = (float) random.between(0.35, 0.5);
    for (int y = 0, i = 0; y < size; y++) {
      float t = (y + 0.5f) / size;
      float band = Math.max(0, 1 - Math.abs(t - bandAt) / bandWidth);
      float light = level + 0.09f * band * band * (3 - 2 * band) + slopeY * (t - 0.5f);
      for (int x = 0; x < size; x++, i++) {
        float u = x * along + y * across + originX;
        float v = y * along - x * across + originY;
        float streaks =
            0.052f * noise.at(u / 170, v / 1.5f)
                + 0.034f * noise.at(u / 60 + 311, v / 0.9f)
                + 0.026f * noise.at(u / 21 + 733, v / 1.1f)
                + 0.018f * noise.at(u / 240 + 97, v / 11);
        float value = light + slopeX * ((x + 0.5f) / size - 0.5f) + contrast * streaks;
        canvas.set(i, value * (0.985f + warmth), value, value * (1.02f - warmth));
        canvas.surface[i] = 1;
      }
    }
    double lightAngle = Math.toRadians(-120 + random.around(12));
    return new Scene(
        canvas, (float) StrictMath.cos(lightAngle), (float) StrictMath.sin(lightAngle), List.of());
  }
}
