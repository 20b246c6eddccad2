package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flowline.TinyLine;
import dev.flowline.io.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeepFoldsTest {
  @TempDir Path folder;

  private Invocation train(Path output, String... more) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "train",
                "--data=" + SmallLine.data(),
                "--layout=mvtec",
                "--category=" + SmallLine.PRODUCT,
                "--model=padim",
                "--extractor=patch-pca",
                "--input=64",
                "--false-alarm-rate=0.2",
                "--threads=1",
                "--output=" + output));
    arguments.addAll(List.of(more));
    return Invocation.of(arguments.toArray(String[]::new));
  }

  /** What each command says and does with such a model. */
  @Test
  void aModelThatKeepsItsFoldsIsShownInspectedEvaluatedAndCalibrated() throws IOException {
    Path model = folder.resolve("part.flowline");
    Invocation trained = train(model, "--keep-folds", "--folds=4");
    assertEquals(0, trained.exitCode(), trained.err());
    assertTrue(trained.out().contains("cross-fitted in 4 folds, whose models are kept"));
    assertTrue(trained.out().contains("; proved: at most "), trained.out());
    double megabytes = Files.size(model) / 1e6;
    String size = String.format(java.util.Locale.ROOT, "the file has %.1f MB", megabytes);
    assertTrue(trained.out().contains("kept: the models of 4 folds"), trained.out());
    assertTrue(trained.out().contains(size), trained.out());

    String info = Invocation.of("info", model.toString()).out();
    assertTrue(info.contains("kept folds") && info.contains("% is proved"), info);
    JsonNode folds =
        Json.object(Invocation.of("info", model.toString(), "--json").out())
            .at("/config/calibration/crossFitting");
    assertTrue(folds.path("kept").asBoolean());
    assertEquals(4, folds.path("laws").size());
    JsonNode guarantee =
        Json.object(Invocation.of("info", model.toString(), "--certificate", "--json").out())
            .path("guarantee");
    double expected = guarantee.path("promised").asDouble();
    assertEquals(3 / 17.0, expected, 1e-12, "of 16 images");
    assertTrue(guarantee.path("proved").asDouble() > 2 * expected, guarantee.toString());
    String certificate = Invocation.of("info", model.toString(), "--certificate").out();
    String rule = "CV+: a part is a defect if at most 2 of 16 good images have a log10NFA";
    assertTrue(certificate.contains(rule), certificate);

    String onnx = "--output=" + folder.resolve("part.onnx");
    String picture = SmallLine.data().resolve(SmallLine.PRODUCT + "/test").toString();
    for (Invocation refused :
        List.of(
            Invocation.of("export", model.toString(), onnx, "--threads=1"),
            Invocation.of("verify", model.toString(), "--threads=1"),
            Invocation.of("inspect", model.toString(), picture, "--engine=onnxruntime"))) {
      assertEquals(Flowline.USAGE, refused.exitCode(), refused.err());
      assertTrue(refused.err().contains("the models of its 4 folds judge each part too"));
      String wayOut = "'flowline calibrate MODEL --good DIR' leaves the folds out";
      assertTrue(refused.err().contains(wayOut), refused.err());
    }

    Path test = SmallLine.data().resolve(SmallLine.PRODUCT + "/test");
    Invocation inspected =
        Invocation.of("inspect", model.toString(), test.toString(), "--json", "--threads=1");
    JsonNode answer = Json.object(inspected.out());
    assertTrue(answer.path("inspections").size() > 4);
    for (JsonNode part : answer.path("inspections")) {
      boolean defect = part.path("verdict").asText().equals("DEFECT");
      assertEquals(defect, part.path("pValue").asDouble() <= expected + 1e-12, part.toString());
      assertEquals(defect, part.path("regions").size() > 0);
    }
    assertEquals(
        guarantee.path("proved").asDouble(),
        answer.at("/lot/falseRejects/proved").asDouble(),
        "in the lot");

    Invocation evaluated =
        Invocation.of(
            "evaluate",
            model.toString(),
            "--data=" + SmallLine.data(),
            "--layout=mvtec",
            "--category=" + SmallLine.PRODUCT,
            "--report=" + folder.resolve("report"),
            "--threads=1");
    assertEquals(0, evaluated.exitCode(), evaluated.err());
    Invocation drift = Invocation.of("drift", model.toString(), test.toString(), "--threads=1");
    assertEquals(0, drift.exitCode(), drift.err());
    assertTrue(
        drift.err().contains("note: drift is watched by statistics of the input only"),
        drift.err());

    Path repeats = Files.createDirectories(folder.resolve("repeats"));
    Path good = Files.createDirectories(folder.resolve("good"));
    for (int i = 0; i < 24; i++) {
      Images.writePng(good.resolve(i + ".png"), TinyLine.good(900 + i, 64, 64));
      Images.writePng(repeats.resolve(i + ".png"), TinyLine.good(300 + i, 64, 64));
    }
    Path anew = folder.resolve("anew.flowline");
    Invocation bandAlone =
        Invocation.of(
            "calibrate",
            model.toString(),
            "--synthetic-repeats=" + repeats,
            "--output=" + anew,
            "--threads=1");
    assertFails(Flowline.USAGE, "name good images with --good", bandAlone);
    assertFalse(Files.exists(anew));
    Invocation calibrated =
        Invocation.of(
            "calibrate",
            model.toString(),
            "--good=" + good,
            "--output=" + anew,
            "--false-alarm-rate=0.2",
            "--threads=1");
    assertEquals(0, calibrated.exitCode(), calibrated.err());
    assertTrue(calibrated.err().contains("note: the models of the folds are left out"));
    assertFalse(Invocation.of("info", anew.toString()).out().contains("kept folds"));
    assertTrue(Files.size(anew) < Files.size(model));
  }

  /** Which fold of how many is learned, in images, and the same as lines of the run log. */
  @Test
  void theTrainingOfEachFoldIsShownAndLogged() throws IOException {
    Path model = folder.resolve("part.flowline");
    List<String> arguments =
        new ArrayList<>(List.of(SmallLine.trainArguments(model, "--epochs=2", "--keep-folds")));
    arguments.removeIf(argument -> argument.startsWith("--validation"));
    arguments.addAll(List.of("--folds=3", "--false-alarm-rate=0.2"));
    Invocation trained = Invocation.of(arguments.toArray(String[]::new));
    assertEquals(0, trained.exitCode(), trained.err());
    List<String> shown = trained.err().lines().toList();
    List<JsonNode> log = Json.lines(folder.resolve("part.flowline.log.jsonl"));
    assertEquals(16, log.get(0).path("images").asInt());
    assertEquals(3, log.get(0).path("folds").asInt());
    int images = 0;
    for (int fold = 1; fold <= 3; fold++) {
      int number = fold;
      JsonNode begin =
          log.stream()
              .filter(line -> line.path("event").asText().equals("keptFold"))
              .filter(line -> line.path("fold").asInt() == number)
              .findFirst()
              .orElseThrow();
      assertEquals(3, begin.path("folds").asInt());
      images += begin.path("images").asInt();
      String name = "kept fold " + fold + " of 3: ";
      assertTrue(shown.contains(name + "learns from " + begin.path("images").asInt() + " images"));
      List<JsonNode> own =
          log.stream().filter(line -> line.path("keptFold").asInt() == number).toList();
      List<String> events = own.stream().map(line -> line.path("event").asText()).toList();
      int epochs = own.get(events.indexOf("foldsDone")).path("epochs").asInt();
      assertEquals(2, events.stream().filter("foldsEpoch"::equals).count());
      assertEquals(epochs, events.stream().filter("epoch"::equals).count());
      JsonNode foldsEpoch = own.get(events.indexOf("foldsEpoch"));
      assertEquals(2, foldsEpoch.path("heldOutNll").size(), "of the two other folds");
      assertTrue(own.get(events.indexOf("epoch")).path("trainNll").isNumber());
      assertTrue(starts(shown, name + "2 folds, epoch 2/2  NLL "), trained.err());
      assertTrue(starts(shown, name + "all its images, epoch 1/" + epochs), trained.err());
    }
    assertEquals(2 * 16, images, "each is in the other folds of two");
    assertFalse(starts(shown, "folds to keep"), "a fold is no image");
  }

  private static boolean starts(List<String> lines, String words) {
    return lines.stream().anyMatch(line -> line.startsWith(words));
  }

  /** Both rates count what was left out, the expected one and the proved one. */
  @Test
  void theProvedRateCountsSuspectsToo() throws IOException {
    Path model = folder.resolve("part.flowline");
    Invocation trained = train(model, "--keep-folds", "--folds=3", "--contamination=0.1");
    assertEquals(0, trained.exitCode(), trained.err());
    JsonNode guarantee =
        Json.object(Invocation.of("info", model.toString(), "--certificate", "--json").out())
            .path("guarantee");
    double share = 2 / 16.0;
    double proved = share + (1 - share) * guarantee.path("proved").asDouble();
    String words = String.format(java.util.Locale.ROOT, "at most %.1f", 100 * proved);
    String line =
        trained.err().lines().filter(text -> text.contains("were good, it is")).findFirst().get();
    assertTrue(line.contains(words) && line.endsWith("is proved"), line + " / " + words);
  }

  @Test
  void whatCannotBeKeptIsRefusedInOneLine() throws IOException {
    Path model = folder.resolve("none.flowline");
    assertFails(
        Flowline.USAGE,
        "--keep-folds goes with --calibration-by CROSS_FITTING, not with SPLIT",
        train(model, "--keep-folds", "--calibration-by=SPLIT"));
    assertFails(
        Flowline.USAGE,
        "leave out --validation and --calibration",
        train(model, "--keep-folds", "--validation=0.2"));
    assertFails(
        Flowline.USAGE, "leave out --confidence", train(model, "--keep-folds", "--confidence=0.9"));
    assertFails(
        Flowline.USAGE,
        "--keep-folds takes 3 to 16 folds, any two of which leave 4 of 16 good images",
        train(model, "--keep-folds", "--folds=2"));
    assertFalse(Files.exists(model));
  }

  /** A run that was killed, and is not gone on with. */
  @Test
  void whatAnEarlierRunHasLeftIsNamedAndRemovedOnceTheModelIsWritten() throws IOException {
    Path model = folder.resolve("part.flowline");
    Path left = Files.writeString(folder.resolve("part.flowline.kept-fold-2"), "a model");
    Path foreign = Files.writeString(folder.resolve("part.flowline.kept-fold-two"), "a note");
    Invocation trained = train(model, "--validation=0.3");
    assertEquals(0, trained.exitCode(), trained.err());
    String note =
        "note: an earlier run that was stopped left what this one does not go on from; it is removed once the model is written: part.flowline.kept-fold-2";
    assertEquals(1, trained.err().lines().filter(note::equals).count(), trained.err());
    assertFalse(Files.exists(left));
    assertTrue(Files.exists(foreign));
  }

  private static void assertFails(int exitCode, String words, Invocation failed) {
    assertEquals(exitCode, failed.exitCode(), failed.err());
    assertTrue(failed.err().contains(words), failed.err());
    assertEquals(1, failed.err().lines().filter(line -> line.contains(words)).count());
  }
}
