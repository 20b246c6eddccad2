package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flowline.TinyLine;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.line.DetailedInspection;
import dev.flowline.line.DriftWatch;
import dev.flowline.line.InspectionRequest;
import dev.flowline.line.Inspector;
import dev.flowline.line.Verdict;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.Provenance;
import dev.flowline.segmentation.FieldOfView;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DriftCommandTest {
  private static final int SIZE = 64;
  private static final int PARTS = 30;

  // Parts of neighbouring seeds are alike: Random's first draw hardly changes from one to the next.
  private static final Random SEEDS = new Random(20261128);

  @TempDir static Path folder;
  private static Path model;
  private static Path untouched;
  private static Path dimmed;

  /** A model calibrated on 24 parts, as many good parts as they were, and under a fading lamp. */
  @BeforeAll
  static void aLine() throws IOException {
    model = Files.copy(SmallLine.model(), folder.resolve("fabric.flowline"));
    Path calibration = folder.resolve("calibration");
    for (int i = 0; i < 48; i++) {
      Images.writePng(calibration.resolve("%03d.png".formatted(i)), good());
    }
    Invocation calibrate =
        Invocation.of(
            "calibrate",
            model.toString(),
            "--good=" + calibration,
            "--output=" + model,
            "--overwrite",
            "--false-alarm-rate=0.05",
            "--threads=1");
    assertEquals(0, calibrate.exitCode(), calibrate.err());
    untouched = folder.resolve("untouched");
    dimmed = folder.resolve("dimmed");
    for (int i = 0; i < PARTS; i++) {
      Images.writePng(untouched.resolve("%03d.png".formatted(i)), good());
      Image part = good();
      Images.writePng(dimmed.resolve("%03d.png".formatted(i)), i < 10 ? part : dimmed(part));
    }
  }

  private static Image good() {
    return TinyLine.good(SEEDS.nextLong(), SIZE, SIZE);
  }

  private static Image dimmed(Image image) {
    return dimmed(image, 0.85);
  }

  private static Image dimmed(Image image, double factor) {
    byte[] samples = image.samples8().clone();
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (byte) ((samples[i] & 0xFF) * factor);
    }
    return Image.of8(image.height(), image.width(), image.channels(), samples);
  }

  @Test
  void whatHasNotChangedIsNotDetected() throws IOException {
    Invocation drift = drift(untouched.toString());
    assertEquals(0, drift.exitCode(), drift.err());
    assertTrue(drift.out().startsWith("no drift in "), drift.out());
    assertTrue(drift.err().contains("images " + PARTS + "/" + PARTS), drift.err());

    JsonNode json = Json.object(drift(untouched.toString(), "--json").out());
    assertFalse(json.at("/drift/detected").asBoolean(true));
    assertEquals(PARTS, json.path("images").asInt());
    assertEquals(PARTS, json.at("/drift/parts").asInt() + json.path("judgedDefective").asInt());
    assertEquals(0, json.path("notRead").asInt());
    assertFalse(json.has("detectedAtImage"));
  }

  @Test
  void aFadingLampIsDetectedWithTheImageFromWhichOn() throws IOException {
    Invocation drift = drift(dimmed.toString());
    assertEquals(0, drift.exitCode(), drift.err());
    JsonNode json = Json.object(drift(dimmed.toString(), "--json").out());
    assertTrue(json.at("/drift/detected").asBoolean(), json.toString());
    int since = number(json.path("changeAtImage"));
    int told = number(json.path("detectedAtImage"));
    assertTrue(told >= 10 && told < 20, json.toString()); // dimmed from image 10 on
    assertEquals(10, since, 8, json.toString()); // an estimate, of a few parts
    for (String word :
        List.of(
            "DRIFT: good parts have changed since about image "
                + json.path("changeAtImage").asText()
                + " (noticed at "
                + json.path("detectedAtImage").asText()
                + "). Check light, focus and lens; ",
            "'flowline calibrate'",
            "Detail: " + json.at("/drift/statistic").asText(),
            "since good part " + json.at("/drift/changeAtPart").asInt())) {
      assertTrue(drift.out().contains(word), word + " in " + drift.out());
    }
    assertEquals(drift.out(), drift(dimmed.toString()).out(), "the same images, the same words");
    Invocation patient = drift(dimmed.toString(), "--average-run-length=1e100");
    assertTrue(patient.out().startsWith("no drift in "), patient.out());
  }

  private static int number(JsonNode image) {
    return Integer.parseInt(Path.of(image.asText()).getFileName().toString().substring(0, 3));
  }

  /** The latents of its calibration images are those of other models; the inputs are not. */
  @Test
  void ofACrossFittedModelTheInputsAreWatched() throws IOException {
    Path few = Files.createDirectories(folder.resolve("few/fabric/train/good"));
    for (int i = 0; i < 24; i++) {
      Images.writePng(few.resolve("%03d.png".formatted(i)), good());
    }
    Path crossFitted = folder.resolve("cross-fitted.flowline");
    List<String> arguments =
        new ArrayList<>(
            List.of(
                SmallLine.trainArguments(
                    crossFitted,
                    "--data=" + folder.resolve("few"),
                    "--category=fabric",
                    "--calibration-by=CROSS_FITTING")));
    arguments.removeIf(argument -> argument.startsWith("--validation"));
    Invocation train = Invocation.of(arguments.toArray(String[]::new));
    assertEquals(0, train.exitCode(), train.err());
    Path faint = folder.resolve("faint"); // still judged good
    for (int i = 0; i < PARTS; i++) {
      Images.writePng(faint.resolve("%03d.png".formatted(i)), dimmed(good(), 0.995));
    }
    for (String command : List.of("drift", "inspect")) {
      Invocation calm = Invocation.of(command, crossFitted.toString(), untouched.toString());
      assertEquals(0, calm.exitCode(), calm.err());
      assertEquals(
          1,
          calm.err()
              .lines()
              .filter(line -> line.startsWith("note: drift is watched by statistics of the input"))
              .count(),
          calm.err());
      assertFalse((calm.out() + calm.err()).contains("DRIFT"), calm.out() + calm.err());
      Invocation fading =
          Invocation.of(command, crossFitted.toString(), faint.toString(), "--json");
      JsonNode drift = Json.object(fading.out()).path("drift");
      assertEquals("INPUT", drift.path("watched").asText());
      assertTrue(drift.path("detected").asBoolean(), drift.toString());
      assertTrue(drift.path("statistic").asText().contains("brightness"), drift.toString());
      assertEquals(4, exitCode(command, crossFitted, faint, "--fail-on-drift"));
    }
    JsonNode usual = Json.object(drift(untouched.toString(), "--json").out());
    assertEquals("LATENTS", usual.at("/drift/watched").asText());
  }

  @Test
  void whatCannotBeReadIsNamedAndTheOthersGoOn() throws IOException {
    Path absent = folder.resolve("absent.png");
    Path broken = Files.writeString(folder.resolve("broken.png"), "no picture");
    Invocation drift = drift(absent.toString(), broken.toString(), dimmed.toString());
    assertEquals(1, drift.exitCode());
    assertTrue(drift.out().startsWith("DRIFT: "), drift.out());
    for (Path file : List.of(absent, broken)) {
      assertEquals(1, drift.err().lines().filter(line -> line.contains(file.toString())).count());
    }
    JsonNode json = Json.object(drift(broken.toString(), "--json").out());
    assertEquals(1, json.path("notRead").asInt());
    assertEquals(0, json.at("/drift/parts").asInt());
    Path forged = Files.writeString(folder.resolve("b\nerror: forged.png"), "no picture");
    String error = drift(forged.toString()).err();
    assertTrue(error.contains("b?error: forged.png"), error);
    String nothing = drift(broken.toString()).out();
    assertEquals("no good part was inspected: nothing is known about drift", nothing.strip());
  }

  /** A dead lamp is not only drift: the images are none of parts. */
  @Test
  void imagesUnlikeTheCalibrationImagesAreCountedAndNamed() throws IOException {
    Path black = folder.resolve("black.png");
    Images.writePng(black, Image.of8(SIZE, SIZE, 1, new byte[SIZE * SIZE]));
    Invocation drift = drift(untouched.toString(), black.toString(), "--json");
    assertEquals(0, drift.exitCode(), drift.err());
    JsonNode json = Json.object(drift.out());
    assertEquals(1, json.path("imagesOutOfRange").asInt(), drift.out());
    JsonNode unlike = json.at("/outOfRange/0");
    assertEquals(black.toString(), unlike.path("image").asText());
    assertTrue(unlike.path("statistics").findValuesAsText("name").contains("brightness"));
    String said =
        "warning: 1 of 31 images are unlike the calibration images: " + black + " (bright";
    assertTrue(drift.err().contains(said), drift.err());
    assertTrue(drift(untouched.toString(), black.toString()).err().contains(said));
    JsonNode usual = Json.object(drift(untouched.toString(), "--json").out());
    assertEquals(0, usual.path("imagesOutOfRange").asInt(-1));
    assertEquals(0, usual.path("outOfRange").size());
  }

  /** Java decodes such names, and the text then names no file. */
  @Test
  void namesThatAreNotUtf8KeepTheirBytes() throws Exception {
    assumeTrue("UTF-8".equals(System.getProperty("sun.jnu.encoding")), "needs UTF-8 file names");
    Path latin = Files.createDirectory(folder.resolve("latin"));
    String copy =
        "for f in ../dimmed/*.png; do cp \"$f\" \"$(basename \"$f\" .png)\"$'\\xe4.png'; done";
    Process bash =
        new ProcessBuilder("bash", "-c", copy + "; echo > $'no\\xff.txt'")
            .directory(latin.toFile())
            .inheritIO()
            .start();
    assertEquals(0, bash.waitFor());
    JsonNode json = Json.object(drift(latin.toString(), "--json").out());
    JsonNode usual = Json.object(drift(dimmed.toString(), "--json").out());
    for (String image : List.of("changeAtImage", "detectedAtImage")) {
      String name = Path.of(usual.path(image).asText()).getFileName().toString();
      String uri = json.path(image + "Uri").asText();
      assertTrue(uri.endsWith("/latin/" + name.replace(".png", "%E4.png")), uri);
      assertTrue(Files.exists(Path.of(URI.create(uri))), uri);
      assertFalse(usual.has(image + "Uri"), "a name in UTF-8 needs none");
    }
    String leftOut = json.at("/filesLeftOut/0").asText();
    assertTrue(leftOut.endsWith("/latin/no%FF.txt"), leftOut);
  }

  /** They are the reference itself, or better known than any new part. */
  @Test
  void imagesThatTheModelHasUsedAreLeftOutAndCounted() throws IOException {
    Path calibration = folder.resolve("calibration");
    Invocation drift = drift(untouched.toString(), calibration.toString(), "--json");
    assertEquals(0, drift.exitCode(), drift.err());
    JsonNode json = Json.object(drift.out());
    assertEquals(48, json.path("trainingImagesLeftOut").asInt());
    assertEquals(PARTS, json.at("/drift/parts").asInt() + json.path("judgedDefective").asInt());
    assertTrue(
        drift.err().contains("48 of 78 images were used in training or calibration"), drift.err());
  }

  /** Recorded calibrations count, whether the training is recorded or not. */
  @Test
  void imagesOfCalibrationsAreLeftOutOfAnOldModelToo() throws IOException {
    Path old = folder.resolve("old.flowline");
    try (AnomalyModel opened = AnomalyModel.open(model)) {
      ModelConfig config = opened.config();
      Provenance since = new Provenance(null, config.provenance().calibrated());
      opened.save(old, config.withProvenance(since));
    }
    Path calibration = folder.resolve("calibration");
    Invocation drift =
        Invocation.of(
            "drift",
            old.toString(),
            "--threads=1",
            "--json",
            untouched.toString(),
            calibration.toString());
    assertEquals(0, drift.exitCode(), drift.err());
    assertEquals(48, Json.object(drift.out()).path("trainingImagesLeftOut").asInt(), drift.out());
    assertTrue(drift.err().contains("48 of 78 images were used"), drift.err());
    assertTrue(drift.err().contains("does not record its training images"), drift.err());
  }

  @Test
  void inspectWarnsOnceAndChangesNoVerdict() throws IOException {
    Invocation inspect =
        Invocation.of("inspect", model.toString(), dimmed.toString(), "--threads=1");
    assertEquals(0, inspect.exitCode(), inspect.err());
    List<String> said = inspect.err().lines().filter(line -> !line.startsWith("lot: ")).toList();
    assertEquals(1, said.size(), inspect.err());
    assertEquals("warning: " + drift(dimmed.toString()).out().strip(), said.get(0));
    assertTrue(inspect.err().contains("lot: " + PARTS + " parts, "), inspect.err());

    JsonNode json =
        Json.object(
            Invocation.of("inspect", model.toString(), dimmed.toString(), "--json", "--threads=1")
                .out());
    assertEquals(
        Json.object(drift(dimmed.toString(), "--json").out()).path("drift"), json.path("drift"));
    Invocation quiet =
        Invocation.of(
            "inspect",
            model.toString(),
            dimmed.toString(),
            "--average-run-length=1e100",
            "--json",
            "--threads=1");
    assertEquals("", quiet.err());
    JsonNode unwarned = Json.object(quiet.out());
    assertFalse(unwarned.at("/drift/detected").asBoolean(true));
    for (int i = 0; i < PARTS; i++) {
      for (String same : List.of("/verdict", "/statistic/value", "/anomalyScore")) {
        String at = "/inspections/" + i + same;
        assertEquals(unwarned.at(at), json.at(at));
      }
    }
  }

  @Test
  void driftIsAnExitCodeIfItIsWanted() throws IOException {
    for (String command : List.of("drift", "inspect")) {
      for (String form : List.of("--fail-on-drift", "--json --fail-on-drift")) {
        assertEquals(4, exitCode(command, dimmed, form), command);
        assertEquals(0, exitCode(command, untouched, form), command);
        assertEquals(0, exitCode(command, dimmed, form + " --average-run-length=1e100"), command);
      }
      assertEquals(0, exitCode(command, dimmed, "--json"), command);
      Path absent = folder.resolve("absent.png");
      assertEquals(1, exitCode(command, dimmed, absent + " --fail-on-drift"), command);
    }
  }

  private static int exitCode(String command, Path images, String options) {
    return exitCode(command, model, images, options);
  }

  private static int exitCode(String command, Path of, Path images, String options) {
    List<String> all = new ArrayList<>(List.of(command, of.toString(), "--threads=1"));
    all.add(images.toString());
    all.addAll(List.of(options.split(" ")));
    return Invocation.of(all.toArray(String[]::new)).exitCode();
  }

  @Test
  void partsOfWhichAFieldOfViewIsLookedAtAreNotWatched() throws IOException {
    Image part = Images.read(untouched.resolve("000.png"));
    FieldOfView view = FieldOfView.whole(SIZE, SIZE).within(8, 8, 40, 40);
    try (Inspector inspector = Inspector.open(model)) {
      DriftWatch line = DriftWatch.of(inspector, 1000).orElseThrow();
      InspectionRequest whole = InspectionRequest.DEFAULT.withLatentStatistics();
      DetailedInspection some = inspector.inspect(part, whole.withView(view));
      assertEquals(Verdict.GOOD, some.inspection().verdict());
      assertEquals(0, line.add(some).parts());
      DetailedInspection all = inspector.inspect(part, whole);
      assertEquals(Verdict.GOOD, all.inspection().verdict());
      assertEquals(1, line.add(all).parts());
      assertEquals(1, line.state().parts());
      DetailedInspection without = inspector.inspect(part, InspectionRequest.DEFAULT);
      assertThrows(IllegalArgumentException.class, () -> line.add(without));
    }
  }

  @Test
  void whatCannotBeWatchedIsSaidWhereItWasAskedFor() throws IOException {
    Invocation inspect =
        Invocation.of(
            "inspect",
            model.toString(),
            untouched.toString(),
            "--null=chi_square",
            "--average-run-length=100",
            "--threads=1");
    assertEquals(2, inspect.exitCode(), inspect.out());
    assertTrue(inspect.err().contains("was calibrated for another test"), inspect.err());
    Invocation fails =
        Invocation.of(
            "inspect",
            model.toString(),
            untouched.toString(),
            "--null=chi_square",
            "--fail-on-drift",
            "--threads=1");
    assertEquals(2, fails.exitCode(), fails.out());
    assertTrue(fails.err().contains("--fail-on-drift: drift cannot be watched"), fails.err());
  }

  /** A test that was not calibrated is not watched, and inspects all the same. */
  @Test
  void withoutACalibrationThereIsOneLineThatNamesTheWayOut() throws IOException {
    Path few = Files.copy(model, folder.resolve("few.flowline"));
    Invocation calibrate =
        Invocation.of(
            "calibrate",
            few.toString(),
            "--output=" + few,
            "--overwrite",
            "--good",
            untouched.resolve("000.png").toString(),
            untouched.resolve("001.png").toString(),
            "--threads=1");
    assertEquals(0, calibrate.exitCode(), calibrate.err());
    Invocation drift = Invocation.of("drift", few.toString(), untouched.toString(), "--threads=1");
    assertEquals(1, drift.exitCode());
    assertEquals(1, drift.err().strip().lines().count(), drift.err());
    assertTrue(drift.err().contains("'flowline calibrate'"), drift.err());
    assertEquals("", drift.out());

    Invocation inspect =
        Invocation.of("inspect", few.toString(), dimmed.toString(), "--json", "--threads=1");
    assertEquals(0, inspect.exitCode(), inspect.err());
    assertFalse(Json.object(inspect.out()).has("drift"));
  }

  @Test
  void aRunLengthThatCannotBeIsAUsageError() throws IOException {
    for (String wrong : List.of("1", "-3", "NaN", "many")) {
      Invocation drift = drift(untouched.toString(), "--average-run-length=" + wrong);
      assertEquals(2, drift.exitCode(), drift.err());
      assertEquals(1, drift.err().strip().lines().count(), drift.err());
    }
  }

  @Test
  void aPipeOrDeviceIsRefusedAndNotWaitedFor() throws IOException, InterruptedException {
    Path pipe = folder.resolve("pipe.png");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    Path part = untouched.resolve("000.png");
    for (Path endless : List.of(pipe, Path.of("/dev/zero"))) {
      Invocation drift =
          assertTimeoutPreemptively(
              Duration.ofSeconds(60), () -> drift(endless.toString(), part.toString(), "--json"));
      assertEquals(1, drift.exitCode(), drift.err());
      String said = "cannot read " + endless + ": a pipe or device, not a regular file";
      assertTrue(drift.err().contains(said), drift.err());
      assertEquals(1, Json.object(drift.out()).path("notRead").asInt());
      assertEquals(2, Json.object(drift.out()).path("images").asInt());
    }
  }

  private static Invocation drift(String... arguments) {
    String[] all = new String[arguments.length + 3];
    all[0] = "drift";
    all[1] = model.toString();
    all[2] = "--threads=1";
    System.arraycopy(arguments, 0, all, 3, arguments.length);
    return Invocation.of(all);
  }
}
