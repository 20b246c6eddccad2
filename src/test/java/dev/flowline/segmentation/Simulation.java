package dev.flowline.segmentation;

import dev.flowline.metrics.BinomialInterval;
import dev.flowline.metrics.FalseAlarmRate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * What each rule promises and keeps where the truth is known, and what it finds. A draw is a law of
 * regions from some good images and thresholds from as many others; then new images are judged.
 *
 * @param shape (channels, side) by scale, finest first
 * @param good images for the law, and as many for the threshold
 */
record Simulation(int[][] shape, int good, long seed) {
  private static final int BATCH = 50;

  /** A test, and how its threshold comes about. */
  enum Rule {
    PUBLISHED("chi-square, published count, log10ε = 0", "1 region", 0),
    BY_SIZE("chi-square, by size, log10ε = 0", "1 region", 0),
    BY_SIZE_AT_A_RATE("chi-square, by size, threshold for 5 %", "5 %", Double.NaN),
    MAP_AT_A_RATE("maximum of the anomaly map, threshold for 5 %", "5 %", Double.NaN),
    LAW("law of regions, log10ε = 0", "1 class", 0),
    LAW_BELOW("law of regions, log10ε = −1", "0.1 classes", -1),
    LAW_AT_A_RATE("law of regions, threshold for 5 %", "5 %", Double.NaN);

    final String title;
    final String promised;
    final double log10Epsilon; // NaN: from good images

    Rule(String title, String promised, double log10Epsilon) {
      this.title = title;
      this.promised = promised;
      this.log10Epsilon = log10Epsilon;
    }
  }

  static final FalseAlarmRate RATE = new FalseAlarmRate(0.05, null);

  /** A square that is stronger than it should be, at the finest scale; side 0 for none. */
  record Planted(int side, double factor) {
    static final Planted NOTHING = new Planted(0, 1);
  }

  /** How many of how many images each rule took for defective, in all draws. */
  record Counts(int[] alarms, int images) {}

