package dev.flowline.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;

/**
 * Pages that the system hands out while a block is taken, written and freed in turns. The block is
 * above 32 MiB, up to which the C library adapts by itself, and well below the 64 MiB of a thread's
 * heap: a block that needs a heap of its own is handed back with it, whatever is set.
 */
class FreedMemoryTest {
  private static final long BYTES = 33L << 20;
  private static final int ROUNDS = 10;
  private static final long PAGES_OF_A_BLOCK = BYTES / 4096;

  @Test
  void freedMemoryIsUsedAgain() throws Exception {
    long pages = pages(null);
    assertTrue(pages < 3 * PAGES_OF_A_BLOCK, pages + " pages");
  }

  @Test
  void theUsersOwnSettingWins() throws Exception {
    long pages = pages("131072");
    assertTrue(pages >= ROUNDS * PAGES_OF_A_BLOCK, pages + " pages");
  }

  private static long pages(String mmapThreshold) throws Exception {
    ProcessBuilder child = ChildJvm.of(TakeAndFree.class, 0, List.of("-Xint", "-XX:+UseSerialGC"));
    // Which heap a thread gets, and what is in it, depends on the threads before it: here on none.
    child.environment().put("MALLOC_ARENA_MAX", "1");
    if (mmapThreshold != null) {
      child.environment().put("MALLOC_MMAP_THRESHOLD_", mmapThreshold);
    }
    ChildJvm.Outcome outcome = ChildJvm.run(child);
    assertEquals(0, outcome.exitCode(), outcome.output());
    return Long.parseLong(outcome.output().strip());
  }

  /** What runs in the child. */
  static final class TakeAndFree {
    public static void main(String[] args) throws Exception {
      Natives.loadLibFlowline();
      takeAndFree(); // once, for the heap to grow to its size
      long before = faults();
      for (int i = 0; i < ROUNDS; i++) {
        takeAndFree();
      }
      System.out.println(faults() - before);
    }

    private static void takeAndFree() {
      Pointer block = Pointer.malloc(BYTES);
      Pointer.memset(block, 1, BYTES);
      Pointer.free(block);
    }

    /** The process's minor page faults. */
    private static long faults() throws Exception {
      String stat = Files.readString(Path.of("/proc/self/stat"));
      return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[7]);
    }
  }
}
