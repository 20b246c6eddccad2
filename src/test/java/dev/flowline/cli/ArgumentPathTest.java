package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flowline.TinyLine;
import dev.flowline.io.Images;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files whose names are not UTF-8, as from a computer that writes Latin-1. */
class ArgumentPathTest {
  /** As Java decodes bad\xff.png in an argument. */
  private static final String DECODED = "bad\uFFFD.png";

  @TempDir Path folder;

  @BeforeEach
  void aNameInLatin1() throws Exception {
    assumeTrue("UTF-8".equals(System.getProperty("sun.jnu.encoding")), "needs UTF-8 file names");
    Images.writePng(folder.resolve("a.png"), TinyLine.good(1, 64, 64));
    copy("a.png", "$'bad\\xff.png'");
  }

  private void copy(String from, String to) throws Exception {
    Process bash =
        new ProcessBuilder("bash", "-c", "cp -r " + from + " " + to)
            .directory(folder.toFile())
            .inheritIO()
            .start();
    assertEquals(0, bash.waitFor());
  }

  @Test
  void aFileIsFoundByItsDecodedName() throws Exception {
    JsonNode line = only(inspect(folder.resolve(DECODED).toString()));
    assertTrue(line.has("verdict"), line.toString());
    assertEquals(folder.resolve(DECODED).toString(), line.path("image").asText());
    String uri = line.path("imageUri").asText();
    assertTrue(uri.endsWith("/bad%FF.png"), uri);
    assertTrue(Files.exists(Path.of(URI.create(uri))), uri);
  }

  @Test
  void inAFolderTooItsBytesAreInTheLine() throws Exception {
    List<JsonNode> lines = Json.lines(inspect(folder.toString()).out());
    assertEquals(2, lines.size());
    assertFalse(lines.get(0).has("imageUri"), "a name in UTF-8 needs none");
    assertTrue(lines.get(1).path("imageUri").asText().endsWith("/bad%FF.png"), "" + lines);
  }

  @Test
  void aFolderAndAModelFileAreFoundToo() throws Exception {
    Files.createDirectory(folder.resolve("parts"));
    Files.copy(folder.resolve("a.png"), folder.resolve("parts/a.png"));
    copy("parts", "$'gr\\xfc\\xdfe'");
    Files.copy(SmallLine.model(), folder.resolve("model"));
    copy("model", "$'m\\xe4.flowline'");
    Invocation inspect =
        Invocation.of(
            "inspect",
            folder.resolve("m\uFFFD.flowline").toString(),
            folder.resolve("gr\uFFFD\uFFFDe/a.png").toString(),
            "--threads=1");
    assertEquals(0, inspect.exitCode(), inspect.err());
    assertTrue(only(inspect).path("imageUri").asText().endsWith("/gr%FC%DFe/a.png"));
    Invocation info = Invocation.of("info", folder.resolve("m\uFFFD.flowline").toString());
    assertEquals(0, info.exitCode(), info.err());
  }

  @Test
  void aNetworkOfTheUsersOwnIsFoundToo() throws Exception {
    Path net = Path.of("src/test/resources/dev/flowline/extractor/onnx-fixed-batch/inline.onnx");
    Files.copy(net, folder.resolve("net.onnx"));
    copy("net.onnx", "$'n\\xe4t.onnx'");
    Invocation info = Invocation.of("info", "file:" + folder.resolve("n\uFFFDt.onnx"), "--json");
    assertEquals(0, info.exitCode(), info.err());
    assertTrue(Json.object(info.out()).path("tensors").size() > 0, info.out());
    assertTrue(Json.object(info.out()).path("fileUri").asText().endsWith("/n%E4t.onnx"));
    copy("net.onnx", "$'n\\xf6t.onnx'");
    Invocation two = Invocation.of("info", "file:" + folder.resolve("n\uFFFDt.onnx"));
    assertEquals(2, two.exitCode(), two.err());
    assertTrue(two.err().contains("2 files have this name"), two.err());
  }

  @Test
  void filesThatAreLeftOutAndModelsThatAreWrittenKeepTheirBytes() throws Exception {
    Files.writeString(folder.resolve("a.txt"), "no image");
    copy("a.txt", "$'not\\xe9.txt'");
    JsonNode leftOut = Json.object(inspect(folder.toString(), "--json").out()).path("filesLeftOut");
    assertEquals(2, leftOut.size(), leftOut.toString());
    assertEquals(folder.resolve("a.txt").toString(), leftOut.get(0).asText());
    assertTrue(leftOut.get(1).asText().matches("file:/.*/not%E9\\.txt"), leftOut.toString());

    Files.copy(SmallLine.model(), folder.resolve("model"));
    copy("model", "$'m\\xe4.flowline'");
    String model = folder.resolve("m\uFFFD.flowline").toString();
    Invocation calibrate =
        Invocation.of(
            "calibrate",
            model,
            "--good=" + folder.resolve("a.png"),
            "-o" + model,
            "--overwrite",
            "--json",
            "--threads=1");
    assertEquals(0, calibrate.exitCode(), calibrate.err());
    String uri = Json.object(calibrate.out()).path("modelFileUri").asText();
    assertTrue(uri.endsWith("/m%E4.flowline"), calibrate.out());
    assertTrue(Files.exists(Path.of(URI.create(uri))), uri);
  }

  @Test
  void aNameThatSeveralFilesHaveIsRefused() throws Exception {
    copy("a.png", "$'bad\\xfe.png'");
    Invocation inspect = inspect(folder.resolve(DECODED).toString());
    assertEquals(2, inspect.exitCode(), inspect.err());
    assertTrue(inspect.err().contains("2 files have this name"), inspect.err());
    // Their pictures would have one name, too.
    Invocation pictures = inspect(folder.toString(), "-o" + folder.resolve("found"));
    assertEquals(2, pictures.exitCode(), pictures.err());
    assertTrue(pictures.err().contains("would have the same name"), pictures.err());
  }

  @Test
  void whatDoesNotExistIsNamed() throws IOException {
    for (String absent : List.of("no\uFFFD.png", "nowhere/no\uFFFD.png")) {
      Invocation inspect = inspect(folder.resolve(absent).toString());
      assertEquals(1, inspect.exitCode(), inspect.err());
      assertTrue(inspect.err().contains("no such file"), inspect.err());
    }
    // U+FFFD itself may stand in a name.
    Path itself = Files.copy(folder.resolve("a.png"), folder.resolve("is\uFFFD.png"));
    assertFalse(only(inspect(itself.toString())).has("imageUri"));
  }

  private static JsonNode only(Invocation inspect) throws IOException {
    assertEquals(0, inspect.exitCode(), inspect.err());
    List<JsonNode> lines = Json.lines(inspect.out());
    assertEquals(1, lines.size());
    return lines.get(0);
  }

  private static Invocation inspect(String... arguments) throws IOException {
    return Invocation.of(
        Stream.concat(
                Stream.of("inspect", SmallLine.model().toString(), "--threads=1"),
                Stream.of(arguments))
            .toArray(String[]::new));
  }
}
