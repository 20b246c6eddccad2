package dev.flowline.eval;

import dev.flowline.data.Sample;
import dev.flowline.line.StageTimings;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;

/** Woven cloth with spots, scratches and holes, and what a fair model could say of it. Seeded. */
record SyntheticTestSet(List<EvaluatedImage> images, List<float[]> trainingMaps, int size) {
  static final List<String> DEFECTS = List.of("hole", "scratch", "spot");
  private static final float NOTHING = 120;

  /**
   * @param folder gets the pictures; null for none
   */
  static SyntheticTestSet of(long seed, int good, int ofEachDefect, int size, Path folder)
      throws IOException {
    Random random = new Random(seed);
    List<EvaluatedImage> images = new ArrayList<>();
    for (int i = 0; i < good; i++) {
      images.add(image(random, Sample.GOOD, i, size, folder));
    }
    for (String defect : DEFECTS) {
      for (int i = 0; i < ofEachDefect; i++) {
        images.add(image(random, defect, i, size, folder));
      }
    }
    List<float[]> training = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      training.add(image(random, Sample.GOOD, i, size, null).anomalyMap());
    }
    return new SyntheticTestSet(images, training, size);
  }

  Evaluation evaluation(int galleryImages) {
    Evaluation evaluation = new Evaluation(size, size, 0, galleryImages);
    trainingMaps.forEach(evaluation::addTrainingGood);
    images.forEach(evaluation::add);
    return evaluation;
  }

  private static EvaluatedImage image(
      Random random, String defect, int number, int size, Path folder) throws IOException {
    boolean[] truth = new boolean[size * size];
    double row = (0.2 + 0.6 * random.nextDouble()) * size;
    double column = (0.2 + 0.6 * random.nextDouble()) * size;
    double radius = (0.04 + 0.06 * random.nextDouble()) * size;
    double angle = random.nextDouble() * Math.PI;
    if (!defect.equals(Sample.GOOD)) {
      for (int i = 0; i < truth.length; i++) {
        double dy = i / size - row;
        double dx = i % size - column;
        double along = dx * Math.cos(angle) + dy * Math.sin(angle);
        double across = dy * Math.cos(angle) - dx * Math.sin(angle);
        truth[i] =
            defect.equals("scratch")
                ? Math.abs(along) < 4 * radius && Math.abs(across) < size / 80.0
                : Math.hypot(dx, dy) < radius;
      }
    }
    double strength = defect.equals(Sample.GOOD) ? 0 : 0.3 + 0.9 * random.nextDouble();
    boolean alarm = defect.equals(Sample.GOOD) && number % 11 == 4;
    float[] noise = smooth(random, size);
    float[] blurred = blur(truth, size, Math.max(1, size / 40));
    float[] map = new float[truth.length];
    float[] log10Nfa = new float[truth.length];
    double score = 0;
    double smallest = NOTHING;
    for (int i = 0; i < map.length; i++) {
      double bump =
          alarm ? Math.exp(-Math.hypot(i / size - row, i % size - column) * 12 / size) : 0;
      double evidence = strength * blurred[i] + 0.5 * bump + 0.25 * noise[i];
      map[i] = (float) (1 - Math.exp(-1.3 * evidence - 0.2));
      log10Nfa[i] = (float) (NOTHING - Math.max(0, evidence - 0.3) * 900);
      score = Math.max(score, map[i]);
      smallest = Math.min(smallest, log10Nfa[i]);
    }
    Path file = null;
    String name = defect + "/" + "%03d.png".formatted(number);
    if (folder != null) {
      file = folder.resolve(defect + "-" + number + ".png");
      ImageIO.write(picture(random, truth, size, defect, strength), "png", file.toFile());
    }
    return new EvaluatedImage(
        name,
        defect,
        file,
        defect.equals(Sample.GOOD) ? null : truth,
        map,
        log10Nfa,
        score,
        smallest,
        null,
        null,
        timings(random));
  }

  private static StageTimings timings(Random random) {
    return new StageTimings(
        0,
        0,
        21 + 3 * random.nextDouble(),
        12 + 2 * random.nextDouble(),
        0.6 + 0.2 * random.nextDouble());
  }

  private static float[] smooth(Random random, int size) {
    double[] phase = random.doubles(12, 0, 2 * Math.PI).toArray();
    float[] noise = new float[size * size];
    for (int i = 0; i < noise.length; i++) {
      double sum = 0;
      for (int k = 0; k < 6; k++) {
        sum +=
            Math.sin((k + 2) * 3.0 * (i / size) / size + phase[k])
                * Math.cos((k + 1) * 4.0 * (i % size) / size + phase[k + 6]);
      }
      noise[i] = (float) (0.4 + sum / 8 + 0.06 * random.nextGaussian());
    }
    return noise;
  }

  private static float[] blur(boolean[] mask, int size, int reach) {
    float[] blurred = new float[mask.length];
    for (int i = 0; i < mask.length; i++) {
      int inside = 0;
      int seen = 0;
      for (int y = Math.max(0, i / size - reach); y <= Math.min(size - 1, i / size + reach); y++) {
        for (int x = Math.max(0, i % size - reach);
            x <= Math.min(size - 1, i % size + reach);
            x++) {
          seen++;
          inside += mask[y * size + x] ? 1 : 0;
        }
      }
      blurred[i] = inside / (float) seen;
    }
    return blurred;
  }

  private static BufferedImage picture(
      Random random, boolean[] truth, int size, String defect, double strength) {
    int width = size * 2;
    int height = size * 3 / 2;
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double weave = 22 * Math.sin(x * 0.7) * Math.cos(y * 0.7);
        double light = 140 + weave + 10 * random.nextGaussian() + 25.0 * x / width;
        if (truth[(y * size / height) * size + x * size / width]) {
          light += strength * (defect.equals("scratch") ? 90 : defect.equals("hole") ? -110 : 60);
        }
        int grey = (int) Math.max(0, Math.min(255, light));
        picture.setRGB(x, y, grey << 16 | (int) (grey * 0.95) << 8 | (int) (grey * 0.85));
      }
    }
    return picture;
  }
}
