package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flowline.ChildJvm;
import dev.flowline.ResignedModel;
import dev.flowline.TinyLine;
import dev.flowline.certificate.Logbook;
import dev.flowline.certificate.LogbookEntry;
import dev.flowline.certificate.Recalibration;
import dev.flowline.certificate.SeenImages;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.page.ParsedPage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model on a line whose lamp fades, and what its logbook and certificate say of it. */
class CertificateCommandTest {
  private static final int SIZE = 64;
  private static final Random SEEDS = new Random(20261130);

  @TempDir static Path line;
  @TempDir Path folder;
  private static Path calibrated;
  private static Path untouched;
  private static Path dimmed;

  @BeforeAll
  static void aLine() throws IOException {
    calibrated = line.resolve("fabric.flowline");
    untouched = line.resolve("untouched");
    dimmed = line.resolve("dimmed");
    Path good = line.resolve("good");
    for (int i = 0; i < 48; i++) {
      Images.writePng(good.resolve("%03d.png".formatted(i)), good());
    }
    for (int i = 0; i < 30; i++) {
      Images.writePng(untouched.resolve("%03d.png".formatted(i)), good());
      Image part = good();
      Images.writePng(dimmed.resolve("%03d.png".formatted(i)), i < 10 ? part : dimmed(part));
    }
    Invocation calibrate =
        Invocation.of(
            "calibrate",
            SmallLine.model().toString(),
            "--good=" + good,
            "--output=" + calibrated,
            "--false-alarm-rate=0.05",
            "--threads=1");
    assertEquals(0, calibrate.exitCode(), calibrate.err());
  }

  private static Image good() {
    return TinyLine.good(SEEDS.nextLong(), SIZE, SIZE);
  }

