package dev.flowline.bench;

import dev.flowline.engine.EngineKind;

/**
 * The setting of a row: how images are inspected.
 *
 * @param engine that computes the latents
 * @param threads that work on one image, at least 1
 * @param workers that inspect at the same time over one model, at least 1
 * @param batch images that are encoded together, at least 1; 1 if there are several workers
 */
public record BenchSetting(EngineKind engine, int threads, int workers, int batch) {
  public BenchSetting {
    if (engine == null) {
      throw new IllegalArgumentException("engine is missing");
    }
    requirePositive("threads", threads);
    requirePositive("workers", workers);
    requirePositive("batch", batch);
    if (workers > 1 && batch > 1) {
      throw new IllegalArgumentException(
          "batch must be 1 with several workers, got %s with %s".formatted(batch, workers));
    }
  }

  static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, got " + value);
    }
  }

  /** Returns the setting in words, such as {@code libtorch, 2 threads}. */
  public String inWords() {
    if (workers > 1) {
      return "%s, %s workers of %s".formatted(engine, workers, inThreads());
    }
    return engine + ", " + inThreads() + (batch > 1 ? ", batch " + batch : "");
  }

  private String inThreads() {
    return threads + (threads == 1 ? " thread" : " threads");
  }
}
