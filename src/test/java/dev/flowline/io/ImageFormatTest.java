package dev.flowline.io;

import static org.junit.jupiter.api.Assertions.*;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFormatTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "jf.jfif, JPEG, true",
    "w.webp, WEBP, true",
    "x.jp2, JPEG_2000, false",
    "y.gif, GIF, true",
    "z.pgm, PNM, true",
    "z.ppm, PNM, true"
  })
  void knowsTheCasesWhateverTheirName(String name, ImageFormat format, boolean read)
      throws IOException {
    Path file = folder.resolve("picture");
    try (InputStream in = getClass().getResourceAsStream("formats/" + name)) {
      Files.copy(in, file);
    }
    assertEquals(Optional.of(format), ImageFormat.of(file));
    assertEquals(read, format.isRead());
  }

  @ParameterizedTest
  @CsvSource({".png, PNG", ".bmp, BMP", ".tif, TIFF", ".jpg, JPEG"})
  void knowsWhatItWrites(String extension, ImageFormat format) throws IOException {
    byte[] bytes = Images.encode(extension, Image.of8(3, 3, 1, new byte[9]));
    assertEquals(Optional.of(format), ImageFormat.of(bytes));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "II+\0\b\0\0\0",
        "MM\0+\0\b\0\0",
        "MM\0*", // BigTIFF of both orders, TIFF
      })
  void knowsBothTiffs(String first) {
    byte[] bytes = first.getBytes(StandardCharsets.ISO_8859_1);
    assertEquals(Optional.of(ImageFormat.TIFF), ImageFormat.of(bytes));
  }

  @ParameterizedTest
  @CsvSource({"heic, HEIF", "mif1, HEIF", "avif, AVIF"})
  void knowsFormatsThatAreNotRead(String brand, ImageFormat format) {
    byte[] bytes = ("\0\0\0\u0018ftyp" + brand + "\0\0\0\0").getBytes(StandardCharsets.ISO_8859_1);
    assertEquals(Optional.of(format), ImageFormat.of(bytes));
    assertFalse(format.isRead());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "B",
        "BMW is a maker of motor-cycles", // begins as a BMP does
        "PNG, JPEG and others",
        "P8 5 5 255",
        "Package: flowline",
        "I think that this is a text",
        "\0\0\0\u0018ftypisom0000", // a film
        "\0\u0005\u0016\u0007\0\u0002\0\0Mac OS X        " // an AppleDouble
      })
  void knowsThatOtherFilesAreNoImages(String text) {
    assertEquals(Optional.empty(), ImageFormat.of(text.getBytes(StandardCharsets.ISO_8859_1)));
  }

  @Test
  void opensRegularFilesOnly() throws IOException, InterruptedException {
    Path pipe = folder.resolve("b.png");
    assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0);
    Path device = Path.of("/dev/zero");
    for (Path file : new Path[] {pipe, device, folder, folder.resolve("missing.png")}) {
      IOException error =
          assertTimeoutPreemptively(
              Duration.ofSeconds(5),
              () -> assertThrows(IOException.class, () -> ImageFormat.of(file)));
      assertTrue(error.getMessage().contains(file.toString()), error.getMessage());
    }
    Path picture = Files.write(folder.resolve("a.dat"), new byte[] {'G', 'I', 'F', '8', '9', 'a'});
    Path link = Files.createSymbolicLink(folder.resolve("link"), picture);
    assertEquals(Optional.of(ImageFormat.GIF), ImageFormat.of(link));
  }
}
