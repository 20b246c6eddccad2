package dev.flowline.line;

import dev.flowline.TinyLine;
import dev.flowline.calibration.CalibrationPlan;
import dev.flowline.io.Image;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.ModelConfig;
import dev.flowline.segmentation.SegmentationOptions;
import dev.flowline.train.Schedule;
import dev.flowline.train.TrainingConfig;
import dev.flowline.train.TrainingListener;
import dev.flowline.train.TrainingRequest;
import dev.flowline.train.TrainingRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.bytedeco.javacpp.Pointer;

/** Works for a long time and tells, as one line of JSON, how much memory that took. */
final class Soak {
  private static final int SIZE = 64;
  private static final int BATCH = 4;
  private static final int PAGE_BYTES = 4096;
  private static final double MIB = 1 << 20;

  private final String what;
  private final int warmUp;
  private final int count;
  private int done;
  private double rssBefore;
  private long pointersBefore;
  private long start;

  private Soak(String what, int warmUp, int count) {
    this.what = what;
    this.warmUp = warmUp;
    this.count = count;
  }

  /** Arguments: inspections or steps, how many to warm up, how many to measure, a folder. */
  public static void main(String[] arguments) throws IOException {
    Soak soak =
        new Soak(arguments[0], Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
    if (arguments[0].equals("inspections")) {
      soak.inspect();
    } else {
      soak.train(Path.of(arguments[3]));
    }
  }

  private void inspect() throws IOException {
    ModelConfig config = TinyLine.config(SIZE, SIZE, 1);
    SegmentationOptions test = config.segmentation().withLog10Epsilon(1e6);
    Image[] images = new Image[7];
    for (int i = 0; i < images.length; i++) {
      images[i] = TinyLine.defective(i, SIZE - 3 * i, SIZE + i, 5 * i, 3 * i, 9);
    }
    AnomalyModel model = AnomalyModel.create(config, TinyLine.drawnExtractor(config));
    try (model;
        Inspector inspector = new Inspector(model, test)) {
      while (done < warmUp + count) {
        inspector.inspect(images[done % images.length]);
        count();
      }
    }
  }

  private void train(Path folder) throws IOException {
    int images = 20;
    int stepsPerEpoch = images / BATCH;
    TrainingConfig training =
        TrainingConfig.of((warmUp + count) / stepsPerEpoch, BATCH, 1e-3, 1)
            .withWeightDecay(0)
            .withSchedule(Schedule.LINEAR)
            .withCheckpointEvery(4);
    TrainingRequest request =
        new TrainingRequest(
            TinyLine.config(SIZE, SIZE, 1),
            CalibrationPlan.NONE,
            TinyLine.dataset(folder, 1, images, SIZE, SIZE),
            List.of(),
            0,
            training,
            10L << 20,
            folder.resolve("soak.flowline"),
            false);
    TrainingRun.execute(
        request,
        new TrainingListener() {
          @Override
          public void stepDone(int epoch, int step, int steps, int batchSize, double nll) {
            count();
          }
        });
  }

  private void count() {
    done++;
    if (done == warmUp) {
      rssBefore = rssMib();
      pointersBefore = Pointer.totalCount();
      start = System.nanoTime();
    }
    if (done == warmUp + count) {
      System.out.printf(
          Locale.ROOT,
          "{\"soak\": \"%s\", \"count\": %d, \"seconds\": %.1f, \"rssMibBefore\": %.1f, \"rssMibAfter\": %.1f, \"pointersBefore\": %d, \"pointersAfter\": %d}%n",
          what,
          count,
          (System.nanoTime() - start) / 1e9,
          rssBefore,
          rssMib(),
          pointersBefore,
          Pointer.totalCount());
    }
  }

  private static double rssMib() {
    try {
      String pages = Files.readString(Path.of("/proc/self/statm")).split(" ")[1];
      return Long.parseLong(pages) * PAGE_BYTES / MIB;
    } catch (IOException e) {
      throw new IllegalStateException("no /proc/self/statm", e);
    }
  }
}
