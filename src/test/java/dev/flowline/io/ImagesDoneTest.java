package dev.flowline.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ImagesDoneTest {
  /** A list is no place for threads to write to at once: that they take turns is what is tested. */
  @Test
  void threadsThatShareACounterReportOneAfterTheOther() {
    List<Integer> reports = new ArrayList<>();
    List<Integer> totals = new ArrayList<>();
    ImagesDone progress =
        (done, total) -> {
          reports.add(done);
          totals.add(total);
        };
    Runnable counter = progress.counter(2000);
    IntStream.range(0, 2000).parallel().forEach(i -> counter.run());
    assertEquals(IntStream.rangeClosed(1, 2000).boxed().toList(), reports);
    assertEquals(List.of(2000), totals.stream().distinct().toList());
  }
}
