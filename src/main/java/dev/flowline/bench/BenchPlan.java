package dev.flowline.bench;

import dev.flowline.engine.EngineKind;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What is measured, and for how long.
 *
 * @param engines at least one
 * @param threads the most threads that work on one image; one thread is measured too
 * @param workers how many workers of one thread each inspect at the same time; 1 for no such row
 * @param batch how many images are encoded together; 1 for no such row
 * @param rounds how often each row is visited, at least 2
 * @param secondsPerRow the time that a row is measured over all rounds, without warm-up
 */
public record BenchPlan(
    List<EngineKind> engines,
    int threads,
    int workers,
    int batch,
    int rounds,
    double secondsPerRow) {
  public BenchPlan {
    engines = List.copyOf(new LinkedHashSet<>(engines));
    if (engines.isEmpty()) {
      throw new IllegalArgumentException("engines must be at least one, got none");
    }
    BenchSetting.requirePositive("threads", threads);
    BenchSetting.requirePositive("workers", workers);
    BenchSetting.requirePositive("batch", batch);
    // refuses rounds and seconds out of their bounds
    new BenchRows(List.of(new BenchSetting(engines.get(0), 1, 1, 1)), rounds, secondsPerRow, 0);
  }

  /** Returns the plan without an engine that is not there. */
  public BenchPlan without(EngineKind engine) {
    List<EngineKind> others = engines.stream().filter(e -> e != engine).toList();
    return new BenchPlan(others, threads, workers, batch, rounds, secondsPerRow);
  }

  /** Returns the plan without a row of batches. */
  public BenchPlan oneImageAtATime() {
    return new BenchPlan(engines, threads, workers, 1, rounds, secondsPerRow);
  }

  /** Returns the rows, and how long each is visited. */
  BenchRows rows() {
    return new BenchRows(settings(), rounds, secondsPerRow, 0);
  }

  /** Returns the settings of the rows, in their order, none of them twice. */
  List<BenchSetting> settings() {
    Set<BenchSetting> settings = new LinkedHashSet<>();
    for (EngineKind engine : engines) {
      settings.add(new BenchSetting(engine, 1, 1, 1));
      settings.add(new BenchSetting(engine, threads, 1, 1));
      settings.add(new BenchSetting(engine, 1, workers, 1));
      settings.add(new BenchSetting(engine, threads, 1, batch));
    }
    return List.copyOf(settings);
  }

  /**
   * Returns the settings of the fresh processes: as many starts of each engine as are wanted, and
   * one process each by which the memory of workers is known.
   *
   * @param starts of each engine; 0 for no process at all
   */
  public List<BenchSetting> freshSettings(int starts) {
    List<BenchSetting> settings = new ArrayList<>();
    if (starts == 0) {
      return settings;
    }
    for (EngineKind engine : engines) {
      for (int start = 0; start < starts; start++) {
        settings.add(new BenchSetting(engine, threads, 1, 1));
      }
      if (threads > 1) {
        settings.add(new BenchSetting(engine, 1, 1, 1));
      }
      if (workers > 1) {
        settings.add(new BenchSetting(engine, 1, workers, 1));
      }
    }
    return settings;
  }
}
