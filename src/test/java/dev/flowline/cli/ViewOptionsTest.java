package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flowline.TinyLine;
import dev.flowline.calibration.CalibrationImage;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.line.Inspection;
import dev.flowline.line.InspectionRequest;
import dev.flowline.line.Inspector;
import dev.flowline.line.Verdict;
import dev.flowline.model.ModelFile;
import dev.flowline.segmentation.FieldOfView;
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

/** A model that looks at a part of the image: calibrated, shown, inspected with, watched. */
class ViewOptionsTest {
  private static final int SIZE = SmallLine.SIZE;
  private static final int IMAGES = 60;
  private static final String RIGHT = "--roi=32,0,32,64";

  @TempDir static Path folder;
  private static Path good;
  private static Path whole;
  private static Path right;

  @BeforeAll
  static void aModelOfTheRightHalf() throws IOException {
    good = Files.createDirectories(folder.resolve("good"));
    for (int i = 0; i < IMAGES; i++) {
      Images.writePng(
          good.resolve("%03d.png".formatted(i)), TinyLine.good(900 + 2 * i, SIZE, SIZE));
    }
    whole = folder.resolve("whole.flowline");
    right = folder.resolve("right.flowline");
    calibrated(SmallLine.model(), whole);
    calibrated(SmallLine.model(), right, RIGHT);
  }

