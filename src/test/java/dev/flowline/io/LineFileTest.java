package dev.flowline.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.ChildJvm;
import dev.flowline.FaultyFiles;
import dev.flowline.FaultyFiles.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LineFileTest {
  private static final int LINES = 150;

  @TempDir Path folder;

  private static String counted(List<String> before) {
    return "line " + (before.size() + 1);
  }

  /** Appends lines, each of which says how many there were before it. */
  static final class Appender {
    public static void main(String[] arguments) throws IOException {
      for (int i = 0; i < LINES; i++) {
        LineFile.append(Path.of(arguments[0]), LineFileTest::counted);
      }
    }
  }

  private static void assertCounted(int lines, Path file) throws IOException {
    assertEquals(
        IntStream.rangeClosed(1, lines).mapToObj(i -> "line " + i).toList(), LineFile.read(file));
  }

  /** A line that two writers began from the same lines would have the number of another one. */
  @Test
  void twoProcessesAndTwoThreadsWaitForEachOther() throws Exception {
    Path file = folder.resolve("new/lines.txt");
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      processes.add(ChildJvm.of(Appender.class, 0, List.of("-Xmx64m"), file.toString()).start());
    }
    List<Throwable> failures = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Thread thread = new Thread(() -> appendAndRead(file, failures));
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    for (Process process : processes) {
      String output = new String(process.getInputStream().readAllBytes());
      assertEquals(0, process.waitFor(), output);
    }
    assertEquals(List.of(), failures);
    assertCounted(4 * LINES, file);
  }

  private static void appendAndRead(Path file, List<Throwable> failures) {
    try {
      for (int i = 0; i < LINES; i++) {
        LineFile.append(file, LineFileTest::counted);
        LineFile.read(file); // its end must not release the lock of the other thread
      }
    } catch (IOException | RuntimeException e) {
      synchronized (failures) {
        failures.add(e);
      }
    }
  }

  @Test
  void aPieceThatAKilledProcessLeftIsNoLine() throws IOException {
    Path file = folder.resolve("lines.txt");
    Files.writeString(file, "line 1\nline 2\nli");
    assertCounted(2, file);
    assertEquals("line 3", LineFile.append(file, LineFileTest::counted));
    assertEquals("line 1\nline 2\nline 3\n", Files.readString(file));
    Files.writeString(file, "li");
    assertEquals(List.of(), LineFile.read(file));
    Files.writeString(file, "");
    assertEquals(List.of(), LineFile.read(file));
    Files.write(file, new byte[] {(byte) 0xff, '\n'});
    var e = assertThrows(IOException.class, () -> LineFile.read(file));
    assertEquals("cannot read " + file + ": it is no text in UTF-8", e.getMessage());
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void afterAFailureTheLinesAreThoseOfBeforeOrOneMore(Fault fault) throws IOException {
    int n = 0;
    boolean failed = true;
    while (failed) {
      n++;
      Path real = Files.writeString(folder.resolve(n + ".txt"), "line 1\nline 2\n");
      FaultyFiles disk = new FaultyFiles();
      disk.fail(n, fault);
      boolean done = true;
      try {
        LineFile.append(disk.path(real), LineFileTest::counted);
      } catch (IOException e) {
        done = false;
        assertTrue(e.getMessage().contains(real.toString()), e.getMessage());
      }
      String last = n + ": " + disk.done();
      failed = disk.stop();
      int lines = LineFile.read(real).size();
      assertTrue(lines == 3 || !done && lines == 2, last);
      assertCounted(lines, real);
      LineFile.append(real, LineFileTest::counted);
      assertCounted(lines + 1, real);
    }
    assertTrue(n > 6, n + " operations only");
  }

  /** No file may grow beyond 1 KiB, as on a full disk. */
  @Test
  void onAFullDiskTheLinesStayWhole() throws Exception {
    Path file = folder.resolve("lines.txt");
    ChildJvm.Outcome full =
        ChildJvm.run(ChildJvm.of(Appender.class, 1, List.of("-Xmx64m"), file.toString()));
    assertFalse(full.exitCode() == 0, full.output());
    int lines = LineFile.read(file).size();
    assertTrue(lines > 50, lines + " lines");
    assertTrue(Files.readString(file).endsWith("line " + lines + "\n"));
  }

  @Test
  void whatCannotBeWrittenIsNamed() throws Exception {
    Path inTheWay = Files.writeString(folder.resolve("file"), "x");
    Path below = inTheWay.resolve("lines.txt");
    var e = assertThrows(IOException.class, () -> LineFile.append(below, LineFileTest::counted));
    assertTrue(e.getMessage().startsWith("cannot write " + below + ": "), e.getMessage());
    e = assertThrows(IOException.class, () -> LineFile.append(folder, LineFileTest::counted));
    assertEquals("cannot read " + folder + ": a folder", e.getMessage());
    Path pipe = folder.resolve("pipe");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    e = assertThrows(IOException.class, () -> LineFile.append(pipe, LineFileTest::counted));
    assertTrue(e.getMessage().contains("a pipe or device"), e.getMessage());
    e = assertThrows(IOException.class, () -> LineFile.requireAppendable(pipe));
    assertTrue(e.getMessage().contains("a pipe or device"), e.getMessage());
    LineFile.requireAppendable(folder.resolve("a/b/lines.txt"));
    assertFalse(Files.exists(folder.resolve("a")));
  }

  @Test
  void aLineThatMayNotFollowIsNotWritten() throws IOException {
    Path file = Files.writeString(folder.resolve("lines.txt"), "line 1\n");
    var e =
        assertThrows(
            IOException.class,
            () ->
                LineFile.append(
                    file,
                    before -> {
                      throw new IOException("in its own words");
                    }));
    assertEquals("in its own words", e.getMessage());
    assertCounted(1, file);
  }

  /** Root may write everywhere: for root the same file is no fault. */
  @Test
  void withoutPermissionNothingIsBegun() throws IOException {
    Path file = Files.writeString(folder.resolve("lines.txt"), "line 1\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
    if ("root".equals(System.getProperty("user.name"))) {
      LineFile.requireAppendable(file);
      LineFile.append(file, LineFileTest::counted);
      assertCounted(2, file);
    } else {
      String fault = "cannot write " + file + ": no permission";
      var e = assertThrows(IOException.class, () -> LineFile.requireAppendable(file));
      assertEquals(fault, e.getMessage());
      e = assertThrows(IOException.class, () -> LineFile.append(file, LineFileTest::counted));
      assertEquals(fault, e.getMessage());
    }
  }
}
