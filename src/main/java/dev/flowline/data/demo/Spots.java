package dev.flowline.data.demo;

import static dev.flowline.data.demo.Canvas.step;

import dev.flowline.random.SplitMix64;

/** The defects that are a patch of the surface. */
final class Spots {
  private Spots() {}

  static void stain(Scene scene, SplitMix64 random) {
    Canvas canvas = scene.canvas();
    float radius = canvas.scale * (float) random.between(11, 21);
    float stretch = (float) random.between(0.75, 1.33);
    float strength = (float) random.between(0.65, 0.95);
    Noise outline = new Noise(random);
    int center = scene.place(random, radius);
    int reach = (int) (radius * 1.9f);
    forEachAround(
        canvas,
        center,
        reach,
        (i, dx, dy) -> {
          float bumps = outline.at(dx / radius * 1.7f + 50, dy / radius * 1.7f + 50);
          float ragged = outline.at(dx / radius * 6 + 150, dy / radius * 6);
          float r = (float) Math.sqrt(dx * dx * stretch + dy * dy / stretch) / radius;
          float edge = r + 0.3f * bumps + 0.06f * ragged;
          float cover = canvas.mark(i, step(1.04f, 0.94f, edge));
          float rim = step(0.72f, 0.92f, edge);
          float dark = cover * strength * (0.8f + 0.2f * rim + 0.12f * ragged);
          canvas.tint(i, dark, 0.62f, 0.50f, 0.34f);
        });
  }

  static void dent(Scene scene, SplitMix64 random) {
    Canvas canvas = scene.canvas();
    float radius = canvas.scale * (float) random.between(10, 17);
    float stretch = (float) random.between(0.8, 1.25);
    float depth = (float) random.between(0.75, 1.05);
    int center = scene.place(random, radius);
    forEachAround(
        canvas,
        center,
        (int) (radius * 1.3f),
        (i, dx, dy) -> {
          float r = (float) Math.sqrt(dx * dx * stretch + dy * dy / stretch) / radius;
          float cover = canvas.mark(i, step(1.03f, 0.93f, r));
          float slope = r * (1 - 0.55f * r * r) * 1.6f; // of the wall, 0 at the bottom
          float toLight =
              r < 1e-3f ? 0 : (dx * scene.lightX() + dy * scene.lightY()) / (r * radius);
          float shade = -depth * (0.3f * slope * toLight + 0.07f);
          canvas.tint(i, cover, 1 + shade * 1.5f, 1 + shade * 1.5f, 1 + shade * 1.5f);
        });
  }

  static void breakout(Scene scene, SplitMix64 random) {
    Canvas canvas = scene.canvas();
    Scene.Hole hole = scene.holes().get(random.below(scene.holes().size()));
    float radius = canvas.scale * (float) random.between(10.5, 14);
    double direction = random.between(0, 2 * Math.PI);
    float offset = hole.radius() + 0.35f * radius;
    int x = Math.round(hole.x() + offset * (float) StrictMath.cos(direction));
    int y = Math.round(hole.y() + offset * (float) StrictMath.sin(direction));
    Noise outline = new Noise(random);
    forEachAround(
        canvas,
        y * canvas.size + x,
        (int) (radius * 1.7f),
        (i, dx, dy) -> {
          float bumps = outline.at(dx / radius * 2.3f + 50, dy / radius * 2.3f + 50);
          float r = (float) Math.sqrt(dx * dx + dy * dy) / radius + 0.35f * bumps;
          float cover = canvas.mark(i, step(1.04f, 0.94f, r));
          float grain = outline.at(dx * 0.7f + 300, dy * 0.7f + 300);
          float torn = 0.34f + 0.3f * grain + 0.35f * step(0.7f, 0.95f, r);
          canvas.tint(i, cover, torn, torn, torn);
        });
  }

  /** A pixel and its distance from the center, in pixels. */
  private interface Visitor {
    void visit(int pixel, float dx, float dy);
  }

  private static void forEachAround(Canvas canvas, int center, int reach, Visitor visitor) {
    int size = canvas.size;
    int cx = center % size;
    int cy = center / size;
    for (int y = Math.max(0, cy - reach); y <= Math.min(size - 1, cy + reach); y++) {
      for (int x = Math.max(0, cx - reach); x <= Math.min(size - 1, cx + reach); x++) {
        visitor.visit(y * size + x, x - cx, y - cy);
      }
    }
  }
}
