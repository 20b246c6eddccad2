package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flowline.TinyLine;
import dev.flowline.calibration.SyntheticRepeat;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.line.Inspection;
import dev.flowline.random.SplitMix64;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuardBandCommandTest {
  private static final int IMAGES = 44;

  @TempDir static Path shared;
  private static Path model;
  private static Path good;
  private static Path repeats;

  @TempDir Path folder;

  /** A calibrated model of 22 images, and four images of each of eight other parts. */
  @BeforeAll
  static void aCalibratedModel() throws IOException {
    good = Files.createDirectories(shared.resolve("good"));
    for (int i = 0; i < IMAGES; i++) {
      Images.writePng(good.resolve("%03d.png".formatted(i)), TinyLine.good(900 + i, 64, 64));
    }
    model = shared.resolve("plain.flowline");
    run(
        "calibrate",
        SmallLine.model().toString(),
        "--good=" + good,
        "--false-alarm-rate=0.1",
        "--output=" + model);
    repeats = shared.resolve("repeats");
    for (int part = 0; part < 8; part++) {
      Path of = Files.createDirectories(repeats.resolve("part" + part));
      Image taken = TinyLine.good(500 + part, 64, 64);
      for (int i = 0; i < 4; i++) {
        Images.writePng(
            of.resolve(i + ".png"), SyntheticRepeat.of(taken, SplitMix64.of(9, part, i)));
      }
    }
  }

  private static Invocation run(String... arguments) {
    Invocation invocation = Invocation.of(arguments);
    assertEquals(0, invocation.exitCode(), invocation.err());
    return invocation;
  }

  private static String[] with(String[] arguments, String... more) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private static JsonNode info(Path file) throws IOException {
    return Json.object(run("info", file.toString(), "--json").out()).path("config");
  }

  private Invocation calibrate(String... more) {
    return Invocation.of(
        with(
            new String[] {
              "calibrate", model.toString(), "--threads=1", "--output=" + written(), "--overwrite"
            },
            more));
  }

  private Path written() {
    return folder.resolve("banded.flowline");
  }

  private void fails(String words, String... more) {
    Invocation refused = calibrate(more);
    assertNotEquals(0, refused.exitCode());
    assertTrue(refused.err().contains(words), refused.err());
    assertEquals(1, refused.err().lines().filter(l -> l.startsWith("flowline calibrate")).count());
    assertFalse(Files.exists(written()), "nothing is written");
  }

  @Test
  void repeatsMakeABandAndLeaveTheThresholdAsItIs() throws IOException {
    JsonNode before = info(model);
    Invocation done = calibrate("--repeats=" + repeats, "--json");
    assertEquals(0, done.exitCode(), done.err());
    JsonNode after = info(written());
    assertEquals(before.path("segmentation"), after.path("segmentation"));
    assertEquals(before.path("calibration"), after.path("calibration"));
    JsonNode band = after.path("guardBand");
    assertEquals(band, Json.object(done.out()).path("guardBand"));
    assertEquals(band.path("below"), band.path("above"));
    assertTrue(band.path("above").asDouble() > 0);
    assertFalse(band.at("/repeatability/synthetic").asBoolean());
    assertEquals(32, band.at("/repeatability/images").asInt());
    assertEquals(0.95, band.at("/repeatability/confidence").asDouble());
    String text = run("info", written().toString()).out();
    assertTrue(text.contains("guard band") && text.contains("from repeats of 8 parts"), text);
    JsonNode step = after.at("/provenance/calibrated").get(1);
    assertEquals(0, step.path("images").size(), "they set no threshold");
    assertEquals(32, step.path("guardBandImages").size(), "they were used");
    assertTrue(text.contains("with 32 images for the guard band"), text);

    Invocation wider = calibrate("--repeats=" + repeats, "--guard-confidence=0.99");
    assertEquals(0, wider.exitCode(), wider.err());
    assertTrue(info(written()).at("/guardBand/above").asDouble() > band.path("above").asDouble());
  }

  @Test
  void syntheticRepeatsAreSeededAndSayThatTheyAre() throws IOException {
    List<String> bands = new ArrayList<>();
    for (String seed : List.of("1", "1", "2")) {
      Invocation done = calibrate("--synthetic-repeats=" + good, "--seed=" + seed);
      assertEquals(0, done.exitCode(), done.err());
      assertTrue(done.out().contains("from synthetic repeats of"), done.out());
      JsonNode band = info(written()).path("guardBand");
      assertTrue(band.at("/repeatability/synthetic").asBoolean());
      bands.add(band.toString());
    }
    assertEquals(bands.get(0), bands.get(1));
    assertNotEquals(bands.get(0), bands.get(2));
    assertTrue(run("info", written().toString()).out().contains("from synthetic repeats"));
  }

  /** Among the images that set the threshold, those between both thresholds are undecided. */
  @Test
  void aReviewRateMakesPartsUndecidedOnEveryPath() throws IOException {
    Invocation done = calibrate("--reject-rate=0.1", "--review-rate=0.5");
    assertEquals(0, done.exitCode(), done.err());
    JsonNode config = info(written());
    assertEquals(0, config.at("/guardBand/below").asDouble());
    assertEquals(11 / 23.0, config.at("/guardBand/reviewRate/promised").asDouble(), 1e-12);
    double log10Epsilon = config.at("/segmentation/log10Epsilon").asDouble();
    double goodFrom = log10Epsilon + config.at("/guardBand/above").asDouble();
    Path pictures = folder.resolve("pictures");
    Invocation inspected =
        Invocation.of(
            "inspect",
            written().toString(),
            good.toString(),
            "--json",
            "--threads=1",
            "--output=" + pictures,
            "--fail-on-defect");
    assertEquals(Flowline.DEFECT, inspected.exitCode(), inspected.err());
    JsonNode answer = Json.object(inspected.out());
    int undecided = 0;
    for (JsonNode part : answer.path("inspections")) {
      double value = part.at("/statistic/value").asDouble();
      String expected = value < log10Epsilon ? "DEFECT" : value < goodFrom ? "UNDECIDED" : "GOOD";
      assertEquals(expected, part.path("verdict").asText());
      boolean isUndecided = expected.equals("UNDECIDED");
      undecided += isUndecided ? 1 : 0;
      assertEquals(isUndecided ? "REVIEW_RATE" : "", part.path("undecided").asText(""));
      assertEquals(goodFrom, part.at("/statistic/goodFrom").asDouble());
      assertEquals(!expected.equals("GOOD"), !part.path("regions").isEmpty());
      if (isUndecided) {
        assertEquals(value, part.at("/regions/0/log10Nfa").asDouble(), 1e-6);
        Inspection record =
            Inspection.fromJson(((ObjectNode) part.deepCopy()).without("image").toString());
        List<String> words = InspectionPictures.words(record);
        assertEquals(List.of("UNDECIDED", "by the review rate"), words.subList(0, 2));
        assertTrue(words.get(2).contains("DEFECT below"), words.get(2));
      }
    }
    int between = 0;
    for (JsonNode image : config.at("/calibration/images")) {
      double value = image.path("smallestLog10Nfa").asDouble();
      between += value >= log10Epsilon && value < goodFrom ? 1 : 0;
    }
    assertTrue(between >= 3, "ties apart, 9 of 22: " + between);
    assertTrue(undecided >= between, undecided + " of which set the threshold: " + between);
    assertEquals(undecided, answer.at("/lot/undecided").asInt());
    assertEquals(IMAGES, answer.at("/lot/parts").asInt());

    Invocation plain =
        Invocation.of(
            "inspect",
            written().toString(),
            good.toString(),
            "--json",
            "--threads=1",
            "--log10-epsilon=-3");
    assertTrue(plain.err().contains("guard band was measured for its own threshold"), plain.err());
    assertFalse(plain.out().contains("UNDECIDED"), plain.out());
  }

  /** A part that is UNDECIDED is no success where defects are to be seen by the exit code. */
  @Test
  void anUndecidedPartAloneFailsToo() throws IOException {
    assertEquals(0, calibrate("--reject-rate=0.05", "--review-rate=0.9").exitCode());
    for (int i = 0; i < IMAGES; i++) {
      String image = good.resolve("%03d.png".formatted(i)).toString();
      Invocation one =
          Invocation.of("inspect", written().toString(), image, "--threads=1", "--fail-on-defect");
      if (one.out().contains("UNDECIDED")) {
        assertEquals(Flowline.DEFECT, one.exitCode());
        assertEquals(
            0, Invocation.of("inspect", written().toString(), image, "--threads=1").exitCode());
        return;
      }
    }
    throw new AssertionError("no part is undecided");
  }

  /** An UNDECIDED part is neither missed nor judged defective, and no defect that was found. */
  @Test
  void everyCountKnowsUndecidedParts() throws IOException {
    assertEquals(0, calibrate("--reject-rate=0.05", "--review-rate=0.9").exitCode());
    Path test = folder.resolve("data/steel/test/odd");
    for (int i = 0; i < 8; i++) {
      Images.writePng(test.resolve(i + ".png"), TinyLine.good(7100 + i, 64, 64));
    }
    Path train = folder.resolve("data/steel/train/good");
    Images.writePng(train.resolve("0.png"), TinyLine.good(7000, 64, 64));
    Path log = folder.resolve("log.jsonl");
    JsonNode evaluation =
        Json.object(
            run(
                    "evaluate",
                    written().toString(),
                    "--data=" + folder.resolve("data"),
                    "--layout=mvtec",
                    "--threads=1",
                    "--json",
                    "--logbook=" + log)
                .out());
    int undecided = evaluation.at("/undecided/defectImages").asInt();
    int alarms =
        evaluation.path("defectImagesFound").asInt()
            + evaluation.path("defectImagesAlarmedElsewhere").asInt();
    assertTrue(undecided > 0, evaluation.toString());
    JsonNode logged = Json.object(Files.readAllLines(log).get(0)).path("observation");
    assertEquals(8 - undecided - alarms, logged.path("missed").asInt());

    JsonNode drift =
        Json.object(run("drift", written().toString(), test.toString(), "--json").out());
    assertEquals(alarms, drift.path("judgedDefective").asInt());
    assertEquals(undecided, drift.path("undecided").asInt());
    assertEquals(8 - undecided - alarms, drift.at("/drift/parts").asInt());

    String[] measure = {
      "detectability",
      written().toString(),
      "--good=" + test,
      "--threads=1",
      "--kinds=spot",
      "--contrasts=0.6",
      "--sizes=2,30",
      "--defects=12"
    };
    Invocation measured = run(with(measure, "--json"));
    String band = Json.object(measured.out()).at("/facts/guard band").asText();
    assertTrue(band.startsWith("UNDECIDED from "), band);
    Invocation other = run(with(measure, "--log10-epsilon=-3"));
    assertTrue(other.err().contains("guard band was measured for its own threshold"), other.err());
  }

  /** A new threshold has another band, or none. */
  @Test
  void aRecalibrationDropsTheBandAndSaysSo() throws IOException {
    assertEquals(0, calibrate("--repeats=" + repeats).exitCode());
    Path again = folder.resolve("again.flowline");
    Invocation done = run("calibrate", written().toString(), "--good=" + good, "--output=" + again);
    assertTrue(done.err().contains("the guard band of before"), done.err());
    assertFalse(info(again).has("guardBand"));
    assertTrue(info(again).path("history").get(2).has("guardBand"), "it is kept as history");
  }

  @Test
  void refusesOptionsThatContradictEachOther() {
    fails("--good names the good images; calibrate does without them if");
    fails("exclude each other", "--repeats=" + repeats, "--review-rate=0.3");
    fails("exclude each other", "--repeats=" + repeats, "--synthetic-repeats=" + good);
    fails("--guard-confidence goes with", "--review-rate=0.3", "--guard-confidence=0.9");
    fails("--guard-confidence must be 0.5 to", "--repeats=" + repeats, "--guard-confidence=1");
    fails("--reject-rate goes with --review-rate", "--reject-rate=0.1", "--good=" + good);
    fails("are the same", "--reject-rate=0.1", "--false-alarm-rate=0.1", "--review-rate=0.3");
    fails(
        "--review-rate must be above the rate of rejects, 0.3",
        "--reject-rate=0.3",
        "--review-rate=0.1");
    fails("must be between 0 and 1, such as 0.05 for 5 %, got 1.5", "--review-rate=1.5");
    fails("takes --good", "--repeats=" + repeats, "--null=CHI_SQUARE");
    fails("takes --good", "--repeats=" + repeats, "--roi=1,1,9,9");
  }

  @Test
  void refusesRatesThatTheImagesCannotKeep() {
    fails(
        "22 good images cannot guarantee the rate 0.01; it needs 99",
        "--reject-rate=0.01",
        "--review-rate=0.3");
    fails("22 good images cannot tell 0.1 from 0.09", "--reject-rate=0.09", "--review-rate=0.1");
  }

  /** Without a rate of rejects in the command the model's own counts, with its confidence. */
  @Test
  void theModelsOwnRateIsThatOfRejects() throws IOException {
    Invocation first = calibrate("--false-alarm-rate=0.3", "--confidence=0.9", "--review-rate=0.5");
    assertEquals(0, first.exitCode(), first.err());
    Path again = folder.resolve("again.flowline");
    Invocation second =
        run("calibrate", written().toString(), "--review-rate=0.6", "--output=" + again);
    assertTrue(second.out().contains("with confidence 0.9"), second.out());
    JsonNode config = info(again);
    assertEquals(0.3, config.at("/calibration/asked/rate").asDouble());
    assertEquals(0.9, config.at("/guardBand/reviewRate/confidence").asDouble());
    Invocation strict =
        run(
            "calibrate",
            model.toString(),
            "--false-alarm-rate=0.045",
            "--review-rate=0.3",
            "--output=" + folder.resolve("strict.flowline"));
    assertEquals(0, strict.exitCode());
    Invocation between =
        Invocation.of(
            "calibrate", folder.resolve("strict.flowline").toString(), "--review-rate=0.049");
    assertTrue(between.err().contains("cannot tell 0.049 from 0.045"), between.err());
  }

  @Test
  void refusesRepeatsThatRepeatNothing() throws IOException {
    Path root = folder.resolve("repeats");
    fails("no such folder", "--repeats=" + root);
    Files.createDirectories(root);
    fails("it holds no image", "--repeats=" + root);
    Path first = Files.createDirectories(root.resolve("a"));
    Files.copy(repeats.resolve("part0/0.png"), root.resolve("loose.png"));
    fails("loose.png: which part each shows is not known", "--repeats=" + root);
    Files.delete(root.resolve("loose.png"));
    Files.copy(repeats.resolve("part0/0.png"), first.resolve("0.png"));
    fails("1 of 1 parts have one image, such as a", "--repeats=" + root);
    Files.copy(repeats.resolve("part0/1.png"), first.resolve("1.png"));
    fails("it holds one part, a", "--repeats=" + root);
    Path second = Files.createDirectories(root.resolve("b"));
    Files.copy(repeats.resolve("part1/0.png"), second.resolve("0.png"));
    Files.copy(repeats.resolve("part1/0.png"), second.resolve("1.png"));
    fails("copies of one image: a copy repeats nothing", "--repeats=" + root);
    fails(
        "holds 1 image, and repeatability takes several parts",
        "--synthetic-repeats=" + second.resolve("0.png"));
  }
}
