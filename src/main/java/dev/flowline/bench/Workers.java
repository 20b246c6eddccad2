package dev.flowline.bench;

import dev.flowline.io.Image;
import dev.flowline.line.Inspection;
import dev.flowline.line.Inspector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Workers that inspect images at the same time over one model, each one image after the other. The
 * caller's thread is one of them.
 */
final class Workers implements Workload {
  private final Inspector inspector;
  private final List<Image> images;
  private final List<StageTimes> times = new ArrayList<>(); // by worker
  private final ExecutorService threads; // of all workers but the caller's; null for none
  private int next; // of images

  /**
   * Makes workers.
   *
   * @param inspector closed with the workers
   * @param images at least one
   */
  Workers(BenchSetting setting, Inspector inspector, List<Image> images) {
    this.inspector = inspector;
    this.images = images;
    for (int worker = 0; worker < setting.workers(); worker++) {
      times.add(new StageTimes(setting.engine()));
    }
    int others = setting.workers() - 1;
    threads = others == 0 ? null : Executors.newFixedThreadPool(others);
  }

  @Override
  public int run(int count, StageTimes all, Deadline end) {
    AtomicInteger begun = new AtomicInteger();
    List<Future<?>> others = new ArrayList<>();
    for (StageTimes own : times.subList(1, times.size())) {
      others.add(threads.submit(() -> work(begun, count, own, end)));
    }
    try {
      work(begun, count, times.get(0), end);
    } finally {
      others.forEach(Workers::await);
    }
    int done = Math.min(count, begun.get());
    next = (next + done) % images.size();
    for (StageTimes own : times) {
      all.add(own);
      own.clear();
    }
    return done;
  }

  private void work(AtomicInteger begun, int count, StageTimes own, Deadline end) {
    while (!end.isOver()) {
      int i = begun.getAndIncrement();
      if (i >= count) {
        return;
      }
      Image image = images.get((next + i) % images.size());
      long start = System.nanoTime();
      Inspection inspection = inspector.inspect(image);
      own.add(inspection.timingsMillis(), System.nanoTime() - start);
    }
  }

  private static void await(Future<?> worker) {
    try {
      worker.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException("a worker failed: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while workers inspected", e);
    }
  }

  @Override
  public int leastImages() {
    return times.size();
  }

  @Override
  public void close() {
    if (threads != null) {
      threads.shutdownNow();
    }
    inspector.close();
  }
}
