package dev.flowline.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.FaultyFiles;
import dev.flowline.FaultyFiles.Fault;
import dev.flowline.io.StoredTensor;
import dev.flowline.nn.TensorCopy;
import dev.flowline.tensor.TensorScope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a training writes, while the n-th operation of the disk fails, for every n. */
class TrainingFaultsTest {
  @TempDir Path folder;

  private static List<Path> entries(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    }
  }

  private static Checkpoint checkpoint(int epoch) {
    float[] values = new float[4000];
    java.util.Arrays.fill(values, epoch);
    return new Checkpoint(
        new Checkpoint.Header("run", epoch, 0, null),
        Map.of("a", StoredTensor.of(values, 4000), "b", StoredTensor.of(values, 40, 100)),
        Map.of(),
        StoredTensor.of(new float[] {1, 2}, 2));
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void aCheckpointIsTheOldOneOrTheNewOne(Fault fault) throws IOException {
    int n = 0;
    boolean failed = true;
    while (failed) {
      n++;
      Path file = Files.createDirectory(folder.resolve("n" + n)).resolve("gear.checkpoint");
      checkpoint(1).write(file);
      FaultyFiles disk = new FaultyFiles();
      disk.fail(n, fault);
      boolean written = false;
      try {
        checkpoint(2).write(disk.path(file));
        written = true;
      } catch (IOException e) {
        assertTrue(e.getMessage().startsWith("cannot write " + file + ": "), e.getMessage());
      }
      String last = n + ": " + disk.done();
      failed = disk.stop();
      int epoch = Checkpoint.read(file).header().epoch(); // with its digest
      assertTrue(epoch == 2 || !written && epoch == 1, last);
      if (fault == Fault.ONCE) {
        assertEquals(List.of(file), entries(file.getParent()), last);
      }
    }
    assertTrue(n > 12, n + " operations only");
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void aRunLogHasWholeLinesUpToTheFault(Fault fault) throws IOException {
    int n = 0;
    boolean failed = true;
    while (failed) {
      n++;
      Path file = folder.resolve("gear" + n + ".log.jsonl");
      FaultyFiles disk = new FaultyFiles();
      disk.fail(n, fault);
      int events = 0;
      boolean thrown = false;
      try (RunLog log = new RunLog(disk.path(file), false)) {
        for (; events < 5; events++) {
          log.event(events == 0 ? RunLog.START : "epoch", Map.of("epoch", events));
        }
      } catch (UncheckedIOException e) {
        thrown = true;
        String message = e.getCause().getMessage();
        assertTrue(message.startsWith("cannot write " + file + ": "), message);
      } catch (IOException e) {
        thrown = true; // of closing it
      }
      String last = n + ": " + disk.done();
      failed = disk.stop();
      assertTrue(thrown || !failed || disk.done().isEmpty() || events == 5, last);
      List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
      assertTrue(lines.size() == events || lines.size() == events + 1, last);
      for (String line : lines.subList(0, events)) {
        assertTrue(line.startsWith("{\"time\":") && line.endsWith("}"), last + line);
      }
      // A resumed run goes on in the same file, behind what was cut.
      try (RunLog log = new RunLog(file, true)) {
        log.event(RunLog.RESUME, Map.of());
      }
      assertTrue(RunLog.seconds(file) >= 0, last);
    }
    assertTrue(n > 6, n + " operations only");
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void featuresAreKeptOrTheFolderIsNamed(Fault fault) throws IOException {
    float[] values = new float[6 * 60];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    int n = 0;
    boolean failed = true;
    while (failed) {
      n++;
      Path work = Files.createDirectory(folder.resolve("n" + n));
      FaultyFiles disk = new FaultyFiles();
      disk.fail(n, fault);
      boolean kept = false;
      String last;
      try (TensorScope scope = TensorScope.open();
          FeatureCache cache =
              new FeatureCache(List.of(new long[] {3, 5, 4}), 60 * 4, disk.path(work))) {
        try {
          cache.add(List.of(TensorCopy.tensor(StoredTensor.of(values, 6, 3, 5, 4))));
          kept = true;
        } catch (IOException e) {
          assertTrue(e.getMessage().startsWith("cannot keep features in " + work), e.getMessage());
        }
        last = n + ": " + disk.done();
        failed = disk.stop();
        assertEquals(kept, cache.size() == 6, last);
        if (kept) {
          Tensor batch = cache.batch(0, 1, 2, 3, 4, 5).get(0);
          assertArrayEquals(values, TensorCopy.store(batch).toFloats(), last);
        }
      }
      boolean undeletable = disk.done().get(disk.done().size() - 1).startsWith("delete");
      if (fault == Fault.ONCE && !undeletable) {
        assertEquals(List.of(), entries(work), last);
      }
    }
    assertTrue(n > 6, n + " operations only");
  }
}
