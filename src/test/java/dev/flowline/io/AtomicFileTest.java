package dev.flowline.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.ChildJvm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AtomicFileTest {
  private static final AtomicFile.Content CONTENT =
      channel -> channel.write(ByteBuffer.wrap(new byte[] {'n', 'e', 'w'}));

  @TempDir Path folder;

  private static List<Path> in(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    }
  }

  @Test
  void makesFoldersAndLeavesNothingBesideTheFile() throws IOException {
    Path file = folder.resolve("a/b.txt");
    AtomicFile.write(file, CONTENT);
    assertEquals("new", Files.readString(file));
    assertEquals(List.of(file), in(file.getParent()));
  }

  @Test
  void saysWhatIsWrongWithTheFolder() throws IOException {
    Path inTheWay = Files.writeString(folder.resolve("notes"), "no folder");
    Path file = inTheWay.resolve("b.txt");
    var e = assertThrows(IOException.class, () -> AtomicFile.write(file, CONTENT));
    assertEquals("cannot write " + file + ": " + inTheWay + " is in the way", e.getMessage());
  }

  @Test
  void replacesNothingButARegularFile() throws IOException {
    Path inTheWay = Files.createDirectory(folder.resolve("b"));
    var e = assertThrows(IOException.class, () -> AtomicFile.write(inTheWay, CONTENT));
    assertEquals("cannot write " + inTheWay + ": it is a folder", e.getMessage());
    Path device = Path.of("/dev/null");
    e = assertThrows(IOException.class, () -> AtomicFile.write(device, CONTENT));
    assertEquals("cannot write /dev/null: it is no regular file", e.getMessage());
    assertEquals(List.of(inTheWay), in(folder));
  }

  @Test
  void theFirstFailureIsTheOneThatIsReported() throws IOException {
    Path file = folder.resolve("b.txt");
    AtomicFile.Content failing =
        channel -> {
          Path partial = in(folder).get(0);
          Files.delete(partial);
          Files.createDirectories(partial.resolve("cannot be deleted"));
          throw new IOException("the disk is on fire");
        };
    var e = assertThrows(IOException.class, () -> AtomicFile.write(file, failing));
    assertEquals("cannot write " + file + ": the disk is on fire", e.getMessage());
  }

  /** The name of before, {@code .b.txt.partial}, could be known and led anywhere. */
  @Test
  void theNameOfThePartialFileCannotBeForeseen() throws IOException {
    Path precious = Files.writeString(folder.resolve("precious"), "of somebody else");
    Path file = folder.resolve("b.txt");
    Files.createSymbolicLink(folder.resolve(".b.txt.partial"), precious);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      AtomicFile.write(
          file,
          channel -> {
            in(folder).stream()
                .map(path -> path.getFileName().toString())
                .filter(name -> name.matches("\\.flowline-[-0-9a-f]{36}\\.partial"))
                .forEach(names::add);
            CONTENT.writeTo(channel);
          });
    }
    assertEquals("of somebody else", Files.readString(precious));
    assertFalse(Files.isSymbolicLink(file));
    assertEquals(2, names.size());
    assertNotEquals(names.get(0), names.get(1));
  }

  @Test
  void theFileBehindALinkIsReplacedAndTheLinkStays() throws IOException {
    Path versions = Files.createDirectory(folder.resolve("versions"));
    Path file = Files.writeString(versions.resolve("v7"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("current"), Path.of("versions/v7"));
    Path second = Files.createSymbolicLink(folder.resolve("second"), link);
    AtomicFile.write(second, CONTENT);
    assertTrue(Files.isSymbolicLink(second) && Files.isSymbolicLink(link));
    assertEquals("new", Files.readString(file));
    assertEquals(List.of(file), in(versions));

    Path dangling = Files.createSymbolicLink(folder.resolve("next"), Path.of("versions/v8"));
    AtomicFile.write(dangling, CONTENT);
    assertEquals("new", Files.readString(versions.resolve("v8")));

    Path circle = folder.resolve("circle");
    Files.createSymbolicLink(circle, circle);
    var e = assertThrows(IOException.class, () -> AtomicFile.write(circle, CONTENT));
    assertEquals(
        "cannot write " + circle + ": a link that leads back to a folder above it", e.getMessage());
  }

  /** As in /tmp, where anybody may make a link to a file of the user. */
  @Test
  void aLinkOfSomebodyElseIsNotFollowedWhereEverybodyMayMakeOne() throws IOException {
    Assumptions.assumeTrue(isRoot(), "skipped: only root can give a link to another account");
    Path precious = Files.writeString(folder.resolve("precious"), "old");
    Path shared = Files.createDirectory(folder.resolve("shared"));
    Files.setAttribute(shared, "unix:mode", 01777);
    Path link = Files.createSymbolicLink(shared.resolve("model"), precious);
    AtomicFile.write(link, CONTENT); // one's own
    assertEquals("new", Files.readString(precious));
    Files.setAttribute(link, "unix:uid", 4242, LinkOption.NOFOLLOW_LINKS);
    var e = assertThrows(IOException.class, () -> AtomicFile.write(link, "newer"));
    assertTrue(e.getMessage().contains("is a link that belongs to 4242"), e.getMessage());
    assertEquals("new", Files.readString(precious));
    Files.setAttribute(shared, "unix:mode", 0777);
    AtomicFile.write(link, "newer");
    assertEquals("newer", Files.readString(precious));
  }

  private static boolean isRoot() throws IOException {
    return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-------", "rw-rw-r--", "r--r-----", "rwxr-x--x"})
  void theRightsOfTheOldFileStay(String rights) throws IOException {
    Path file = Files.writeString(folder.resolve("b.txt"), "old");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(rights));
    String[] whileWritten = {null};
    AtomicFile.write(
        file,
        channel -> {
          whileWritten[0] =
              PosixFilePermissions.toString(Files.getPosixFilePermissions(in(folder).get(0)));
          CONTENT.writeTo(channel);
        });
    assertEquals("new", Files.readString(file));
    assertEquals(rights, PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    assertEquals(rights, whileWritten[0], "nobody more reads it while it is written");
  }

  @Test
  void aNewFileHasTheRightsOfAnyNewFile() throws IOException {
    Path usual = Files.writeString(folder.resolve("usual"), "new");
    Path file = folder.resolve("b.txt");
    AtomicFile.write(file, CONTENT);
    assertEquals(Files.getPosixFilePermissions(usual), Files.getPosixFilePermissions(file));
  }

  @Test
  void ownerAndGroupStayWhereTheSystemAllowsIt() throws IOException {
    Assumptions.assumeTrue(isRoot(), "skipped: only root can give a file to another account");
    Path file = Files.writeString(folder.resolve("b.txt"), "old");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    Files.setAttribute(file, "unix:uid", 4242);
    Files.setAttribute(file, "unix:gid", 4343);
    AtomicFile.write(file, CONTENT);
    assertEquals(4242, Files.getAttribute(file, "unix:uid"));
    assertEquals(4343, Files.getAttribute(file, "unix:gid"));
    assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
  }

  /** A folder is cleared at the first write of a process: the leftovers are there before. */
  @Test
  void removesWhatKilledWritersLeftAndNothingElse() throws Exception {
    Path left = leftover(folder);
    Path ofALink = folder.resolve(".flowline-11111111-1111-1111-1111-111111111111.partial");
    Path precious = Files.writeString(folder.resolve("precious"), "old");
    Files.createSymbolicLink(ofALink, precious);
    Process writer = writer(folder.resolve("slow"), "5000");
    assertEquals("writing", writer.inputReader().readLine());
    Path file = folder.resolve("b.txt");
    AtomicFile.write(file, CONTENT);
    assertFalse(Files.exists(left), "left by a process that was killed");
    assertTrue(Files.isSymbolicLink(ofALink), "no partial file");
    assertEquals(
        1,
        in(folder).stream().filter(path -> !Files.isSymbolicLink(path) && isPartial(path)).count(),
        "that of a process that lives");
    writer.destroyForcibly().waitFor();
    assertEquals("old", Files.readString(precious));
  }

  private static boolean isPartial(Path path) {
    return path.getFileName().toString().endsWith(".partial");
  }

  private static Path leftover(Path folder) throws Exception {
    Process writer = writer(folder.resolve("killed"), "60000");
    assertEquals("writing", writer.inputReader().readLine());
    writer.destroyForcibly().waitFor();
    assertFalse(Files.exists(folder.resolve("killed")));
    return in(folder).stream().filter(AtomicFileTest::isPartial).findFirst().orElseThrow();
  }

  @Test
  void aProcessThatIsAskedToStopFinishesTheFile() throws Exception {
    Path file = folder.resolve("slow");
    Process writer = writer(file, "1500");
    assertEquals("writing", writer.inputReader().readLine());
    writer.destroy();
    assertTrue(writer.waitFor(60, TimeUnit.SECONDS));
    assertEquals(128 + 15, writer.exitValue());
    assertEquals("slow", Files.readString(file));
    assertEquals(List.of(file), in(folder));
  }

  private static Process writer(Path file, String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of(file.toString()));
    all.addAll(Arrays.asList(arguments));
    return ChildJvm.of(Writer.class, 0, List.of("-Xmx64m"), all.toArray(String[]::new)).start();
  }

  /** Writes a file slowly, or many times. */
  static final class Writer {
    public static void main(String[] args) throws Exception {
      Path file = Path.of(args[0]);
      if (args.length == 2) {
        AtomicFile.write(
            file,
            channel -> {
              System.out.println("writing");
              pause(Long.parseLong(args[1]));
              channel.write(ByteBuffer.wrap("slow".getBytes()));
            });
        return;
      }
      byte[] content = new byte[Integer.parseInt(args[1])];
      Arrays.fill(content, (byte) args[2].charAt(0));
      for (int i = 0; i < TIMES; i++) {
        AtomicFile.write(
            file,
            channel -> {
              ByteBuffer rest = ByteBuffer.wrap(content);
              while (rest.hasRemaining()) {
                channel.write(rest.slice(rest.position(), Math.min(4096, rest.remaining())));
                rest.position(Math.min(rest.limit(), rest.position() + 4096));
              }
            });
      }
    }

    private static void pause(long millis) {
      try {
        Thread.sleep(millis);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static final int TIMES = 60;

  @Test
  void severalProcessesWriteOneFileAndAReaderSeesOneOfTheirs() throws Exception {
    Path file = folder.resolve("shared.bin");
    int[] lengths = {40_000, 90_000, 10};
    List<Process> writers = new ArrayList<>();
    for (int i = 0; i < lengths.length; i++) {
      writers.add(writer(file, "" + lengths[i], "" + (char) ('a' + i)));
    }
    int seen = 0;
    while (writers.stream().anyMatch(Process::isAlive)) {
      if (Files.exists(file)) {
        assertWhole(Files.readAllBytes(file), lengths);
        seen++;
      }
    }
    for (Process writer : writers) {
      String output = new String(writer.getInputStream().readAllBytes());
      assertEquals(0, writer.waitFor(), output);
    }
    assertWhole(Files.readAllBytes(file), lengths);
    assertTrue(seen > 10, seen + " looks");
    assertEquals(List.of(file), in(folder));
  }

  private static void assertWhole(byte[] content, int[] lengths) {
    assertTrue(content.length > 0, "an empty file");
    assertEquals(lengths[content[0] - 'a'], content.length, "of " + (char) content[0]);
    for (byte letter : content) {
      assertEquals(content[0], letter);
    }
  }

  /** Each takes what the others have not finished for leftovers, if a lock is lost. */
  @Test
  void severalProcessesThatClearTheSameFoldersLoseNothing() throws Exception {
    List<Process> writers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      writers.add(
          ChildJvm.of(FolderWriter.class, 0, List.of("-Xmx64m"), folder.toString()).start());
    }
    for (Process writer : writers) {
      assertEquals("ready", writer.inputReader().readLine());
    }
    for (Process writer : writers) {
      writer.outputWriter().append("go\n").flush();
    }
    for (Process writer : writers) {
      String output = new String(writer.getInputStream().readAllBytes());
      assertEquals(0, writer.waitFor(), output);
    }
    for (Path made : in(folder)) {
      assertEquals(List.of(made.resolve("b.txt")), in(made));
    }
  }

  /** Writes a file into each of many folders. */
  static final class FolderWriter {
    public static void main(String[] args) throws Exception {
      System.out.println("ready");
      System.in.read();
      for (int i = 0; i < 400; i++) {
        AtomicFile.write(Path.of(args[0], "d" + i, "b.txt"), "new");
      }
    }
  }

  @Test
  void reasonsArePhrases() {
    assertEquals("no permission", FileFault.of(new AccessDeniedException("/a")));
    assertEquals("no such file or folder", FileFault.of(new NoSuchFileException("/a")));
    var full = new FileSystemException("/a", null, "No space left on device");
    assertEquals("No space left on device", FileFault.of(full));
    assertEquals("its header is cut", FileFault.of(new IOException("its header is cut")));
    assertEquals("IOException", FileFault.of(new IOException()));
  }
}
