package dev.flowline.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;

/**
 * A meter of how much of the processors this process gets: threads that only count, one for each
 * processor, compare their CPU time with the time of the clock.
 */
final class NoiseMeter {
  private static final long NANOS = 60_000_000;
  private static final int COUNTS_BETWEEN_LOOKS = 10_000;

  private final int processors;
  private final List<MachineNoise.NoiseCheck> checks = new ArrayList<>();

  /**
   * Makes a meter, and lets its threads count once so that their code is compiled.
   *
   * @param processors that this process may use
   */
  NoiseMeter(int processors) {
    this.processors = processors;
    checked();
  }

  /** Checks once, for less than a tenth of a second on a quiet machine. */
  void check() {
    checks.add(checked());
  }

  /** Returns the noise of all checks, at least one. */
  MachineNoise noise() {
    return MachineNoise.of(checks);
  }

  private MachineNoise.NoiseCheck checked() {
    List<Counter> counters = new ArrayList<>();
    for (int i = 0; i < processors; i++) {
      Counter counter = new Counter();
      counters.add(counter);
      counter.start();
    }
    double cpu = 0;
    double wall = 0;
    double counts = 0;
    for (Counter counter : counters) {
      counter.await();
      cpu += counter.cpuNanos;
      wall += counter.wallNanos;
      counts += counter.counts;
    }
    return new MachineNoise.NoiseCheck(Math.min(1, cpu / wall), counts / Math.max(1, cpu));
  }

  /** A thread that counts for a fixed time. */
  private static final class Counter extends Thread {
    private long counts;
    private long cpuNanos;
    private long wallNanos;
    private double sum;

    Counter() {
      super("flowline-noise");
      setDaemon(true);
    }

    @Override
    public void run() {
      ThreadMXBean own = ManagementFactory.getThreadMXBean();
      long start = System.nanoTime();
      long startCpu = own.getCurrentThreadCpuTime();
      long now = start;
      while (now - start < NANOS) {
        for (int i = 0; i < COUNTS_BETWEEN_LOOKS; i++) {
          sum = sum * 0.999 + i; // a chain that cannot be left out
        }
        counts += COUNTS_BETWEEN_LOOKS;
        now = System.nanoTime();
      }
      cpuNanos = own.getCurrentThreadCpuTime() - startCpu;
      wallNanos = System.nanoTime() - start;
    }

    private void await() {
      try {
        join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while the machine was checked", e);
      }
    }
  }
}
