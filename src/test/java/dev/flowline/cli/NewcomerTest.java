package dev.flowline.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.ChildJvm;
import dev.flowline.TinyLine;
import dev.flowline.io.Images;
import dev.flowline.model.ModelKind;
import dev.flowline.segmentation.SegmentationOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the command line does for who uses it for the first time. */
class NewcomerTest {
  @TempDir Path folder;

  private static String[] without(String option, String... arguments) {
    return List.of(arguments).stream()
        .filter(argument -> !argument.startsWith(option + "="))
        .toArray(String[]::new);
  }

  @Test
  void trainNeedsNoDownloadAndSaysWhatIsBetter() throws IOException {
    Path model = folder.resolve("m.flowline");
    String[] usual = SmallLine.trainArguments(model, "--epochs=1");
    Invocation train = Invocation.of(without("--extractor", usual));
    assertEquals(0, train.exitCode(), train.err());
    List<String> notes =
        train.err().lines().filter(line -> line.startsWith("note: --extractor patch-pca")).toList();
    assertEquals(1, notes.size(), train.err());
    assertTrue(notes.get(0).contains("resnet18-f37072fd.pth"), notes.get(0));
    String info = Invocation.of("info", model.toString()).out();
    assertTrue(info.contains("patch-pca"), info);
    assertFalse(
        SmallLine.train(folder.resolve("n.flowline"), "--epochs=1").err().contains("resnet18"),
        "who names an extractor is not advised");
  }

  @Test
  void compareNeedsNoDownloadEither() throws IOException {
    Invocation compare =
        Invocation.of(
            without(
                "--extractor",
                SmallLine.arguments(
                    "compare",
                    folder.resolve("c"),
                    new String[] {"--category=" + SmallLine.PRODUCT, "--models=u-flow:steps=1"},
                    "--epochs=1",
                    "--gallery=0")));
    assertEquals(0, compare.exitCode(), compare.err());
    assertTrue(compare.err().contains("note: --extractor patch-pca"), compare.err());
    assertTrue(compare.err().contains("resnet18-f37072fd.pth"), compare.err());
  }

