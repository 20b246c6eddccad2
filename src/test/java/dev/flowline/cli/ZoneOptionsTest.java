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
import dev.flowline.line.Inspection;
import dev.flowline.line.Inspector;
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

/** A model with zones of different tolerance: calibrated, shown, inspected with, watched. */
class ZoneOptionsTest {
  private static final int SIZE = SmallLine.SIZE;
  private static final int IMAGES = 60;
  private static final int LEFT = 64; // its value
  private static final int RIGHT = 255;

  @TempDir static Path folder;
  private static Path good;
  private static Path mask;
  private static Path model;

  @BeforeAll
  static void aModelWithAStrictLeftHalf() throws IOException {
    good = Files.createDirectories(folder.resolve("good"));
    for (int i = 0; i < IMAGES; i++) {
      Images.writePng(
          good.resolve("%03d.png".formatted(i)), TinyLine.good(900 + 2 * i, SIZE, SIZE));
    }
    mask = mask("zones.png", SIZE, SIZE, SIZE / 2);
    model = folder.resolve("zones.flowline");
    calibrated(SmallLine.model(), model, zones(9, 1));
  }

  private static Path mask(String name, int height, int width, int border) throws IOException {
    byte[] samples = new byte[height * width];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (byte) (i % width < border ? LEFT : RIGHT);
    }
    Path file = folder.resolve(name);
    Images.writePng(file, Image.of8(height, width, 1, samples));
    return file;
  }

  private static String[] zones(int left, int right) {
    return new String[] {
      "--zones=" + mask, "--zone=left=64,share=" + left, "--zone=right=255,share=" + right
    };
  }

  private static Invocation calibrate(Path from, Path output, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "calibrate",
                from.toString(),
                "--good=" + good,
                "--threads=1",
                "--overwrite",
                "-o=" + output));
    words.addAll(Arrays.asList(more));
    return Invocation.of(words.toArray(String[]::new));
  }

  private static JsonNode calibrated(Path from, Path output, String... more) throws IOException {
    List<String> words = new ArrayList<>(List.of("--json"));
    words.addAll(Arrays.asList(more));
    Invocation run = calibrate(from, output, words.toArray(String[]::new));
    assertEquals(0, run.exitCode(), run.err());
    return Json.object(run.out());
  }

  private static JsonNode test(Path model) throws IOException {
    return Json.object(Invocation.of("info", model.toString(), "--json").out())
        .at("/config/segmentation");
  }

  private static String format(Path model) throws IOException {
    return Safetensors.read(model).metadata().get("flowline.format");
  }

  /** Java, ONNX Runtime and the C library have the same verdicts and regions, zone by zone. */
  @Test
  void everyEngineJudgesZonesAlike() throws IOException {
    Path exported = folder.resolve("zones.onnx");
    Invocation export =
        Invocation.of(
            "export",
            model.toString(),
            "-o=" + exported,
            "--golden=" + good,
            "--threads=1",
            "--overwrite");
    assertEquals(0, export.exitCode(), export.err() + export.out());
    Invocation patterns = Invocation.of("verify", model.toString(), "--threads=1");
    assertEquals(0, patterns.exitCode(), patterns.err() + patterns.out());
    for (Invocation verified : List.of(export, patterns)) {
      assertEquals(
          4,
          verified.out().lines().filter(l -> l.startsWith("libflowline_inspect by")).count(),
          verified.out());
    }
  }

  @Test
  void zonesBelongToTheModel() throws IOException {
    JsonNode test = test(model);
    assertEquals("left", test.at("/zones/zones/0/name").asText());
    assertEquals(0.9, test.at("/zones/zones/0/share").asDouble());
    assertNotEquals(test.at("/zones/zones/0/law"), test.at("/zones/zones/1/law"));
    assertEquals("6", format(model));
    List<String> shown = Invocation.of("info", model.toString()).out().lines().toList();
    assertTrue(
        shown.stream()
            .anyMatch(
                line ->
                    line.startsWith("zone left ")
                        && line.contains("90 % of the false alarms")
                        && line.contains("region law of")),
        shown.toString());
  }

  /** The law is the same: only the share is another. */
  @Test
  void aShareIsAnOffsetOfTheNumberThatDecides() throws IOException {
    Path tolerant = folder.resolve("tolerant.flowline");
    JsonNode told = calibrated(SmallLine.model(), tolerant, zones(1, 9));
    assertEquals("left", told.at("/zones/0/name").asText());
    assertEquals(0.1, told.at("/zones/0/share").asDouble());
    assertNotEquals(test(model).path("log10Epsilon"), test(tolerant).path("log10Epsilon"));
    Image left = TinyLine.defective(77, SIZE, SIZE, 6, 24, 12);
    Image right = TinyLine.defective(77, SIZE, SIZE, 44, 24, 12);
    try (Inspector strict = Inspector.open(model);
        Inspector lax = Inspector.open(tolerant)) {
      Inspection found = strict.inspect(left);
      assertEquals("left", found.regions().get(0).zone());
      assertEquals(found.log10Nfa(), found.regions().get(0).log10Nfa());
      assertEquals(lax.inspect(left).log10Nfa() - Math.log10(9), found.log10Nfa(), 1e-4);
      assertEquals(
          lax.inspect(right).log10Nfa() + Math.log10(9), strict.inspect(right).log10Nfa(), 1e-4);
      assertEquals("right", strict.inspect(right).regions().get(0).zone());
      assertTrue(found.pValue() != null && found.fieldOfView() == null);
      assertEquals(found, Inspection.fromJson(found.toJson()));
      FieldOfView top = FieldOfView.whole(SIZE, SIZE).within(0, 0, SIZE, 20);
      Inspection elsewhere = strict.inspect(left, top);
      assertFalse(elsewhere.fieldOfView().ofModel());
      assertTrue(elsewhere.log10Nfa() > found.log10Nfa());
    }
  }

  @Test
  void recordsAndPicturesNameTheZone() throws IOException {
    Path parts = Files.createDirectories(folder.resolve("parts"));
    Images.writePng(parts.resolve("left.png"), TinyLine.defective(77, SIZE, SIZE, 6, 24, 12));
    Images.writePng(parts.resolve("none.png"), TinyLine.good(77, SIZE, SIZE));
    Path pictures = folder.resolve("pictures");
    Invocation run =
        Invocation.of(
            "inspect",
            model.toString(),
            parts.toString(),
            "--json",
            "--threads=1",
            "-o=" + pictures);
    assertEquals(0, run.exitCode(), run.err());
    JsonNode found = Json.object(run.out()).path("inspections");
    assertEquals("left", found.at("/0/regions/0/zone").asText());
    assertEquals(0, found.at("/1/regions").size());
    // A dashed yellow line lies on the border, and nowhere else.
    Image overlay = Images.read(pictures.resolve("none.png.overlay.png"));
    int yellow = 0;
    for (int y = 0; y < SIZE; y++) {
      yellow += overlay.sample(y, SIZE / 2, 0) > 200 && overlay.sample(y, SIZE / 2, 2) < 60 ? 1 : 0;
      assertTrue(overlay.sample(y, 8, 2) > 60, "row " + y);
    }
    assertTrue(yellow > SIZE / 4 && yellow < 3 * SIZE / 4, yellow + " yellow pixels");
    try (Inspector inspector = Inspector.open(model)) {
      Inspection part = inspector.inspect(parts.resolve("left.png"));
      List<String> words = InspectionPictures.words(part);
      assertTrue(words.contains("1 region: number 1 decided in zone left"), words.toString());
    }
  }

  @Test
  void aCalibrationKeepsTheZonesUnlessOthersAreGiven() throws IOException {
    Path next = folder.resolve("next.flowline");
    JsonNode kept = calibrated(model, next);
    assertEquals(2, kept.path("zones").size());
    assertEquals(test(model).at("/zones/runs"), test(next).at("/zones/runs"));
    JsonNode none = calibrated(model, next, "--no-zones");
    assertFalse(none.has("zones"));
    assertFalse(test(next).has("zones"));
    assertEquals("6", format(next), "its history has zones");
    JsonNode seen = calibrated(model, next, "--roi=10%,0%,80%,100%");
    assertEquals(2, seen.path("zones").size());
    assertTrue(seen.has("fieldOfView") && seen.path("lawIsNew").asBoolean());
    assertNotEquals(test(model).at("/zones/zones/0/law"), test(next).at("/zones/zones/0/law"));
  }

  /** Laws of the whole image would stay where there are few others; zones must not keep them. */
  @Test
  void lawsOfOtherZonesDoNotStay() throws IOException {
    Path few = Files.createDirectories(folder.resolve("few"));
    for (int i = 0; i < 19; i++) {
      Images.writePng(few.resolve("%03d.png".formatted(i)), TinyLine.good(2000 + i, SIZE, SIZE));
    }
    List<String> words =
        new ArrayList<>(
            List.of(
                "calibrate",
                model.toString(),
                "--good=" + few,
                "--threads=1",
                "-o=" + folder.resolve("few.flowline")));
    assertEquals(0, Invocation.of(words.toArray(String[]::new)).exitCode());
    words.add("--overwrite");
    words.addAll(List.of(zones(1, 3)));
    Invocation tooFew = Invocation.of(words.toArray(String[]::new));
    assertEquals(Flowline.USAGE, tooFew.exitCode(), tooFew.err());
    assertTrue(tooFew.err().contains("--zones takes at least 20 good images"), tooFew.err());
  }

  @Test
  void aZoneHasASmallestAreaOfItsOwn() throws IOException {
    Path rule = folder.resolve("rule.flowline");
    String[] options = zones(1, 1);
    options[1] += ",smallest-area=9"; // mm², of 0.1 mm: 900 pixels of 4096
    JsonNode told =
        calibrated(
            SmallLine.model(), rule, options[0], options[1], options[2], "--pixel-pitch=0.1");
    int positions = test(rule).at("/zones/height").asInt() * test(rule).at("/zones/width").asInt();
    int smallest = (int) Math.ceil(positions * 900 / 4096.0);
    assertEquals(smallest, told.at("/zones/0/smallestRegion").asInt());
    assertFalse(told.at("/zones/1").has("smallestRegion") || told.has("smallestRegion"));
    try (Inspector large = Inspector.open(rule);
        Inspector any = Inspector.open(model)) {
      double ofAny = any.inspect(TinyLine.defective(78, SIZE, SIZE, 10, 20, 7)).log10Nfa();
      double ofLarge = large.inspect(TinyLine.defective(78, SIZE, SIZE, 10, 20, 7)).log10Nfa();
      assertTrue(ofAny + 0.5 < ofLarge, ofAny + " and " + ofLarge);
    }
    Invocation chiSquare =
        Invocation.of("inspect", rule.toString(), good.toString(), "--null=CHI_SQUARE");
    assertEquals(Flowline.USAGE, chiSquare.exitCode(), chiSquare.err());
    assertTrue(chiSquare.err().contains("knows no smallest region"), chiSquare.err());
  }

  @Test
  void driftIsWatchedWithZones() throws IOException {
    JsonNode untouched = drift(dimmed("untouched", 0));
    assertTrue(untouched.at("/drift/parts").asInt() > 50, untouched.toString());
    assertFalse(untouched.at("/drift/detected").asBoolean(), untouched.toString());
    assertTrue(drift(dimmed("dim", SIZE)).at("/drift/detected").asBoolean());
  }

  private static Path dimmed(String name, int columns) throws IOException {
    Path images = Files.createDirectories(folder.resolve(name));
    for (int image = 0; image < 60; image++) {
      byte[] samples = TinyLine.good(901 + 2 * image, SIZE, SIZE).samples8().clone();
      for (int i = 0; i < samples.length; i++) {
        samples[i] = (byte) (i / 3 % SIZE < columns ? (samples[i] & 0xff) * 0.93 : samples[i]);
      }
      Images.writePng(
          images.resolve("%03d.png".formatted(image)), Image.of8(SIZE, SIZE, 3, samples));
    }
    return images;
  }

  private static JsonNode drift(Path images) throws IOException {
    Invocation run =
        Invocation.of("drift", model.toString(), images.toString(), "--json", "--threads=1");
    assertEquals(0, run.exitCode(), run.err());
    return Json.object(run.out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--zone=left=64 --zone=right=255 | --zone names a value of --zones, which is not given",
        "--zones=M | --zones needs a --zone for each value",
        "--zones=M --zone=left=64 | zones.png has pixels of no zone, with the values 255 (2048 pixels)",
        "--zones=M --zone=left=64 --zone=right=255 --zone=top=7 | no pixel of",
        "--zones=M --zone=left=64 --zone=right=64 | two zones have the value 64",
        "--zones=M --zone=left=64 --zone=left=255 | two zones are named left",
        "--zones=M --zone=left=64,share=0 --zone=right=255 | the share of left must be above 0",
        "--zones=M --zone=left=64,share=-1 --zone=right=255 | is not NAME=VALUE",
        "--zones=M --zone=left=64,share=NaN --zone=right=255 | is not NAME=VALUE",
        "--zones=M --zone=left --zone=right=255 | is not NAME=VALUE",
        "--zones=M --zone=left=64,size=3 --zone=right=255 | is not NAME=VALUE",
        "--zones=M --zone=left=65536 --zone=right=255 | is not NAME=VALUE",
        "--zones=M --zone=left=64,smallest-area=4097 --zone=right=255 | --zone left: 4097.0 pixels is more",
        "--zones=M --zone=left=64,smallest-area=2100 --zone=right=255 | the smallest region of zone left has",
        "--zones=M --zone=left=64 --zone=right=255 --roi=0%,0%,50%,100% | zone right has 0 of",
        "--zones=absent.png --zone=left=64 | absent.png",
        "--no-zones --zones=M --zone=left=64 | --no-zones cannot be combined",
        "--zones=M --zone=left=64,smallest-area=900 --zone=right=255 --null=CHI_SQUARE | knows no smallest region",
        "--pixel-pitch=0.1 --zones=M --zone=left=64 --zone=right=255 | is the unit of --smallest-area"
      })
  void whatFitsNothingIsOneLine(String options, String wanted) throws IOException {
    refused(
        wanted, options.strip().replace("M ", mask + " ").replaceAll("M$", mask + "").split(" "));
  }

  private static void refused(String wanted, String... options) throws IOException {
    Path absent = folder.resolve("absent.flowline");
    Invocation run = calibrate(SmallLine.model(), absent, options);
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
  void aMaskThatCannotBeMeantIsRefused() throws IOException {
    String left = "--zone=left=64";
    String right = "--zone=right=255";
    Path strip = mask("strip.png", SIZE, 2 * SIZE, SIZE);
    refused("another shape than the 64 x 64", "--zones=" + strip, left, right);
    Path thin = mask("thin.png", SIZE, SIZE, 2);
    refused("zone left has", "--zones=" + thin, left, right);
    Path soft = folder.resolve("soft.png");
    byte[] samples = new byte[SIZE * SIZE];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (byte) (4 * (i % SIZE));
    }
    Images.writePng(soft, Image.of8(SIZE, SIZE, 1, samples));
    refused("and 59 more", "--zones=" + soft, left);
    Path coloured = folder.resolve("coloured.png");
    Images.writePng(coloured, TinyLine.good(1, SIZE, SIZE));
    refused("zones are named by grey values", "--zones=" + coloured, left, right);
    Path large = mask("large.png", 2 * SIZE, 2 * SIZE, SIZE);
    Path scaled = folder.resolve("scaled.flowline");
    calibrated(SmallLine.model(), scaled, "--zones=" + large, left + ",share=9", right);
    assertEquals(test(model).path("zones"), test(scaled).path("zones"));
  }

  @Test
  void trainingTakesThemToo() throws IOException {
    Path trained = folder.resolve("trained.flowline");
    String[] options = { // apart, as the later of two alike would take the place of the other
      "--zones=" + mask, "--zone", "left=64,share=3", "--zone", "right=255"
    };
    Invocation run = SmallLine.train(trained, options);
    assertEquals(0, run.exitCode(), run.err());
    assertEquals(0.75, test(trained).at("/zones/zones/0/share").asDouble());
    assertTrue(run.out().contains("zone left: 75 % of the false alarms"), run.out());
    try (Inspector inspector = Inspector.open(trained)) {
      inspector.inspect(TinyLine.good(1, SIZE, SIZE));
    }
    options[2] += ",smallest-area=200";
    Invocation small = SmallLine.train(folder.resolve("untrained.flowline"), options);
    assertEquals(Flowline.USAGE, small.exitCode(), small.err());
    assertTrue(small.err().contains("takes 10 validation images: there are"), small.err());
  }

  @Test
  void evaluationAndAcceptanceDecideByZone() throws IOException {
    Path data = folder.resolve("data");
    for (int i = 0; i < 4; i++) {
      String name = "%03d.png".formatted(i);
      Images.writePng(
          data.resolve("fabric/test/hole/" + name),
          TinyLine.defective(5000 + i, SIZE, SIZE, 10 * i + 4, 20, 12));
      Images.writePng(
          data.resolve("fabric/test/good/" + name), TinyLine.good(6000 + i, SIZE, SIZE));
      Images.writePng(
          data.resolve("fabric/train/good/" + name), TinyLine.good(8000 + i, SIZE, SIZE));
    }
    Path report = folder.resolve("report");
    Invocation run =
        Invocation.of(
            "evaluate",
            model.toString(),
            "--data=" + data,
            "--layout=mvtec",
            "--category=fabric",
            "--json",
            "--threads=1",
            "--report=" + report);
    assertEquals(0, run.exitCode(), run.err());
    JsonNode result = Json.object(run.out());
    String page = Files.readString(report.resolve("report.html"));
    assertTrue(page.contains("in zone left") && page.contains("zone right"), "gallery");
    JsonNode inspected =
        Json.object(
            Invocation.of(
                    "inspect",
                    model.toString(),
                    data.resolve("fabric/test/hole").toString(),
                    "--json",
                    "--threads=1")
                .out());
    int defects = 0;
    for (JsonNode part : inspected.path("inspections")) {
      defects += part.path("verdict").asText().equals("DEFECT") ? 1 : 0;
    }
    assertEquals(
        defects,
        result.path("defectImagesFound").asInt()
            + result.path("defectImagesAlarmedElsewhere").asInt());
    assertTrue(Files.exists(report.resolve("goodness-of-fit.html")));
  }
}
