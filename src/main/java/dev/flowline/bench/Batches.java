package dev.flowline.bench;

import dev.flowline.calibration.CalibratedGuardBand;
import dev.flowline.engine.Encoder;
import dev.flowline.engine.Encoding;
import dev.flowline.io.Image;
import dev.flowline.line.Judge;
import dev.flowline.model.ModelConfig;
import dev.flowline.segmentation.FieldOfView;
import dev.flowline.segmentation.GuardBand;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * Images that are encoded together and then judged, on one thread. An image has no time of its own
 * here, so that only the images per second are known.
 */
final class Batches implements Workload {
  private final ModelConfig config;
  private final List<Image> images;
  private final int batch;
  private final Encoder encoder;
  private final Judge judge;
  private int next; // of images

  /**
   * Makes batches.
   *
   * @param encoder of batches of at least that size; closed with this object
   * @param images at least one
   */
  Batches(ModelConfig config, Encoder encoder, int batch, List<Image> images) {
    this.config = config;
    this.encoder = encoder;
    this.batch = batch;
    this.images = images;
    CalibratedGuardBand band = config.guardBand();
    judge =
        new Judge(
            config.segmentation(), band == null ? GuardBand.NONE : band.band(), encoder.device());
  }

  /** {@inheritDoc} The last batch is smaller if the count is no multiple of its size. */
  @Override
  public int run(int count, StageTimes times, Deadline end) {
    FieldOfView view =
        judge.test().view(config.preprocessing().height(), config.preprocessing().width());
    int done = 0;
    while (done < count && !end.isOver()) {
      int together = Math.min(batch, count - done);
      FloatBuffer input = encoder.input();
      for (int i = 0; i < together; i++) {
        config.preprocessing().apply(images.get(next), input);
        next = (next + 1) % images.size();
      }
      try (Encoding encoding = encoder.encode(together)) {
        judge.judge(
            encoding.latents(), encoding.anomalyMaps(view.height(), view.width()), view, false);
      }
      done += together;
    }
    return done;
  }

  @Override
  public int leastImages() {
    return batch;
  }

  @Override
  public void close() {
    judge.close();
    encoder.close();
  }
}