  /** Who has the published extractor's weights means it. */
  @ParameterizedTest
  @ValueSource(strings = {"--extractor=published", "--weights=absent.pth"})
  void thePublishedExtractorIsTakenByNameAndByItsWeights(String option) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                without("--extractor", SmallLine.trainArguments(folder.resolve("m.flowline")))));
    arguments.removeIf(argument -> argument.startsWith("--input"));
    arguments.add(option);
    Invocation train = Invocation.of(arguments.toArray(String[]::new));
    assertTrue(train.exitCode() != 0, train.out());
    assertTrue(train.err().contains("ms-cait") || train.err().contains("absent.pth"), train.err());
    assertFalse(train.err().contains("patch-pca"), train.err());
  }

  @ParameterizedTest
  @EnumSource(ModelKind.class)
  void everyModelWorksOnTheDefaultExtractor(ModelKind kind) throws IOException {
    var config =
        NetworkOptions.config(
            kind,
            ExtractorOption.orDefault(null, false),
            null,
            Map.of(),
            "c",
            0,
            SegmentationOptions.DEFAULT);
    assertEquals("patch-pca", config.extractor().name());
    assertFalse(dev.flowline.model.Cost.of(config).shapes().latents().isEmpty());
  }

  private void takePhotos(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      Images.writePng(folder.resolve("photos/good/" + i + ".png"), TinyLine.good(i, 64, 64));
    }
  }

  /** Who has fewer photos than can take turns: no remedy is one that they cannot use. */
  @Test
  void threePhotosGiveAModelAndSayWhatIsMissing() throws IOException {
    takePhotos(3);
    Path model = folder.resolve("part.flowline");
    Invocation train =
        Invocation.of(
            "train",
            "--data=" + folder.resolve("photos"),
            "--extractor=patch-pca",
            "--input=64",
            "--steps=2",
            "--epochs=1",
            "--threads=1",
            "--output=" + model);
    assertEquals(0, train.exitCode(), train.err());
    String remedy = "add good images: from 5 different ones on, all take turns";
    assertTrue((train.out() + train.err()).contains(remedy), train.err());
    List<String> warnings =
        train.err().lines().filter(line -> line.startsWith("warning: ")).toList();
    for (String warning : warnings) {
      assertFalse(warning.contains("raise --"), warning);
      assertFalse(warning.contains("leave --validation"), warning);
      assertFalse(warning.contains("--calibration-by"), warning);
    }
    assertTrue(
        warnings.get(0).endsWith("photos: a model can be trained, but not evaluated"),
        warnings.get(0));
    assertFalse(train.err().contains("false alarms cannot be counted"), train.err());
  }

  /** Whose folder has 45 photos: no option of the threshold, and no image is lost. */
  @Test
  void fortyFivePhotosGiveAModelThatFindsDefects() throws IOException {
    takePhotos(45);
    Path model = folder.resolve("part.flowline");
    Invocation train =
        Invocation.of(
            "train",
            "--data=" + folder.resolve("photos"),
            "--extractor=patch-pca",
            "--input=64",
            "--steps=2",
            "--epochs=8",
            "--threads=1",
            "--output=" + model);
    assertEquals(0, train.exitCode(), train.err());
    assertTrue(
        train
            .err()
            .contains(
                "cross-fitting: up to 8 epochs, or 5 after the lowest NLL of the images held out"),
        train.err());
    var how = Json.lines(folder.resolve("part.flowline.log.jsonl")).get(0).path("training");
    assertEquals(8, how.path("epochs").asInt());
    assertEquals(2, how.path("batchSize").asInt());
    assertEquals(5, how.path("patience").asInt());
    assertEquals(2e-3, how.at("/adam/learningRate").asDouble());
    List<String> said = train.out().lines().toList();
    assertEquals(
        "calibration: cross-fitted in 10 folds, since a split of 45 good images leaves 7 for the"
            + " region law, which takes 10, and 7 for the threshold, which takes 19 for 5.0 %",
        said.get(2));
    assertTrue(
        said.get(3).startsWith("expected: about 4.35 % of good images are expected")
            && said.get(3).endsWith("like these: measured for such calibrations, not proved"),
        said.get(3));
    assertFalse(train.err().contains("chi-square"), train.err());
    assertFalse(train.err().contains("a false-alarm rate of"), train.err());
    String info = Invocation.of("info", model.toString()).out();
    assertTrue(
        info.contains("45 good images, each judged by a model that had not seen it (10 folds)"),
        info);
    assertTrue(info.contains("45 learned from, which took turns to set the threshold"), info);

    double log10Epsilon =
        Json.object(Invocation.of("info", model.toString(), "--json").out())
            .at("/config/segmentation/log10Epsilon")
            .asDouble();
    assertTrue(log10Epsilon > -20 && log10Epsilon < 1, "log10Epsilon " + log10Epsilon);
    int found = 0;
    int alarms = 0;
    for (int i = 0; i < 10; i++) {
      Path defect = folder.resolve("test/hole" + i + ".png");
      Images.writePng(defect, TinyLine.defective(900 + i, 64, 64, 5 * i, 20, 8));
      Path good = folder.resolve("test/good" + i + ".png");
      Images.writePng(good, TinyLine.good(500 + i, 64, 64));
      found += verdict(model, defect).equals("DEFECT") ? 1 : 0;
      alarms += verdict(model, good).equals("DEFECT") ? 1 : 0;
    }
    assertEquals(10, found, "defects found of 10");
    assertTrue(alarms <= 3, alarms + " of 10 good parts alarm");
  }

  private static String verdict(Path model, Path image) throws IOException {
    Invocation inspect = Invocation.of("inspect", model.toString(), image.toString());
    return Json.lines(inspect.out()).get(0).path("verdict").asText();
  }

  /** The lines that are shown are pasted into a shell: their words come out as they are meant. */
  @Test
  void theNextCommandIsShownAndWorksAsShown() throws Exception {
    Path odd = Files.createDirectory(folder.resolve("it's a \"new\" $HOME *"));
    Path model = odd.resolve("my model.flowline");
    Invocation train = SmallLine.train(model, "--epochs=1");
    assertEquals(0, train.exitCode(), train.err());
    List<String> evaluate = next(train);
    assertEquals(
        List.of(
            "flowline",
            "evaluate",
            model.toString(),
            "--data",
            SmallLine.data().toString(),
            "--layout",
            "mvtec",
            "--category",
            SmallLine.PRODUCT,
            "--report",
            "report"),
        evaluate);
    evaluate.set(evaluate.size() - 1, odd.resolve("report").toString());
    Invocation evaluated = Invocation.of(arguments(evaluate));
    assertEquals(0, evaluated.exitCode(), evaluated.err());
    List<String> inspect = next(evaluated);
    assertEquals(List.of("flowline", "inspect", model.toString(), "DIR"), inspect);
    Path parts = odd.resolve("parts");
    Images.writePng(parts.resolve("a.png"), TinyLine.good(1, 64, 64));
    inspect.set(inspect.size() - 1, parts.toString());
    assertEquals(0, Invocation.of(arguments(inspect)).exitCode());
    Invocation json = SmallLine.train(odd.resolve("json.flowline"), "--epochs=1", "--json");
    assertFalse(json.err().contains("next: "), json.err());
  }

  private static String[] arguments(List<String> words) {
    return words.subList(1, words.size()).toArray(String[]::new);
  }

  /** Returns the words of the next command, as bash parts them. */
  private static List<String> next(Invocation before) throws Exception {
    List<String> lines = before.err().lines().filter(line -> line.startsWith("next: ")).toList();
    assertEquals(1, lines.size(), before.err());
    String command = lines.get(0).substring("next: ".length());
    Process bash = new ProcessBuilder("bash", "-c", "printf '%s\\n' " + command).start();
    String words = new String(bash.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, bash.waitFor());
    return new ArrayList<>(words.lines().toList());
  }

  @Test
  void aFileIsNeverTakenForAnOption() {
    assertEquals("./-m.flowline", ShellCommand.word(Path.of("-m.flowline")));
    assertEquals("./@m.flowline", ShellCommand.word(Path.of("@m.flowline")));
    assertEquals("a/-m.flowline", ShellCommand.word(Path.of("a/-m.flowline")));
  }

  /** Before the libraries are loaded, which takes long, and fails here. */
  @ParameterizedTest
  @ValueSource(strings = {"inspect", "drift"})
  void aCommandSaysThatItLoadsBeforeItLoads(String command) throws Exception {
    Path part = folder.resolve("a.png");
    Images.writePng(part, TinyLine.good(1, 64, 64));
    ChildJvm.Outcome outcome =
        ChildJvm.run(
            ChildJvm.of(
                Flowline.class,
                0,
                List.of("-Dorg.bytedeco.javacpp.platform=nowhere"),
                command,
                SmallLine.model().toString(),
                part.toString()));
    List<String> lines =
        outcome.output().lines().filter(line -> !line.startsWith("Picked up")).toList();
    assertEquals(List.of("listing the images", "loading LibTorch"), lines.subList(0, 2));
    assertTrue(lines.get(2).contains("the native libraries do not load"), outcome.output());
  }

  /** Datasets may be large, and on a slow disk. */
  @Test
  void aCommandSaysThatItReadsBeforeItReads() throws Exception {
    Path absent = folder.resolve("absent");
    for (String command : List.of("train", "evaluate", "compare", "calibrate", "synthesize")) {
      List<String> arguments = new ArrayList<>(List.of(command));
      arguments.addAll(
          switch (command) {
            case "train", "synthesize" -> List.of("--data=" + absent, "-o", "x");
            case "evaluate" -> List.of("m.flowline", "--data=" + absent);
            case "compare" ->
                List.of("--data=" + absent, "--category=c", "--models=u-flow", "-o", "x");
            default -> List.of("m.flowline", "--good=" + absent);
          });
      if (!command.equals("calibrate")) {
        arguments.add("--layout=folder");
      }
      ChildJvm.Outcome outcome =
          ChildJvm.run(ChildJvm.of(Flowline.class, 0, List.of(), arguments.toArray(String[]::new)));
      List<String> lines =
          outcome.output().lines().filter(line -> !line.startsWith("Picked up")).toList();
      assertTrue(lines.get(0).startsWith("reading "), outcome.output());
      assertTrue(lines.get(1).startsWith("flowline " + command + ": "), outcome.output());
    }
  }

  @Test
  void calibrateAndATrainingWithoutTestImagesShowHowToInspect() throws Exception {
    Path good = folder.resolve("photos/good");
    for (int i = 0; i < 24; i++) {
      Images.writePng(good.resolve("%02d.png".formatted(i)), TinyLine.good(i, 64, 64));
    }
    Path model = folder.resolve("m.flowline");
    Invocation train =
        SmallLine.train(
            model,
            "--data=" + good.getParent(),
            "--layout=folder",
            "--category=photos",
            "--epochs=1");
    assertEquals(0, train.exitCode(), train.err());
    assertEquals(List.of("flowline", "inspect", model.toString(), "DIR"), next(train));
    Path calibrated = folder.resolve("c.flowline");
    Invocation calibrate =
        Invocation.of(
            "calibrate",
            SmallLine.model().toString(),
            "--good=" + good,
            "--threads=1",
            "-o" + calibrated);
    assertEquals(0, calibrate.exitCode(), calibrate.err());
    assertEquals(List.of("flowline", "inspect", calibrated.toString(), "DIR"), next(calibrate));
  }

  /** Within another program nothing is said: it may have loaded the libraries long ago. */
  @Test
  void withinAProgramNothingIsSaid() throws IOException {
    Path part = folder.resolve("a.png");
    Images.writePng(part, TinyLine.good(1, 64, 64));
    Invocation inspect =
        Invocation.of("inspect", SmallLine.model().toString(), part.toString(), "--threads=1");
    assertEquals("", inspect.err());
  }
}