  private static Image dimmed(Image image) {
    byte[] samples = image.samples8().clone();
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (byte) ((samples[i] & 0xFF) * 0.85);
    }
    return Image.of8(image.height(), image.width(), image.channels(), samples);
  }

  private Path logbook() {
    return folder.resolve("fabric.logbook.jsonl");
  }

  /** The model in a folder of its own, beside which its logbook has its usual place. */
  private Path model() throws IOException {
    Path model = folder.resolve("fabric.flowline");
    return Files.exists(model) ? model : Files.copy(calibrated, model);
  }

  private static Invocation run(String... arguments) {
    return Invocation.of(arguments);
  }

  private static Invocation certificate(Path model, String... more) {
    List<String> arguments = new ArrayList<>(List.of("info", model.toString(), "--certificate"));
    arguments.addAll(List.of(more));
    return Invocation.of(arguments.toArray(String[]::new));
  }

  private Invocation watched(String command, Path images, String... more) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                command,
                model().toString(),
                images.toString(),
                "--threads=1",
                "--logbook=" + logbook()));
    arguments.addAll(List.of(more));
    return Invocation.of(arguments.toArray(String[]::new));
  }

  private static void assertRefused(int exitCode, String words, Invocation refused) {
    assertEquals(exitCode, refused.exitCode(), refused.err());
    List<String> errors =
        refused.err().lines().filter(text -> text.startsWith("flowline")).toList();
    assertEquals(1, errors.size(), refused.err());
    assertTrue(errors.get(0).contains(words), errors.get(0));
  }

  @Test
  void driftEndsItAndACalibrationRenewsIt() throws IOException {
    byte[] file = Files.readAllBytes(model());
    Invocation first = certificate(model());
    assertEquals(0, first.exitCode(), first.err());
    assertTrue(
        first
            .out()
            .startsWith("fabric.flowline: Valid: 24 good images held out for it: at most 4 %"),
        first.out());
    assertTrue(first.out().contains("none: nothing is recorded"), first.out());

    Invocation usual = watched("drift", untouched);
    assertEquals(0, usual.exitCode(), usual.err());
    assertTrue(usual.err().contains("logbook: " + logbook() + ", line 1, SHA-256 "), usual.err());
    assertEquals(0, watched("inspect", untouched).exitCode());
    JsonNode valid = Json.object(certificate(model(), "--json").out());
    assertEquals("VALID", valid.path("state").asText());
    assertEquals("inspect", valid.at("/lastWatched/command").asText());
    assertEquals(2, valid.at("/logbook/lines").asInt());

    Invocation faded = watched("drift", dimmed, "--json");
    assertEquals(0, faded.exitCode(), faded.err());
    String since =
        Path.of(Json.object(faded.out()).path("changeAtImage").asText()).getFileName() + "";
    Invocation ended = certificate(model());
    assertEquals(5, ended.exitCode(), ended.err());
    assertTrue(
        ended.out().startsWith("fabric.flowline: Ended on 2026-11-18T11:06:40Z, by drift: "),
        ended.out());
    assertTrue(ended.out().contains("since about image " + since + ","), ended.out());
    assertTrue(ended.out().contains("30 images of dimmed"), ended.out());
    assertTrue(ended.out().contains("'flowline calibrate fabric.flowline"), ended.out());

    Path anew = folder.resolve("anew.flowline");
    Invocation calibrate =
        run(
            "calibrate",
            model().toString(),
            "--good=" + dimmed,
            "--output=" + anew,
            "--false-alarm-rate=0.1",
            "--threads=1",
            "--logbook=" + logbook());
    assertEquals(0, calibrate.exitCode(), calibrate.err());
    Invocation renewed = certificate(anew, "--logbook=" + logbook(), "--json");
    assertEquals(0, renewed.exitCode(), renewed.err());
    assertEquals(4, Json.object(renewed.out()).at("/logbook/lines").asInt());
    JsonNode old = Json.object(certificate(model(), "--json").out());
    assertEquals("ENDED", old.path("state").asText());
    assertEquals(3, old.at("/ended/line").asInt());
    assertEquals(4, old.at("/renewed/line").asInt());
    assertArrayEquals(file, Files.readAllBytes(model()), "a model file never changes");
  }

  /** Without images the threshold is kept, or another one is taken from the same images. */
  @Test
  void aCalibrationWithoutImagesSaysWhetherTheThresholdIsTheSame() throws IOException {
    for (boolean same : new boolean[] {true, false}) {
      Path log = folder.resolve(same + ".jsonl");
      Invocation done =
          run(
              "calibrate",
              model().toString(),
              "--review-rate=0.4",
              same ? "--reject-rate=0.05" : "--reject-rate=0.2",
              "--output=" + folder.resolve(same + ".flowline"),
              "--threads=1",
              "--logbook=" + log);
      assertEquals(0, done.exitCode(), done.err());
      LogbookEntry line = Logbook.read(log).entries().get(0);
      assertEquals(same, ((Recalibration) line.observation()).sameThreshold());
      assertEquals(0, line.images().count());
    }
  }

  /** The counts of the logbook are those that the commands print. */
  @Test
  void evaluateAndAcceptanceAddTheirDecisions() throws IOException {
    Path model = Files.copy(SmallLine.model(), folder.resolve("steel.flowline"));
    Path log = folder.resolve("steel.logbook.jsonl");
    Invocation evaluated =
        run(
            "evaluate",
            model.toString(),
            "--data=" + SmallLine.data(),
            "--category=" + SmallLine.PRODUCT,
            "--layout=mvtec",
            "--threads=1",
            "--json",
            "--logbook=" + log);
    assertEquals(0, evaluated.exitCode(), evaluated.err());
    Path parts = SmallLine.data().resolve(SmallLine.PRODUCT).resolve("test");
    Invocation accepted =
        run(
            "acceptance",
            model.toString(),
            "--parts=" + parts,
            "--threads=1",
            "--json",
            "--logbook=" + log);
    assertEquals(0, accepted.exitCode(), accepted.err());
    List<String> lines = Files.readAllLines(log);
    JsonNode evaluation = Json.object(evaluated.out());
    JsonNode first = Json.object(lines.get(0)).path("observation");
    assertEquals(evaluation.path("goodImages").asInt(), first.path("goodParts").asInt());
    assertEquals(evaluation.path("falseAlarmImages").asInt(), first.path("falseAlarms").asInt());
    assertEquals(evaluation.path("defectImages").asInt(), first.path("defectiveParts").asInt());
    JsonNode second = Json.object(lines.get(1));
    JsonNode figures = Json.object(accepted.out()).at("/appraisers/0");
    assertEquals(
        figures.at("/falseAlarmRate/count").asInt(), second.at("/observation/falseAlarms").asInt());
    assertEquals(figures.at("/missRate/count").asInt(), second.at("/observation/missed").asInt());
    assertEquals(figures.at("/parts/good").asInt(), second.at("/observation/goodParts").asInt());
    assertEquals(9, second.at("/images/count").asInt());
    assertEquals("test", second.at("/images/from/0").asText());
    assertEquals(first.path("missed"), second.at("/observation/missed"));
  }

  @Test
  void aStudyOfSeveralTrialsCountsEachPartOnce() throws IOException {
    Path model = Files.copy(SmallLine.model(), folder.resolve("steel.flowline"));
    Path parts = folder.resolve("parts");
    for (String part : List.of("good/a", "good/b", "dent/c")) {
      for (int trial = 1; trial <= 2; trial++) {
        Images.writePng(parts.resolve(part).resolve(trial + ".png"), good());
      }
    }
    Invocation accepted =
        run(
            "acceptance",
            model.toString(),
            "--parts=" + parts,
            "--threads=1",
            "--logbook=" + folder.resolve("log"));
    assertEquals(0, accepted.exitCode(), accepted.err());
    JsonNode line = Json.object(Files.readString(folder.resolve("log")));
    assertEquals(2, line.at("/observation/goodParts").asInt());
    assertEquals(1, line.at("/observation/defectiveParts").asInt());
    assertEquals(3, line.at("/images/count").asInt());
  }

  @Test
  void theLogbookOfAnotherModelIsRefusedBeforeAnythingIsComputed() throws IOException {
    assertEquals(0, watched("drift", untouched).exitCode());
    String before = Files.readString(logbook());
    String other = SmallLine.model().toString();
    String log = "--logbook=" + logbook();
    String words = "is the logbook of another model";
    assertRefused(2, words, run("drift", other, dimmed.toString(), log));
    assertRefused(2, words, run("inspect", other, dimmed.toString(), log));
    assertRefused(2, words, run("acceptance", other, "--parts=" + line, log));
    assertRefused(2, words, certificate(Path.of(other), log));
    assertRefused(
        2,
        words,
        run("calibrate", other, "--good=" + untouched, "-o" + folder.resolve("x.flowline"), log));
    assertFalse(Files.exists(folder.resolve("x.flowline")));
    assertEquals(before, Files.readString(logbook()));
  }

  @Test
  void anAlteredLogbookIsNamedInOneLine() throws IOException {
    for (int i = 0; i < 2; i++) {
      assertEquals(0, watched("drift", untouched).exitCode());
    }
    List<String> lines = Files.readAllLines(logbook());
    Files.write(logbook(), lines.subList(1, 2));
    assertRefused(1, "line 1: it does not follow the line before", certificate(model()));
    assertRefused(1, "an altered one", watched("drift", untouched));
    assertRefused(
        1, "no such file", certificate(model(), "--logbook=" + folder.resolve("none.jsonl")));
    assertRefused(
        1,
        "a folder",
        run("inspect", model().toString(), untouched.toString(), "--logbook=" + folder));
  }

  @Test
  void whatSaysNothingAboutTheGuaranteeIsRefused() throws IOException {
    assertRefused(
        2,
        "leave out the options of the test",
        watched("inspect", untouched, "--log10-epsilon=-3"));
    Path byHand = byHand();
    assertRefused(
        2,
        "does not come from a calibration",
        run("inspect", byHand.toString(), untouched.toString(), "--logbook=" + logbook()));
    assertFalse(Files.exists(logbook()));
    Invocation none = certificate(byHand);
    assertEquals(5, none.exitCode(), none.err());
    assertTrue(none.out().startsWith("hand.flowline: Nothing is guaranteed"), none.out());
    Invocation alone = run("info", model().toString(), "--logbook=" + logbook());
    assertRefused(2, "--logbook goes with --certificate", alone);
    assertRefused(
        2, "--report goes with --certificate", run("info", "models", "--report=" + folder));
    assertRefused(2, "goes with a model file", run("info", "models", "--certificate"));
    assertRefused(
        2, "--logbook takes MODEL with --parts", run("acceptance", "--logbook=" + logbook()));
  }

  /** A model whose file has lost its calibration, as if the threshold had been set by hand. */
  private Path byHand() throws IOException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode config = (ObjectNode) json.readTree(ResignedModel.config(model()));
    config.remove("calibration");
    Path byHand = folder.resolve("hand.flowline");
    ResignedModel.write(byHand, model(), config.toString());
    return byHand;
  }

  @Test
  void aReportIsAPageAndTheSameJson() throws IOException {
    Path report = folder.resolve("report");
    Invocation written = certificate(model(), "--json", "--report=" + report);
    assertEquals(0, written.exitCode(), written.err());
    assertTrue(written.err().contains("report: " + report.resolve("certificate.html")));
    assertEquals(
        Json.object(written.out()),
        Json.object(Files.readString(report.resolve("certificate.json"))));
    ParsedPage page = ParsedPage.of(Files.readString(report.resolve("certificate.html")));
    page.assertHarmless();
    assertTrue(page.shown().contains("SHA-256 of the model"), page.shown());
    Path inTheWay = Files.writeString(folder.resolve("file"), "x");
    Invocation unwritten = certificate(model(), "--report=" + inTheWay);
    assertEquals(1, unwritten.exitCode());
    assertTrue(unwritten.out().startsWith("fabric.flowline: Valid"), unwritten.out());
  }

  /** No file may grow beyond 1 MiB, which the logbook has: the result is printed all the same. */
  @Test
  void onAFullDiskTheResultIsPrintedAndTheLogbookStaysWhole() throws Exception {
    assertEquals(0, watched("drift", untouched).exitCode());
    LogbookEntry first = Logbook.read(logbook()).entries().get(0);
    SeenImages wordy = new SeenImages(1, first.images().sha256(), List.of("x".repeat(1 << 20)));
    Logbook.append(
        logbook(),
        new LogbookEntry(
            Instant.parse(first.time()),
            first.flowline(),
            first.command(),
            first.model(),
            first.engine(),
            first.device(),
            wordy,
            first.observation()));
    String before = Files.readString(logbook());
    ProcessBuilder full =
        ChildJvm.of(
            OnFullDisk.class,
            1024,
            List.of(),
            model().toString(),
            untouched.toString(),
            logbook().toString());
    ChildJvm.Outcome outcome = ChildJvm.run(full);
    assertEquals(1, outcome.exitCode(), outcome.output());
    assertTrue(outcome.output().contains("no drift in "), outcome.output());
    assertTrue(
        outcome.output().contains("cannot write " + logbook() + ": File too large"),
        outcome.output());
    assertTrue(before.equals(Files.readString(logbook())), "a piece of a line is left");
  }

  /** Watches for drift in a process of its own. */
  static final class OnFullDisk {
    public static void main(String[] arguments) {
      PrintWriter out = new PrintWriter(System.out);
      int exitCode =
          Flowline.run(
              out,
              new PrintWriter(System.err),
              "drift",
              arguments[0],
              arguments[1],
              "--threads=1",
              "--logbook=" + arguments[2]);
      out.flush();
      System.exit(exitCode);
    }
  }
}
