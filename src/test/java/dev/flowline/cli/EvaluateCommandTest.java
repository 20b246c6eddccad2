package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flowline.data.ImageDigests;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.Provenance;
import dev.flowline.page.Numbers;
import dev.flowline.page.ParsedPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluateCommandTest {
  @TempDir Path folder;

  @Test
  void printsOneJsonObjectAndWritesTheReport() throws IOException {
    Path report = folder.resolve("report");
    Invocation evaluate = evaluate("--json", "--report=" + report);
    assertEquals(0, evaluate.exitCode(), evaluate.err());
    JsonNode json = Json.object(evaluate.out());
    Json.assertKeys(
        json,
        "pixelAuroc",
        "imageAuroc",
        "aupro",
        "meanIou",
        "goodImages",
        "falseAlarmImages",
        "defectImages",
        "defectImagesFound",
        "byDefect",
        "timings");
    Json.assertKeys(json.path("meanIou"), "automatic", "oracle");
    assertFalse(json.has("fairThreshold") || json.path("meanIou").has("fair"), evaluate.out());
    assertEquals(0, json.path("trainingImagesLeftOut").asInt(-1));
    assertEquals(3, json.path("goodImages").asInt());
    assertEquals(6, json.path("defectImages").asInt());
    assertEquals(List.of("dent", "scratch", "stain"), names(json.path("byDefect")));
    for (String share : List.of("pixelAuroc", "imageAuroc", "aupro")) {
      double value = json.path(share).asDouble(-1);
      assertTrue(value >= 0 && value <= 1, share + " " + value);
    }
    ParsedPage page = ParsedPage.of(Files.readString(report.resolve("report.html")));
    page.assertHarmless();
    assertEquals(5, page.elements("svg", "chart").size());
    assertTrue(page.elements("img").size() >= 9, page.elements("img").size() + " pictures");
    Json.object(Files.readString(report.resolve("evaluation.json")));
    JsonNode images = Json.object(Files.readString(report.resolve("images.json"))).path("images");
    assertEquals(9, images.size());
    assertEquals(
        json.path("defectImagesFound").asInt(),
        images.findValuesAsText("outcome").stream().filter("FOUND"::equals).count());
    List<String> rows = Files.readString(report.resolve("images.csv")).lines().toList();
    assertEquals(10, rows.size());
    assertTrue(rows.get(0).startsWith("image,type,verdict,outcome,"), rows.get(0));
    for (JsonNode image : images) {
      double pValue = image.path("pValue").asDouble();
      assertEquals(image.path("verdict").asText().equals("DEFECT"), pValue <= 1 / 3.0);
      String row = "," + image.path("log10Epsilon").asText() + "," + pValue + ",";
      assertTrue(rows.stream().anyMatch(line -> line.contains(row)), row);
      assertTrue(page.shown().contains(" · p-value " + Numbers.brief(pValue)), row);
    }
    assertEquals("goodness-of-fit.html", page.elements("a").get(0).getAttribute("href"));
    assertEquals(2, json.at("/operatingPoint/calibrationImages").asInt());
    assertEquals(0.05, json.at("/operatingPoint/asked/rate").asDouble());
    assertEquals(1 / 3.0, json.at("/operatingPoint/promised").asDouble(), 1e-12);
    assertEquals("≤ 33.3 %", page.row("5.0 %: this model").get(1), "the guaranteed rate");
    assertEquals("≤ 33.3 %", page.row("Flowline").get(4));
    assertEquals(6, json.path("thresholdRules").size());
    for (JsonNode rule : json.path("thresholdRules")) {
      assertFalse(rule.has("unknown"), "the calibration images are found again: " + rule);
    }
    assertTrue(page.shown().contains("at most 33.3 % of good images raise a false alarm"));
    ParsedPage fit = ParsedPage.of(Files.readString(report.resolve("goodness-of-fit.html")));
    assertEquals("report.html", fit.elements("a").get(0).getAttribute("href"));
    assertTrue(
        fit.text("p", "verdict").contains("3 good test images"), "others than the good ones");
  }

  @Test
  void withoutGoodTestImagesTheReportSaysWhyThereIsNoGoodnessOfFitPage() throws IOException {
    Path data = folder.resolve("data");
    copy(SmallLine.data().resolve(SmallLine.PRODUCT), data.resolve(SmallLine.PRODUCT));
    Path report = folder.resolve("report");
    Invocation evaluate =
        Invocation.of(
            "evaluate",
            SmallLine.model().toString(),
            "--data=" + data,
            "--category=" + SmallLine.PRODUCT,
            "--report=" + report);
    assertEquals(0, evaluate.exitCode(), evaluate.err());
    ParsedPage page = ParsedPage.of(Files.readString(report.resolve("report.html")));
    assertTrue(
        page.shown().contains("There is no goodness-of-fit page: it takes good test images."));
    assertTrue(page.elements("a").isEmpty(), "a link to a page that does not exist");
    assertTrue(!Files.exists(report.resolve("goodness-of-fit.html")));
  }

  /** But for good test images. */
  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path within = from.relativize(file);
        if (!within.startsWith(Path.of("test", "good"))) {
          Files.createDirectories(to.resolve(within).getParent());
          Files.copy(file, to.resolve(within));
        }
      }
    }
  }

  @Test
  void printsATableForPeople() throws IOException {
    Invocation evaluate = evaluate();
    assertEquals(0, evaluate.exitCode(), evaluate.err());
    for (String word : List.of("scratch", "stain", "dent", "pixel AUROC", "false alarm")) {
      assertTrue(evaluate.out().contains(word), evaluate.out());
    }
    assertFalse(evaluate.out().contains("fair"), evaluate.out());
  }

  /** Only then are the training images inspected: here they are gone, and nobody misses them. */
  @Test
  void theFairThresholdIsMeasuredOnRequestOnly() throws IOException {
    Invocation fair = evaluate("--fair", "--json");
    JsonNode json = Json.object(fair.out());
    assertTrue(json.path("fairThreshold").isNumber(), fair.out());
    assertTrue(json.at("/meanIou/fair").isNumber(), fair.out());
    assertTrue(evaluate("--fair").out().contains("fair anomalyMap"));

    Path data = folder.resolve("data");
    copyAll(SmallLine.data().resolve(SmallLine.PRODUCT), data.resolve(SmallLine.PRODUCT));
    for (Path image : files(data.resolve(SmallLine.PRODUCT).resolve("train"))) {
      Files.writeString(image, "no image any more");
    }
    Invocation without = evaluateOn(SmallLine.model(), data, "--json");
    assertEquals(0, without.exitCode(), without.err());
    assertEquals(json.path("pixelAuroc"), Json.object(without.out()).path("pixelAuroc"));
    assertEquals(1, evaluateOn(SmallLine.model(), data, "--json", "--fair").exitCode());
  }

  @Test
  void testImagesThatTheModelHasUsedAreLeftOutAndCounted() throws IOException {
    Path data = folder.resolve("data");
    Path product = data.resolve(SmallLine.PRODUCT);
    copyAll(SmallLine.data().resolve(SmallLine.PRODUCT), product);
    int known = 0;
    for (Path image : files(product.resolve("train"))) {
      Files.copy(image, product.resolve("test/good").resolve("known" + known++ + ".png"));
    }
    Path report = folder.resolve("report");
    Invocation evaluate = evaluateOn(SmallLine.model(), data, "--json", "--report=" + report);
    assertEquals(0, evaluate.exitCode(), evaluate.err());
    JsonNode json = Json.object(evaluate.out());
    assertEquals(known, json.path("trainingImagesLeftOut").asInt());
    assertEquals(3, json.path("goodImages").asInt());
    String said = known + " test images were used in training or calibration and left out";
    assertTrue(evaluate.err().contains(said), evaluate.err());
    Invocation table = evaluateOn(SmallLine.model(), data);
    assertTrue(table.out().contains(said), "the table");
    assertFalse(table.err().contains(said), "said twice");
    ParsedPage page = ParsedPage.of(Files.readString(report.resolve("report.html")));
    assertTrue(page.shown().contains(said), page.shown());
    ParsedPage fit = ParsedPage.of(Files.readString(report.resolve("goodness-of-fit.html")));
    assertTrue(fit.text("p", "verdict").contains("3 good test images"), "known ones among them");

    for (Path image : files(product.resolve("test"))) {
      if (!image.getFileName().toString().startsWith("known")) {
        Files.delete(image);
      }
    }
    Invocation none = evaluateOn(SmallLine.model(), data);
    assertEquals(2, none.exitCode(), none.out());
    assertTrue(none.err().contains("all 16 test images of steel were used"), none.err());
  }

  @Test
  void aModelThatRecordsNoImagesSaysThatNothingCanBeChecked() throws IOException {
    Path old = folder.resolve("old.flowline");
    try (AnomalyModel model = AnomalyModel.open(SmallLine.model())) {
      model.save(old, model.config().withProvenance(null));
    }
    Invocation evaluate = evaluateOn(old, SmallLine.data(), "--json");
    assertEquals(0, evaluate.exitCode(), evaluate.err());
    assertTrue(Json.object(evaluate.out()).path("trainingImagesLeftOut").isNull());
    assertTrue(
        evaluate.err().contains("note: the model does not record its training images"),
        evaluate.err());
  }

  /** Recorded calibrations count, whether the training is recorded or not. */
  @Test
  void imagesOfCalibrationsAreLeftOutOfAnOldModelToo() throws IOException {
    Path good = SmallLine.data().resolve(SmallLine.PRODUCT).resolve("test/good/000.png");
    Path old = folder.resolve("old.flowline");
    try (AnomalyModel model = AnomalyModel.open(SmallLine.model())) {
      List<String> used = List.of(ImageDigests.of(good));
      model.save(
          old, model.config().withProvenance(Provenance.calibrated(null, Instant.EPOCH, used)));
    }
    Invocation evaluate = evaluateOn(old, SmallLine.data(), "--json");
    assertEquals(0, evaluate.exitCode(), evaluate.err());
    JsonNode json = Json.object(evaluate.out());
    assertEquals(1, json.path("trainingImagesLeftOut").asInt(), evaluate.out());
    assertEquals(2, json.path("goodImages").asInt());
    String unknown = "the model does not record its training images";
    String said = "1 test image was used in training or calibration and left out";
    assertTrue(evaluate.err().contains("note: " + said + "; " + unknown), evaluate.err());
    Invocation table = evaluateOn(old, SmallLine.data());
    assertTrue(table.out().contains(said), table.out());
    assertTrue(table.err().contains("note: " + unknown), table.err());
    assertFalse(table.err().contains(said), table.err());
  }

  @Test
  void theNextCommandReadsImagesAsThisOneDid() throws IOException {
    Invocation evaluate = evaluate("--bits=12", "--max-image-bytes=1073741824");
    assertEquals(0, evaluate.exitCode(), evaluate.err());
    String next =
        "next: flowline inspect %s --bits 12 --max-image-bytes 1073741824 DIR"
            .formatted(SmallLine.model());
    assertTrue(evaluate.err().contains(next), evaluate.err());
  }

  /** The report says who made the model. */
  @Test
  void theReportNamesTheMaker() throws IOException {
    Path report = folder.resolve("report");
    assertEquals(0, evaluate("--report=" + report).exitCode());
    ParsedPage page = ParsedPage.of(Files.readString(report.resolve("report.html")));
    for (String fact : List.of("by train of Flowline", "10 learned from", "SHA-256 of the model")) {
      assertTrue(page.shown().contains(fact), fact + " in " + page.shown());
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static void copyAll(Path from, Path to) throws IOException {
    for (Path file : files(from)) {
      Path target = to.resolve(from.relativize(file).toString());
      Files.createDirectories(target.getParent());
      Files.copy(file, target);
    }
  }

  private static Invocation evaluateOn(Path model, Path data, String... more) {
    var arguments =
        new java.util.ArrayList<>(
            List.of(
                "evaluate",
                model.toString(),
                "--data=" + data,
                "--category=" + SmallLine.PRODUCT,
                "--threads=1"));
    arguments.addAll(List.of(more));
    return Invocation.of(arguments.toArray(String[]::new));
  }

  @Test
  void anotherLog10EpsilonIsTheOneThatCounts() throws IOException {
    JsonNode all = Json.object(evaluate("--json", "--log10-epsilon=1e9").out());
    assertEquals(3, all.path("falseAlarmImages").asInt());
    assertEquals(6, all.path("defectImagesFound").asInt());
    JsonNode none = Json.object(evaluate("--json", "--log10-epsilon=-1e9").out());
    assertEquals(0, none.path("falseAlarmImages").asInt());
    assertEquals(0, none.path("defectImagesFound").asInt());
  }

  @Test
  void aMissingModelIsOneLine() throws IOException {
    Path absent = folder.resolve("absent.flowline");
    Invocation evaluate =
        Invocation.of(
            "evaluate",
            absent.toString(),
            "--data=" + SmallLine.data(),
            "--layout=mvtec",
            "--category=steel");
    assertEquals(1, evaluate.exitCode());
    assertEquals("", evaluate.out());
    assertEquals(1, evaluate.err().strip().lines().count(), evaluate.err());
    assertTrue(evaluate.err().contains(absent + ": no such file"), evaluate.err());
  }

  @Test
  void anUnknownCategoryListsThoseThatThereAre() throws IOException {
    Invocation evaluate =
        Invocation.of(
            "evaluate",
            SmallLine.model().toString(),
            "--data=" + SmallLine.data(),
            "--category=copper");
    assertEquals(2, evaluate.exitCode());
    assertTrue(evaluate.err().contains("[flange, steel]"), evaluate.err());
  }

  @Test
  void masksThatMarkNothingOrAllButTheDefectAreSaidEverywhere() throws IOException {
    Path data = folder.resolve("data");
    copy(SmallLine.data().resolve(SmallLine.PRODUCT), data.resolve(SmallLine.PRODUCT));
    Path truth = data.resolve(SmallLine.PRODUCT).resolve("ground_truth");
    int pixels = SmallLine.SIZE * SmallLine.SIZE;
    Images.writePng(
        truth.resolve("dent/000_mask.png"),
        Image.of8(SmallLine.SIZE, SmallLine.SIZE, 1, new byte[pixels]));
    byte[] inverted = Images.read(truth.resolve("stain/000_mask.png")).samples8().clone();
    for (int i = 0; i < pixels; i++) {
      inverted[i] = (byte) ~inverted[i];
    }
    Images.writePng(
        truth.resolve("stain/000_mask.png"),
        Image.of8(SmallLine.SIZE, SmallLine.SIZE, 1, inverted));
    Path report = folder.resolve("report");
    Invocation evaluate =
        Invocation.of(
            "evaluate",
            SmallLine.model().toString(),
            "--data=" + data,
            "--report=" + report,
            "--json");
    assertEquals(0, evaluate.exitCode(), evaluate.err());
    assertTrue(
        evaluate.err().contains("note: --layout mvtec (") && evaluate.err().contains("train/good"),
        evaluate.err());
    JsonNode warnings = Json.object(evaluate.out()).path("warnings");
    String written = Files.readString(report.resolve("evaluation.json"));
    assertEquals(warnings, Json.object(written).path("warnings"));
    String page = ParsedPage.of(Files.readString(report.resolve("report.html"))).shown();
    for (String warning :
        List.of(
            "1 of 6 masks of defective images mark nothing at the size of the maps, so no pixel of their images counts as"
                + " defective: "
                + truth.resolve("dent/000_mask.png"),
            "1 of 6 masks of defective images mark the border and leave out something inside, so"
                + " look inverted: "
                + truth.resolve("stain/000_mask.png"))) {
      assertTrue(evaluate.err().contains("warning: " + warning), evaluate.err());
      assertTrue(warnings.toString().contains(warning), warnings.toString());
      assertTrue(page.contains(warning), page);
    }
    assertTrue(warnings.toString().contains("no good test image"), warnings.toString());
    assertEquals(
        evaluate.err().indexOf("no good test image"),
        evaluate.err().lastIndexOf("no good test image"),
        "said twice");
  }

  @Test
  void imagesUnlikeTheCalibrationImagesAreCountedAndNamedEverywhere() throws IOException {
    Path data = folder.resolve("data");
    copyAll(SmallLine.data().resolve(SmallLine.PRODUCT), data.resolve(SmallLine.PRODUCT));
    JsonNode usual = Json.object(evaluateOn(SmallLine.model(), data, "--json").out());
    int before = usual.path("imagesOutOfRange").asInt(-1);
    assertTrue(before >= 0, usual.toString());
    int pixels = SmallLine.SIZE * SmallLine.SIZE;
    Images.writePng(
        data.resolve(SmallLine.PRODUCT).resolve("test/good/black.png"),
        Image.of8(SmallLine.SIZE, SmallLine.SIZE, 1, new byte[pixels]));
    Path report = folder.resolve("report");
    Invocation evaluate = evaluateOn(SmallLine.model(), data, "--json", "--report=" + report);
    assertEquals(0, evaluate.exitCode(), evaluate.err());
    JsonNode json = Json.object(evaluate.out());
    assertEquals(before + 1, json.path("imagesOutOfRange").asInt(), evaluate.out());
    String said = before + 1 + " of 10 images are unlike the calibration images: ";
    assertTrue(evaluate.err().contains("warning: " + said), evaluate.err());
    assertTrue(json.path("warnings").toString().contains("good/black.png (brightness"), said);
    String page = ParsedPage.of(Files.readString(report.resolve("report.html"))).shown();
    assertTrue(page.contains(said), page);
    assertTrue(page.contains("unlike the calibration images: brightness is 0.000"), page);
    String row =
        Files.readString(report.resolve("images.csv"))
            .lines()
            .filter(line -> line.startsWith("good/black.png,"))
            .findFirst()
            .orElseThrow();
    assertTrue(row.contains(",brightness contrast entropy"), row);
    for (JsonNode image :
        Json.object(Files.readString(report.resolve("images.json"))).path("images")) {
      boolean black = image.path("image").asText().equals("good/black.png");
      assertTrue(image.path("outOfRange").isArray(), image.toString());
      assertTrue(!black || image.path("outOfRange").size() >= 3, image.toString());
    }
  }

  /** Java decodes such names, and the text then names no file. */
  @Test
  void aTestImageWhoseNameIsNotUtf8KeepsItsBytes() throws Exception {
    assumeTrue("UTF-8".equals(System.getProperty("sun.jnu.encoding")), "needs UTF-8 file names");
    Path data = folder.resolve("data");
    copyAll(SmallLine.data().resolve(SmallLine.PRODUCT), data.resolve(SmallLine.PRODUCT));
    Process bash =
        new ProcessBuilder("bash", "-c", "mv 000.png $'bad\\xff.png'")
            .directory(data.resolve(SmallLine.PRODUCT).resolve("test/good").toFile())
            .inheritIO()
            .start();
    assertEquals(0, bash.waitFor());
    Path report = folder.resolve("report");
    Invocation evaluate = evaluateOn(SmallLine.model(), data, "--report=" + report);
    assertEquals(0, evaluate.exitCode(), evaluate.err());
    int found = 0;
    for (JsonNode image :
        Json.object(Files.readString(report.resolve("images.json"))).path("images")) {
      if (image.path("fileUri").isTextual()) {
        found++;
        Path file = Path.of(java.net.URI.create(image.path("fileUri").asText()));
        assertTrue(Files.exists(file), image.toString());
      }
    }
    assertEquals(1, found);
    assertTrue(Files.readString(report.resolve("images.csv")).contains("/bad%FF.png,"));
  }

  private static Invocation evaluate(String... more) throws IOException {
    var arguments =
        new java.util.ArrayList<>(
            List.of(
                "evaluate",
                SmallLine.model().toString(),
                "--data=" + SmallLine.data(),
                "--layout=mvtec",
                "--category=" + SmallLine.PRODUCT,
                "--threads=1"));
    arguments.addAll(List.of(more));
    return Invocation.of(arguments.toArray(String[]::new));
  }

  private static List<String> names(JsonNode object) {
    return object.properties().stream().map(java.util.Map.Entry::getKey).sorted().toList();
  }
}
