package dev.flowline.data.demo;

import dev.flowline.random.SplitMix64;

/** The defects that are lines. */
final class Lines {
  private static final int SCRATCH_STEPS = 24;
  private static final int TAPER_STEPS = 4;
  private static final int TURNS = 20;

  private Lines() {}

  static void scratch(Scene scene, SplitMix64 random) {
    Canvas canvas = scene.canvas();
    float length = canvas.scale * (float) random.between(75, 135);
    float halfWidth = canvas.scale * (float) random.between(1.2, 1.9);
    float bend = canvas.scale * (float) random.around(14);
    // Not along the brushing, where it would be one more streak.
    double angle = random.sign() * Math.toRadians(random.between(25, 90));
    float dirX = (float) StrictMath.cos(angle);
    float dirY = (float) StrictMath.sin(angle);
    int center = scene.place(random, length * 0.35f);
    Stroke core = new Stroke(canvas.size);
    Stroke burr = new Stroke(canvas.size);
    float aside = halfWidth * 1.5f;
    for (int k = 0; k <= SCRATCH_STEPS; k++) {
      float t = 2f * k / SCRATCH_STEPS - 1;
      float along = t * length / 2;
      float off = bend * (1 - t * t);
      float x = center % canvas.size + along * dirX - off * dirY;
      float y = center / canvas.size + along * dirY + off * dirX;
      float taper = Math.min(1, Math.min(k, SCRATCH_STEPS - k) / (float) TAPER_STEPS);
      float width = halfWidth * (0.45f + 0.55f * taper);
      core.lineTo(x, y, width);
      burr.lineTo(x - aside * dirY, y + aside * dirX, width * 0.7f);
    }
    for (int i = 0; i < canvas.red.length; i++) {
      float bright = core.cover(i);
      float dark = burr.cover(i) * (1 - bright);
      float cover = canvas.mark(i, Math.max(bright, dark));
      if (cover > 0) {
        canvas.tint(i, dark, 0.62f, 0.62f, 0.62f);
        canvas.blend(i, bright * 0.72f, 0.93f, 0.94f, 0.96f);
      }
    }
  }

  static void crack(Scene scene, SplitMix64 random) {
    Canvas canvas = scene.canvas();
    float halfWidth = canvas.scale * (float) random.between(1.2, 1.7);
    int start = scene.place(random, canvas.scale * 12);
    int x = start % canvas.size;
    int y = start / canvas.size;
    double outward = StrictMath.atan2(y - canvas.size / 2.0, x - canvas.size / 2.0);
    double angle = outward + random.sign() * Math.PI / 2 + random.around(0.5);
    float length = canvas.scale * (float) random.between(75, 110);
    Stroke stroke = new Stroke(canvas.size);
    walk(stroke, canvas, random, x, y, angle, length, halfWidth);
    double fork = angle + random.sign() * random.between(0.6, 1.0);
    walk(stroke, canvas, random, x, y, fork, length * 0.45f, halfWidth * 0.8f);
    for (int i = 0; i < canvas.red.length; i++) {
      float cover = canvas.mark(i, stroke.cover(i));
      canvas.blend(i, cover * 0.9f, 0.09f, 0.085f, 0.085f);
    }
  }

  /** Goes on in about one direction, getting thinner, and turns where the surface ends. */
  private static void walk(
      Stroke stroke,
      Canvas canvas,
      SplitMix64 random,
      float fromX,
      float fromY,
      double angle,
      float length,
      float halfWidth) {
    float step = 4 * canvas.scale;
    float x = fromX;
    float y = fromY;
    double course = angle;
    stroke.moveTo(x, y);
    for (float done = 0; done < length; done += step) {
      double heading = course + random.around(0.75);
      for (int turn = 1;
          turn <= TURNS && !canvas.isSurface(ahead(x, y, heading, 2 * step));
          turn++) {
        course = angle + (turn % 2 == 0 ? turn : -turn) * 0.25;
        heading = course;
      }
      x += step * (float) StrictMath.cos(heading);
      y += step * (float) StrictMath.sin(heading);
      float left = 1 - done / length;
      stroke.lineTo(x, y, halfWidth * (0.55f + 0.45f * left) * (float) random.between(0.8, 1.2));
    }
  }

  private static float[] ahead(float x, float y, double heading, float distance) {
    return new float[] {
      x + distance * (float) StrictMath.cos(heading), y + distance * (float) StrictMath.sin(heading)
    };
  }
}
