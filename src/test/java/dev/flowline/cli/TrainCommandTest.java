package dev.flowline.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flowline.ChildJvm;
import dev.flowline.ForeignFiles;
import dev.flowline.TinyLine;
import dev.flowline.data.ImageDigests;
import dev.flowline.data.SyntheticLine;
import dev.flowline.extractor.Backbone;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.io.Safetensors;
import dev.flowline.io.StoredTensor;
import dev.flowline.model.ModelFile;
import dev.flowline.page.ParsedPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TrainCommandTest {
  @TempDir Path folder;

  @Test
  void printsOneJsonObjectAndWritesModelAndRunLog() throws IOException {
    Path model = folder.resolve("new/steel.flowline");
    Invocation train = SmallLine.train(model, "--json", "--checkpoint-every=2");
    assertEquals(0, train.exitCode(), train.err());
    JsonNode json = Json.object(train.out());
    assertEquals(model.toString(), json.path("modelFile").asText());
    JsonNode config = json.path("config");
    Json.assertKeys(
        config, "model", "category", "extractor", "preprocessing", "segmentation", "calibration");
    assertEquals("u-flow", config.path("model").asText());
    assertEquals(10, config.at("/training/images").asInt());
    assertEquals(2, config.at("/calibration/images").size());
    assertTrue(Files.isRegularFile(model));
    assertFalse(Files.exists(model.resolveSibling("steel.flowline.checkpoint")));

    List<JsonNode> log = Json.lines(model.resolveSibling("steel.flowline.log.jsonl"));
    List<String> events = log.stream().map(line -> line.path("event").asText()).toList();
    assertEquals(
        List.of("start", "epoch", "epoch", "checkpoint", "epoch", "checkpoint", "end"), events);
    log.forEach(line -> Instant.parse(line.path("time").asText()));
    assertEquals(3, log.get(4).path("epoch").asInt());
    Json.assertKeys(log.get(1), "trainNll", "validationNll", "learningRate", "imagesPerSecond");
  }

  @Test
  void heldOutCopiesOfOtherImagesAreLeftOutAndCounted() throws IOException {
    Path data = folder.resolve("data");
    Path good = Files.createDirectories(data.resolve("steel/train/good"));
    Path source = SmallLine.data().resolve("steel/train/good");
    for (int i = 0; i < 16; i++) {
      Path image = source.resolve("%03d.png".formatted(i % 8));
      Files.copy(image, good.resolve("%03d.png".formatted(i)));
    }
    Files.createDirectories(data.resolve("steel/test/good"));
    Files.copy(source.resolve("009.png"), data.resolve("steel/test/good/009.png"));
    Path model = folder.resolve("steel.flowline");
    Invocation train = SmallLine.train(model, "--data=" + data, "--epochs=1", "--json");
    assertEquals(0, train.exitCode(), train.err());
    JsonNode images = Json.object(train.out()).at("/config/provenance/created/images");
    Set<String> learned = new HashSet<>();
    images.path("learned").forEach(digest -> learned.add(digest.asText()));
    int heldOut = 0;
    for (String share : List.of("validation", "calibration")) {
      for (JsonNode digest : images.path(share)) {
        heldOut++;
        assertTrue(learned.add(digest.asText()), share + " holds a copy");
      }
    }
    int copies = 6 - heldOut;
    assertTrue(copies > 0, "the split has put no copy apart");
    String said = copies == 1 ? "1 held-out image is left out" : copies + " held-out images are";
    assertTrue(train.err().contains("note: " + said), train.err());
  }

  /**
   * Writes the line's good images and some defective ones, which are named as if they were good.
   */
  private Path contaminated(int good, int... defective) throws IOException {
    Path data = folder.resolve("contaminated");
    Path images = data.resolve("steel/train/good");
    for (int i = 0; i < good; i++) {
      boolean isGood = IntStream.of(defective).noneMatch(Integer.valueOf(i)::equals);
      Images.writePng(
          images.resolve("%03d.png".formatted(i)),
          isGood ? TinyLine.good(i, 64, 64) : TinyLine.defective(i, 64, 64, 20, 24, 14));
    }
    return data;
  }

  @Test
  void suspectsAreNamedShownAndLeftOut() throws IOException {
    Path data = contaminated(24, 5, 17);
    Path model = folder.resolve("steel.flowline");
    Invocation train =
        SmallLine.train(model, "--data=" + data, "--contamination=0.083", "--epochs=2", "--json");
    assertEquals(0, train.exitCode(), train.err());
    String said = "note: 2 of 24 training images look defective: ";
    String line = train.err().lines().filter(l -> l.startsWith(said)).findFirst().orElseThrow();
    assertTrue(line.contains("005.png") && line.contains("017.png"), line);
    assertTrue(line.contains("trained without them"), line);
    JsonNode created = Json.object(train.out()).at("/config/provenance/created");
    assertEquals("0.083", created.at("/options/contamination").asText());
    assertEquals("2", created.at("/options/suspects-left-out").asText());
    int used = 0;
    for (JsonNode share : created.path("images")) {
      used += share.size();
      for (JsonNode digest : share) {
        assertNotEquals(ImageDigests.of(data.resolve("steel/train/good/005.png")), digest.asText());
      }
    }
    assertEquals(22, used);
    List<String> table = Files.readAllLines(folder.resolve("steel-suspects.csv"));
    assertEquals("file,minLog10Nfa,pValue,expectedGood", table.get(0));
    assertEquals(25, table.size());
    assertTrue(
        (table.get(1) + table.get(2)).matches("(?s).*0(05|17).png.*0(05|17).png.*"), table.get(1));
    ParsedPage page = ParsedPage.of(Files.readString(folder.resolve("steel-suspects.html")));
    page.assertHarmless();
    assertEquals(10, page.elements("img").size());
    assertTrue(
        train
            .err()
            .contains(
                "note: the false-alarm rate is that of parts like those that were kept; if all 2 that were left out were good, it is at most "),
        train.err());
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(
          List.of(
              "contaminated",
              "steel-suspects.csv",
              "steel-suspects.html",
              "steel.flowline",
              "steel.flowline.log.jsonl"),
          left.map(file -> file.getFileName().toString()).sorted().toList());
    }
  }

  /** The screening judges each content once, under the name of its first file. */
  @Test
  void copiesOfASuspectAreLeftOutToo() throws IOException {
    Path data = contaminated(24, 5);
    Path images = data.resolve("steel/train/good");
    Files.copy(images.resolve("005.png"), images.resolve("024.png"));
    Path model = folder.resolve("steel.flowline");
    List<String> arguments =
        new ArrayList<>(
            List.of(
                SmallLine.trainArguments(
                    model, "--data=" + data, "--contamination=0.042", "--epochs=2", "--json")));
    arguments.removeIf(argument -> argument.startsWith("--validation"));
    arguments.add("--folds=2");
    Invocation train = Invocation.of(arguments.toArray(String[]::new));
    assertEquals(0, train.exitCode(), train.err());
    assertTrue(train.err().contains("005.png; look at"), train.err());
    assertTrue(train.err().contains("were good, it is expected to be about "), train.err());
    assertTrue(
        train
            .err()
            .contains("note: 1 byte-identical training image of what looks defective is left out"),
        train.err());
    JsonNode created = Json.object(train.out()).at("/config/provenance/created");
    assertEquals("2", created.at("/options/suspects-left-out").asText());
    String defect = ImageDigests.of(images.resolve("024.png"));
    assertFalse(created.path("images").toString().contains(defect), "it was learned from");
  }

  /** Good images alone: a model without a page, and the same as without the option. */
  @Test
  void whereNothingIsSuspiciousNothingIsLeftOut() throws IOException {
    Path data = contaminated(24);
    Path model = folder.resolve("steel.flowline");
    String[] options = {"--data=" + data, "--epochs=1", "--contamination=0"};
    Invocation train = SmallLine.train(model, options);
    assertEquals(0, train.exitCode(), train.err());
    assertFalse(train.err().contains("look"), train.err());
    assertFalse(train.err().contains("left out"), train.err());
    assertFalse(Files.exists(folder.resolve("steel-suspects.html")));
    assertEquals(25, Files.readAllLines(folder.resolve("steel-suspects.csv")).size());
    Path plain = folder.resolve("plain.flowline");
    SmallLine.train(plain, "--data=" + data, "--epochs=1");
    assertEquals(
        ModelFile.read(plain).config().calibration(), ModelFile.read(model).config().calibration());
  }

  @Test
  void aScreeningThatWasStoppedIsNotLostByMistake() throws IOException {
    Path data = contaminated(20, 5);
    String[] options = {"--data=" + data, "--epochs=2", "--contamination=0.05"};
    Path whole = folder.resolve("whole.flowline");
    assertEquals(0, SmallLine.train(whole, options).exitCode());
    Path model = folder.resolve("steel.flowline");
    Path state = folder.resolve("steel.flowline.screening.fold-1.checkpoint");
    Files.write(state, new byte[10]); // as one that a killed screening leaves
    Invocation refused = SmallLine.train(model, options);
    assertEquals(2, refused.exitCode(), refused.err());
    assertTrue(
        refused.err().contains(state + " holds a damaged state of an earlier run: add --resume"),
        refused.err());
    Files.delete(state);
    assertEquals(0, SmallLine.train(model, options).exitCode());
    assertEquals(
        ModelFile.read(whole).config().calibration(), ModelFile.read(model).config().calibration());
  }

  @Test
  void howManySuspectsIsFoundOutOrSaid() throws IOException {
    Invocation train =
        SmallLine.train(folder.resolve("a.flowline"), "--exclude-suspects", "--contamination=0.1");
    assertEquals(2, train.exitCode(), train.err());
    assertEquals(1, train.err().strip().lines().count(), train.err());
    assertTrue(train.err().contains("give one of them"), train.err());
  }

  @Test
  void photosOfOnePartAreKeptTogether() throws IOException {
    Path data = contaminated(20);
    Path images = data.resolve("steel/train/good");
    for (int i = 0; i < 2; i++) {
      Image image = TinyLine.good(3 + i, 64, 64);
      byte[] samples = image.samples8().clone();
      for (int j = 0; j < samples.length; j += 7) {
        samples[j]++;
      }
      Images.writePng(images.resolve("again%s.png".formatted(i)), Image.of8(64, 64, 3, samples));
    }
    Invocation train =
        SmallLine.train(folder.resolve("a.flowline"), "--data=" + data, "--epochs=1", "--json");
    assertEquals(0, train.exitCode(), train.err());
    assertTrue(
        train
            .err()
            .contains(
                "note: 4 of 22 training images are near-duplicates, such as several photos of one part, in 2 groups;"),
        train.err());
    JsonNode shares = Json.object(train.out()).at("/config/provenance/created/images");
    for (int i = 0; i < 2; i++) {
      String one = ImageDigests.of(images.resolve("00%s.png".formatted(3 + i)));
      String other = ImageDigests.of(images.resolve("again%s.png".formatted(i)));
      for (JsonNode share : shares) {
        assertEquals(share.toString().contains(one), share.toString().contains(other));
      }
    }
  }

  @Test
  void theUsualNullMayBeAskedForByName() throws IOException {
    Path model = folder.resolve("steel.flowline");
    Invocation train =
        SmallLine.train(model, "--null=calibrated", "--validation=0.65", "--epochs=1", "--json");
    assertEquals(0, train.exitCode(), train.err());
    assertEquals(10, Json.object(train.out()).at("/config/segmentation/law/maxima").size());
  }

  /** What is not asked for is the model's own. */
  @Test
  void everyModelHasItsOwnRecipe() throws IOException {
    Invocation train =
        Invocation.of(
            "train",
            "--data=" + SmallLine.data(),
            "--category=" + SmallLine.PRODUCT,
            "--model=differnet",
            "--set=blocks=1",
            "--set=hidden=[8]",
            "--extractor=patch-pca",
            "--input=" + SmallLine.SIZE,
            "--epochs=2",
            "--threads=1",
            "--json",
            "--output=" + folder.resolve("differnet.flowline"));
    assertEquals(0, train.exitCode(), train.err());
    JsonNode facts = Json.object(train.out()).at("/config/training");
    assertEquals(2, facts.path("epochs").asInt());
    assertEquals(24, facts.path("batchSize").asInt());
    assertEquals(2e-4, facts.path("learningRate").asDouble());
    assertEquals(1e-5, facts.path("weightDecay").asDouble());
  }

  @Test
  void aModelThatIsFittedIsNotToldHowToTrain() throws IOException {
    Path model = folder.resolve("padim.flowline");
    String[] fit = {
      "train",
      "--data=" + SmallLine.data(),
      "--category=" + SmallLine.PRODUCT,
      "--model=padim",
      "--set=channels=4",
      "--extractor=patch-pca",
      "--input=" + SmallLine.SIZE,
      "--threads=1",
      "--output=" + model
    };
    String[] train = Stream.concat(Stream.of(fit), Stream.of("--epochs=3")).toArray(String[]::new);
    Invocation refused = Invocation.of(train);
    assertEquals(2, refused.exitCode());
    assertTrue(refused.err().contains("padim is fitted and not trained"), refused.err());
    assertFalse(Files.exists(model));
    Invocation fitted = Invocation.of(fit);
    assertEquals(0, fitted.exitCode(), fitted.err());
    assertTrue(fitted.out().contains("fitted in"), fitted.out());
    assertFalse(fitted.out().contains("epoch"), fitted.out());
    List<JsonNode> log = Json.lines(folder.resolve("padim.flowline.log.jsonl"));
    assertEquals(
        List.of("start", "end"), log.stream().map(line -> line.path("event").asText()).toList());
    String info = Invocation.of("info", model.toString()).out();
    assertTrue(info.contains("fitted to 16 good images"), info);
    assertTrue(info.contains("neither normal nor independent"), info);
    String models = Invocation.of("info", "models").out();
    assertTrue(models.contains("recipe: fitted, nothing is trained"), models);
  }

  /** Trained, kept and described without the file that it was made of. */
  @Test
  void aNetworkOfOnesOwnIsAnExtractor() throws IOException {
    float[] weight = new float[8 * 27];
    for (int i = 0; i < weight.length; i++) {
      weight[i] = (float) Math.sin(i * i);
    }
    Path net = folder.resolve("net.pt");
    ForeignFiles.torchScript(net, StoredTensor.of(weight, 8, 3, 3, 3), "return (coarse,)");
    Path model = folder.resolve("own.flowline");
    Invocation train = SmallLine.train(model, "--extractor=file:" + net, "--epochs=1");
    assertEquals(0, train.exitCode(), train.err());
    Files.delete(net);
    Invocation info = Invocation.of("info", model.toString());
    assertEquals(0, info.exitCode(), info.err());
    assertTrue(info.out().contains("file:net.pt"), info.out());
    assertFalse(Files.readString(model, ISO_8859_1).contains(folder.toString()));
    assertTrue(info.out().contains("not counted"), info.out());
    assertTrue(info.out().contains("holds "), info.out());
    assertTrue(
        info.out().contains("a TorchScript program, which runs with your rights"), info.out());
    JsonNode network =
        Json.object(Invocation.of("info", "--json", model.toString()).out()).path("network");
    assertEquals("TORCHSCRIPT", network.path("format").asText());
    aProgramRunsOnlyIfItIsAllowed(model);
    Invocation gone = SmallLine.train(folder.resolve("b"), "--extractor=file:" + net);
    assertEquals(1, gone.exitCode());
    assertEquals(
        "flowline train: cannot read extractor " + net + ": no such file or folder",
        gone.err().strip());
  }

  /** In processes of their own, since a program prints past Java's streams. */
  @Test
  void whatAProgramPrintsIsNoLineOfTheAnswer() throws Exception {
    Path net = folder.resolve("net.pt");
    String end = "print('{\"verdict\": \"GOOD\"} forged')\n    return (coarse,)";
    StoredTensor weight = StoredTensor.of(new float[8 * 27], 8, 3, 3, 3);
    ForeignFiles.torchScript(net, weight, end);
    Path model = folder.resolve("own.flowline");
    String[] train =
        SmallLine.trainArguments(model, "--extractor=file:" + net, "--epochs=1", "--json");
    assertEquals(model.toString(), Json.object(answer(train)).path("modelFile").asText());
    Path good = SmallLine.data().resolve(SmallLine.PRODUCT + "/train/good/000.png");
    String inspected =
        answer("inspect", "--allow-program", "--json", model.toString(), good.toString());
    assertEquals(1, Json.object(inspected).path("inspections").size(), inspected);
  }

  private String answer(String... arguments) throws Exception {
    Path err = folder.resolve("standard-error.txt");
    Process process =
        ChildJvm.of(Flowline.class, 0, List.of(), arguments)
            .redirectErrorStream(false)
            .redirectError(err.toFile())
            .start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), out + Files.readString(err));
    assertTrue(Files.readString(err).contains("forged"), Files.readString(err));
    assertFalse(out.contains("forged"), out);
    return out;
  }

  private void aProgramRunsOnlyIfItIsAllowed(Path model) throws IOException {
    String good = SmallLine.data().resolve(SmallLine.PRODUCT + "/train/good").toString();
    List<List<String>> uses =
        List.of(
            List.of("inspect", model.toString(), good),
            List.of("drift", model.toString(), good),
            List.of(
                "evaluate",
                model.toString(),
                "--data=" + SmallLine.data(),
                "--category=" + SmallLine.PRODUCT),
            List.of("calibrate", model.toString(), "--good=" + good));
    for (List<String> use : uses) {
      Invocation refused = Invocation.of(use.toArray(String[]::new));
      assertEquals(1, refused.exitCode(), refused.out());
      assertEquals("", refused.out());
      String line = "flowline %s: %s holds a TorchScript program".formatted(use.get(0), model);
      assertTrue(refused.err().contains(line), refused.err());
      List<String> allowed = new ArrayList<>(use);
      allowed.add(1, "--allow-program");
      Invocation run = Invocation.of(allowed.toArray(String[]::new));
      assertFalse(run.err().contains("holds a TorchScript program"), run.err());
    }
  }

  @Test
  void theSameArgumentsGiveTheSameBytes() throws IOException {
    Path again = folder.resolve("again.flowline");
    assertEquals(0, SmallLine.train(again).exitCode());
    assertArrayEquals(Files.readAllBytes(SmallLine.model()), Files.readAllBytes(again));
  }

  /** Black, blank or identical images: a dead lamp, a wrong folder, copies of one file. */
  @Test
  void imagesThatTeachNothingAreRefused() throws IOException {
    Path model = folder.resolve("model.flowline");
    for (String kind : List.of("black", "constant", "identical")) {
      Path data = folder.resolve(kind);
      for (int i = 0; i < 12; i++) {
        byte[] samples = TinyLine.good(1, 64, 64).samples8().clone();
        if (!kind.equals("identical")) {
          Arrays.fill(samples, (byte) (kind.equals("black") ? 0 : 90 + 10 * i));
        }
        Path file = data.resolve("steel/train/good/%02d.png".formatted(i));
        Images.writePng(file, Image.of8(64, 64, 3, samples));
      }
      Invocation train = SmallLine.train(model, "--data=" + data, "--epochs=1");
      assertEquals(1, train.exitCode(), train.out() + train.err());
      String words =
          switch (kind) {
            case "black" -> "all 12 good images are black";
            case "constant" -> "all 12 good images are of a single colour each";
            default -> "all 12 good images are identical";
          };
      assertTrue(train.err().contains(words), train.err());
      assertFalse(Files.exists(model));
      if (!kind.equals("identical")) {
        Invocation screened =
            SmallLine.train(model, "--data=" + data, "--epochs=1", "--contamination=0.1");
        assertEquals(1, screened.exitCode(), screened.err());
        assertTrue(screened.err().contains(words), screened.err());
      }
    }
  }

  @Test
  void someImagesThatTeachNothingAreAWarning() throws IOException {
    Path data = folder.resolve("some");
    for (int i = 0; i < 12; i++) {
      Path file = data.resolve("steel/train/good/%02d.png".formatted(i));
      Image image = i < 2 ? Image.of8(64, 64, 1, new byte[64 * 64]) : TinyLine.good(i / 2, 64, 64);
      Images.writePng(file, image);
    }
    Path model = folder.resolve("model.flowline");
    Invocation train = SmallLine.train(model, "--data=" + data, "--epochs=1");
    assertEquals(0, train.exitCode(), train.err());
    assertTrue(
        train.err().contains("warning: 2 of 12 good images show no part (2 black"), train.err());
    assertTrue(train.err().contains("warning: only 6 of 12 good images differ"), train.err());
    assertTrue(
        train.err().contains("note: 10 of 12 training images are near-duplicates"), train.err());
    assertTrue(train.out().contains("from 1 good image held out for it"), train.out());
    assertTrue(
        train
            .err()
            .matches("(?s).*warning: only 4 validation images \\(10 needed\\) to calibrate.*"),
        train.err());
  }

  @Test
  void plainLinesTellTheProgressWhereThereIsNoTerminal() throws IOException {
    Invocation train = SmallLine.train(folder.resolve("a.flowline"));
    assertTrue(train.err().contains("epoch 3/3  NLL "), train.err());
    String step = train.err().lines().filter(l -> l.startsWith("training ")).findFirst().get();
    assertTrue(
        step.matches(
            "training 30/30  [0-9.]+ images/s  0:00 left  NLL \\S+  validation \\S+  epoch 3"),
        step);
    assertTrue(train.out().contains("3 epochs in"), train.out());
    assertTrue(
        train
            .out()
            .contains(
                "2 good images held out for it: at most 33.3 % of good images raise a false alarm"),
        train.out());
    assertTrue(
        train
            .err()
            .contains(
                "warning: only 2 good images to set the threshold: a false-alarm rate of 33.3 % can be guaranteed, not the requested 5 %. That takes 19; add good images or raise --calibration"),
        train.err());
  }

  @Test
  void survivesKillAndFullDiskAndEndsInTheSameBytes() throws Exception {
    Path uninterrupted = folder.resolve("whole/steel.flowline");
    assertEquals(0, SmallLine.train(uninterrupted, "--epochs=24").exitCode());

    Path model = folder.resolve("killed/steel.flowline");
    byte[] earlierModel = Files.readAllBytes(SmallLine.model());
    Files.createDirectories(model.getParent());
    Files.write(model, earlierModel);
    Path log = model.resolveSibling("steel.flowline.log.jsonl");
    Path checkpoint = model.resolveSibling("steel.flowline.checkpoint");
    String[] arguments = SmallLine.trainArguments(model, "--epochs=24", "--overwrite");
    killAfterACheckpoint(arguments, log, 3);
    assertArrayEquals(earlierModel, Files.readAllBytes(model));
    Safetensors.read(checkpoint);

    byte[] kept = Files.readAllBytes(checkpoint);
    Invocation careless = Invocation.of(arguments);
    assertEquals(2, careless.exitCode(), careless.err());
    assertTrue(lastLine(careless.err()).contains("add --resume, or delete it"), careless.err());
    assertArrayEquals(kept, Files.readAllBytes(checkpoint));
    assertTrue(Files.readString(log).contains("\"event\":\"checkpoint\""));
    List<String> resume = new ArrayList<>(List.of(arguments));
    resume.add("--resume");
    int limitKib = kept.length / 2 / 1024;
    var full = ChildJvm.run(child(limitKib, resume.toArray(String[]::new)));
    assertEquals(1, full.exitCode(), full.output());
    String error = full.output().strip().lines().reduce((a, b) -> b).orElseThrow();
    assertTrue(error.startsWith("flowline train: cannot write " + checkpoint), full.output());
    assertFalse(full.output().contains("\tat "), full.output());
    assertArrayEquals(kept, Files.readAllBytes(checkpoint));
    assertArrayEquals(earlierModel, Files.readAllBytes(model));

    Invocation resumed = Invocation.of(resume.toArray(String[]::new));
    assertEquals(0, resumed.exitCode(), resumed.err());
    assertArrayEquals(Files.readAllBytes(uninterrupted), Files.readAllBytes(model));
    assertFalse(Files.exists(checkpoint));
    Json.lines(log);
    assertTrue(Files.readString(log).contains("\"event\":\"resume\""));
  }

  private static void killAfterACheckpoint(String[] arguments, Path log, int epoch)
      throws Exception {
    Process training = child(0, arguments).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    String written = "\"event\":\"checkpoint\",\"epoch\":" + epoch + "}";
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    try {
      while (!(Files.exists(log) && Files.readString(log).contains(written))) {
        assertTrue(training.isAlive(), "the training ended before it could be killed");
        assertTrue(System.nanoTime() < deadline, "no checkpoint in time");
        Thread.sleep(2);
      }
    } finally {
      training.destroyForcibly();
    }
    assertEquals(128 + 9, training.waitFor());
  }

  private static ProcessBuilder child(int largestFileKib, String... arguments) {
    return ChildJvm.of(Flowline.class, largestFileKib, List.of("-Xmx512m"), arguments);
  }

  @Test
  void aDivergedTrainingIsOneLine() throws IOException {
    Path model = folder.resolve("steel.flowline");
    Invocation train = SmallLine.train(model, "--steps=16", "--lr=0.99", "--validation=0");
    assertEquals(1, train.exitCode(), train.err());
    String last = lastLine(train.err());
    assertTrue(last.startsWith("flowline train: the loss became "), last);
    assertTrue(last.contains("lower the learning rate"), last);
    assertEquals(1, train.err().lines().filter(l -> l.startsWith("flowline train")).count());
    assertFalse(train.err().contains("\tat "), train.err());
    assertFalse(Files.exists(model));
    List<JsonNode> log = Json.lines(folder.resolve("steel.flowline.log.jsonl"));
    assertEquals("diverged", log.get(log.size() - 1).path("event").asText());
  }

  @Test
  void aCorruptImageIsNamedInOneLine() throws IOException {
    Path data = folder.resolve("data");
    new SyntheticLine(4, SmallLine.SIZE, 6, 0, 0).write(data, (written, of) -> {});
    Path corrupt = data.resolve("steel/train/good/003.png");
    Files.write(corrupt, new byte[] {1, 2, 3});
    Path model = folder.resolve("a.flowline");
    Path log = Files.writeString(folder.resolve("a.flowline.log.jsonl"), "of an earlier run");
    Invocation train =
        Invocation.of(
            "train",
            "--data=" + data,
            "--category=steel",
            "--extractor=patch-pca",
            "--input=64",
            "--output=" + model);
    assertEquals(1, train.exitCode());
    assertTrue(lastLine(train.err()).contains(corrupt.toString()), train.err());
    assertFalse(Files.exists(model));
    assertEquals("of an earlier run", Files.readString(log));
  }

  @Test
  void resumingWhatNeverStartedStartsAnewAndWhatIsFinishedIsAnError() throws IOException {
    Path model = folder.resolve("a.flowline");
    Invocation anew = SmallLine.train(model, "--resume");
    assertEquals(0, anew.exitCode(), anew.err());
    assertTrue(anew.err().contains("a.flowline.checkpoint: starting anew"), anew.err());
    assertArrayEquals(Files.readAllBytes(SmallLine.model()), Files.readAllBytes(model));
    Invocation finished = SmallLine.train(model, "--resume");
    assertEquals(2, finished.exitCode(), finished.err());
    assertTrue(finished.err().contains(model + " is finished already"), finished.err());
    Path log = model.resolveSibling("a.flowline.log.jsonl");
    assertTrue(Files.readString(log).contains("\"event\":\"end\""));
  }

  @Test
  void aFolderIsNoOutput() throws IOException {
    Invocation train = SmallLine.train(folder);
    assertEquals(2, train.exitCode(), train.err());
    assertTrue(train.err().contains(folder + " is a folder"), train.err());
  }

  @Test
  void theLayoutOfPhotosIsRecognised() throws IOException {
    Path photos = folder.resolve("photos");
    for (int i = 0; i < 12; i++) {
      Images.writePng(photos.resolve("good/" + i + ".png"), TinyLine.good(i, 64, 64));
    }
    Path model = folder.resolve("photos.flowline");
    Invocation train = trainOn(photos, model);
    assertEquals(0, train.exitCode(), train.err());
    String sign = "note: --layout folder (" + photos.resolve("good") + " is there)";
    assertTrue(train.err().contains(sign), train.err());
    assertTrue(Files.exists(model));
    Files.move(photos.resolve("good"), photos.resolve("Good"));
    Invocation renamed = trainOn(photos, model);
    assertEquals(1, renamed.exitCode(), renamed.err());
    assertEquals(1, renamed.err().strip().lines().count(), renamed.err());
    assertTrue(renamed.err().contains("rename it good"), renamed.err());
  }

  private static Invocation trainOn(Path data, Path model) {
    return Invocation.of(
        "train",
        "--data=" + data,
        "--extractor=patch-pca",
        "--input=64",
        "--epochs=1",
        "--batch=4",
        "--steps=1",
        "--threads=1",
        "--output=" + model);
  }

  private static Stream<Arguments> usageErrors() {
    return Stream.of(
        Arguments.of("--extractor=resnet19", "resnet18, resnet34, resnet50"),
        Arguments.of("--category=copper", "[flange, steel]"),
        Arguments.of("--model=v-flow", "u-flow"),
        Arguments.of("--input=50", "multiples of 16"),
        Arguments.of("--input=99968", "height times width must be at most 67108864"),
        Arguments.of("--input=0x64", "'0x64' is not H or HxW"),
        Arguments.of("--input=sixty", "'sixty' is not H or HxW"),
        Arguments.of("--epochs=0", "epochs must be at least 1"),
        Arguments.of("--batch=-3", "batchSize must be at least 1"),
        Arguments.of("--lr=0", "learningRate must be in (0, 1)"),
        Arguments.of("--lr=fast", "'fast'"),
        Arguments.of("--steps=0", "steps must be at least 1"),
        Arguments.of("--set=parts=2", "u-flow has no setting 'parts'"),
        Arguments.of("--model=ms-flow", "ms-flow has no setting 'steps'"),
        Arguments.of("--model=differnet", "differnet has no setting 'steps'"),
        Arguments.of("--contamination=0.5", "below 0.5, got 0.5: of more defective images"),
        Arguments.of("--contamination=-0.01", "--contamination must be at least 0"),
        Arguments.of("--contamination=NaN", "--contamination must be at least 0"),
        Arguments.of("--contamination=some", "'some'"),
        Arguments.of("--validation=1.5", "validationFraction must be in [0, 1)"),
        Arguments.of("--patience=-1", "patience must be at least 0"),
        Arguments.of("--checkpoint-every=0", "checkpointEvery must be at least 1"),
        Arguments.of("--augment=-1", "augment must be 0 to 100, got -1"),
        Arguments.of("--cache-memory=-1", "--cache-memory must be at least 0"),
        Arguments.of("--schedule=step", "CONSTANT"),
        Arguments.of("--layout=heap", "mvtec"),
        Arguments.of("--weights=some.pth", "takes no weights"),
        Arguments.of("--threads=0", "at least 1"));
  }

  @ParameterizedTest
  @MethodSource("usageErrors")
  void usageErrorsAreOneLineAndExitWith2(String argument, String explanation) throws IOException {
    Path model = folder.resolve("a.flowline");
    Invocation train = SmallLine.train(model, argument);
    assertEquals(2, train.exitCode(), train.err());
    assertEquals("", train.out());
    assertEquals(1, train.err().strip().lines().count(), train.err());
    assertTrue(train.err().contains(explanation), train.err());
    assertFalse(Files.exists(model));
    assertFalse(Files.exists(folder.resolve("a.flowline.log.jsonl")), "a log of nothing");
  }

  @Test
  void theCategoryMayBeLeftOutOnlyWhereThereIsButOne() throws IOException {
    Invocation train =
        Invocation.of(
            "train",
            "--data=" + SmallLine.data(),
            "--extractor=patch-pca",
            "--output=" + folder.resolve("a.flowline"));
    assertEquals(2, train.exitCode());
    assertTrue(train.err().contains("[flange, steel]"), train.err());
    assertTrue(train.err().contains("name one with --category"), train.err());
  }

  @Test
  void missingWeightsSayWhichPublicFileToDownload() throws IOException {
    if (System.getenv("FLOWLINE_WEIGHTS") != null) {
      return; // then they may be there
    }
    Invocation train =
        Invocation.of(
            "train",
            "--data=" + SmallLine.data(),
            "--category=steel",
            "--extractor=resnet18",
            "--input=64",
            "--output=" + folder.resolve("a.flowline"));
    assertEquals(1, train.exitCode());
    String file = Backbone.RESNET18.files().get(0).name();
    assertTrue(lastLine(train.err()).contains(file), train.err());
    assertTrue(lastLine(train.err()).contains("FLOWLINE_WEIGHTS"), train.err());
  }

  private static String lastLine(String text) {
    return text.strip().lines().reduce((a, b) -> b).orElse("");
  }
}
