package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flowline.TinyLine;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What commands say of image files, and the options of how they are read. */
class ImageOptionsTest {
  @TempDir Path folder;

  /** A part as a camera of 12 bits writes it, and as it should be seen. */
  private Path part(String name, long seed, boolean twelveBits) throws IOException {
    Image image = TinyLine.good(seed, 64, 64);
    short[] samples = new short[64 * 64 * 3];
    for (int i = 0; i < samples.length; i++) {
      int eight = image.samples8()[i] & 0xFF;
      int twelve = (eight * 4095 + 127) / 255;
      samples[i] = (short) (twelveBits ? twelve : (twelve * 65535L + 2047) / 4095);
    }
    Path file = folder.resolve(name);
    Images.writePng(file, Image.of16(64, 64, 3, samples));
    return file;
  }

  private static Invocation inspect(Path model, String... more) {
    return Invocation.of(
        Stream.concat(Stream.of("inspect", model.toString(), "--threads=1"), Stream.of(more))
            .toArray(String[]::new));
  }

  private static double value(Invocation inspect) throws IOException {
    assertEquals(0, inspect.exitCode(), inspect.err());
    return Json.object(inspect.out()).at("/statistic/value").asDouble();
  }

  @Test
  void twelveBitsInSixteenAreSaidAndScaledWhenAskedFor() throws IOException {
    Path twelve = part("twelve.png", 5, true);
    Path full = part("full.png", 5, false);
    Invocation asStored = inspect(SmallLine.model(), twelve.toString());
    JsonNode line = Json.object(asStored.out());
    assertEquals("AT_MOST_12_BITS", line.at("/notes/0").asText());
    String note =
        " has 16 bits per sample, but no sample exceeds 4095: '--bits 12' would scale them";
    List<String> notes = asStored.err().lines().filter(said -> said.startsWith("note: ")).toList();
    assertEquals(List.of("note: " + twelve + note), notes);

    Invocation scaled = inspect(SmallLine.model(), twelve.toString(), "--bits=12");
    assertEquals("", scaled.err());
    assertFalse(Json.object(scaled.out()).has("notes"));
    double seen = value(inspect(SmallLine.model(), full.toString()));
    assertEquals(seen, value(scaled), 1e-3 * Math.abs(seen));
    assertTrue(Math.abs(seen - value(asStored)) > 0.01 * Math.abs(seen));

    inspect(SmallLine.model(), twelve.toString(), "--bits=12", "-o", folder + "/out");
    inspect(SmallLine.model(), full.toString(), "-o", folder + "/out");
    int light = Images.read(folder.resolve("out/twelve.png.overlay.png")).sample(9, 9, 1);
    assertEquals(Images.read(folder.resolve("out/full.png.overlay.png")).sample(9, 9, 1), light, 1);
  }

  @Test
  void theModelKeepsTheBitsItWasCalibratedWith() throws IOException {
    for (int i = 0; i < 20; i++) {
      part("good/%02d.png".formatted(i), 300 + i, true);
    }
    Path model = folder.resolve("twelve.flowline");
    String[] arguments = {
      "calibrate",
      SmallLine.model().toString(),
      "--good=" + folder.resolve("good"),
      "--threads=1",
      "--overwrite",
      "-o",
      model.toString()
    };
    Invocation asStored = Invocation.of(arguments);
    String note = "note: 20 images (the first is %s): each has 16 bits per sample";
    assertTrue(
        asStored.err().contains(note.formatted(folder.resolve("good/00.png"))), asStored.err());
    Invocation scaled =
        Invocation.of(
            Stream.concat(Stream.of(arguments), Stream.of("--bits=12")).toArray(String[]::new));
    assertEquals(0, scaled.exitCode(), scaled.err());
    assertFalse(scaled.err().contains("note:"), scaled.err());
    JsonNode info = Json.object(Invocation.of("info", model.toString(), "--json").out());
    assertEquals(12, info.at("/config/preprocessing/bits").asInt());
    Path part = part("part.png", 5, true);
    assertEquals(
        value(inspect(model, part.toString(), "--bits=12")),
        value(inspect(model, part.toString())));
  }

  @Test
  void trainingStoresTheBits() throws IOException {
    Path model = folder.resolve("new.flowline");
    Invocation train = SmallLine.train(model, "--epochs=1", "--bits=10");
    assertEquals(0, train.exitCode(), train.err());
    JsonNode info = Json.object(Invocation.of("info", model.toString(), "--json").out());
    assertEquals(10, info.at("/config/preprocessing/bits").asInt());
    JsonNode usual =
        Json.object(Invocation.of("info", SmallLine.model().toString(), "--json").out());
    assertFalse(usual.at("/config/preprocessing").has("bits"), usual.toString());
  }

  @Test
  void theLargestImageIsAnOption() throws IOException {
    String part = part("part.png", 5, false).toString();
    Invocation inspect = inspect(SmallLine.model(), part, "--max-image-bytes=20000");
    assertEquals(1, inspect.exitCode());
    String error = Json.object(inspect.out()).path("error").asText();
    assertTrue(error.contains("at most 20000 bytes are read"), error);
    assertEquals(0, inspect(SmallLine.model(), part).exitCode());
    for (String wrong :
        List.of("--max-image-bytes=0", "--max-image-bytes=x", "--bits=17", "--bits=x")) {
      Invocation usage = inspect(SmallLine.model(), part, wrong);
      assertEquals(2, usage.exitCode(), usage.err());
      assertEquals(1, usage.err().strip().lines().count(), usage.err());
    }
  }

  @Test
  void aPipeDoesNotStopTheLine() throws IOException, InterruptedException {
    part("images/a.png", 5, false);
    Path pipe = folder.resolve("images/b.png");
    assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0);
    part("images/c.png", 6, false);
    Invocation inspect =
        inspect(
            SmallLine.model(),
            folder.resolve("images/a.png").toString(),
            pipe.toString(),
            folder.resolve("images/c.png").toString());
    List<JsonNode> lines = Json.lines(inspect.out());
    assertEquals(3, lines.size());
    assertTrue(lines.get(1).path("error").asText().contains("not a regular file"));
    assertTrue(lines.get(2).has("verdict"));
    assertTrue(Files.exists(pipe));
  }
}
