package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flowline.TinyLine;
import dev.flowline.data.ImageDigests;
import dev.flowline.data.Sample;
import dev.flowline.data.Split;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.io.OutputLock;
import dev.flowline.model.AnomalyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrateCommandTest {
  private static final int IMAGES = 44;

  @TempDir Path folder;
  private Path good;
  private Path model;

  /** A model, and good images that it was not trained on, of another light. */
  @BeforeEach
  void aLineThatHasChanged() throws IOException {
    model = Files.copy(SmallLine.model(), folder.resolve("steel.flowline"));
    good = Files.createDirectories(folder.resolve("good"));
    for (int i = 0; i < IMAGES; i++) {
      Image image = TinyLine.good(900 + i, 64, 64);
      Images.writePng(good.resolve("%03d.png".formatted(i)), image);
    }
  }

  /** Calibrates in place. */
  private Invocation calibrate(String... more) throws IOException {
    return calibrateTo(model, more);
  }

  private Invocation calibrateTo(Path output, String... more) {
    String[] arguments = new String[6 + more.length];
    arguments[0] = "calibrate";
    arguments[1] = model.toString();
    arguments[2] = "--good=" + good;
    arguments[3] = "--threads=1";
    arguments[4] = "--overwrite";
    arguments[5] = "--output=" + output;
    System.arraycopy(more, 0, arguments, 6, more.length);
    return Invocation.of(arguments);
  }

  @Test
  void writesBesideTheModelUnlessAnotherFileIsNamed() throws IOException {
    byte[] before = Files.readAllBytes(model);
    String[] plain = {"calibrate", model.toString(), "--good=" + good, "--threads=1", "--json"};
    Path beside = folder.resolve("steel-calibrated.flowline");
    Invocation first = Invocation.of(plain);
    assertEquals(0, first.exitCode(), first.err());
    assertEquals(beside.toString(), Json.object(first.out()).path("modelFile").asText());
    assertTrue(Files.isRegularFile(beside));
    byte[] calibrated = Files.readAllBytes(beside);

    Invocation second = Invocation.of(plain);
    assertFails(Flowline.USAGE, beside + " exists: name another file", second);
    plain[4] = "--output=" + model;
    assertFails(Flowline.USAGE, "add --overwrite to replace it", Invocation.of(plain));
    plain[4] = "--output=" + folder;
    assertFails(Flowline.USAGE, folder + " is a folder", Invocation.of(plain));
    assertArrayEquals(before, Files.readAllBytes(model));
    assertArrayEquals(calibrated, Files.readAllBytes(beside));
  }

  @Test
  void aPrivateModelBehindALinkStaysPrivateAndThere() throws IOException {
    Files.setPosixFilePermissions(model, PosixFilePermissions.fromString("rw-------"));
    Path link = Files.createSymbolicLink(folder.resolve("current.flowline"), model);
    byte[] before = Files.readAllBytes(model);
    Invocation inPlace = calibrateTo(link);
    assertEquals(0, inPlace.exitCode(), inPlace.err());
    assertTrue(Files.isSymbolicLink(link));
    assertFalse(Arrays.equals(before, Files.readAllBytes(model)));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(model)));
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(List.of(link, good, model), left.sorted().toList());
    }
  }

  @Test
  void twoOntoTheSameModelLoseNothing() throws IOException {
    byte[] before = Files.readAllBytes(model);
    try (OutputLock other = OutputLock.ofFile(model, "calibration")) {
      assertFails(Flowline.FAILURE, "another calibration (process ", calibrate());
    }
    assertArrayEquals(before, Files.readAllBytes(model));
  }

  @Test
  void whatSystemsLeaveBesideGoodImagesIsNotCalibratedOn() throws IOException {
    for (int i = 0; i < IMAGES; i++) {
      Files.writeString(good.resolve("._%03d.png".formatted(i)), "AppleDouble");
    }
    Path notes = Files.writeString(good.resolve("notes.txt"), "no image");
    Invocation calibrate = calibrate("--json");
    assertEquals(0, calibrate.exitCode(), calibrate.err());
    JsonNode told = Json.object(calibrate.out());
    assertEquals(IMAGES / 2, told.path("calibrationImages").asInt());
    assertEquals("[\"" + notes + "\"]", told.path("filesLeftOut").toString());
    assertTrue(calibrate.err().contains("1 file is no image and left out: " + notes));
  }

  @Test
  void lawAndThresholdAreMeasuredAnewAndTheOldOnesKept() throws IOException {
    byte[] before = Files.readAllBytes(model);
    JsonNode was = info().path("config");
    Invocation first = calibrate("--false-alarm-rate=0.1", "--json");
    assertEquals(0, first.exitCode(), first.err());
    JsonNode told = Json.object(first.out());
    assertEquals(IMAGES / 2, told.path("lawImages").asInt());
    assertEquals(IMAGES / 2, told.path("calibrationImages").asInt());
    assertEquals(0.0869, told.path("promised").asDouble(), 1e-4); // 2 of 23
    assertEquals(0.1, told.at("/asked/rate").asDouble());
    assertEquals("CHI_SQUARE", told.path("nullHypothesisBefore").asText());
    assertEquals("CALIBRATED", told.path("nullHypothesis").asText());
    assertTrue(told.path("lawIsNew").asBoolean());
    assertNotEquals(before.length, Files.size(model));

    JsonNode now = info().path("config");
    assertEquals(IMAGES / 2, now.at("/segmentation/law/maxima").size());
    assertEquals(
        told.path("log10Epsilon").asDouble(), now.at("/segmentation/log10Epsilon").asDouble());
    assertEquals(1, now.path("history").size());
    assertEquals(was.path("segmentation"), now.at("/history/0/segmentation"));
    assertEquals(was.path("calibration"), now.at("/history/0/calibration"));
    Instant.parse(now.at("/history/0/until").asText());

    Invocation second = calibrate("--null=chi_square", "--seed=3");
    assertEquals(0, second.exitCode(), second.err());
    assertTrue(second.out().contains("44 good images held out for it"), second.out());
    assertTrue(second.out().contains("test: chi-square energies"), second.out());
    assertTrue(second.out().contains("(before: relative region law of"), second.out());
    JsonNode again = info().path("config");
    assertTrue(again.at("/segmentation/law").isMissingNode());
    assertEquals(2, again.path("history").size());
    assertEquals(now.path("segmentation"), again.at("/history/1/segmentation"));
  }

  /** What is measured is what the line then has: the second smallest is the threshold. */
  @Test
  void ofTheImagesThatSetTheThresholdAsManyAlarmAsTheirRankSays() throws IOException {
    assertEquals(0, calibrate("--false-alarm-rate=0.1").exitCode());
    Set<String> setIt =
        Split.of(samples(), 0.5, 0, 0).fit().stream()
            .map(sample -> sample.image().toString())
            .collect(Collectors.toSet());
    Invocation inspect =
        Invocation.of("inspect", model.toString(), good.toString(), "--json", "--threads=1");
    assertEquals(0, inspect.exitCode(), inspect.err());
    int alarms = 0;
    for (JsonNode line : Json.object(inspect.out()).path("inspections")) {
      boolean alarm = line.path("verdict").asText().equals("DEFECT");
      alarms += alarm && setIt.contains(line.path("image").asText()) ? 1 : 0;
    }
    assertEquals(22, setIt.size());
    assertEquals(1, alarms);
  }

  private List<Sample> samples() throws IOException {
    return samples(good);
  }

  @Test
  void fewImagesKeepTheLawThatThereIs() throws IOException {
    assertEquals(0, calibrate().exitCode());
    JsonNode law = info().at("/config/segmentation/law");
    Set<Path> measured =
        Split.of(samples(), 0.5, 0, 0).validation().stream()
            .map(Sample::image)
            .collect(Collectors.toSet());
    Path few = Files.createDirectories(folder.resolve("few"));
    Path ofTheLaw = Files.createDirectories(folder.resolve("of the law"));
    int seen = 0;
    for (Sample sample : samples().subList(0, 16)) {
      seen += measured.contains(sample.image()) ? 1 : 0;
      Files.copy(sample.image(), few.resolve(sample.image().getFileName()));
    }
    Path one = measured.iterator().next();
    Files.copy(one, ofTheLaw.resolve(one.getFileName()));
    for (int i = 0; i < 4; i++) {
      Image image = TinyLine.good(77_000_000L * (i + 1), 64, 64);
      Images.writePng(few.resolve("new%d.png".formatted(i)), image);
    }
    good = few;
    Invocation again = calibrate("--json");
    assertEquals(0, again.exitCode(), again.err());
    JsonNode told = Json.object(again.out());
    assertTrue(seen > 0 && seen < 16, seen + " of the law");
    assertEquals(seen, told.path("imagesLeftOut").asInt());
    assertEquals(20 - seen, told.path("calibrationImages").asInt());
    assertEquals(22, told.path("lawImages").asInt());
    assertFalse(told.path("lawIsNew").asBoolean());
    assertEquals(Math.max(0, seen - 1), told.path("imagesMissing").asInt());
    assertEquals(law, info().at("/config/segmentation/law"));
    assertTrue(calibrate().out().contains("left out: " + seen + " images that had measured"));

    good = ofTheLaw;
    assertFails(Flowline.USAGE, "a new law with its threshold needs 29 good images", calibrate());
  }

  @Test
  void aLawOfTooFewImagesIsRefusedWhereItWasAskedForAndSaidWhereItWasNot() throws IOException {
    Path few = Files.createDirectories(folder.resolve("few"));
    for (Sample sample : samples().subList(0, 19)) {
      Files.copy(sample.image(), few.resolve(sample.image().getFileName()));
    }
    good = few;
    assertFails(
        Flowline.USAGE,
        "takes at least 20 good images, half of them to measure the region law: --good names 19",
        calibrate("--null=calibrated"));
    Invocation usual = calibrate();
    assertTrue(
        usual.err().contains("too few good images to calibrate the region test, which takes 20"),
        usual.err());
  }

  @Test
  void anImageCountsOnceInWhateverFolderItOrACopyLies() throws IOException {
    Files.copy(good.resolve("005.png"), good.resolve("copy of 005.png"));
    Invocation twice = calibrate("--null=chi_square", "--json", "--good=" + good + "/007.png");
    assertEquals(0, twice.exitCode(), twice.err());
    assertEquals(IMAGES, Json.object(twice.out()).path("calibrationImages").asInt());
    assertEquals(2, Json.object(twice.out()).path("copiesLeftOut").asInt(), twice.out());
    String said = "note: 2 of 46 images are copies of others, or named twice, and are left out";
    assertTrue(twice.err().contains(said), twice.err());
  }

  /** The model has none yet: that is what it is asked for. */
  @Test
  void aLawMayBeAskedFor() throws IOException {
    Invocation asked = calibrate("--null=calibrated", "--json");
    assertEquals(0, asked.exitCode(), asked.err());
    assertEquals("CALIBRATED", Json.object(asked.out()).path("nullHypothesis").asText());
  }

  @Test
  void tooFewImagesSayWhatIsMissing() throws IOException {
    Path other = folder.resolve("other.flowline");
    Invocation few = calibrateTo(other, "--false-alarm-rate=0.01");
    assertEquals(0, few.exitCode(), few.err());
    assertTrue(few.out().contains("at most 2.86 %"), few.out()); // 1 of 35
    assertTrue(few.out().contains("not the requested 1 %, which takes 99 images"), few.out());
    assertTrue(few.err().contains("warning: only 34 good images to set the threshold"), few.err());
    assertTrue(Files.exists(other));
    assertFalse(info().path("config").has("history"), "the model itself is as it was");
  }

  /** A calibration by black frames would be a promise about black frames. */
  @Test
  void blankImagesCalibrateNothing() throws IOException {
    byte[] before = Files.readAllBytes(model);
    for (int i = 0; i < IMAGES; i++) {
      byte[] samples = new byte[64 * 64];
      java.util.Arrays.fill(samples, (byte) (3 * i));
      Images.writePng(good.resolve("%03d.png".formatted(i)), Image.of8(64, 64, 1, samples));
    }
    assertFails(Flowline.FAILURE, "of a single colour each", calibrate("--null=chi_square"));
    assertTrue(java.util.Arrays.equals(before, Files.readAllBytes(model)));
  }

  /** One half measures the law, the other sets the threshold: both must show parts. */
  @Test
  void theVarietyOfAllImagesIsCheckedBeforeTheWork() throws IOException {
    for (int i = 0; i < 8; i++) {
      Image black = Image.of8(64 + i, 64, 1, new byte[(64 + i) * 64]);
      Images.writePng(good.resolve("black%s.png".formatted(i)), black);
    }
    Invocation calibrate = calibrate();
    assertEquals(0, calibrate.exitCode(), calibrate.err());
    String said = "warning: 8 of 52 good images show no part (8 black, 0 of another single colour)";
    int at = calibrate.err().indexOf(said);
    assertTrue(at >= 0, calibrate.err());
    assertTrue(at < calibrate.err().indexOf("images 52/52"), calibrate.err());
    assertTrue(calibrate.err().contains("warning: only 45 of 52 good images differ"), "");
  }

  @Test
  void whatCannotBeDoneIsSaidAndLeavesTheModel() throws IOException {
    byte[] before = Files.readAllBytes(model);
    assertFails(Flowline.USAGE, "false-alarm rate must be", calibrate("--false-alarm-rate=1.5"));
    assertFails(
        Flowline.USAGE, "Unknown option: '--log10-epsilon=-3'", calibrate("--log10-epsilon=-3"));
    Files.writeString(good.resolve("broken.png"), "no picture");
    assertFails(Flowline.FAILURE, "broken.png", calibrate());
    good = folder.resolve("none");
    assertFails(Flowline.FAILURE, "none", calibrate());
    assertEquals(before.length, Files.size(model));
    assertTrue(java.util.Arrays.equals(before, Files.readAllBytes(model)));
  }

  @Test
  void imagesThatTheModelWasTrainedOnAreLeftOutAndCounted() throws IOException {
    JsonNode trained = info().at("/config/provenance/created/images");
    int known = trained.path("learned").size() + trained.path("validation").size();
    assertEquals(14, known);
    Path training = SmallLine.data().resolve(SmallLine.PRODUCT).resolve("train/good");
    Invocation mixed = calibrate("--null=chi_square", "--json", "--good=" + training);
    assertEquals(0, mixed.exitCode(), mixed.err());
    assertTrue(
        mixed.err().contains(known + " of 60 images were used in training and are left out"),
        mixed.err());
    JsonNode told = Json.object(mixed.out());
    assertEquals(known, told.path("trainingImagesLeftOut").asInt());
    assertEquals(60 - known, told.path("calibrationImages").asInt());

    byte[] before = Files.readAllBytes(model);
    Path learned = Files.createDirectories(folder.resolve("learned"));
    for (Sample sample : Split.of(samples(training), 0.25, 0.15, 0).fit()) {
      Files.copy(sample.image(), learned.resolve("again-" + sample.image().getFileName()));
    }
    good = learned;
    Invocation only = calibrate();
    assertFails(Flowline.USAGE, "all 10 images were used in training", only);
    assertTrue(java.util.Arrays.equals(before, Files.readAllBytes(model)));
  }

  @Test
  void aModelThatRecordsNoImagesSaysThatNothingCanBeChecked() throws IOException {
    try (AnomalyModel opened = AnomalyModel.open(model)) {
      opened.save(model, opened.config().withProvenance(null));
    }
    Invocation old = calibrate("--json");
    assertEquals(0, old.exitCode(), old.err());
    assertTrue(old.err().contains("note: the model does not record its training images"));
    assertFalse(Json.object(old.out()).has("trainingImagesLeftOut"));
    JsonNode provenance = info().at("/config/provenance");
    assertFalse(provenance.has("created"), "nobody knows");
    assertEquals(IMAGES, provenance.at("/calibrated/0/images").size());
    assertTrue(Invocation.of("info", model.toString()).out().contains("not recorded"));
  }

  @Test
  void eachCalibrationAddsARecordAndKeepsTheOthers() throws IOException {
    JsonNode made = info().at("/config/provenance/created");
    assertEquals(0, calibrate().exitCode());
    assertEquals(0, calibrate("--seed=3").exitCode());
    JsonNode provenance = info().at("/config/provenance");
    assertEquals(made, provenance.path("created"));
    assertEquals(2, provenance.path("calibrated").size());
    assertEquals("2026-11-18T11:06:40Z", provenance.at("/calibrated/1/date").asText());
    assertEquals(
        ImageDigests.of(good.resolve("000.png")), provenance.at("/calibrated/0/images/0").asText());
    assertTrue(Invocation.of("info", model.toString()).out().contains("with 44 images"), "info");
  }

  @Test
  void aPipeOrDeviceIsRefusedAndNotWaitedFor() throws IOException, InterruptedException {
    Path pipe = folder.resolve("pipe.png");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    for (Path endless : List.of(pipe, Path.of("/dev/zero"))) {
      Invocation refused =
          assertTimeoutPreemptively(
              Duration.ofSeconds(60),
              () -> Invocation.of("calibrate", model.toString(), "--good=" + endless));
      assertFails(Flowline.FAILURE, endless + ": a pipe or device, not a regular file", refused);
    }
  }

  private static List<Sample> samples(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().map(Sample::good).toList();
    }
  }

  private static void assertFails(int exitCode, String words, Invocation failed) {
    assertEquals(exitCode, failed.exitCode(), failed.err());
    assertTrue(failed.err().contains(words), failed.err());
  }

  private JsonNode info() throws IOException {
    return Json.object(Invocation.of("info", model.toString(), "--json").out());
  }
}
