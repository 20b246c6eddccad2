package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flowline.ChildJvm;
import dev.flowline.ForeignFiles;
import dev.flowline.data.SyntheticLine;
import dev.flowline.extractor.RandomWeights;
import dev.flowline.io.ContentDigest;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.io.StoredTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareCommandTest {
  private static final String MODELS = "u-flow:steps=2,ms-flow:parts=2:kernels=[3,1]:hidden=8";
  private static final List<String> TIMES =
      List.of("millisPerImage", "p99MillisPerImage", "trainingSeconds");

  @TempDir Path folder;

  @Test
  void everyModelWithEverySeedOnEveryCategoryIsInOneTable() throws IOException {
    Path output = folder.resolve("results");
    Invocation compare = compare(output, "--models=" + MODELS, "--seeds=0,7", "--json");
    assertEquals(0, compare.exitCode(), compare.err());
    JsonNode json = Json.object(compare.out());
    Json.assertKeys(
        json, "facts", "seeds", "published", "models", "runsPlanned", "runsFailed", "runs");
    assertEquals(8, json.path("runsPlanned").asInt());
    assertEquals(8, json.path("runs").size());
    assertTrue(json.path("published").isNull(), "flange and steel are nobody's dataset");
    JsonNode ours = json.at("/categories/steel/u-flow:steps=2");
    Json.assertKeys(
        ours,
        "pixelAuroc",
        "imageAuroc",
        "aupro",
        "meanIou.automatic",
        "meanIou.oracle",
        "anomalyMapOracle.meanIou",
        "defectImagesFound",
        "defectImagesAlarmedElsewhere",
        "falseAlarmImages",
        "trainableParameters",
        "flowMacs",
        "extractorMacs",
        "millisPerImage",
        "p99MillisPerImage",
        "trainingSeconds",
        "published");
    assertFalse(ours.has("meanIou.fair"), "it was not asked for");
    List<Double> values = figures(json, "steel", "u-flow:steps=2", "pixelAuroc");
    assertEquals(2, values.size());
    double mean = (values.get(0) + values.get(1)) / 2;
    assertEquals(mean, ours.at("/pixelAuroc/mean").asDouble(), 1e-12);
    assertEquals(
        Math.abs(values.get(0) - values.get(1)) / Math.sqrt(2),
        ours.at("/pixelAuroc/deviation").asDouble(),
        1e-12);
    assertEquals(2, ours.at("/pixelAuroc/count").asInt());
    assertTrue(ours.at("/millisPerImage/mean").asDouble() > 0);
    assertTrue(ours.at("/trainingSeconds/mean").asDouble() > 0);
    assertEquals(0, ours.at("/trainableParameters/deviation").asDouble());
    assertEquals(
        json, Json.object(Files.readString(output.resolve("compare.json"))), "compare.json");

    String page = Files.readString(output.resolve("compare.html"));
    assertTrue(page.contains("hidden=8 (reconstructed)"), "ms-flow is a reconstruction");
    assertFalse(page.contains("src=\"http") || page.contains("href=\"http"), "not self-contained");
    assertEveryLinkLeadsSomewhere(output, page, 8);
    try (Stream<Path> files = Files.walk(output)) {
      assertEquals(
          0, files.filter(file -> file.toString().endsWith(".flowline")).count(), "models kept");
    }

    assertFalse(page.contains("mIoU fair"), "a column that was not asked for");
    Invocation again = compare(output, "--models=" + MODELS, "--seeds=0,7", "--json");
    assertEquals(json, Json.object(again.out()));
    assertTrue(again.err().contains("8 of 8 runs are finished already"), again.err());
    assertFalse(again.err().contains("epoch"), again.err());
  }

  private static void assertEveryLinkLeadsSomewhere(Path output, String page, int links) {
    var link = java.util.regex.Pattern.compile("href=\"([^\"]+)\"").matcher(page);
    int found = 0;
    while (link.find()) {
      found++;
      assertTrue(
          Files.isRegularFile(Path.of(output.toUri().resolve("./" + link.group(1)))),
          link.group(1));
    }
    assertEquals(links, found);
  }

  /** Shared features change nothing: the same bits, but for the times. */
  @Test
  void theResultsAreThoseOfTrainAndEvaluate() throws IOException {
    Path output = folder.resolve("results");
    Invocation compare =
        compare(output, "--category=steel", "--models=" + MODELS, "--seeds=0,5", "--keep-models");
    assertEquals(0, compare.exitCode(), compare.err());
    for (String seed : List.of("0", "5")) {
      Path alone = folder.resolve("alone-" + seed + ".flowline");
      Invocation train = SmallLine.train(alone, "--seed=" + seed);
      assertEquals(0, train.exitCode(), train.err());
      Path run = output.resolve("steel/u-flow_steps=2/seed-" + seed);
      assertArrayEquals(
          Files.readAllBytes(alone), Files.readAllBytes(run.resolve("model.flowline")));
      Path report = folder.resolve("report-" + seed);
      Invocation evaluate =
          Invocation.of(
              "evaluate",
              alone.toString(),
              "--data=" + SmallLine.data(),
              "--category=steel",
              "--threads=1",
              "--report=" + report);
      assertEquals(0, evaluate.exitCode(), evaluate.err());
      assertEquals(
          withoutTimes(report.resolve("evaluation.json")),
          withoutTimes(run.resolve("evaluation.json")));
      assertEquals(
          Files.readString(report.resolve("images.csv")),
          Files.readString(run.resolve("images.csv")));
      assertEquals(
          withoutTitle(report.resolve("goodness-of-fit.html")),
          withoutTitle(run.resolve("goodness-of-fit.html")));
    }
  }

  /** Each run leaves out the test images that its own model has used. */
  @Test
  void testImagesThatAModelHasUsedAreLeftOutAndFairFiguresComeOnRequest() throws IOException {
    Path data = folder.resolve("data");
    Path product = data.resolve(SmallLine.PRODUCT);
    try (Stream<Path> files = Files.walk(SmallLine.data().resolve(SmallLine.PRODUCT))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target =
            product.resolve(
                SmallLine.data().resolve(SmallLine.PRODUCT).relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
    Files.copy(product.resolve("train/good/000.png"), product.resolve("test/good/known.png"));
    Path output = folder.resolve("results");
    Invocation compare =
        compare(output, "--data=" + data, "--models=u-flow:steps=2", "--fair", "--json");
    assertEquals(0, compare.exitCode(), compare.err());
    JsonNode figures = Json.object(compare.out()).at("/categories/steel/u-flow:steps=2");
    assertTrue(figures.at("/meanIou.fair/mean").isNumber(), compare.out());
    assertTrue(Files.readString(output.resolve("compare.html")).contains("mIoU fair"));
    JsonNode run =
        Json.object(
            Files.readString(output.resolve("steel/u-flow_steps=2/seed-0/evaluation.json")));
    assertEquals(1, run.path("trainingImagesLeftOut").asInt());
    assertEquals(3, run.path("goodImages").asInt());
    Invocation without = compare(output, "--data=" + data, "--models=u-flow:steps=2");
    assertEquals(2, without.exitCode(), without.err());
    assertTrue(without.err().contains("fair was true"), without.err());
  }

  private static String withoutTitle(Path page) throws IOException {
    return Files.readString(page).replaceAll("<(title|h1)>[^<]*</", "<$1></");
  }

  /** DifferNet's map is a gradient by the image: it goes the whole way, for the same result. */
  @Test
  void aModelThatNeedsTheImageAgainIsComparedToo() throws IOException {
    Path output = folder.resolve("results");
    String[] asked = {"--category=steel", "--models=differnet:blocks=1:hidden=[8]", "--epochs=1"};
    Invocation compare = compare(output, asked);
    assertEquals(0, compare.exitCode(), compare.err());
    Path alone = folder.resolve("alone.flowline");
    String data = "--data=" + SmallLine.data();
    Invocation train =
        Invocation.of(
            "train",
            data,
            "--category=steel",
            "--model=differnet",
            "--set=blocks=1",
            "--set=hidden=[8]",
            "--extractor=patch-pca",
            "--input=" + SmallLine.SIZE,
            "--epochs=1",
            "--batch=4",
            "--lr=1e-3",
            "--validation=0.25",
            "--threads=1",
            "--output=" + alone);
    assertEquals(0, train.exitCode(), train.err());
    String report = "--report=" + folder.resolve("report");
    Invocation evaluate =
        Invocation.of(
            "evaluate", alone.toString(), data, "--category=steel", "--threads=1", report);
    assertEquals(0, evaluate.exitCode(), evaluate.err());
    assertEquals(
        withoutTimes(folder.resolve("report/evaluation.json")),
        withoutTimes(output.resolve("steel/differnet_blocks=1_hidden=_8_/seed-0/evaluation.json")));
    assertEquals(
        withoutTitle(folder.resolve("report/goodness-of-fit.html")),
        withoutTitle(
            output.resolve("steel/differnet_blocks=1_hidden=_8_/seed-0/goodness-of-fit.html")));
  }

  private static JsonNode withoutTimes(Path file) throws IOException {
    ObjectNode json = (ObjectNode) Json.object(Files.readString(file));
    assertTrue(json.path("timings").has("extractor"), "no time of the extractor");
    json.remove("timings");
    return json;
  }

  /** One of fixed weights once a category, one that learns once a category and seed. */
  @Test
  void featuresAreExtractedOnce() throws IOException {
    Path net = network();
    Invocation fixed =
        compare(
            folder.resolve("fixed"),
            "--models=" + MODELS,
            "--seeds=0,1",
            "--extractor=file:" + net);
    assertEquals(0, fixed.exitCode(), fixed.err());
    assertEquals(2, extractions(fixed), fixed.err());
    Invocation learned = compare(folder.resolve("learned"), "--models=" + MODELS, "--seeds=0,1");
    assertEquals(0, learned.exitCode(), learned.err());
    assertEquals(4, extractions(learned), learned.err());
  }

  private Path network() throws IOException {
    float[] weight = new float[8 * 27];
    for (int i = 0; i < weight.length; i++) {
      weight[i] = (float) Math.sin(i * i);
    }
    Path net = folder.resolve("net.pt");
    ForeignFiles.torchScript(net, StoredTensor.of(weight, 8, 3, 3, 3), "return (coarse,)");
    return net;
  }

  private static long extractions(Invocation compare) {
    return compare.err().lines().filter(line -> line.matches("features (\\d+)/\\1\\b.*")).count();
  }

  @Test
  void aRunThatFailsIsListedAndTheOthersGoOn() throws IOException {
    Path output = folder.resolve("results");
    String models = "u-flow:steps=2,u-flow:scale=7:label=broken";
    Invocation compare = compare(output, "--category=steel", "--models=" + models);
    assertEquals(1, compare.exitCode(), compare.err());
    assertTrue(compare.out().contains("failed: steel, broken, seed 0: scale"), compare.out());
    JsonNode json = Json.object(Files.readString(output.resolve("compare.json")));
    assertEquals(1, json.path("runsFailed").asInt());
    assertTrue(json.at("/categories/steel/broken/aupro/mean").isNull());
    assertTrue(json.at("/categories/steel/u-flow:steps=2/aupro/mean").isNumber());
    JsonNode failed = json.path("runs").get(1);
    assertEquals("broken", failed.path("model").asText());
    assertTrue(failed.path("failure").asText().contains("scale"), failed.toString());
    assertTrue(Files.readString(output.resolve("compare.html")).contains("<h2>Failed</h2>"));

    Invocation again = compare(output, "--category=steel", "--models=" + models);
    assertEquals(1, again.exitCode(), again.err());
    assertTrue(again.err().contains("1 of 2 runs are finished already"), again.err());

    String mended = models.replace("scale=7", "scale=1");
    Invocation third = compare(output, "--category=steel", "--models=" + mended);
    assertEquals(0, third.exitCode(), third.err());
    assertTrue(third.err().contains("1 of 2 runs are finished already"), third.err());
  }

  /** Weights are known by what the file holds: its name alone would mix two extractors. */
  @Test
  void weightsOfTheSameNameAreOthersIfTheyHoldOthers() throws IOException {
    Path output = folder.resolve("results");
    Path weights = folder.resolve("resnet18.safetensors");
    String[] asked = {
      "--category=steel", "--models=padim", "--extractor=resnet18", "--weights=" + weights
    };
    RandomWeights.main(new String[] {"resnet18", folder.toString(), "1"});
    Invocation compare = compare(output, asked);
    assertEquals(0, compare.exitCode(), compare.err());
    String digest = ContentDigest.of(weights);
    JsonNode run = Json.object(Files.readString(output.resolve("steel/padim/seed-0/run.json")));
    assertEquals(digest, run.at("/settings/weights/0").asText(), run.toString());
    Invocation again = compare(output, asked);
    assertTrue(again.err().contains("1 of 1 runs are finished already"), again.err());

    RandomWeights.main(new String[] {"resnet18", folder.toString(), "2"});
    Invocation other = compare(output, asked);
    assertEquals(2, other.exitCode(), other.err());
    assertTrue(
        other
            .err()
            .contains(
                "with other settings (weights was [\"%s\"], is [\"%s\"])"
                    .formatted(digest, ContentDigest.of(weights))),
        other.err());
    assertEquals(run, Json.object(Files.readString(output.resolve("steel/padim/seed-0/run.json"))));
  }

  /** As train and evaluate do; several models see the same masks. */
  @Test
  void oddMasksAndImagesAreSaidOnceAndEverywhere() throws IOException {
    Path data = folder.resolve("data");
    new SyntheticLine(3, SmallLine.SIZE, 16, 3, 2).write(data, (written, of) -> {});
    Image black = Image.of8(SmallLine.SIZE, SmallLine.SIZE, 1, new byte[64 * 64]);
    Path mask = data.resolve("steel/ground_truth/dent/000_mask.png");
    Images.writePng(mask, black);
    Images.writePng(data.resolve("steel/test/good/black.png"), black);
    Path output = folder.resolve("results");
    Invocation compare =
        compare(
            output,
            "--data=" + data,
            "--category=steel",
            "--models=u-flow:steps=2,u-flow:steps=1",
            "--json");
    assertEquals(0, compare.exitCode(), compare.err());
    String empty = "1 of 6 masks of defective images mark nothing at the size of the maps";
    String unlike = " of 10 images are unlike the calibration images: ";
    for (String said : List.of(empty, unlike)) {
      assertEquals(
          1,
          compare.err().lines().filter(line -> line.contains(said)).count(),
          said + " in " + compare.err());
      assertTrue(Files.readString(output.resolve("compare.html")).contains(said), said);
      Path report = output.resolve("steel/u-flow_steps=2/seed-0/report.html");
      assertTrue(Files.readString(report).contains(said), said);
    }
    assertTrue(compare.err().contains("warning: steel: " + empty), compare.err());
    for (JsonNode run : Json.object(compare.out()).path("runs")) {
      assertTrue(run.path("imagesOutOfRange").asInt() >= 1, run.toString());
      assertTrue(run.path("warnings").toString().contains(mask.toString()), run.toString());
      assertTrue(run.path("warnings").toString().contains("good/black.png (bright"), "" + run);
    }
  }

  @Test
  void aDamagedImageCostsItsCategoryOnly() throws IOException {
    Path data = folder.resolve("data");
    new SyntheticLine(3, SmallLine.SIZE, 8, 1, 1).write(data, (written, of) -> {});
    Path damaged = data.resolve("flange/train/good/003.png");
    byte[] whole = Files.readAllBytes(damaged);
    Files.write(damaged, java.util.Arrays.copyOf(whole, whole.length / 2));
    Path output = folder.resolve("results");
    Invocation first = compare(output, "--data=" + data, "--models=u-flow:steps=2");
    assertEquals(1, first.exitCode(), first.err());
    assertTrue(first.out().contains("failed: flange, u-flow:steps=2, seed 0: "), first.out());
    assertTrue(first.out().contains("003.png"), first.out());
    Files.write(damaged, whole);
    Invocation mended = compare(output, "--data=" + data, "--models=u-flow:steps=2");
    assertEquals(0, mended.exitCode(), mended.err());
    assertTrue(mended.err().contains("1 of 2 runs are finished already"), mended.err());
  }

  @Test
  void otherSettingsThanThoseThereAreOneClearError() throws IOException {
    Path output = folder.resolve("results");
    String[] first = {"--category=steel", "--models=u-flow:steps=2"};
    assertEquals(0, compare(output, first).exitCode());
    byte[] before = Files.readAllBytes(output.resolve("compare.json"));
    Invocation other = compare(output, "--category=steel", "--models=u-flow:steps=2", "--epochs=4");
    assertEquals(2, other.exitCode(), other.err());
    assertTrue(other.err().contains("(epochs was 3, is 4)"), other.err());
    assertEquals(1, other.err().strip().lines().count(), other.err());
    Path data = folder.resolve("other");
    new SyntheticLine(4, SmallLine.SIZE, 16, 3, 2).write(data, (written, of) -> {});
    Invocation others = compare(output, first[0], first[1], "--data=" + data);
    assertEquals(2, others.exitCode(), others.err());
    assertTrue(others.err().contains("trainingImages was \"16, names"), others.err());
    assertArrayEquals(before, Files.readAllBytes(output.resolve("compare.json")));
    Invocation more = compare(output, "--category=steel", "--models=u-flow:steps=2", "--seeds=0,1");
    assertEquals(0, more.exitCode(), more.err());
    assertTrue(more.err().contains("1 of 2 runs are finished already"), more.err());
  }

  @Test
  void survivesAKillAndEndsWithTheSameFigures() throws Exception {
    String[] asked = {"--category=steel", "--models=" + MODELS, "--epochs=12"};
    Path whole = folder.resolve("whole");
    assertEquals(0, compare(whole, asked).exitCode());

    Path output = folder.resolve("killed");
    Path run = output.resolve("steel/u-flow_steps=2/seed-0");
    Process process = ChildJvm.of(Flowline.class, 0, List.of(), arguments(output, asked)).start();
    Path checkpoint = run.resolve("model.flowline.checkpoint");
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (!Files.exists(checkpoint) && process.isAlive() && System.nanoTime() < until) {
      Thread.sleep(2);
    }
    process.destroyForcibly().waitFor();
    assertTrue(Files.exists(checkpoint), "it was too fast to be killed");

    Invocation resumed = compare(output, asked);
    assertEquals(0, resumed.exitCode(), resumed.err());
    assertTrue(Files.readString(run.resolve("model.flowline.log.jsonl")).contains("\"resume\""));
    assertFalse(Files.exists(checkpoint));
    assertEquals(figures(whole), figures(output));
  }

  private static List<JsonNode> figures(Path output) throws IOException {
    List<JsonNode> all = new ArrayList<>();
    for (JsonNode run :
        Json.object(Files.readString(output.resolve("compare.json"))).path("runs")) {
      ((ObjectNode) run.path("figures")).remove(TIMES);
      all.add(run);
    }
    assertEquals(2, all.size());
    return all;
  }

  @Test
  void usageErrorsComeBeforeAnyWork() throws IOException {
    Path output = folder.resolve("results");
    assertUsage(output, "u-flaw", "--models=fastflow,u-flaw");
    assertUsage(output, "u-flow has no setting 'parts'", "--models=u-flow:parts=2");
    assertUsage(
        output, "'steps' in 'u-flow:steps' is not of the form NAME=VALUE", "--models=u-flow:steps");
    assertUsage(output, "brackets of", "--models=cs-flow:kernels=[3");
    assertUsage(output, "two models are called 'u-flow'", "--models=u-flow,u-flow");
    assertUsage(output, "epochs is not a number: 'few'", "--models=u-flow:epochs=few");
    assertUsage(output, "epochs must be at least 1", "--models=u-flow:epochs=0");
    assertUsage(output, "validationFraction", "--models=u-flow", "--validation=1");
    assertUsage(output, "copper", "--models=u-flow", "--category=copper");
    assertUsage(
        output,
        "--weights: none of the extractors takes weights",
        "--models=u-flow",
        "--weights=a");
    assertUsage(output, "[btad, mvtec], or none", "--models=u-flow", "--published=ours");
    assertFalse(Files.exists(output));
  }

  private static void assertUsage(Path output, String said, String... arguments)
      throws IOException {
    Invocation compare = compare(output, arguments);
    assertEquals(2, compare.exitCode(), compare.err());
    assertTrue(compare.err().contains(said), compare.err());
    assertEquals(1, compare.err().strip().lines().count(), compare.err());
  }

  private static List<Double> figures(JsonNode json, String category, String model, String key) {
    List<Double> values = new ArrayList<>();
    for (JsonNode run : json.path("runs")) {
      if (run.path("category").asText().equals(category)
          && run.path("model").asText().equals(model)) {
        values.add(run.path("figures").path(key).asDouble());
      }
    }
    return values;
  }

  private static Invocation compare(Path output, String... more) throws IOException {
    return Invocation.of(arguments(output, more));
  }

  private static String[] arguments(Path output, String... more) throws IOException {
    return SmallLine.arguments("compare", output, new String[0], more);
  }
}
