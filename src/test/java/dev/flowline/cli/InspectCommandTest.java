package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flowline.ChildJvm;
import dev.flowline.TinyLine;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.line.Inspection;
import dev.flowline.page.BurntInText;
import dev.flowline.page.Numbers;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectCommandTest {
  private static final int HEIGHT = 70;
  private static final int WIDTH = 93;

  @TempDir Path folder;
  private Path images;
  private Path corrupt;

  @BeforeEach
  void makeImages() throws IOException {
    images = folder.resolve("images");
    Images.writePng(images.resolve("a.png"), TinyLine.good(1, HEIGHT, WIDTH));
    corrupt = images.resolve("b.png");
    Files.write(corrupt, new byte[] {1, 2, 3});
    Images.writePng(images.resolve("deeper/c.png"), TinyLine.good(2, HEIGHT, WIDTH));
    Files.writeString(images.resolve("notes.txt"), "no image");
  }

  @Test
  void aCorruptImageIsOneLineAmongTheOthers() throws IOException {
    Invocation inspect = inspect(images.toString());
    assertEquals(1, inspect.exitCode());
    List<JsonNode> lines = Json.lines(inspect.out());
    assertEquals(
        List.of("a.png", "b.png", "c.png"),
        lines.stream()
            .map(line -> Path.of(line.path("image").asText()).getFileName().toString())
            .toList());
    assertTrue(lines.get(1).path("error").asText().contains(corrupt.toString()), inspect.out());
    assertFalse(lines.get(1).has("verdict"));
    for (JsonNode line : List.of(lines.get(0), lines.get(2))) {
      Json.assertKeys(
          line, "partId", "verdict", "statistic", "anomalyScore", "regions", "modelDigest");
      Json.assertKeys(
          line.path("timingsMillis"),
          "decode",
          "preprocess",
          "extractor",
          "flow",
          "segmentation",
          "total");
    }
    assertEquals("deeper/c.png", lines.get(2).path("partId").asText());
    for (JsonNode line : List.of(lines.get(0), lines.get(2))) {
      ObjectNode answer = ((ObjectNode) line.deepCopy()).without("image");
      assertEquals(answer, Json.object(Inspection.fromJson(answer.toString()).toJson()));
    }
    List<String> said = inspect.err().lines().toList();
    assertTrue(said.get(2).matches("lot: 2 parts, [012] rejected \\(DEFECT\\), 1 more not read"));
    assertTrue(said.stream().skip(2).allMatch(line -> line.startsWith("lot: ")), inspect.err());
    assertEquals(
        "note: 1 file is no image and left out: " + images.resolve("notes.txt"), said.get(0));
    assertTrue(said.get(1).contains(corrupt.toString()), inspect.err());
  }

  /** As macOS, Windows, Jupyter and cameras leave them. */
  @Test
  void partsAreKnownByContentAndWhatSystemsLeaveBehindIsNoPart() throws Exception {
    Files.delete(corrupt);
    Path part = images.resolve("a.png");
    Files.copy(part, images.resolve("frame"));
    Files.copy(part, images.resolve("frame.dat"));
    for (String left :
        List.of("._a.png", ".hidden.png", ".ipynb_checkpoints/a.png", "__MACOSX/a.png")) {
      Files.createDirectories(images.resolve(left).getParent());
      Files.copy(part, images.resolve(left));
    }
    Files.writeString(images.resolve("Thumbs.db"), "thumbs");
    Path pipe = images.resolve("b.png");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    Invocation inspect = inspect(images.toString(), "--json");
    assertEquals(0, inspect.exitCode(), inspect.err());
    JsonNode json = Json.object(inspect.out());
    List<String> inspected =
        java.util.stream.StreamSupport.stream(json.path("inspections").spliterator(), false)
            .map(line -> images.relativize(Path.of(line.path("image").asText())).toString())
            .toList();
    assertEquals(List.of("a.png", "deeper/c.png", "frame", "frame.dat"), inspected);
    List<String> leftOut = List.of(pipe.toString(), images.resolve("notes.txt").toString());
    assertEquals(
        leftOut, List.of(json.at("/filesLeftOut/0").asText(), json.at("/filesLeftOut/1").asText()));
    assertEquals(
        "note: 2 files are no images and left out: " + String.join(", ", leftOut),
        inspect.err().strip());
  }

  @Test
  void anImageOfAFormatThatIsNotReadIsALine() throws IOException {
    byte[] heif = "\0\0\0\u0018ftypheic\0\0\0\0mif1".getBytes(StandardCharsets.ISO_8859_1);
    Path phone = Files.write(images.resolve("phone.jpg"), heif);
    Invocation inspect = inspect(images.toString());
    assertEquals(1, inspect.exitCode());
    JsonNode line = Json.lines(inspect.out()).get(3);
    assertEquals(phone.toString(), line.path("image").asText());
    assertTrue(line.path("error").asText().contains(phone.toString()), line.toString());
  }

  @Test
  void masksHaveTheSizeOfTheImageAndMarkTheRegionsAndOverlaysHaveABandMore() throws IOException {
    Path output = folder.resolve("out");
    Invocation inspect = inspect(images.toString(), "-o", output.toString(), "--log10-epsilon=1e9");
    assertEquals(1, inspect.exitCode());
    for (String name : List.of("a.png", "deeper/c.png")) {
      Image whole = Images.read(output.resolve(name + ".mask.png"));
      assertEquals(List.of(HEIGHT, WIDTH), List.of(whole.height(), whole.width()));
      Image overlay = Images.read(output.resolve(name + ".overlay.png"));
      assertTrue(overlay.height() > HEIGHT && overlay.width() >= WIDTH, overlay.toString());
      int below = overlay.height() - 1;
      assertTrue(overlay.sample(below, 0, 0) > 2 * overlay.sample(below, 0, 1), "red for DEFECT");
    }
    assertFalse(Files.exists(output.resolve("b.png.mask.png")));
    Image mask = Images.read(output.resolve("a.png.mask.png"));
    int marked = 0;
    for (int i = 0; i < HEIGHT * WIDTH; i++) {
      int value = mask.sample(i / WIDTH, i % WIDTH, 0);
      assertTrue(value == 0 || value == 255);
      marked += value == 255 ? 1 : 0;
    }
    assertEquals(HEIGHT * WIDTH, marked);
    JsonNode line = Json.lines(inspect.out()).get(0);
    assertEquals("DEFECT", line.path("verdict").asText());
    JsonNode region = line.path("regions").get(0);
    Json.assertKeys(
        region, "x", "y", "width", "height", "area", "centroidX", "centroidY", "log10Nfa");
    assertEquals(WIDTH, region.path("width").asInt());
    assertEquals(HEIGHT, region.path("height").asInt());
    BufferedImage overlay = ImageIO.read(output.resolve("a.png.overlay.png").toFile());
    String said = String.join(" ", BurntInText.read(below(overlay)));
    String number = Numbers.fixed(line.at("/statistic/value").asDouble(), 2);
    assertTrue(said.startsWith("DEFECT LOG10NFA " + number + ", THRESHOLD 1000000000.00"), said);
    assertTrue(said.endsWith("1 REGION: NUMBER 1 DECIDED"), said);
    assertTrue(said.contains(" P-VALUE " + Numbers.brief(line.path("pValue").asDouble())), said);
  }

  private static BufferedImage below(BufferedImage overlay) {
    return overlay.getSubimage(0, HEIGHT, overlay.getWidth(), overlay.getHeight() - HEIGHT);
  }

  @Test
  void aGoodPartHasAnEmptyMask() throws IOException {
    Path output = folder.resolve("out");
    Invocation inspect =
        inspect(
            images.resolve("a.png").toString(), "-o", output.toString(), "--log10-epsilon=-1e9");
    assertEquals(0, inspect.exitCode(), inspect.err());
    JsonNode line = Json.object(inspect.out().strip());
    assertEquals("GOOD", line.path("verdict").asText());
    assertEquals(0, line.path("regions").size());
    BufferedImage overlay = ImageIO.read(output.resolve("a.png.overlay.png").toFile());
    List<String> said = BurntInText.read(below(overlay));
    assertEquals("GOOD", said.get(0), said.toString());
    assertFalse(String.join(" ", said).contains("REGION"), said.toString());
    for (byte value : Images.read(output.resolve("a.png.mask.png")).samples8()) {
      assertEquals(0, value);
    }
  }

  /** The threshold lies just above the number that decided, where interpolation levels most. */
  @Test
  void aDefectShowsTheRegionThatDecided() throws IOException {
    Path output = folder.resolve("out");
    for (int size : new int[] {40, 64, 150}) {
      Path image = folder.resolve(size + ".png");
      Images.writePng(image, TinyLine.defective(7, size, size, size / 3, size / 2, 3));
      double value = Json.object(inspect(image.toString()).out()).at("/statistic/value").asDouble();
      Invocation inspect =
          inspect(image.toString(), "-o", output.toString(), "--log10-epsilon=" + (value + 1e-3));
      JsonNode line = Json.object(inspect.out());
      assertEquals("DEFECT", line.path("verdict").asText());
      JsonNode region = line.at("/regions/0");
      assertEquals(value, region.path("log10Nfa").asDouble(), "one number");
      Image mask = Images.read(output.resolve(image.getFileName() + ".mask.png"));
      int peakX = region.path("peakX").asInt();
      int peakY = region.path("peakY").asInt();
      assertEquals(255, mask.sample(peakY, peakX, 0), "the mask shows it");
    }
  }

  /** A line that begins with a file's own words could be taken for ours. */
  @Test
  void aNameOfSeveralLinesIsOneLineOfAMessage() throws IOException {
    Path black = folder.resolve("black\nwarning: forged.png");
    Images.writePng(black, Image.of8(64, 64, 1, new byte[64 * 64]));
    Path broken = Files.writeString(folder.resolve("broken\nerror: forged.png"), "no picture");
    Invocation inspect = inspect(black.toString(), broken.toString());
    assertEquals(1, inspect.exitCode(), inspect.err());
    for (String line :
        List.of("black?warning: forged.png is unlike", "broken?error: forged.png: ")) {
      assertTrue(inspect.err().contains(line), inspect.err());
    }
    assertEquals(black.toString(), Json.lines(inspect.out()).get(0).path("image").asText());
  }

  /** A dead lamp, judged by a model of bright parts. */
  @Test
  void aBlackFrameIsReportedAndCanBeNotInspected() throws IOException {
    Path black = folder.resolve("black.png");
    Images.writePng(black, Image.of8(64, 64, 1, new byte[64 * 64]));
    Path part = SmallLine.data().resolve("steel/test/good/000.png");
    Invocation reported = inspect(black.toString(), part.toString());
    assertEquals(0, reported.exitCode(), reported.err());
    List<JsonNode> lines = Json.lines(reported.out());
    JsonNode outOfRange = lines.get(0).path("outOfRange");
    assertEquals("brightness", outOfRange.at("/0/name").asText());
    assertEquals(0, outOfRange.at("/0/value").asDouble(), 1e-6);
    assertTrue(outOfRange.at("/0/low").asDouble() > 0.02, outOfRange.toString());
    assertEquals(0, lines.get(1).path("outOfRange").size(), lines.get(1).toString());
    assertTrue(lines.get(1).path("outOfRange").isArray());
    assertTrue(
        reported
            .err()
            .contains(
                "warning: " + black + " is unlike the calibration images: brightness is 0.000"),
        reported.err());
    assertFalse(reported.err().contains(part.toString()), reported.err());
    assertNotEquals("NOT_INSPECTED", lines.get(0).path("verdict").asText());

    Path output = folder.resolve("out");
    Invocation refused =
        inspect(
            black.toString(),
            part.toString(),
            "--unusual-input=not_inspected",
            "--log10-epsilon=1e9",
            "-o",
            output.toString());
    assertEquals(0, refused.exitCode(), refused.err());
    lines = Json.lines(refused.out());
    assertEquals("NOT_INSPECTED", lines.get(0).path("verdict").asText());
    assertFalse(lines.get(0).has("pValue"), "nothing is known about the part");
    assertTrue(lines.get(1).has("pValue"));
    assertTrue(
        refused.err().contains("lot: 1 part, 1 rejected (DEFECT), 1 more not inspected"),
        refused.err());
    assertEquals(0, lines.get(0).path("regions").size());
    assertEquals("DEFECT", lines.get(1).path("verdict").asText());
    for (byte value : Images.read(output.resolve("black.png.mask.png")).samples8()) {
      assertEquals(0, value);
    }
    String info = Invocation.of("info", SmallLine.model().toString()).out();
    assertTrue(info.contains("limits of the input"), info);
    assertTrue(info.contains("brightness 0."), info);
  }

  @Test
  void aDefectIsAnExitCodeIfItIsWanted() throws IOException {
    Path part = images.resolve("a.png");
    assertEquals(0, exitCode(part, "--log10-epsilon=-1e9", "--fail-on-defect"), "GOOD");
    assertEquals(3, exitCode(part, "--log10-epsilon=1e9", "--fail-on-defect"), "DEFECT");
    assertEquals(3, exitCode(part, "--log10-epsilon=1e9", "--fail-on-defect", "--json"), "DEFECT");
    assertEquals(0, exitCode(part, "--log10-epsilon=1e9"), "DEFECT, and it is not wanted");
    Path black = images.resolve("black.png");
    Images.writePng(black, Image.of8(HEIGHT, WIDTH, 3, new byte[HEIGHT * WIDTH * 3]));
    String[] wanted = {"--unusual-input=NOT_INSPECTED", "--log10-epsilon=-1e9", "--fail-on-defect"};
    assertEquals(3, exitCode(black, wanted), "NOT_INSPECTED is not GOOD");
    assertEquals(1, exitCode(images, "--log10-epsilon=1e9", "--fail-on-defect"), "one is not read");
  }

  private static int exitCode(Path image, String... options) throws IOException {
    List<String> all = new ArrayList<>(List.of("inspect", SmallLine.model().toString()));
    all.addAll(List.of(image.toString(), "--threads=1"));
    all.addAll(List.of(options));
    return Invocation.of(all.toArray(String[]::new)).exitCode();
  }

  /** As are models that were calibrated by an older version. */
  @Test
  void aModelThatKnowsNoRangeSaysSo() throws IOException {
    Path model = folder.resolve("by hand.flowline");
    assertEquals(0, SmallLine.train(model, "--log10-epsilon=-3", "--epochs=1").exitCode());
    Path image = images.resolve("a.png");
    Invocation usual = Invocation.of("inspect", model.toString(), image.toString(), "--threads=1");
    assertEquals(0, usual.exitCode(), usual.err());
    assertFalse(Json.object(usual.out()).has("outOfRange"), usual.out());
    Invocation asked =
        Invocation.of(
            "inspect",
            model.toString(),
            image.toString(),
            "--threads=1",
            "--unusual-input=NOT_INSPECTED");
    assertEquals(2, asked.exitCode());
    assertTrue(asked.err().contains("does not know what usual images are"), asked.err());
    assertFalse(Json.object(usual.out()).has("pValue"), usual.out());
    String why =
        "no p-values, because the model's threshold was set by hand: 'flowline calibrate' sets it with good images";
    assertTrue(usual.err().contains("note: " + why), usual.err());
    Invocation lot =
        Invocation.of("inspect", model.toString(), image.toString(), "--false-discovery-rate=0.1");
    assertEquals(2, lot.exitCode());
    assertTrue(lot.err().contains("--false-discovery-rate: there are " + why), lot.err());
    assertEquals("", lot.out());
    String info = Invocation.of("info", model.toString()).out();
    assertTrue(info.contains("none: an image unlike the calibration images is not reported"), info);
  }

  /** Counted one by one among the numbers that the model file keeps. */
  @Test
  void aPartHasItsPValueAndALotItsStatement() throws IOException {
    JsonNode own =
        Json.object(Invocation.of("info", SmallLine.model().toString(), "--json").out())
            .at("/config/calibration");
    String parts = SmallLine.data().resolve("steel/test").toString();
    Invocation inspect = inspect(parts, "--json", "--false-discovery-rate=0.5");
    assertEquals(0, inspect.exitCode(), inspect.err());
    JsonNode json = Json.object(inspect.out());
    int rejected = 0;
    int smallest = 0;
    for (JsonNode line : json.path("inspections")) {
      int asExtreme = 0;
      for (JsonNode image : own.path("images")) {
        double number = image.path("smallestLog10Nfa").asDouble();
        asExtreme += number <= line.at("/statistic/value").asDouble() ? 1 : 0;
      }
      double pValue = (1.0 + asExtreme) / (1 + own.path("images").size());
      assertEquals(pValue, line.path("pValue").asDouble(), line.toString());
      boolean defect = line.path("verdict").asText().equals("DEFECT");
      assertEquals(defect, pValue <= own.path("promised").asDouble(), line.toString());
      rejected += defect ? 1 : 0;
      smallest += asExtreme == 0 ? 1 : 0;
    }
    assertTrue(smallest > 0, "some parts are defective");
    JsonNode lot = json.path("lot");
    assertEquals(json.path("inspections").size(), lot.path("parts").asInt());
    assertEquals(rejected, lot.path("rejected").asInt());
    assertEquals(1 / 3.0, lot.at("/falseRejects/promised").asDouble());
    assertEquals(smallest, lot.at("/discoveries/partsAtSmallest").asInt());
    assertEquals(rejected, lot.at("/review/rejects").asInt());

    Invocation byHand = inspect(parts, "--json", "--log10-epsilon=1e9");
    JsonNode all = Json.object(byHand.out());
    for (int i = 0; i < all.path("inspections").size(); i++) {
      assertEquals(
          json.at("/inspections/%s/pValue".formatted(i)),
          all.at("/inspections/%s/pValue".formatted(i)),
          "whatever the threshold");
    }
    assertEquals(lot.path("parts"), all.at("/lot/rejected"));
    assertFalse(all.path("lot").has("falseRejects"), "a threshold by hand guarantees nothing");
    assertFalse(all.path("lot").has("discoveries"));

    Invocation single = inspect(images.resolve("a.png").toString(), "--json");
    assertFalse(Json.object(single.out()).has("lot"), "one part is no lot");
    assertEquals("", inspect(images.resolve("a.png").toString()).err());
  }

  @Test
  void anotherTestHasNoPValues() throws IOException {
    String part = images.resolve("a.png").toString();
    Invocation other = inspect(part, "--null=CHI_SQUARE", "--number-of-tests=PUBLISHED");
    assertEquals(0, other.exitCode(), other.err());
    assertFalse(Json.object(other.out()).has("pValue"), other.out());
    String why = "no p-values, because the model was calibrated for another test";
    assertTrue(other.err().contains("note: " + why), other.err());
    Invocation asked =
        inspect(
            part, "--null=CHI_SQUARE", "--number-of-tests=PUBLISHED", "--false-discovery-rate=0.1");
    assertEquals(2, asked.exitCode());
    assertEquals(1, asked.err().strip().lines().count(), asked.err());
    assertTrue(asked.err().contains("leave out the options of the test"), asked.err());

    Path formats = Path.of("src/test/resources/dev/flowline/line/formats");
    Invocation old =
        Invocation.of("inspect", formats.resolve("format-1.flowline").toString(), part);
    assertEquals(0, old.exitCode(), old.err());
    assertFalse(Json.object(old.out()).has("pValue"), old.out());
    assertTrue(
        old.err().contains("an older Flowline calibrated the model and kept one number only"),
        old.err());
  }

  @Test
  void jsonIsOneObjectAlsoWhereAFileIsCorrupt() throws IOException {
    Invocation inspect = inspect(images.toString(), "--json");
    assertEquals(1, inspect.exitCode());
    JsonNode inspections = Json.object(inspect.out()).path("inspections");
    assertEquals(3, inspections.size());
    Json.assertKeys(inspections.get(1), "image", "error");
    Json.assertKeys(inspections.get(2), "image", "verdict");
  }

  @Test
  void imagesOfTheSameNameDoNotOverwriteEachOther() throws IOException {
    Path other = folder.resolve("other/a.png");
    Images.writePng(other, TinyLine.good(3, HEIGHT + 10, WIDTH));
    Path output = folder.resolve("out");
    Invocation inspect =
        inspect(images.resolve("a.png").toString(), other.toString(), "-o", output.toString());
    assertEquals(2, inspect.exitCode(), inspect.err());
    assertEquals(1, inspect.err().strip().lines().count(), inspect.err());
    assertTrue(inspect.err().contains("a.png"), inspect.err());
    assertFalse(Files.exists(output));
  }

  @Test
  void aFolderWithoutImagesIsNamed() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Invocation inspect = inspect(empty.toString());
    assertEquals(1, inspect.exitCode());
    assertTrue(inspect.err().contains("no image in " + empty), inspect.err());
  }

  @Test
  void anAbsentImageIsALineToo() throws IOException {
    Path absent = folder.resolve("absent.png");
    Invocation inspect = inspect(absent.toString(), images.resolve("a.png").toString());
    assertEquals(1, inspect.exitCode());
    List<JsonNode> lines = Json.lines(inspect.out());
    assertTrue(lines.get(0).path("error").asText().contains(absent.toString()), inspect.out());
    assertTrue(lines.get(1).has("verdict"));
  }

  @Test
  void linksAreFollowedAndWhatTheyMissIsALine() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), images);
    Files.createSymbolicLink(images.resolve("gone.png"), folder.resolve("absent.png"));
    Files.createSymbolicLink(images.resolve("deeper/up"), images);
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Path absent = folder.resolve("absent");
    Invocation inspect = inspect(link.toString(), empty.toString(), absent.toString());
    assertEquals(1, inspect.exitCode());
    List<JsonNode> lines = Json.lines(inspect.out());
    assertEquals(
        List.of(
            "link/a.png", "link/b.png", "link/deeper/c.png", "link/gone.png", "empty", "absent"),
        lines.stream()
            .map(line -> folder.relativize(Path.of(line.path("image").asText())).toString())
            .toList());
    assertTrue(lines.get(0).has("verdict") && lines.get(2).has("verdict"), inspect.out());
    for (int failed : new int[] {1, 3, 4, 5}) {
      String error = lines.get(failed).path("error").asText();
      assertTrue(error.contains(lines.get(failed).path("image").asText()), error);
      assertTrue(inspect.err().contains(error), inspect.err());
    }
  }

  @Test
  void resultsAreNotInspected() throws IOException {
    Files.delete(corrupt);
    String output = images.resolve("found").toString();
    for (int time = 0; time < 2; time++) {
      Invocation inspect = inspect(images.toString(), "-o", output);
      assertEquals(0, inspect.exitCode(), inspect.err());
      assertEquals(2, Json.lines(inspect.out()).size(), inspect.out());
    }
    Invocation inPlace = inspect(images.toString(), "-o", images.resolve("../images").toString());
    assertEquals(2, inPlace.exitCode());
    assertTrue(inPlace.err().contains("another folder"), inPlace.err());
  }

  @Test
  void aVerdictIsNotLostWhereItsOverlayCannotBeWritten() throws IOException {
    Path output = folder.resolve("out");
    Path inTheWay = output.resolve("a.png.overlay.png");
    Files.createDirectories(inTheWay.resolve("full"));
    Invocation inspect = inspect(images.resolve("a.png").toString(), "-o", output.toString());
    assertEquals(1, inspect.exitCode());
    JsonNode line = Json.object(inspect.out());
    Json.assertKeys(line, "image", "verdict", "regions", "timingsMillis", "error");
    assertTrue(line.path("error").asText().contains(inTheWay.toString()), inspect.out());
    assertTrue(line.at("/timingsMillis/decode").asDouble() > 0);
  }

  @Test
  void anImageThatTheMemoryDoesNotHoldIsALineAmongTheOthers() throws Exception {
    int side = 9000;
    Images.writePng(corrupt, Image.of8(side, side, 1, new byte[side * side]));
    var arguments =
        List.of("inspect", SmallLine.model().toString(), images.toString(), "--threads=1");
    var outcome =
        ChildJvm.run(
            ChildJvm.of(Flowline.class, 0, List.of("-Xmx64m"), arguments.toArray(String[]::new)));
    assertEquals(1, outcome.exitCode(), outcome.output());
    List<String> lines = outcome.output().lines().filter(line -> line.startsWith("{")).toList();
    assertEquals(3, lines.size(), outcome.output());
    String error = Json.object(lines.get(1)).path("error").asText();
    assertTrue(error.startsWith(corrupt + ": out of memory"), error);
    assertTrue(Json.object(lines.get(2)).has("verdict"), outcome.output());
  }

  @Test
  void badNumbersAreUsageErrors() throws IOException {
    for (String wrong :
        List.of(
            "--log10-epsilon=low",
            "--log10-epsilon=NaN",
            "--pfa-bound=MARKOV",
            "--false-discovery-rate=0",
            "--false-discovery-rate=1",
            "--false-discovery-rate=-0.1",
            "--false-discovery-rate=NaN",
            "--false-discovery-rate=ten")) {
      Invocation inspect = inspect(images.toString(), wrong);
      assertEquals(2, inspect.exitCode(), inspect.err());
      assertEquals(1, inspect.err().strip().lines().count(), inspect.err());
      assertEquals("", inspect.out());
    }
  }

  private static Invocation inspect(String... arguments) throws IOException {
    var all =
        new java.util.ArrayList<>(List.of("inspect", SmallLine.model().toString(), "--threads=1"));
    all.addAll(List.of(arguments));
    return Invocation.of(all.toArray(String[]::new));
  }
}
