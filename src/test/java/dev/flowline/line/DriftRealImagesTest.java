package dev.flowline.line;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.RealLine;
import dev.flowline.data.Dataset;
import dev.flowline.data.Layout;
import dev.flowline.data.Sample;
import dev.flowline.drift.Drift;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.model.ModelConfig;
import dev.flowline.train.TrainingListener;
import dev.flowline.train.TrainingRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real good parts whose camera changes while they go by, against the same parts untouched; skipped
 * without the images, not in CI.
 */
class DriftRealImagesTest {
  private static final int LEARNED = 160; // a quarter of them for the threshold
  private static final int FEW = 45; // of a cross-fitted model
  private static final int BEFORE = 30; // parts, before the change
  private static final int PARTS = 80;
  private static final double AVERAGE_RUN_LENGTH = 1000;

  @TempDir Path folder;

  /**
   * A stream's outcome.
   *
   * @param delay parts from the change to when it was told; null if it was not
   * @param misjudged which parts from the change on
   */
  private record Stream(Drift drift, Integer delay, List<Boolean> misjudged) {
    int misjudgedOf(int parts) {
      return Collections.frequency(misjudged.subList(0, parts), true);
    }
  }

  /** All are seen in the same position and light: whatever changes is detected. */
  @Test
  void transistors() throws IOException {
    List<Path> good = good("mvtec-transistor", "transistor");
    try (Inspector inspector = learned(good)) {
      List<Image> parts = parts(good);
      Stream untouched = stream(inspector, parts, image -> image);
      assertFalse(untouched.drift.detected(), untouched.toString());
      Map<String, UnaryOperator<Image>> changes =
          Map.of(
              "dimmed to 0.85", image -> dimmed(image, 0.85),
              "blurred by 5 x 5", image -> blurred(image, 2),
              "shifted by 8 pixels", image -> shifted(image, 8),
              "noise of deviation 8", noisy(8));
      changes.forEach(
          (name, change) -> {
            Stream changed = detected(name, stream(inspector, parts, change), untouched);
            assertBeforeMoreAreMisjudged(name, changed, untouched);
          });
    }
  }

  /** Good tiles are of many lights and cuts: only what differs from all of these is detected. */
  @Test
  void magneticTiles() throws IOException {
    List<Path> good = good("magnetic-tile", "magnetic_tile");
    try (Inspector inspector = learned(good)) {
      List<Image> parts = parts(good);
      Stream untouched = stream(inspector, parts, image -> image);
      assertFalse(untouched.drift.detected(), untouched.toString());
      Map<String, UnaryOperator<Image>> changes =
          Map.of("blurred by 3 x 3", image -> blurred(image, 1), "noise of deviation 8", noisy(8));
      changes.forEach(
          (name, change) -> {
            Stream changed = detected(name, stream(inspector, parts, change), untouched);
            assertBeforeMoreAreMisjudged(name, changed, untouched);
          });
      // Misjudged from the first part on: nothing can be detected before.
      Stream strong = stream(inspector, parts, image -> blurred(image, 2));
      detected("blurred by 5 x 5", strong, untouched);
      assertTrue(strong.delay <= 10, "detected after " + strong.delay);
    }
  }

  /** A model of few images, whose latents cannot be compared: the inputs show it all the same. */
  @Test
  void inputsOfCrossFittedTransistors() throws IOException {
    List<Path> good = good("mvtec-transistor", "transistor");
    try (Inspector inspector = crossFitted(good)) {
      List<Image> parts = parts(good);
      Stream untouched = stream(inspector, parts, image -> image);
      assertEquals(Drift.Watched.INPUT, untouched.drift.watched());
      assertFalse(untouched.drift.detected(), untouched.toString());
      Map<String, UnaryOperator<Image>> changes =
          Map.of(
              "dimmed to 0.85", image -> dimmed(image, 0.85),
              "blurred by 5 x 5", image -> blurred(image, 2),
              "shifted by 8 pixels", image -> shifted(image, 8),
              "noise of deviation 8", noisy(8));
      changes.forEach(
          (name, change) -> detected("few, " + name, stream(inspector, parts, change), untouched));
    }
  }

  @Test
  void inputsOfCrossFittedMagneticTiles() throws IOException {
    List<Path> good = good("magnetic-tile", "magnetic_tile");
    try (Inspector inspector = crossFitted(good)) {
      List<Image> parts = parts(good);
      Stream untouched = stream(inspector, parts, image -> image);
      assertFalse(untouched.drift.detected(), untouched.toString());
      Map<String, UnaryOperator<Image>> changes =
          Map.of(
              "blurred by 3 x 3", image -> blurred(image, 1),
              "blurred by 5 x 5", image -> blurred(image, 2),
              "noise of deviation 8", noisy(8));
      changes.forEach(
          (name, change) -> detected("few, " + name, stream(inspector, parts, change), untouched));
    }
  }

  private static Stream detected(String name, Stream changed, Stream untouched) {
    int all = changed.misjudged.size();
    int delay = changed.delay == null ? all : changed.delay;
    System.out.println(
        "%s: detected after %s parts, misjudged by then %d, untouched %d; of all %d: %d, untouched %d; %s"
            .formatted(
                name,
                changed.delay,
                changed.misjudgedOf(delay),
                untouched.misjudgedOf(delay),
                all,
                changed.misjudgedOf(all),
                untouched.misjudgedOf(all),
                changed.drift));
    assertTrue(changed.drift.detected(), name + ": " + changed.drift);
    assertTrue(changed.delay > 0 && changed.delay <= 40, name + ": " + changed);
    return changed;
  }

