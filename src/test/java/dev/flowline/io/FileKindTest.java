package dev.flowline.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileKindTest {
  private static final Image GREY = Image.of8(2, 2, 1, new byte[4]);

  @TempDir Path folder;

  private FileKind kindOf(String name, byte[] content) throws IOException {
    return FileKind.of(Files.write(folder.resolve(name), content));
  }

  private static byte[] bytes(String latin1) {
    return latin1.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void contentComesBeforeTheName() throws IOException {
    for (String format : List.of(".png", ".jpg", ".bmp", ".tif")) {
      byte[] image = Images.encode(format, GREY);
      for (String name : List.of("part", "part.dat", "part.JFIF", "part.txt")) {
        assertEquals(FileKind.IMAGE, kindOf(name, image), format + " as " + name);
      }
    }
    byte[] heif = bytes("\0\0\0\u0018ftypheic\0\0\0\0mif1");
    assertEquals(FileKind.UNREAD_IMAGE, kindOf("part.jpg", heif));
    assertEquals(FileKind.OTHER, kindOf("notes.txt", bytes("no image")));
    assertEquals(FileKind.OTHER, kindOf("empty", new byte[0]));
  }

  @Test
  void aDamagedImageIsOneByItsName() throws IOException {
    assertEquals(FileKind.IMAGE, kindOf("a.png", new byte[0]));
    assertEquals(FileKind.IMAGE, kindOf("a.JPG", bytes("half a header")));
    Path gone = Files.createSymbolicLink(folder.resolve("gone.png"), folder.resolve("absent"));
    assertEquals(FileKind.IMAGE, FileKind.of(gone));
  }

  @Test
  void pipesSocketsAndDevicesAreNeverOpened() throws Exception {
    Path pipe = folder.resolve("pipe.png");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    Path socket = folder.resolve("s.png");
    Path device = Files.createSymbolicLink(folder.resolve("zero.png"), Path.of("/dev/zero"));
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      for (Path special : List.of(pipe, socket, device)) {
        FileKind kind =
            Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(10), () -> FileKind.of(special), special::toString);
        assertEquals(FileKind.NO_REGULAR_FILE, kind, special::toString);
      }
    }
    assertEquals(FileKind.FOLDER, FileKind.of(folder));
  }

  @Test
  void systemsLeaveTheirFilesBehind() {
    for (String name : List.of("._a.png", ".DS_Store", "__MACOSX", "Thumbs.db", "DESKTOP.INI")) {
      assertTrue(FileKind.isLeftBehind(Path.of("parts", name)), name);
    }
    assertTrue(!FileKind.isLeftBehind(Path.of(".hidden/a.png")));
    assertTrue(!FileKind.isLeftBehind(Path.of("/")));
  }
}
