package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flowline.io.Safetensors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a model file to an ONNX file that decides alike, and back to the model. */
class ExportCommandTest {
  @TempDir private Path folder;

  private Invocation export(String... more) throws IOException {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("export", SmallLine.model().toString(), "--threads=1"));
    arguments.addAll(List.of("-o", folder.resolve("part.onnx").toString()));
    arguments.addAll(List.of(more));
    return Invocation.of(arguments.toArray(String[]::new));
  }

  @Test
  void theFileDecidesAsTheModelDoes() throws IOException {
    Path golden = SmallLine.data().resolve("steel/test/good");
    Invocation exported = export("--golden=" + golden, "--json");
    assertEquals(0, exported.exitCode(), exported.err());
    JsonNode answer = Json.object(exported.out());
    assertEquals(folder.resolve("part.onnx").toString(), answer.path("file").asText());
    assertTrue(answer.at("/verification/passed").asBoolean());
    assertEquals("GOOD", answer.at("/manifest/golden/0/expected/verdict").asText());
    assertFalse(exported.err().contains("no golden image is GOOD"), exported.err());

    Path file = folder.resolve("part.onnx");
    Invocation verified =
        Invocation.of("verify", SmallLine.model().toString(), "--onnx=" + file, "--threads=1");
    assertEquals(0, verified.exitCode(), verified.err());
    assertEquals(17, verified.out().lines().count(), verified.out());
    assertTrue(verified.out().contains("diff. log10NFA"), verified.out());
    assertTrue(verified.out().contains("diff.: the largest difference"), verified.out());
    for (String path : List.of("libtorch", "onnxruntime", "libflowline_inspect by", "opencv")) {
      assertTrue(verified.out().lines().anyMatch(l -> l.startsWith(path)), verified.out());
    }
    assertFalse(verified.out().matches("(?s).*\\d differ.*"), verified.out());

    assertEquals(Flowline.USAGE, export().exitCode());
    Invocation patterns = export("--overwrite");
    assertEquals(0, patterns.exitCode(), patterns.err());
    assertTrue(patterns.err().contains("note: no golden image is GOOD"), patterns.err());
  }

  /** The error says which golden image differs, on which path and by how much. */
  @Test
  void aFileThatDecidesOtherwiseFails() throws IOException {
    assertEquals(0, export().exitCode());
    Path file = folder.resolve("part.onnx");
    String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
    Matcher score = Pattern.compile("\"anomalyScore\" ?: ?[01]").matcher(bytes);
    assertTrue(score.find(), "no golden answer in " + file);
    bytes = bytes.substring(0, score.end() - 1) + "2" + bytes.substring(score.end());
    Files.writeString(file, bytes, StandardCharsets.ISO_8859_1);
    Invocation verified =
        Invocation.of("verify", SmallLine.model().toString(), "--onnx=" + file, "--threads=1");
    assertEquals(Flowline.FAILURE, verified.exitCode());
    String error =
        "(?s).*error: libtorch \\S+, 1 thread, batch 1: the anomaly map of golden image \\w+"
            + " differs by \\S+, more than 1e-04\\R";
    assertTrue(verified.err().matches(error), verified.err());
  }

  /** A program set another threshold: the file decides otherwise, and is as it was asked to be. */
  @Test
  void aRecalibratedFileIsNotTakenForADefectiveOne() throws IOException {
    Path file = exportedWith(text -> text.replaceFirst("(\"log10Epsilon\":-?)\\d", "$19"));
    Invocation verified =
        Invocation.of("verify", SmallLine.model().toString(), "--onnx=" + file, "--threads=1");
    assertEquals(Flowline.USAGE, verified.exitCode(), verified.err());
    String error = "(?s).*part.onnx was recalibrated \\(log10Epsilon \\S+, the model \\S+\\), .*";
    assertTrue(verified.err().matches(error), verified.err());
    assertTrue(verified.err().contains("verify the file as it was exported"), verified.err());
  }

  /** A recalibrated file may have none left. */
  @Test
  void aFileWithoutGoldenImagesIsVerifiedWithTheUsersOwn() throws IOException {
    Path file = exportedWith(ExportCommandTest::withoutGolden);
    String[] verify = {"verify", SmallLine.model().toString(), "--onnx=" + file, "--threads=1"};
    Invocation none = Invocation.of(verify);
    assertEquals(Flowline.USAGE, none.exitCode(), none.err());
    String error = "part.onnx has no golden images: name some with --images%n".formatted();
    assertTrue(none.err().endsWith(error), none.err());
    Path images = SmallLine.data().resolve("steel/test/good");
    List<String> own = new ArrayList<>(List.of(verify));
    own.add("--images=" + images);
    Invocation verified = Invocation.of(own.toArray(String[]::new));
    assertEquals(0, verified.exitCode(), verified.err());
  }

  /** Returns the metadata with an empty list of golden images, and spaces for its length. */
  private static String withoutGolden(String text) {
    int from = text.indexOf("\"golden\":[") + "\"golden\":[".length();
    int depth = 1;
    int to = from;
    for (; depth > 0; to++) {
      depth += text.charAt(to) == '[' ? 1 : text.charAt(to) == ']' ? -1 : 0;
    }
    return text.substring(0, from) + " ".repeat(to - 1 - from) + text.substring(to - 1);
  }

  /** Exports, and replaces text of the file's metadata by one that is as long. */
  private Path exportedWith(UnaryOperator<String> other) throws IOException {
    assertEquals(0, export().exitCode());
    Path file = folder.resolve("part.onnx");
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    String changed = other.apply(text);
    assertEquals(text.length(), changed.length());
    assertNotEquals(text, changed);
    return Files.writeString(file, changed, StandardCharsets.ISO_8859_1);
  }

  /** Good parts alone test the threshold as little as defective ones alone. */
  @Test
  void goldenImagesOfOneVerdictAreNoted() throws IOException {
    Path images = SmallLine.data().resolve("steel/test/good");
    JsonNode all = Json.object(export("--golden=" + images, "--json").out());
    Path only = Files.createDirectory(folder.resolve("only"));
    for (JsonNode golden : all.at("/manifest/golden")) {
      if (golden.at("/expected/verdict").asText().equals("GOOD")) {
        String name = golden.path("name").asText();
        Files.copy(images.resolve(name), only.resolve(name));
      }
    }
    Invocation exported = export("--overwrite", "--golden=" + only);
    assertEquals(0, exported.exitCode(), exported.err());
    String note =
        "note: no golden image is DEFECT: pass --golden DIR with good and defective parts";
    assertTrue(exported.err().contains(note), exported.err());
  }

  @Test
  void helpSaysThatTheOutputIsReplaced() throws IOException {
    Invocation help = Invocation.of("export", "--help");
    assertTrue(help.out().contains("Replace the output file if it exists."), help.out());
  }

  /** Images of the user's own go the same ways, more of them than are encoded at once. */
  @Test
  void imagesOfTheUsersOwnAreVerified() throws IOException {
    Path images = SmallLine.data().resolve("steel/test");
    Invocation verified =
        Invocation.of(
            "verify", SmallLine.model().toString(), "--images=" + images, "--threads=1", "--json");
    assertEquals(0, verified.exitCode(), verified.err());
    JsonNode paths = Json.object(verified.out()).path("paths");
    long files;
    try (Stream<Path> all = Files.walk(images)) {
      files = all.filter(file -> file.toString().endsWith(".png")).count();
    }
    assertTrue(files > 8, files + " images");
    assertEquals(12, paths.size());
    for (JsonNode path : paths) {
      assertEquals(files, path.path("images").asLong());
      assertTrue(path.path("path").asText().matches(".*, batch [18]"), path.path("path").asText());
    }
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Invocation none = Invocation.of("verify", SmallLine.model().toString(), "--images=" + empty);
    assertEquals(Flowline.FAILURE, none.exitCode());
    assertTrue(none.err().endsWith("no image in %s%n".formatted(empty)), none.err());
  }

  /** A model that was altered since it was made answers otherwise than was noted then. */
  @Test
  void theAnswersThatTrainingNotedHold() throws IOException {
    Path file = folder.resolve("same.flowline");
    Files.copy(SmallLine.model(), file);
    Invocation same = Invocation.of("verify", file.toString(), "--threads=1");
    assertEquals(0, same.exitCode(), same.err() + same.out());
    Path other = folder.resolve("other.flowline");
    Invocation calibrated =
        Invocation.of(
            "calibrate",
            file.toString(),
            "--good=" + SmallLine.data().resolve("steel/test/good"),
            "--output=" + other,
            "--threads=1");
    assertEquals(0, calibrated.exitCode(), calibrated.err());
    Invocation renewed = Invocation.of("verify", other.toString(), "--threads=1");
    assertEquals(0, renewed.exitCode(), renewed.err() + renewed.out());
    String noted = Safetensors.read(file).metadata().get("flowline.golden");
    Safetensors stored = Safetensors.read(file);
    Map<String, String> metadata = new LinkedHashMap<>(stored.metadata());
    metadata.put("flowline.golden", noted.replace("\"anomalyScore\":", "\"anomalyScore\":1"));
    new Safetensors(metadata, stored.tensors()).write(file);
    Invocation differs = Invocation.of("verify", file.toString(), "--threads=1");
    assertEquals(Flowline.FAILURE, differs.exitCode(), differs.out());
  }

  @Test
  void anExportOfAnotherModelIsRefused() throws IOException {
    assertEquals(0, export().exitCode());
    Path other = folder.resolve("other.flowline");
    Invocation trained = SmallLine.train(other, "--seed=4", "--epochs=1");
    assertEquals(0, trained.exitCode(), trained.err());
    Path file = folder.resolve("part.onnx");
    Invocation verified =
        Invocation.of("verify", other.toString(), "--onnx=" + file, "--threads=1");
    assertEquals(Flowline.USAGE, verified.exitCode());
    assertTrue(verified.err().contains("was exported from another model"), verified.err());
  }

  @Test
  void whatCannotBeExportedIsVerifiedWithoutIt() throws IOException {
    Path file = folder.resolve("vector.flowline");
    String[] own = {
      "--category=" + SmallLine.PRODUCT,
      "--model=differnet",
      "--set=hidden=[8,8]",
      "--set=testRotations=0"
    };
    Invocation trained = Invocation.of(SmallLine.arguments("train", file, own));
    assertEquals(0, trained.exitCode(), trained.err());
    Invocation exported =
        Invocation.of("export", file.toString(), "-o", folder.resolve("v.onnx").toString());
    assertEquals(Flowline.USAGE, exported.exitCode());
    assertTrue(exported.err().contains("the model cannot be exported: its anomaly map is"));
    assertFalse(Files.exists(folder.resolve("v.onnx")));
    Invocation verified = Invocation.of("verify", file.toString(), "--threads=1");
    assertEquals(0, verified.exitCode(), verified.err());
    assertTrue(
        verified.out().contains("not there: onnxruntime: the model cannot be exported"),
        verified.out());
  }

  @Test
  void whatIsNoOnnxFileIsOneLine() throws IOException {
    Path text = Files.writeString(folder.resolve("text.onnx"), "no network");
    for (Path file : List.of(text, folder.resolve("absent.onnx"))) {
      Invocation verified =
          Invocation.of("verify", SmallLine.model().toString(), "--onnx=" + file, "--threads=1");
      assertEquals(Flowline.FAILURE, verified.exitCode());
      assertTrue(verified.err().contains("cannot read " + file), verified.err());
    }
  }

  @Test
  void onnxRuntimeInspectsAndEvaluatesAlike() throws IOException {
    Path images = SmallLine.data().resolve("steel/test");
    List<JsonNode> libtorch = inspected("libtorch", images);
    List<JsonNode> onnx = inspected("onnxruntime", images);
    assertEquals(libtorch.size(), onnx.size());
    for (int i = 0; i < onnx.size(); i++) {
      assertEquals("onnxruntime", onnx.get(i).at("/engine/name").asText());
      assertEquals(libtorch.get(i).path("verdict"), onnx.get(i).path("verdict"));
      assertEquals(
          libtorch.get(i).at("/statistic/value").asDouble(),
          onnx.get(i).at("/statistic/value").asDouble(),
          1e-3 * Math.max(1, Math.abs(libtorch.get(i).at("/statistic/value").asDouble())));
    }
    Invocation evaluated =
        Invocation.of(
            "evaluate",
            SmallLine.model().toString(),
            "--data=" + SmallLine.data(),
            "--category=" + SmallLine.PRODUCT,
            "--engine=onnxruntime",
            "--threads=1");
    assertEquals(0, evaluated.exitCode(), evaluated.err());
    Invocation logged =
        Invocation.of(
            "inspect",
            SmallLine.model().toString(),
            images.toString(),
            "--engine=onnxruntime",
            "--logbook=" + folder.resolve("log"));
    assertEquals(Flowline.USAGE, logged.exitCode());
    assertTrue(logged.err().contains("--logbook records what LibTorch decides"), logged.err());
    Invocation wrong =
        Invocation.of(
            "inspect", SmallLine.model().toString(), images.toString(), "--engine=tensorrt");
    assertEquals(Flowline.USAGE, wrong.exitCode());
    assertTrue(wrong.err().contains("libtorch or onnxruntime"), wrong.err());
  }

  private static List<JsonNode> inspected(String engine, Path images) throws IOException {
    Invocation inspected =
        Invocation.of(
            "inspect",
            SmallLine.model().toString(),
            images.toString(),
            "--engine=" + engine,
            "--threads=1");
    assertEquals(0, inspected.exitCode(), inspected.err());
    List<JsonNode> lines = new ArrayList<>();
    for (String line : inspected.out().lines().toList()) {
      lines.add(Json.object(line));
    }
    return lines;
  }
}
