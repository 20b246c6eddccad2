package dev.flowline.data.synthesis;

import dev.flowline.random.SplitMix64;

/**
 * Perlin's noise of 2002 in the plane, in double precision: the four corners of a point's cell,
 * each with a random direction, read off the random as bytes, lowest first, row by row of a 64×64
 * board.
 */
final class SlowPerlin {
  private final double[][] angle = new double[64][64];

  SlowPerlin(SplitMix64 random) {
    long bits = 0;
    for (int i = 0; i < 64 * 64; i++) {
      if (i % 8 == 0) {
        bits = random.nextLong();
      }
      angle[i / 64][i % 64] = 2 * Math.PI * (bits & 255) / 256;
      bits >>>= 8;
    }
  }

  double at(double x, double y) {
    double sum = 0;
    for (int cornerX = 0; cornerX < 2; cornerX++) {
      for (int cornerY = 0; cornerY < 2; cornerY++) {
        double px = Math.floor(x) + cornerX;
        double py = Math.floor(y) + cornerY;
        double direction = angle[Math.floorMod((long) py, 64)][Math.floorMod((long) px, 64)];
        double slope = Math.cos(direction) * (x - px) + Math.sin(direction) * (y - py);
        sum += weight(x - px) * weight(y - py) * slope;
      }
    }
    return Math.sqrt(2) * sum;
  }

  /** 1 at distance 0, 0 at distance 1, flat to second order at both. */
  private static double weight(double distance) {
    double t = 1 - Math.abs(distance);
    return 6 * Math.pow(t, 5) - 15 * Math.pow(t, 4) + 10 * Math.pow(t, 3);
  }
}
