package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flowline.TinyLine;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.io.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A threshold for lights that will come in another mix than in the good images. */
class MixOptionTest {
  private static final int SIZE = SmallLine.SIZE;
  @TempDir static Path folder;
  private static Path good;

  @BeforeAll
  static void twoLights() throws IOException {
    good = folder.resolve("good");
    for (int i = 0; i < 80; i++) {
      boolean lamp = i % 4 == 0;
      Path images = Files.createDirectories(good.resolve(lamp ? "lamp" : "day"));
      byte[] samples = TinyLine.good(900 + 2 * i, SIZE, SIZE).samples8().clone();
      for (int k = 0; k < samples.length && lamp; k++) {
        int stripes = k / 3 % 2 == 0 ? 12 : -12; // as a lamp on alternating current
        samples[k] = (byte) Math.max(0, Math.min(255, (samples[k] & 0xff) + stripes));
      }
      Images.writePng(images.resolve("%03d.png".formatted(i)), Image.of8(SIZE, SIZE, 3, samples));
    }
  }

  private static Invocation calibrate(String output, String... more) throws IOException {
    List<String> words =
        new ArrayList<>(
            List.of(
                "calibrate",
                SmallLine.model().toString(),
                "--good=" + good,
                "--threads=1",
                "-o=" + folder.resolve(output)));
    words.addAll(Arrays.asList(more));
    return Invocation.of(words.toArray(String[]::new));
  }

  private static JsonNode calibrated(String output, String... more) throws IOException {
    List<String> words = new ArrayList<>(List.of("--json", "--false-alarm-rate=0.2"));
    words.addAll(Arrays.asList(more));
    Invocation run = calibrate(output, words.toArray(String[]::new));
    assertEquals(0, run.exitCode(), run.err());
    return Json.object(run.out());
  }

  @Test
  void theLightThatWillComeMoreOftenCountsMore() throws IOException {
    JsonNode plain = calibrated("plain.flowline");
    JsonNode lamp = calibrated("lamp.flowline", "--mix=lamp=0.8,day=0.2");
    JsonNode day = calibrated("day.flowline", "--mix", "lamp=0.1, day=0.9");
    assertEquals(0.8, lamp.at("/mix/lamp").asDouble());
    assertTrue(lamp.path("effectiveImages").asDouble() < 20, lamp.toString());
    assertFalse(plain.has("mix") || plain.has("effectiveImages"));
    assertTrue(lamp.path("log10Epsilon").asDouble() < plain.path("log10Epsilon").asDouble());
    assertTrue(plain.path("log10Epsilon").asDouble() < day.path("log10Epsilon").asDouble());
    assertTrue(lamp.path("promised").asDouble() <= 0.2);
    Path model = folder.resolve("lamp.flowline");
    assertEquals("6", Safetensors.read(model).metadata().get("flowline.format"));
    String shown = Invocation.of("info", model.toString()).out();
    assertTrue(shown.contains("weighted for a mix of lamp 80.0 %, day 20.0 %"), shown);
    Invocation inspected =
        Invocation.of("inspect", model.toString(), good.toString(), "--threads=1");
    assertEquals(0, inspected.exitCode(), inspected.err());
    double guaranteed = lamp.path("promised").asDouble();
    for (JsonNode part : Json.lines(inspected.out())) {
      boolean defect = part.path("verdict").asText().equals("DEFECT");
      assertEquals(defect, part.path("pValue").asDouble(Double.NaN) <= guaranteed, part.toString());
    }
    Invocation set =
        Invocation.of(
            "inspect",
            model.toString(),
            good.toString(),
            "--false-discovery-rate=0.1",
            "--threads=1");
    assertEquals(2, set.exitCode());
    assertTrue(set.err().contains("the p-values are weighted for a mix"), set.err());
  }

  /** A file names the groups that folders name otherwise. */
  @Test
  void aFileSaysOfWhichGroupAnImageIs() throws IOException {
    JsonNode byFolders = calibrated("by-folders.flowline", "--mix=lamp=0.8,day=0.2");
    List<String> lines = new ArrayList<>(List.of("Group;Note;File"));
    for (int i = 0; i < 80; i++) {
      String name = "%03d.png".formatted(i);
      String folderOf = i % 4 == 0 ? "lamp/" : "day/";
      lines.add((i % 4 == 0 ? "tube" : "sun") + ";x;" + (i % 3 == 0 ? name : folderOf + name));
    }
    lines.add("sun;;another.png");
    Path groups = Files.write(folder.resolve("groups.csv"), lines);
    JsonNode byFile =
        calibrated("by-file.flowline", "--mix=tube=0.8,sun=0.2", "--groups=" + groups);
    assertEquals(byFolders.path("log10Epsilon"), byFile.path("log10Epsilon"));
    assertEquals(0.8, byFile.at("/mix/tube").asDouble());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "file,group;day/001.png,a | no line of",
        "name,group;day/001.png,a | column file is missing",
        "file,group;day/001.png | it has 1 fields",
        "file,group;001.png,a;day/001.png,b | stands on line 2 too",
        "file,group;day/001.png, | group is empty"
      })
  void aFileOfGroupsThatDoesNotFitIsOneLine(String text, String wanted) throws IOException {
    Path groups = Files.writeString(folder.resolve("bad.csv"), text.replace(';', '\n'));
    Invocation run = calibrate("absent.flowline", "--mix=a=0.5,b=0.5", "--groups=" + groups);
    assertEquals(1, Math.min(1, run.exitCode()), run.err());
    List<String> errors = run.err().lines().filter(line -> line.contains(wanted)).toList();
    assertEquals(1, errors.size(), run.err());
    assertFalse(Files.exists(folder.resolve("absent.flowline")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--mix=lamp=0.8,day=0.3 | must add up to 1",
        "--mix=lamp=0.8 | must add up to 1",
        "--mix=lamp=0.5,lamp=0.5 | names lamp twice",
        "--mix=lamp=1,day=0 | share of group day must be above 0",
        "--mix=lamp=x,day=1 | is not A=X,B=Y",
        "--mix=lamp | is not A=X,B=Y",
        "--groups=x.csv | --groups takes --mix",
        "--mix=lamp=1 | which the mix does not name",
        "--mix=lamp=0.3,day=0.3,sun=0.4 | no image is of group sun",
        "--mix=lamp=0.9,day=0.1 --false-alarm-rate=0.02 | are too few to guarantee 2.0 %: it takes 45",
        "--mix=lamp=0.5,day=0.5 --false-alarm-rate=0.2 --confidence=0.9 | cannot be combined with --confidence"
      })
  void whatFitsNothingIsOneLine(String options, String wanted) throws IOException {
    Invocation run = calibrate("absent.flowline", options.strip().split(" "));
    assertNotEquals(0, run.exitCode());
    List<String> errors =
        run.err()
            .lines()
            .filter(line -> line.startsWith("flowline calibrate: ") || line.startsWith("error: "))
            .toList();
    assertEquals(1, errors.size(), run.err());
    assertTrue(errors.get(0).contains(wanted), run.err());
    assertFalse(Files.exists(folder.resolve("absent.flowline")));
  }
}
