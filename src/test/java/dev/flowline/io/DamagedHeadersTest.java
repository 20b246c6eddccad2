package dev.flowline.io;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Image files that end anywhere or have any one byte changed: read, or an IOException. */
class DamagedHeadersTest {
  @TempDir Path folder;

  /** A reader of a header, or of a file that is hardly more than one. */
  private interface Header {
    Object read(byte[] file) throws IOException;
  }

  @ParameterizedTest
  @CsvSource({
    "ffd8ffc00002, truncated JPEG: it has no end",
    "ffd8ffc000080800010001, truncated JPEG",
    "ffd8ffc00008080001000100ffd9, a JPEG of 0 components is not read",
    "ffd8ffc0000e080001000102011100021100ffd9, JPEG",
    "ffd8ffc00017080001000105011100021100031100041100051100ffd9, a JPEG of 5 components",
    "ffd8ffc0000b0800010001015211004747ffd9, JPEG", // R, and G behind its end
    "ffd8ffc0000b08000100010152110047ffd9, JPEG",
  })
  void aJpegOfAFewBytesIsAnErrorThatNamesIt(String hex, String said) throws IOException {
    Path file = Files.write(folder.resolve("a.jpg"), HexFormat.of().parseHex(hex));
    assertThrowsNaming(file, said);
  }

  @ParameterizedTest
  @ValueSource(strings = {".jpg", ".png", ".tif", ".bmp", ".gif", ".webp", ".ppm"})
  void aFileThatEndsAnywhereIsAnErrorThatNamesIt(String extension) throws IOException {
    byte[] whole = file(extension);
    Images.decode(whole);
    Path file = folder.resolve("cut" + extension);
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThrowsNaming(file, "");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {".jpg", ".png", ".tif", ".bmp", ".gif", ".webp", ".ppm"})
  void aHeaderWithAChangedByteIsReadOrAnIoException(String extension) throws IOException {
    Header header =
        switch (extension) {
          case ".jpg" -> JpegHeader::read;
          case ".png" -> file -> PngHeader.read(withChecksums(file));
          case ".tif" -> TiffHeader::read;
          case ".bmp" ->
              file -> {
                BmpHeader.read(file);
                return BmpHeader.asWindows(file);
              };
          case ".gif" -> GifHeader::read;
          case ".webp" -> WebpHeader::read;
          default -> PnmReader::read;
        };
    byte[] whole = file(extension);
    int refused = 0;
    for (int at = 0; at < whole.length; at++) {
      for (int value = 0; value < 256; value++) {
        byte[] changed = whole.clone();
        changed[at] = (byte) value;
        if (ImageFormat.of(changed).equals(ImageFormat.of(whole))) {
          try {
            header.read(changed);
          } catch (IOException e) {
            refused++;
          }
        }
      }
    }
    assertTrue(refused > 0);
  }

  private static void assertThrowsNaming(Path file, String said) {
    IOException e = assertThrows(IOException.class, () -> Images.read(file));
    assertTrue(e.getMessage().startsWith("cannot read image " + file + ": "), e.getMessage());
    assertTrue(e.getMessage().contains(said), e.getMessage());
  }

  private static byte[] file(String extension) throws IOException {
    return switch (extension) {
      case ".jpg" -> JpegReaderTest.jpeg(2, 3, 3);
      case ".gif" -> {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(3, 2, BufferedImage.TYPE_BYTE_BINARY), "gif", out);
        yield out.toByteArray();
      }

      case ".ppm" -> "P3 2 1 9 0 1 2 3 4 5".getBytes(StandardCharsets.ISO_8859_1);
      default -> Images.encode(extension, Image.of8(2, 3, 3, new byte[18]));
    };
  }

  /** Mends the checksum of every chunk of a PNG that has a whole one. */
  private static byte[] withChecksums(byte[] png) {
    ByteBuffer bytes = ByteBuffer.wrap(png);
    CRC32 crc = new CRC32();
    for (long at = 8; at + 12 <= png.length; ) {
      int chunk = (int) at;
      long length = bytes.getInt(chunk) & 0xFFFFFFFFL;
      if (at + 12 + length <= png.length) {
        crc.reset();
        crc.update(png, chunk + 4, (int) length + 4);
        bytes.putInt(chunk + 8 + (int) length, (int) crc.getValue());
      }
      at += 12 + length;
    }
    return png;
  }
}
