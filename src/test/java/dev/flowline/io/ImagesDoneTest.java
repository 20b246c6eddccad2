package dev.flowline.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ImagesDoneTest {
  private static final int THREADS = 4;
  private static final int EACH = 25;

  @Test
  void threadsThatShareACounterReportOneAfterTheOther() throws InterruptedException {
    List<Integer> reports = new ArrayList<>();
    AtomicInteger reporting = new AtomicInteger();
    AtomicInteger together = new AtomicInteger();
    ImagesDone progress =
        (done, total) -> {
          assertEquals(THREADS * EACH, total);
          together.accumulateAndGet(reporting.incrementAndGet(), Math::max);
          pause();
          reports.add(done);
          reporting.decrementAndGet();
        };
    Runnable counter = progress.counter(THREADS * EACH);
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < THREADS; t++) {
      threads.add(new Thread(() -> IntStream.range(0, EACH).forEach(i -> counter.run())));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(1, together.get());
    assertEquals(IntStream.rangeClosed(1, THREADS * EACH).boxed().toList(), reports);
  }

  private static void pause() {
    try {
      Thread.sleep(1);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
