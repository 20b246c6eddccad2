package dev.flowline.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputLockTest {
  private static final int TURNS = 40;

  @TempDir Path folder;

  private static List<Path> in(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.toList();
    }
  }

  @Test
  void keepsASecondOneOfTheSameProcessOutAndLeavesNothing() throws IOException {
    Path model = folder.resolve("new/gear.flowline");
    try (OutputLock first = OutputLock.ofFile(model, "training")) {
      var e = assertThrows(IOException.class, () -> OutputLock.ofFile(model, "training"));
      assertTrue(e.getMessage().startsWith("another training (process "), e.getMessage());
      assertTrue(e.getMessage().endsWith(" writes " + model), e.getMessage());
      Path other = model.resolveSibling("other.flowline");
      try (OutputLock second = OutputLock.ofFile(other, "training")) {
        assertEquals(2, in(model.getParent()).size());
      }
    }
    assertEquals(List.of(), in(model.getParent()));
    OutputLock.ofFolder(folder, "comparison").close();
    assertEquals(List.of(folder.resolve("new")), in(folder));
  }

  @Test
  void aLinkHasTheLockOfTheFileBehindIt() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("current"), Path.of("v7"));
    try (OutputLock first = OutputLock.ofFile(folder.resolve("v7"), "training")) {
      var e = assertThrows(IOException.class, () -> OutputLock.ofFile(link, "calibration"));
      assertTrue(e.getMessage().startsWith("another calibration"), e.getMessage());
    }
  }

  @Test
  void keepsOtherProcessesOutUntilItsOwnIsKilled() throws Exception {
    Path model = folder.resolve("gear.flowline");
    Process holder =
        ChildJvm.of(Holder.class, 0, List.of("-Xmx64m"), model.toString(), "hold").start();
    assertEquals("locked", holder.inputReader().readLine());
    var e = assertThrows(IOException.class, () -> OutputLock.ofFile(model, "training"));
    assertEquals("another training (process " + holder.pid() + ") writes " + model, e.getMessage());
    holder.destroyForcibly().waitFor();
    OutputLock.ofFile(model, "training").close();
    assertEquals(List.of(), in(folder));
  }

  @Test
  void aProcessThatIsAskedToStopRemovesTheFileOfItsLock() throws Exception {
    Path model = folder.resolve("gear.flowline");
    Process holder =
        ChildJvm.of(Holder.class, 0, List.of("-Xmx64m"), model.toString(), "hold").start();
    assertEquals("locked", holder.inputReader().readLine());
    holder.destroy();
    holder.waitFor();
    assertEquals(List.of(), in(folder));
  }

  @Test
  void whatIsInTheWayIsNamedAndNoLinkIsFollowed() throws IOException {
    Path precious = Files.writeString(folder.resolve("precious"), "old");
    Path link = Files.createSymbolicLink(folder.resolve(".gear.lock"), precious);
    Path model = folder.resolve("gear");
    var e = assertThrows(IOException.class, () -> OutputLock.ofFile(model, "training"));
    assertEquals("cannot write " + model + ": " + link + " is in the way", e.getMessage());
    assertEquals("old", Files.readString(precious));
    Path none = precious.resolve("gear");
    e = assertThrows(IOException.class, () -> OutputLock.ofFile(none, "training"));
    assertEquals("cannot write " + none + ": " + precious + " is in the way", e.getMessage());
  }

  /** No file may grow: as on a full disk, the file is made and nothing can be written to it. */
  @Test
  void aLockThatCannotNameItsProcessHoldsNevertheless() throws Exception {
    Path model = folder.resolve("gear.flowline");
    ProcessBuilder full =
        ChildJvm.of(Holder.class, 0, List.of("-Xmx64m"), model.toString(), "hold");
    full.command().addAll(0, List.of("bash", "-c", "ulimit -f 0; exec \"$@\"", "limited"));
    Process holder = full.start();
    assertEquals("locked", holder.inputReader().readLine());
    var e = assertThrows(IOException.class, () -> OutputLock.ofFile(model, "training"));
    assertEquals("another training writes " + model, e.getMessage());
    holder.destroyForcibly().waitFor();
    OutputLock.ofFile(model, "training").close();
  }

  /** What is only tried is another's: the end of this process must not take its file away. */
  @Test
  void theEndOfAProcessLeavesTheFileOfALockThatAnotherHolds() throws Exception {
    Path model = folder.resolve("gear.flowline");
    Process holder =
        ChildJvm.of(Holder.class, 0, List.of("-Xmx64m"), model.toString(), "hold").start();
    assertEquals("locked", holder.inputReader().readLine());
    Object before = Files.getAttribute(folder.resolve(".gear.flowline.lock"), "unix:ino");
    Thread other =
        new Thread(
            () -> {
              for (int i = 0; i < 2000; i++) {
                assertThrows(IOException.class, () -> OutputLock.ofFile(model, "training"));
              }
            });
    other.start();
    while (other.isAlive()) {
      OutputLock.removeAll();
    }
    Object after = Files.getAttribute(folder.resolve(".gear.flowline.lock"), "unix:ino");
    holder.destroyForcibly().waitFor();
    assertEquals(before, after);
  }

  /** The file of the lock goes and comes all the time: nobody may hold one that is gone. */
  @Test
  void oneAtATimeAmongManyProcesses() throws Exception {
    Path counter = Files.writeString(folder.resolve("counter"), "0");
    List<Process> all = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      all.add(ChildJvm.of(Holder.class, 0, List.of("-Xmx64m"), counter.toString()).start());
    }
    for (Process one : all) {
      String output = new String(one.getInputStream().readAllBytes());
      assertEquals(0, one.waitFor(), output);
    }
    assertEquals(3 * TURNS + "", Files.readString(counter));
    assertEquals(List.of(counter), in(folder));
  }

  /** Holds a lock for ever, or takes it often to count on in its file. */
  static final class Holder {
    public static void main(String[] args) throws Exception {
      Path file = Path.of(args[0]);
      if (args.length > 1) {
        OutputLock.ofFile(file, "training");
        System.out.println("locked");
        Thread.sleep(600_000);
      }
      for (int done = 0; done < TURNS; ) {
        try (OutputLock lock = OutputLock.ofFile(file, "count")) {
          int count = Integer.parseInt(Files.readString(file));
          Thread.sleep(1);
          Files.writeString(file, count + 1 + "");
          done++;
        } catch (IOException e) {
          if (!e.getMessage().startsWith("another count")) {
            throw e;
          }
        }
      }
    }
  }
}
