package dev.flowline.metrics;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * An external sort of any number of longs in bounded heap: runs of two million are sorted in
 * memory, full ones go to a temporary file, and reading merges them. {@link #close()} removes the
 * file.
 */
final class SortedRuns implements AutoCloseable {
  static final int RUN = 1 << 21;

  private final int runLength;
  private final List<LongBuffer> runs = new ArrayList<>();
  private long[] open = new long[1 << 12];
  private int length;
  private FileChannel file;

  SortedRuns() {
    this(RUN);
  }

  SortedRuns(int runLength) {
    this.runLength = runLength;
  }

  void add(long key) {
    if (length == runLength) {
      spill();
    }
    if (length == open.length) {
      open = Arrays.copyOf(open, Math.min(2 * length, runLength));
    }
    open[length++] = key;
  }

  private void spill() {
    Arrays.sort(open, 0, length);
    try {
      if (file == null) {
        Path path = Files.createTempFile("flowline-scores", ".tmp");
        file =
            FileChannel.open(
                path,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE);
      }
      long bytes = (long) length * Long.BYTES;
      ByteBuffer copy = ByteBuffer.allocate(1 << 16);
      for (int from = 0; from < length; from += copy.capacity() / Long.BYTES) {
        int count = Math.min(copy.capacity() / Long.BYTES, length - from);
        copy.clear().asLongBuffer().put(open, from, count);
        copy.limit(count * Long.BYTES);
        while (copy.hasRemaining()) {
          file.write(copy);
        }
      }
      long start = file.position() - bytes;
      runs.add(file.map(FileChannel.MapMode.READ_ONLY, start, bytes).asLongBuffer());
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot write scores to a temporary file in " + System.getProperty("java.io.tmpdir"), e);
    }
    length = 0;
  }

  /** Passes all numbers added so far to a consumer, in rising order. It may be called again. */
  void forEachAscending(LongConsumer consumer) {
    Arrays.sort(open, 0, length);
    List<LongBuffer> sources = new ArrayList<>();
    runs.forEach(run -> sources.add(run.duplicate()));
    if (length > 0) {
      sources.add(LongBuffer.wrap(open, 0, length));
    }
    int alive = sources.size();
    long[] heads = new long[alive];
    LongBuffer[] heap = sources.toArray(LongBuffer[]::new);
    for (int i = 0; i < alive; i++) {
      heads[i] = heap[i].get();
    }
    for (int i = alive / 2 - 1; i >= 0; i--) {
      sink(heads, heap, i, alive);
    }
    while (alive > 0) {
      consumer.accept(heads[0]);
      if (heap[0].hasRemaining()) {
        heads[0] = heap[0].get();
      } else {
        alive--;
        heads[0] = heads[alive];
        heap[0] = heap[alive];
      }
      sink(heads, heap, 0, alive);
    }
  }

  private static void sink(long[] heads, LongBuffer[] heap, int at, int alive) {
    for (int child = 2 * at + 1; child < alive; child = 2 * at + 1) {
      if (child + 1 < alive && heads[child + 1] < heads[child]) {
        child++;
      }
      if (heads[at] <= heads[child]) {
        return;
      }
      long head = heads[at];
      heads[at] = heads[child];
      heads[child] = head;
      LongBuffer run = heap[at];
      heap[at] = heap[child];
      heap[child] = run;
      at = child;
    }
  }

  @Override
  public void close() {
    runs.clear();
    open = new long[0];
    length = 0;
    if (file != null) {
      try {
        file.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
