package dev.flowline.data.demo;

import static dev.flowline.data.demo.Canvas.step;

import dev.flowline.random.SplitMix64;
import java.util.ArrayList;
import java.util.List;

/**
 * A turned flange on a conveyor belt: outer chamfer, face with turning marks and the two bright
 * lobes that they give, a groove, a hub with a bore, six holes; its shadow on the belt.
 */
final class Flange {
  private static final float RADIUS = 98;
  private static final float CHAMFER = 5;
  private static final float GROOVE = 54;
  private static final float BORE = 26;
  private static final int HOLES = 6;
  private static final float HOLE_CIRCLE = 75;
  private static final float HOLE = 9.5f;
  private static final float HOLE_CHAMFER = 2.5f;

  private final Canvas canvas;
  private final Noise marks;
  private final Noise belt;
  private final float scale;
  private final float centerX;
  private final float centerY;
  private final float turn;
  private final float lightX;
  private final float lightY;
  private final float brightness;
  private final float warmth;
  private final float beltX;
  private final float beltY;

  private Flange(int size, SplitMix64 random) {
    canvas = new Canvas(size);
    marks = new Noise(random);
    belt = new Noise(random);
    scale = canvas.scale * (float) random.between(0.992, 1.008);
    centerX = size / 2f + canvas.scale * (float) random.around(3);
    centerY = size / 2f + canvas.scale * (float) random.around(3);
    turn = (float) Math.toRadians(random.around(4));
    double light = Math.toRadians(-125 + random.around(7));
    lightX = (float) StrictMath.cos(light);
    lightY = (float) StrictMath.sin(light);
    brightness = (float) random.between(0.96, 1.04);
    warmth = (float) random.around(0.01);
    beltX = (float) random.between(0, 4000);
    beltY = (float) random.between(0, 4000);
  }

  static Scene paint(int size, SplitMix64 random) {
    Flange flange = new Flange(size, random);
    flange.paintBeltAndFace();
    List<Scene.Hole> holes = flange.drill();
    return new Scene(flange.canvas, flange.lightX, flange.lightY, holes);
  }

  private void paintBeltAndFace() {
    int size = canvas.size;
    for (int y = 0, i = 0; y < size; y++) {
      for (int x = 0; x < size; x++, i++) {
        float dx = (x + 0.5f - centerX) / scale;
        float dy = (y + 0.5f - centerY) / scale;
        float r = (float) Math.sqrt(dx * dx + dy * dy);
        float inside = step(RADIUS + 0.6f, RADIUS - 0.6f, r);
        if (inside < 1) {
          paintBelt(i, x, y, dx, dy);
        }
        if (inside > 0) {
          float value = brightness * metal(dx, dy, r);
          canvas.blend(i, inside, value * (0.99f + warmth), value, value * (1.015f - warmth));
        }
        canvas.surface[i] =
            step(RADIUS - CHAMFER, RADIUS - CHAMFER - 1.5f, r) * step(BORE + 4, BORE + 5.5f, r);
      }
    }
  }

  /** Paints dark rubber with a fine fabric, and the shadow of the part. */
  private void paintBelt(int i, int x, int y, float dx, float dy) {
    float u = x / canvas.scale + beltX;
    float v = y / canvas.scale + beltY;
    float fabric = ridge(u / 5) * ridge(v / 5);
    float value = 0.165f + 0.03f * fabric + 0.016f * belt.at(u / 2, v / 2);
    value += 0.018f * belt.at(u / 50 + 100, v / 50);
    float sx = dx + 8 * lightX;
    float sy = dy + 8 * lightY;
    float away = (float) Math.sqrt(sx * sx + sy * sy);
    value *= brightness * (1 - 0.6f * step(RADIUS + 7, RADIUS - 5, away));
    canvas.set(i, value * 0.97f, value * 0.99f, value * 1.05f);
  }

  /** A triangle wave of period 1, in [−1, 1]. */
  private static float ridge(float t) {
    float part = t - (float) Math.floor(t);
    return 1 - 4 * Math.abs(part - 0.5f);
  }

  /** The brightness of the turned metal at a distance r from the center. */
  private float metal(float dx, float dy, float r) {
    float radial = r < 1e-3f ? 0 : 1 / r;
    float toLight = (dx * lightX + dy * lightY) * radial; // cosine to the light
    float lobe = toLight * toLight;
    float hub = step(GROOVE + 1, GROOVE - 1, r);
    float value = 0.55f + 0.03f * hub;
    value += 0.13f * lobe * lobe * lobe - 0.02f;
    value += 0.024f * marks.at(r / 1.3f) + 0.016f * marks.at(r / 5 + 500);
    value += 0.012f * marks.at(dx / 3 + 900, dy / 3);
    float groove = Math.max(0, 1 - Math.abs(r - GROOVE) / 3);
    value -= groove * (0.16f + 0.12f * toLight * Math.signum(r - GROOVE));
    value += step(RADIUS - CHAMFER - 0.7f, RADIUS - CHAMFER + 0.7f, r) * (0.02f + 0.22f * toLight);
    value -= step(BORE + 4.7f, BORE + 3.3f, r) * 0.22f * toLight;
    float depth = step(BORE + 0.6f, BORE - 0.6f, r);
    return value + depth * (bottom(toLight, r / BORE) - value);
  }

  /** The view through a hole: belt in the shade, less dark on the side away from the light. */
  private static float bottom(float toLight, float r) {
    return 0.075f - 0.045f * toLight * Math.min(1, r);
  }

  private List<Scene.Hole> drill() {
    List<Scene.Hole> holes = new ArrayList<>();
    for (int k = 0; k < HOLES; k++) {
      double angle = turn + 2 * Math.PI * k / HOLES;
      float x = centerX + scale * HOLE_CIRCLE * (float) StrictMath.cos(angle);
      float y = centerY + scale * HOLE_CIRCLE * (float) StrictMath.sin(angle);
      drill(x, y);
      holes.add(new Scene.Hole(x, y, (HOLE + HOLE_CHAMFER) * scale));
    }
    return holes;
  }

  private void drill(float x, float y) {
    float outer = HOLE + HOLE_CHAMFER;
    int reach = (int) Math.ceil((outer + 1) * scale);
    for (int py = (int) y - reach; py <= (int) y + reach; py++) {
      for (int px = (int) x - reach; px <= (int) x + reach; px++) {
        float dx = (px + 0.5f - x) / scale;
        float dy = (py + 0.5f - y) / scale;
        float r = (float) Math.sqrt(dx * dx + dy * dy);
        int i = py * canvas.size + px;
        float cover = step(outer + 0.6f, outer - 0.6f, r);
        if (cover > 0) {
          float toLight = r < 1e-3f ? 0 : (dx * lightX + dy * lightY) / r;
          float open = step(HOLE + 0.6f, HOLE - 0.6f, r);
          float chamfer = 0.52f - 0.24f * toLight;
          float value = brightness * (chamfer + open * (bottom(toLight, r / HOLE) - chamfer));
          canvas.blend(i, cover, value * (0.99f + warmth), value, value * (1.015f - warmth));
          canvas.surface[i] *= step(outer, outer + 1.2f, r);
        }
      }
    }
  }
}