  private static Invocation calibrate(Path model, Path output, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "calibrate", model.toString(), "--good=" + good, "--threads=1", "-o=" + output));
    words.addAll(Arrays.asList(more));
    return Invocation.of(words.toArray(String[]::new));
  }

  private static JsonNode calibrated(Path model, Path output, String... more) throws IOException {
    List<String> words = new ArrayList<>(List.of("--json", "--overwrite"));
    words.addAll(Arrays.asList(more));
    Invocation run = calibrate(model, output, words.toArray(String[]::new));
    assertEquals(0, run.exitCode(), run.err());
    return Json.object(run.out());
  }

  private static JsonNode test(Path model) throws IOException {
    return Json.object(Invocation.of("info", model.toString(), "--json").out())
        .at("/config/segmentation");
  }

  private static Path mask(String name, int height, int width, Area white) throws IOException {
    byte[] samples = new byte[height * width];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (byte) (white.holds(i % width, i / width) ? 255 : 0);
    }
    Path file = folder.resolve(name);
    Images.writePng(file, Image.of8(height, width, 1, samples));
    return file;
  }

  private interface Area {
    boolean holds(int x, int y);
  }

  @Test
  void lawAndThresholdAreThoseOfWhatIsLookedAt() throws IOException {
    JsonNode ofAll = test(whole);
    JsonNode ofRight = test(right);
    assertFalse(ofAll.has("fieldOfView"));
    assertNotEquals(ofAll.path("log10Epsilon"), ofRight.path("log10Epsilon"));
    assertNotEquals(ofAll.at("/law/maxima/0"), ofRight.at("/law/maxima/0"));
    assertEquals(
        "{\"x\":32.0,\"y\":0.0,\"width\":32.0,\"height\":64.0,\"imageHeight\":64,\"imageWidth\":64}",
        ofRight.at("/fieldOfView/region").toString());
    String shown = Invocation.of("info", right.toString()).out();
    assertTrue(
        shown
            .lines()
            .anyMatch(l -> l.startsWith("field of view ") && l.contains(", 50.0 %; region")),
        shown);
  }

  @Test
  void aDefectOutOfViewIsGoodAndOneInViewIsNot() throws IOException {
    Path parts = Files.createDirectories(folder.resolve("parts"));
    Images.writePng(parts.resolve("in.png"), TinyLine.defective(77, SIZE, SIZE, 44, 24, 12));
    Images.writePng(parts.resolve("out.png"), TinyLine.defective(77, SIZE, SIZE, 6, 24, 12));
    Invocation run =
        Invocation.of(
            "inspect",
            right.toString(),
            parts.toString(),
            "--json",
            "--threads=1",
            "-o=" + folder.resolve("pictures"));
    assertEquals(0, run.exitCode(), run.err());
    JsonNode found = Json.object(run.out()).path("inspections");
    assertEquals("DEFECT", found.at("/0/verdict").asText());
    assertEquals("GOOD", found.at("/1/verdict").asText());
    assertTrue(found.at("/0/fieldOfView/ofModel").asBoolean());
    String digest = found.at("/0/fieldOfView/sha256").asText();
    assertEquals(64, digest.length());
    assertTrue(Invocation.of("info", right.toString()).out().contains("SHA-256 " + digest));
    JsonNode all =
        Json.object(
                Invocation.of(
                        "inspect", whole.toString(), parts.toString(), "--json", "--threads=1")
                    .out())
            .path("inspections");
    assertEquals("DEFECT", all.at("/1/verdict").asText());
    assertFalse(all.path(0).has("fieldOfView"));
    // The overlay has the yellow outline of what is in view, on its left edge and inside of it.
    Image overlay = Images.read(folder.resolve("pictures/out.png.overlay.png"));
    assertTrue(overlay.sample(30, 32, 0) > 200 && overlay.sample(30, 32, 2) < 60, "outline");
    assertTrue(overlay.sample(30, 2, 2) > 60, "none out of view");
  }

  @Test
  void anotherViewOfTheLineIsSaidToBeAnother() throws IOException {
    Image part = TinyLine.good(3, SIZE, SIZE);
    try (Inspector inspector = Inspector.open(right)) {
      Inspection own = inspector.inspect(part);
      assertTrue(own.fieldOfView().ofModel());
      FieldOfView left = FieldOfView.whole(SIZE, SIZE).within(0, 0, 20, 20);
      Inspection other = inspector.inspect(part, left);
      assertFalse(other.fieldOfView().ofModel());
      assertEquals(left.sha256(), other.fieldOfView().sha256());
      Inspection all = inspector.inspect(part, FieldOfView.whole(SIZE, SIZE));
      assertFalse(all.fieldOfView().ofModel());
      // The numbers do not depend on the size of the maps.
      double ofLarge =
          inspector
              .inspect(part, InspectionRequest.DEFAULT.withMaps(256, 256))
              .inspection()
              .log10Nfa();
      assertEquals(own.log10Nfa(), ofLarge);
      FieldOfView drawn = FieldOfView.whole(SIZE, SIZE).within(32, 0, 32, SIZE);
      assertEquals(own.fieldOfView(), inspector.inspect(part, drawn).fieldOfView());
      FieldOfView same = inspector.test().view(SIZE, SIZE);
      assertTrue(inspector.inspect(part, same).fieldOfView().ofModel());
    }
  }

  @Test
  void driftIsWatchedWithTheView() throws IOException {
    // Images beside those of the calibration: neighbouring seeds draw much the same.
    JsonNode untouched = drift(right, dimmed("untouched", 0, 0));
    assertTrue(untouched.at("/drift/parts").asInt() > 50, untouched.toString());
    assertFalse(untouched.at("/drift/detected").asBoolean(), untouched.toString());
    JsonNode changed = drift(right, dimmed("dim", SIZE / 2, SIZE));
    assertTrue(changed.at("/drift/detected").asBoolean(), changed.toString());
  }

  /** Good images of which some columns are darker. */
  private static Path dimmed(String name, int from, int to) throws IOException {
    Path images = Files.createDirectories(folder.resolve(name));
    for (int image = 0; image < 60; image++) {
      byte[] samples = TinyLine.good(901 + 2 * image, SIZE, SIZE).samples8().clone();
      for (int i = 0; i < samples.length; i++) {
        int x = i / 3 % SIZE;
        samples[i] = (byte) (x >= from && x < to ? (samples[i] & 0xff) * 0.93 : samples[i]);
      }
      Images.writePng(
          images.resolve("%03d.png".formatted(image)), Image.of8(SIZE, SIZE, 3, samples));
    }
    return images;
  }

  private static JsonNode drift(Path model, Path images) throws IOException {
    Invocation run =
        Invocation.of("drift", model.toString(), images.toString(), "--json", "--threads=1");
    assertEquals(0, run.exitCode(), run.err());
    return Json.object(run.out());
  }

  @Test
  void aCalibrationKeepsTheViewUnlessAnotherIsGiven() throws IOException {
    Path next = folder.resolve("next.flowline");
    JsonNode kept = calibrated(right, next);
    assertEquals(test(right).path("fieldOfView"), test(next).path("fieldOfView"));
    Path mask = mask("corner.png", 128, 128, (x, y) -> x < 32 && y < 32);
    JsonNode masked = calibrated(right, next, "--ignore=" + mask);
    assertNotEquals(kept.path("fieldOfView"), masked.path("fieldOfView"));
    assertTrue(masked.path("lawIsNew").asBoolean());
    JsonNode view = test(next).path("fieldOfView");
    assertEquals("corner.png", view.at("/ignore/file").asText());
    assertFalse(view.has("region"));
    JsonNode all = calibrated(right, next, "--roi=0%,0%,100%,100%");
    assertFalse(all.has("fieldOfView"));
    assertFalse(test(next).has("fieldOfView"));
    JsonNode before = Json.object(Invocation.of("info", next.toString(), "--json").out());
    int last = before.at("/config/history").size() - 1;
    assertTrue(before.at("/config/history/" + last + "/segmentation").has("fieldOfView"));
  }

  /** A law of whole images would stay where there are few others; a view must not keep it. */
  @Test
  void aLawOfAnotherViewDoesNotStay() throws IOException {
    Path few = Files.createDirectories(folder.resolve("few"));
    for (int i = 0; i < 25; i++) {
      Images.writePng(few.resolve("%03d.png".formatted(i)), TinyLine.good(2000 + i, SIZE, SIZE));
    }
    Path next = folder.resolve("few.flowline");
    String[] words = {
      "calibrate",
      whole.toString(),
      "--good=" + few,
      "--json",
      "--threads=1",
      "--overwrite",
      "-o=" + next,
      "--seed=1"
    };
    assertFalse(Json.object(Invocation.of(words).out()).path("lawIsNew").asBoolean());
    words[7] = RIGHT;
    JsonNode told = Json.object(Invocation.of(words).out());
    assertTrue(told.path("lawIsNew").asBoolean(), told.toString());
    assertEquals(10, told.path("lawImages").asInt());
    for (int i = 0; i < 6; i++) {
      Files.delete(few.resolve("%03d.png".formatted(i)));
    }
    Invocation tooFew = Invocation.of(words);
    assertEquals(Flowline.USAGE, tooFew.exitCode(), tooFew.err());
    assertTrue(
        tooFew.err().contains("another field of view takes at least 20 good images"), tooFew.err());
  }

  /** Of the calibration images, ascending. */
  private static List<Double> calibrationOf(Path model) throws IOException {
    return ModelFile.read(model).config().calibration().images().stream()
        .map(CalibrationImage::minLog10Nfa)
        .toList();
  }

  @Test
  void aSmallestAreaBelongsToTheThreshold() throws IOException {
    Path rule = folder.resolve("rule.flowline");
    int positions =
        test(right).at("/fieldOfView/height").asInt()
            * test(right).at("/fieldOfView/width").asInt();
    JsonNode told =
        calibrated(
            SmallLine.model(),
            rule,
            "--smallest-area=9",
            "--pixel-pitch=0.1"); // 900 pixels of 4096
    int smallest = (int) Math.ceil(positions * 900 / 4096.0);
    assertEquals(smallest, told.path("smallestRegion").asInt());
    assertEquals(smallest, test(rule).path("smallestRegion").asInt());
    assertNotEquals(calibrationOf(whole), calibrationOf(rule));
    String shown = Invocation.of("info", rule.toString()).out();
    assertTrue(shown.contains(" % of the image: smaller ones make no defect"), shown);
    try (Inspector inspector = Inspector.open(rule);
        Inspector ofAny = Inspector.open(whole)) {
      Image small = TinyLine.defective(78, SIZE, SIZE, 20, 20, 7);
      double byAny = ofAny.inspect(small).log10Nfa();
      double byLarge = inspector.inspect(small).log10Nfa();
      assertTrue(byAny < byLarge, byAny + " and " + byLarge);
      Image large = TinyLine.defective(78, SIZE, SIZE, 8, 8, 48);
      assertEquals(Verdict.DEFECT, inspector.inspect(large).verdict());
    }
    Invocation chiSquare =
        Invocation.of("inspect", rule.toString(), good.toString(), "--null=CHI_SQUARE");
    assertEquals(Flowline.USAGE, chiSquare.exitCode(), chiSquare.err());
    assertTrue(chiSquare.err().contains("knows no smallest region"), chiSquare.err());
    assertFalse(calibrated(rule, rule, "--smallest-area=0").has("smallestRegion"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--roi=0,0,65,64 | must lie inside the 64 x 64 pixels",
        "--roi=0,0,0,64 | must lie inside",
        "--roi=50%,0%,60%,10% | must lie inside 100 % x 100 %",
        "--roi=1,2,3 | is not X,Y,W,H",
        "--roi=1,2,3,4% | is not X,Y,W,H",
        "--roi=a,b,c,d | is not X,Y,W,H",
        "--roi=-1,0,4,4 | --roi",
        "--roi=0,0,0.1,0.1 | nothing is in view",
        "--ignore=absent.png | absent.png",
        "--smallest-area=-1 | must be at least 0",
        "--smallest-area=NaN | must be at least 0",
        "--smallest-area=4097 | is more than the images have, 64 x 64",
        "--smallest-area=9 --pixel-pitch=0 | --pixel-pitch must be above 0",
        "--pixel-pitch=0.1 | is the unit of --smallest-area",
        "--smallest-area=900 --null=CHI_SQUARE | knows no smallest region"
      })
  void whatFitsNothingIsOneLine(String options, String wanted) {
    refused(wanted, options.strip().split(" "));
  }

  private static void refused(String wanted, String... options) {
    Path absent = folder.resolve("absent.flowline");
    Invocation run = calibrate(right, absent, options);
    assertNotEquals(0, run.exitCode());
    List<String> errors =
        run.err()
            .lines()
            .filter(line -> line.startsWith("flowline calibrate: ") || line.startsWith("error: "))
            .toList();
    assertEquals(1, errors.size(), run.err());
    assertTrue(errors.get(0).contains(wanted), run.err());
    assertFalse(Files.exists(absent));
  }

  @Test
  void aMaskThatCannotBeMeantIsRefusedOrWarnedOf() throws IOException {
    Path all = mask("all.png", SIZE, SIZE, (x, y) -> true);
    refused("--ignore: nothing is in view", "--ignore=" + all);
    Path strip = mask("strip.png", SIZE, 2 * SIZE, (x, y) -> x < 8);
    refused(
        "128 x 64 pixels (width x height), which is another shape than the 64 x 64",
        "--ignore=" + strip);
    Path rest = mask("rest.png", SIZE, SIZE, (x, y) -> x >= SIZE / 2);
    refused("--roi and --ignore: nothing is in view", RIGHT, "--ignore=" + rest);
    Path output = folder.resolve("odd.flowline");
    Path inside =
        mask(
            "inside.png",
            SIZE,
            SIZE,
            (x, y) -> Math.max(Math.abs(x - 31.5), Math.abs(y - 31.5)) < 26);
    Invocation inverted = calibrate(right, output, "--ignore=" + inside);
    assertTrue(inverted.err().contains("so looks inverted"), inverted.err());
    Path none = mask("none.png", SIZE, SIZE, (x, y) -> false);
    Invocation empty = calibrate(right, output, "--overwrite", "--ignore=" + none);
    assertTrue(empty.err().contains("mask none.png marks nothing"), empty.err());
  }

  @Test
  void pixelsOfImagesOfSeveralSizesAreNone() throws IOException {
    Path mixed = Files.createDirectories(folder.resolve("mixed"));
    for (int i = 0; i < 44; i++) {
      int side = i == 30 ? 80 : SIZE;
      Images.writePng(mixed.resolve("%03d.png".formatted(i)), TinyLine.good(700 + i, side, side));
    }
    Path output = folder.resolve("mixed.flowline");
    String[] words = {
      "calibrate", whole.toString(), "--good=" + mixed, "--threads=1", "-o=" + output, RIGHT
    };
    Invocation pixels = Invocation.of(words);
    assertEquals(Flowline.USAGE, pixels.exitCode(), pixels.err());
    assertTrue(pixels.err().contains("give it in percent"), pixels.err());
    words[5] = "--roi=50%,0%,50%,100%";
    Invocation percent = Invocation.of(words);
    assertEquals(0, percent.exitCode(), percent.err());
    assertEquals(test(right).at("/fieldOfView/runs"), test(output).at("/fieldOfView/runs"));
  }

  @Test
  void trainingTakesThemToo() throws IOException {
    Path model = folder.resolve("trained.flowline");
    Path mask = mask("top.png", SIZE, SIZE, (x, y) -> y < 16);
    Invocation run = SmallLine.train(model, RIGHT, "--ignore=" + mask);
    assertEquals(0, run.exitCode(), run.err());
    JsonNode view = test(model).path("fieldOfView");
    assertEquals(32, view.at("/region/x").asInt());
    assertEquals("top.png", view.at("/ignore/file").asText());
    Path absent = folder.resolve("untrained.flowline");
    Invocation small = SmallLine.train(absent, "--smallest-area=200");
    assertEquals(Flowline.USAGE, small.exitCode(), small.err());
    assertTrue(small.err().contains("takes 10 validation images: there are"), small.err());
    Invocation other =
        SmallLine.train(absent, "--smallest-area=200", "--null=CHI_SQUARE", "--validation=0.75");
    assertEquals(Flowline.USAGE, other.exitCode(), other.err());
    assertTrue(other.err().contains("leave out --null CHI_SQUARE"), other.err());
  }

  @Test
  void evaluateCountsDefectsOutOfViewApart() throws IOException {
    Path data = folder.resolve("data");
    for (int i = 0; i < 4; i++) {
      String name = "%03d.png".formatted(i);
      int x = i == 0 ? 4 : 40; // the first lies out of view
      Images.writePng(
          data.resolve("fabric/test/hole/" + name),
          TinyLine.defective(5000 + i, SIZE, SIZE, x, 20, 12));
      Files.createDirectories(data.resolve("fabric/ground_truth/hole"));
      Path drawn =
          mask(
              "hole.png",
              SIZE,
              SIZE,
              (column, row) -> column >= x && column < x + 12 && row >= 20 && row < 32);
      Files.copy(drawn, data.resolve("fabric/ground_truth/hole/%03d_mask.png".formatted(i)));
      Images.writePng(
          data.resolve("fabric/test/good/" + name), TinyLine.good(6000 + i, SIZE, SIZE));
      Images.writePng(
          data.resolve("fabric/train/good/" + name), TinyLine.good(8000 + i, SIZE, SIZE));
    }
    Invocation run =
        Invocation.of(
            "evaluate",
            right.toString(),
            "--data=" + data,
            "--layout=mvtec",
            "--category=fabric",
            "--json",
            "--fair",
            "--threads=1",
            "--report=" + folder.resolve("report"));
    assertEquals(0, run.exitCode(), run.err());
    JsonNode result = Json.object(run.out());
    assertEquals(3, result.path("defectImages").asInt());
    assertEquals(3, result.path("defectImagesFound").asInt());
    String warnings = result.path("warnings").toString();
    assertTrue(
        warnings.contains("have their whole defect out of view and do not count: hole/000.png"),
        warnings);
    assertTrue(result.path("pixelAuroc").asDouble() > 0.9);
    assertTrue(Files.exists(folder.resolve("report/goodness-of-fit.html")));
    assertTrue(Files.readString(folder.resolve("report/report.html")).contains("field of view"));
  }
}
