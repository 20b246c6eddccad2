package dev.flowline.io;

import static org.junit.jupiter.api.Assertions.*;

import dev.flowline.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FinalWritesTest {
  @TempDir Path folder;

  /** The virtual machine waits for all hooks: one that waited for Flowline's would never end. */
  @Test
  void aShutdownHookThatWritesIsRefusedAndDoesNotHang() throws Exception {
    Path first = folder.resolve("first");
    Path last = folder.resolve("last");
    Process embedder =
        ChildJvm.of(Embedder.class, 0, List.of("-Xmx64m"), first.toString(), last.toString())
            .redirectOutput(folder.resolve("printed").toFile())
            .start();
    try {
      assertTrue(embedder.waitFor(60, TimeUnit.SECONDS), "it hangs");
    } finally {
      embedder.destroyForcibly();
    }
    String printed = Files.readString(folder.resolve("printed"));
    assertTrue(printed.contains("cannot write " + last + ": the process stops"), printed);
    assertEquals("whole", Files.readString(first));
    assertFalse(Files.exists(last));
  }

  /** Ends while it writes, and writes once more when it ends. */
  static final class Embedder {
    public static void main(String[] args) throws Exception {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> writeWhenRefused(Path.of(args[1]))));
      Thread writer = new Thread(() -> writeSlowly(Path.of(args[0])));
      writer.start();
      Thread.sleep(300);
      System.exit(0);
    }

    private static void writeSlowly(Path file) {
      try {
        AtomicFile.write(
            file,
            channel -> {
              sleep(1500);
              channel.write(java.nio.ByteBuffer.wrap("whole".getBytes()));
            });
      } catch (IOException e) {
        System.out.println(e.getMessage());
      }
    }

    private static void writeWhenRefused(Path file) {
      sleep(700); // the other hook has run by then, or runs
      try {
        AtomicFile.write(file, "late");
      } catch (IOException e) {
        System.out.println(e.getMessage());
      }
    }

    private static void sleep(int millis) {
      try {
        Thread.sleep(millis);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
