package dev.flowline.peer;

import dev.flowline.train.EpochOfFeatures;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Flowline's training, on features that are at hand. */
final class FlowlineTraining implements Program {
  private final EpochOfFeatures epoch;
  private final int batch;

  /**
   * @param epoch closed with this object
   * @param batch images of a step, which divide those of the epoch
   */
  FlowlineTraining(EpochOfFeatures epoch, int batch) {
    this.epoch = epoch;
    this.batch = batch;
  }

  @Override
  public String name() {
    return "Flowline, libtorch";
  }

  /** {@inheritDoc} The time is that of one step. */
  @Override
  public Pass run(Clock clock) {
    try {
      long start = clock.nanos();
      int steps = epoch.run(1, batch).size();
      return new Pass(Double.NaN, Double.NaN, (clock.nanos() - start) / 1e6 / steps);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      epoch.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
