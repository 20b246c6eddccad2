package dev.flowline.io;

import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_PROGRESSIVE;
import static org.junit.jupiter.api.Assertions.*;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The libraries behind the decoders write nothing to standard error, whatever a file holds. */
class QuietDecodersTest {
  @TempDir Path folder;

  @Test
  void damagedFilesAreExceptionsAndNothingElse() throws IOException, InterruptedException {
    List<String> files = new ArrayList<>();
    byte[] noise = new byte[64 * 48 * 3];
    new Random(1).nextBytes(noise);
    Image image = Image.of8(48, 64, 3, noise);
    for (String kind : new String[] {".png", ".tif", ".bmp", ".jpg", ".webp", ".gif"}) {
      byte[] whole =
          switch (kind) {
            case ".webp" -> TiffReaderTest.resource("formats/w.webp");
            case ".gif" -> TiffReaderTest.resource("formats/y.gif");
            default -> Images.encode(kind, image);
          };
      for (int seed = 0; seed < 40; seed++) {
        byte[] damaged = damaged(whole, seed);
        files.add(Files.write(folder.resolve(seed + kind), damaged).toString());
      }
    }
    for (int seed = 0; seed < 40; seed++) {
      byte[] progressive = JpegReaderTest.jpeg(48, 64, 3, IMWRITE_JPEG_PROGRESSIVE, 1);
      Path file = folder.resolve(seed + "p.jpg");
      files.add(Files.write(file, damaged(progressive, seed)).toString());
    }
    PngWriter profile = new PngWriter().with("iCCP", new byte[] {'x', 0, 0, 1, 2, 3});
    files.add(Files.write(folder.resolve("p.png"), profile.write(new int[37 * 23 * 3])).toString());
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(DecoderNoise.class.getName());
    command.addAll(files);
    Path printed = folder.resolve("err.txt");
    Process child =
        new ProcessBuilder(command)
            .redirectError(printed.toFile())
            .redirectOutput(folder.resolve("out.txt").toFile())
            .start();
    assertEquals(0, child.waitFor());
    List<String> lines = new ArrayList<>(Files.readAllLines(printed));
    lines.removeIf(line -> line.startsWith("Picked up ")); // by Java, of its environment
    assertEquals(List.of(), lines);
    assertEquals(files.size(), Files.readAllLines(folder.resolve("out.txt")).size());
  }

  /** Damages pixels; a PNG's checksum is mended, so that its decoder comes to see them. */
  private static byte[] damaged(byte[] whole, int seed) {
    Random random = new Random(seed);
    byte[] damaged = whole.clone();
    for (int i = 0; i < 1 + seed % 5; i++) {
      damaged[damaged.length / 4 + random.nextInt(damaged.length / 2)] ^= 1 << random.nextInt(8);
    }
    if (whole[1] == 'P') {
      int at = 8;
      java.nio.ByteBuffer bytes = java.nio.ByteBuffer.wrap(damaged);
      while (at < damaged.length) {
        int length = bytes.getInt(at);
        byte[] type = Arrays.copyOfRange(damaged, at + 4, at + 8);
        byte[] data = Arrays.copyOfRange(damaged, at + 8, at + 8 + length);
        bytes.position(at).put(PngWriter.chunk(new String(type), data));
        at += 12 + length;
      }
    }
    return damaged;
  }
}