  /** By then as many as of the same parts untouched; one more is chance. */
  private static void assertBeforeMoreAreMisjudged(String name, Stream changed, Stream untouched) {
    int usual = untouched.misjudgedOf(changed.delay);
    assertTrue(changed.misjudgedOf(changed.delay) <= usual + 1, name + ": " + changed);
  }

  private static Stream stream(
      Inspector inspector, List<Image> parts, UnaryOperator<Image> change) {
    DriftWatch line = DriftWatch.of(inspector, AVERAGE_RUN_LENGTH).orElseThrow();
    InspectionRequest request = InspectionRequest.DEFAULT.withLatentStatistics();
    List<Boolean> misjudged = new ArrayList<>();
    Integer delay = null;
    for (int i = 0; i < PARTS; i++) {
      boolean changed = i >= BEFORE;
      Image part = changed ? change.apply(parts.get(i)) : parts.get(i);
      DetailedInspection inspected = inspector.inspect(part, request);
      boolean defective = inspected.inspection().verdict() == Verdict.DEFECT;
      if (changed) {
        misjudged.add(defective);
      }
      if (line.add(inspected).detected() && delay == null) {
        delay = i + 1 - BEFORE;
      }
    }
    return new Stream(line.state(), delay, misjudged);
  }

  private static Image dimmed(Image image, double factor) {
    byte[] samples = image.samples8().clone();
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (byte) ((samples[i] & 0xFF) * factor);
    }
    return like(image, samples);
  }

  /** Gaussian noise that no two images share. */
  private static UnaryOperator<Image> noisy(double deviation) {
    Random random = new Random(1);
    return image -> {
      byte[] samples = image.samples8().clone();
      for (int i = 0; i < samples.length; i++) {
        long value = Math.round((samples[i] & 0xFF) + deviation * random.nextGaussian());
        samples[i] = (byte) Math.max(0, Math.min(255, value));
      }
      return like(image, samples);
    };
  }

  private static Image shifted(Image image, int pixels) {
    return pixelwise(image, (y, x, channel) -> sample(image, y, x - pixels, channel));
  }

  /** The mean of (2 radius + 1)² pixels. */
  private static Image blurred(Image image, int radius) {
    int side = 2 * radius + 1;
    return pixelwise(
        image,
        (y, x, channel) -> {
          int sum = 0;
          for (int i = 0; i < side * side; i++) {
            sum += sample(image, y - radius + i / side, x - radius + i % side, channel);
          }
          return sum / (side * side);
        });
  }

  private interface Pixel {
    int at(int y, int x, int channel);
  }

  private static Image pixelwise(Image image, Pixel pixel) {
    byte[] samples = new byte[image.height() * image.width() * image.channels()];
    for (int i = 0; i < samples.length; i++) {
      int position = i / image.channels();
      int y = position / image.width();
      samples[i] = (byte) pixel.at(y, position % image.width(), i % image.channels());
    }
    return like(image, samples);
  }

  /** At the border what is nearest. */
  private static int sample(Image image, int y, int x, int channel) {
    int row = Math.max(0, Math.min(image.height() - 1, y));
    int column = Math.max(0, Math.min(image.width() - 1, x));
    return image.sample(row, column, channel);
  }

  private static Image like(Image image, byte[] samples) {
    return Image.of8(image.height(), image.width(), image.channels(), samples);
  }

  /** All good parts of a category, in an order that says nothing. */
  private static List<Path> good(String data, String category) throws IOException {
    Dataset dataset = Layout.MVTEC.read(RealLine.images(data), category);
    List<Path> good = new ArrayList<>();
    dataset.train().forEach(sample -> good.add(sample.image()));
    dataset.testOf(Sample.GOOD).forEach(sample -> good.add(sample.image()));
    Collections.shuffle(good, new Random(1));
    return good;
  }

  private static List<Image> parts(List<Path> good) throws IOException {
    List<Image> parts = new ArrayList<>();
    for (Path file : good.subList(LEARNED, LEARNED + PARTS)) {
      parts.add(Images.read(file));
    }
    return parts;
  }

  /** Two epochs on the first of the parts. */
  private Inspector learned(List<Path> good) throws IOException {
    Path output = folder.resolve("part.flowline");
    ModelConfig trained =
        TrainingRun.execute(
            RealLine.twoEpochs(dataset(good, LEARNED), 8, output), TrainingListener.SILENT);
    assertEquals(LEARNED / 4, trained.calibration().goodImages());
    return Inspector.open(output);
  }

  /** Two epochs on few parts, which take turns to be held out. */
  private Inspector crossFitted(List<Path> good) throws IOException {
    Path output = folder.resolve("part.flowline");
    ModelConfig trained =
        TrainingRun.execute(
            RealLine.crossFitted(dataset(good, FEW), 8, output), TrainingListener.SILENT);
    assertEquals(FEW, trained.calibration().goodImages());
    return Inspector.open(output);
  }

  private Dataset dataset(List<Path> good, int images) throws IOException {
    Path parts = folder.resolve("part/train/good");
    Files.createDirectories(parts);
    for (int i = 0; i < images; i++) {
      Path file = good.get(i);
      Files.copy(file, parts.resolve("%03d-%s".formatted(i, file.getFileName())));
    }
    return Layout.MVTEC.read(folder, "part");
  }
}
