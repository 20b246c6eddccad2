package dev.flowline.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  private static final AtomicFile.Content CONTENT =
      channel -> channel.write(ByteBuffer.wrap(new byte[] {'n', 'e', 'w'}));

  @TempDir Path folder;

  @Test
  void makesFoldersAndReplacesWhatAKilledWriterLeft() throws IOException {
    Path file = folder.resolve("a/b.txt");
    Files.createDirectories(file.getParent());
    Files.writeString(file.resolveSibling(".b.txt.partial"), "longer than the new content");
    AtomicFile.write(file, CONTENT);
    assertEquals("new", Files.readString(file));
    try (Stream<Path> left = Files.list(file.getParent())) {
      assertEquals(List.of(file), left.toList());
    }
  }

  @Test
  void saysWhatIsWrongWithTheFolder() throws IOException {
    Path inTheWay = Files.writeString(folder.resolve("notes"), "no folder");
    Path file = inTheWay.resolve("b.txt");
    var e = assertThrows(IOException.class, () -> AtomicFile.write(file, CONTENT));
    assertEquals("cannot write " + file + ": " + inTheWay + " is in the way", e.getMessage());
  }

  @Test
  void theFirstFailureIsTheOneThatIsTold() throws IOException {
    Path file = folder.resolve("b.txt");
    Path partial = folder.resolve(".b.txt.partial");
    AtomicFile.Content failing =
        channel -> {
          Files.delete(partial);
          Files.createDirectories(partial.resolve("cannot be deleted"));
          throw new IOException("the disk is on fire");
        };
    var e = assertThrows(IOException.class, () -> AtomicFile.write(file, failing));
    assertEquals("cannot write " + file + ": the disk is on fire", e.getMessage());
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
