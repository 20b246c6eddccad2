package dev.flowline.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import javax.imageio.IIOException;
import org.junit.jupiter.api.Test;

class ImageIoReadersTest {
  private static void read(IOException failure) throws IOException {
    ImageIoReaders.read(
        "PNG",
        ImageIoReaders.ofJdk("png"),
        new byte[0],
        reader -> {
          throw failure;
        });
  }

  @Test
  void memoryThatIsShortIsNotTheFilesFault() {
    OutOfMemoryError memory = new OutOfMemoryError("Java heap space");
    IOException wrapped = new IIOException("cannot decode", new IIOException("row 5", memory));
    assertSame(memory, assertThrows(OutOfMemoryError.class, () -> read(wrapped)));
  }

  @Test
  void whatAReaderSaysIsTheReason() {
    var e = assertThrows(IOException.class, () -> read(new IIOException("no chunk\nat all")));
    assertEquals("corrupt PNG: no chunk", e.getMessage());
  }
}