  Counts run(SimulatedNoise noise, Planted planted, int draws, int imagesByDraw) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] alarms = new int[Rule.values().length];
    SegmentationOptions published =
        new SegmentationOptions(PfaBound.CHERNOFF, NumberOfTests.PUBLISHED, 0);
    SegmentationOptions bySize =
        new SegmentationOptions(PfaBound.CHERNOFF, NumberOfTests.BY_SIZE, 0);
    try (AContrario first = new AContrario(published, 1);
        AContrario second = new AContrario(bySize, 1)) {
      for (int draw = 0; draw < draws; draw++) {
        List<float[]> maxima = new ArrayList<>();
        judge(
            random,
            noise,
            Planted.NOTHING,
            good,
            latents ->
                first.jointMaps(latents.views()).forEach(map -> maxima.add(map.regionMaxima())));
        SegmentationOptions measured = bySize.withLaw(new RegionLaw(maxima));
        try (AContrario third = new AContrario(measured, 1)) {
          double[][] calibration =
              statistics(random, noise, Planted.NOTHING, good, first, second, third);
          double[][] judged =
              statistics(random, noise, planted, imagesByDraw, first, second, third);
          for (Rule rule : Rule.values()) {
            int statistic = statistic(rule);
            double threshold = rule.log10Epsilon;
            if (Double.isNaN(threshold)) {
              double[] sorted = calibration[statistic].clone();
              Arrays.sort(sorted);
              threshold = sorted[RATE.rank(good) - 1];
            }
            for (double value : judged[statistic]) {
              alarms[rule.ordinal()] += value < threshold ? 1 : 0;
            }
          }
        }
      }
    }
    return new Counts(alarms, draws * imagesByDraw);
  }

  private static int statistic(Rule rule) {
    return switch (rule) {
      case PUBLISHED -> 0;
      case BY_SIZE, BY_SIZE_AT_A_RATE -> 1;
      case LAW, LAW_BELOW, LAW_AT_A_RATE -> 2;
      case MAP_AT_A_RATE -> 3;
    };
  }

  /** Small is anomalous: smallest log10NFA of three tests, and minus the map's maximum. */
  private double[][] statistics(
      SplittableRandom random,
      SimulatedNoise noise,
      Planted planted,
      int images,
      AContrario... tests) {
    double[][] all = new double[4][images];
    int[] done = {0};
    FieldOfView everywhere = FieldOfView.whole(1, 1);
    judge(
        random,
        noise,
        planted,
        images,
        latents -> {
          for (int t = 0; t < 3; t++) {
            float[] smallest = tests[t].smallest(latents.views(), everywhere);
            for (int i = 0; i < smallest.length; i++) {
              all[t][done[0] + i] = smallest[i];
            }
          }
          List<JointMap> maps = tests[0].jointMaps(latents.views());
          for (int i = 0; i < maps.size(); i++) {
            all[3][done[0] + i] = -maps.get(i).regionMaxima()[0];
          }
          done[0] += maps.size();
        });
    return all;
  }

  private interface Judge {
    void take(NativeLatents latents);
  }

  private void judge(
      SplittableRandom random, SimulatedNoise noise, Planted planted, int images, Judge judge) {
    for (int from = 0; from < images; from += BATCH) {
      int batch = Math.min(BATCH, images - from);
      try (NativeLatents latents = drawn(random, noise, planted, batch)) {
        judge.take(latents);
      }
    }
  }

  private NativeLatents drawn(
      SplittableRandom random, SimulatedNoise noise, Planted planted, int batch) {
    int finest = shape[0][1];
    double[] ofImage = new double[batch];
    int[][] corner = new int[batch][2];
    for (int image = 0; image < batch; image++) {
      ofImage[image] = noise.ofImage(random);
      corner[image][0] = random.nextInt(finest - planted.side() + 1);
      corner[image][1] = random.nextInt(finest - planted.side() + 1);
    }
    NativeLatents latents = new NativeLatents();
    for (int[] scale : shape) {
      int channels = scale[0];
      int side = scale[1];
      int length = channels * side * side;
      float[] z = new float[batch * length];
      for (int image = 0; image < batch; image++) {
        noise.fill(random, z, image * length, channels, side, ofImage[image]);
        plant(z, image * length, channels, side, corner[image], planted);
      }
      latents.add(z, batch, channels, side, side);
    }
    return latents;
  }

  /** At every position whose centre the square covers; of a small one the nearest. */
  private void plant(float[] z, int from, int channels, int side, int[] corner, Planted planted) {
    if (planted.side() == 0) {
      return;
    }
    int finest = shape[0][1];
    int top = corner[0] * side / finest;
    int left = corner[1] * side / finest;
    int extent = Math.max(1, planted.side() * side / finest);
    for (int c = 0; c < channels; c++) {
      for (int y = top; y < Math.min(side, top + extent); y++) {
        for (int x = left; x < Math.min(side, left + extent); x++) {
          z[from + c * side * side + y * side + x] *= (float) planted.factor();
        }
      }
    }
  }

  /**
   * Writes docs/simulation.md and its picture.
   *
   * @param arguments seed, draws, images a draw, draws for power; nothing for the usual
   */
  public static void main(String[] arguments) throws IOException {
    long seed = arguments.length > 0 ? Long.parseLong(arguments[0]) : 20261128;
    int draws = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 200;
    int images = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 500;
    int powerDraws = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 20;
    int[][][] shapes = {{{16, 14}, {16, 7}}, {{8, 16}}};
    StringBuilder text = new StringBuilder();
    for (int[][] shape : shapes) {
      Simulation simulation = new Simulation(shape, 50, seed);
      text.append(falseAlarms(simulation, draws, images));
    }
    Simulation few = new Simulation(shapes[0], 20, seed);
    text.append(falseAlarms(few, draws, images, SimulatedNoise.SPATIAL_CORRELATION));
    SimulationPicture picture = new SimulationPicture();
    text.append("## Power\n\n");
    for (SimulatedNoise noise :
        List.of(
            SimulatedNoise.WHITE,
            SimulatedNoise.SPATIAL_CORRELATION,
            SimulatedNoise.UNLIKE_IMAGES)) {
      text.append(power(new Simulation(shapes[0], 50, seed), noise, powerDraws, picture));
    }
    Files.writeString(Path.of("target/simulation-tables.md"), text);
    Files.writeString(Path.of("docs/simulation.svg"), picture.svg());
    System.out.println(text);
  }

  private static String falseAlarms(
      Simulation simulation, int draws, int images, SimulatedNoise... which) {
    SimulatedNoise[] noises = which.length == 0 ? SimulatedNoise.values() : which;
    StringBuilder text = new StringBuilder();
    text.append(
        "Latents %s, %d images for the law and %d for the threshold, %,d draws, %,d images each:%n%n"
            .formatted(inWords(simulation.shape), simulation.good, simulation.good, draws, images));
    text.append("| rule | promised |");
    for (SimulatedNoise noise : noises) {
      text.append(' ').append(noise.title).append(" |");
    }
    text.append("\n|---|---|").append("---:|".repeat(noises.length)).append('\n');
    Counts[] counts = new Counts[noises.length];
    for (int i = 0; i < noises.length; i++) {
      counts[i] = simulation.run(noises[i], Planted.NOTHING, draws, images);
      System.err.println(noises[i] + " done");
    }
    for (Rule rule : Rule.values()) {
      text.append("| %s | %s |".formatted(rule.title, rule.promised));
      for (Counts count : counts) {
        int alarms = count.alarms[rule.ordinal()];
        BinomialInterval interval = BinomialInterval.of(alarms, count.images);
        text.append(
            String.format(
                Locale.ROOT,
                " %.2f (%.2f … %.2f) |",
                100.0 * alarms / count.images,
                100 * interval.low(),
                100 * interval.high()));
      }
      text.append('\n');
    }
    return text.append('\n').toString();
  }

  private static String power(
      Simulation simulation, SimulatedNoise noise, int draws, SimulationPicture picture) {
    int[] sides = {1, 2, 3, 4, 6, 8};
    double factor = 1.5;
    StringBuilder text = new StringBuilder();
    text.append(
        "%s, latents %s, planted squares %.1f times too strong, %,d images a size; found, %%:%n%n"
            .formatted(noise.title, inWords(simulation.shape), factor, draws * 100));
    text.append(
        "| rule | 1 × 1 | 2 × 2 | 3 × 3 | 4 × 4 | 6 × 6 | 8 × 8 |\n|---|---:|---:|---:|---:|---:|---:|\n");
    double[][] found = new double[Rule.values().length][sides.length];
    for (int i = 0; i < sides.length; i++) {
      Counts counts = simulation.run(noise, new Planted(sides[i], factor), draws, 100);
      for (Rule rule : Rule.values()) {
        found[rule.ordinal()][i] = (double) counts.alarms[rule.ordinal()] / counts.images;
      }
    }
    for (Rule rule : Rule.values()) {
      text.append("| ").append(rule.title).append(" |");
      for (double share : found[rule.ordinal()]) {
        text.append(String.format(Locale.ROOT, " %.1f |", 100 * share));
      }
      text.append('\n');
    }
    picture.panel(noise.title, sides, found);
    System.err.println("power, " + noise + " done");
    return text.append('\n').toString();
  }

  private static String inWords(int[][] shape) {
    return String.join(
        " + ", Arrays.stream(shape).map(s -> "%d×%d²".formatted(s[0], s[1])).toList());
  }
}
