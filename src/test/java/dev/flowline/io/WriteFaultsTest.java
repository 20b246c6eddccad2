package dev.flowline.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.FaultyFiles;
import dev.flowline.FaultyFiles.Fault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A file is written again and again while the n-th operation of the disk fails, for every n. */
class WriteFaultsTest {
  private static final String OLD = "the old content, which is whole";
  private static final String NEW = "the new content, which is longer than the old one, and whole";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "ONCE, file",
    "FROM_THEN_ON, file",
    "ONCE, link",
    "FROM_THEN_ON, link",
    "ONCE, new",
    "FROM_THEN_ON, new"
  })
  void theFileIsTheOldOneOrTheNewOne(Fault fault, String kind) throws IOException {
    int n = 0;
    boolean failed = true;
    while (failed) {
      n++;
      Path work = Files.createDirectory(folder.resolve("n" + n));
      Path real = work.resolve("b.txt");
      Path written = kind.equals("link") ? work.resolve("current") : real;
      if (!kind.equals("new")) {
        Files.writeString(real, OLD);
        Files.setPosixFilePermissions(real, PosixFilePermissions.fromString("rw-r-----"));
      }
      if (kind.equals("link")) {
        Files.createSymbolicLink(written, real.getFileName());
      }
      FaultyFiles disk = new FaultyFiles();
      disk.fail(n, fault);
      IOException e = null;
      try {
        AtomicFile.write(disk.path(written), channel -> write(channel));
      } catch (IOException thrown) {
        e = thrown;
      }
      String last = n + ": " + disk.done();
      failed = disk.stop();
      if (e != null) {
        assertTrue(failed, last);
        assertTrue(e.getMessage().startsWith("cannot write " + written + ": "), e.getMessage());
      }
      assertOldOrNew(real, kind, e == null, last);
      assertEquals(kind.equals("link"), Files.isSymbolicLink(written), last);
      if (fault == Fault.ONCE) {
        assertEquals(expected(work, real, written), entries(work), last);
      }
    }
    assertTrue(n > 12, n + " operations only");
  }

  private static void write(java.nio.channels.FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(NEW.getBytes());
    while (bytes.hasRemaining()) {
      channel.write(bytes.slice(bytes.position(), Math.min(20, bytes.remaining())));
      bytes.position(Math.min(bytes.limit(), bytes.position() + 20));
    }
  }

  private static void assertOldOrNew(Path real, String kind, boolean done, String last)
      throws IOException {
    if (kind.equals("new") && !done && !Files.exists(real)) {
      return;
    }
    String content = Files.readString(real);
    assertTrue(content.equals(NEW) || !done && content.equals(OLD), last + ": " + content);
    if (!kind.equals("new")) {
      String rights = PosixFilePermissions.toString(Files.getPosixFilePermissions(real));
      assertEquals("rw-r-----", rights, last);
    }
  }

  private static List<Path> expected(Path work, Path real, Path written) {
    return Stream.of(real, written).distinct().filter(Files::exists).sorted().toList();
  }

  private static List<Path> entries(Path work) throws IOException {
    try (Stream<Path> entries = Files.list(work)) {
      return entries.sorted().toList();
    }
  }

  @ParameterizedTest
  @CsvSource({"ONCE", "FROM_THEN_ON"})
  void aLockIsHeldOrRefusedAndCanBeHadAfterwards(Fault fault) throws IOException {
    int n = 0;
    boolean failed = true;
    while (failed) {
      n++;
      Path model = folder.resolve("gear" + n);
      FaultyFiles disk = new FaultyFiles();
      disk.fail(n, fault);
      try (OutputLock lock = OutputLock.ofFile(disk.path(model), "training")) {
        var e = assertThrows(IOException.class, () -> OutputLock.ofFile(disk.path(model), "test"));
        assertTrue(e.getMessage().contains(model.toString()), e.getMessage());
      } catch (IOException e) {
        assertTrue(e.getMessage().contains(model.toString()), n + ": " + e.getMessage());
      }
      failed = disk.stop();
      OutputLock.ofFile(disk.path(model), "training").close();
    }
    assertTrue(n > 8, n + " operations only");
    assertEquals(List.of(), entries(folder));
  }
}
