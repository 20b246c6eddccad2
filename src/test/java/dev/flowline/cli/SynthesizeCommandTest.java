package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flowline.data.Dataset;
import dev.flowline.data.Layout;
import dev.flowline.data.Sample;
import dev.flowline.data.Split;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SynthesizeCommandTest {
  @TempDir Path folder;

  /** A validation set where there are no defects: what train held out, and defects made of it. */
  @Test
  void aModelCanBeTriedOnMadeUpDefects() throws IOException {
    JsonNode json = Json.object(run("--json", "--validation=0.25", "--per-image=3").out());
    Json.assertKeys(json, "folder", "page", "goodImages", "anomalies");
    assertEquals(6, json.path("goodImages").asInt());
    for (String kind : List.of("perlin", "cut_paste", "scar")) {
      assertEquals(6, json.path("anomalies").path(kind).asInt(), json.toString());
    }
    // A model of the source's own images would know the good test images.
    Path model = folder.resolve("made.flowline");
    Invocation train = SmallLine.train(model, "--data=" + folder);
    assertEquals(0, train.exitCode(), train.err());
    Invocation evaluate =
        Invocation.of("evaluate", model.toString(), "--data=" + folder, "--json", "--threads=1");
    assertEquals(0, evaluate.exitCode(), evaluate.err());
    JsonNode result = Json.object(evaluate.out());
    assertEquals(6, result.path("goodImages").asInt());
    assertEquals(18, result.path("defectImages").asInt());
    assertTrue(result.path("pixelAuroc").asDouble() > 0.6, evaluate.out());
  }

  @Test
  void imagesAndMasksBelongTogether() throws IOException {
    run("--validation=0.25");
    Dataset made = Layout.MVTEC.read(folder, SmallLine.PRODUCT);
    Dataset source = Layout.MVTEC.read(SmallLine.data(), SmallLine.PRODUCT);
    Split split = Split.of(source.train(), 0.25, 0.15, 0);
    assertEquals(contents(split.fit()), contents(made.train()));
    assertEquals(contents(split.heldOut()), contents(made.testOf(Sample.GOOD)));
    assertEquals(List.of(), made.warnings());
    for (String kind : made.defectTypes()) {
      for (Sample sample : made.testOf(kind)) {
        String name = sample.image().getFileName().toString().replace(".png", "");
        Image good =
            Images.read(
                folder.resolve(SmallLine.PRODUCT + "/test/good/" + name.substring(0, 4) + ".png"));
        Image bad = Images.read(sample.image());
        Image mask =
            Images.read(
                folder.resolve(
                    SmallLine.PRODUCT + "/ground_truth/" + kind + "/" + name + "_mask.png"));
        int changed = 0;
        for (int i = 0; i < good.samples8().length; i++) {
          boolean masked = mask.samples8()[i / good.channels()] != 0;
          boolean same = good.samples8()[i] == bad.samples8()[i];
          assertTrue(masked || same, kind + " " + name + " differs outside its mask");
          changed += same ? 0 : 1;
        }
        assertTrue(changed > 0, kind + " " + name + " is as good as new");
      }
    }
    String page = Files.readString(folder.resolve("steel.html"));
    assertEquals(18, page.split("<article", -1).length - 1);
    assertFalse(page.contains("src=\"http"), "not self-contained");
  }

  @Test
  void theSameArgumentsGiveTheSameFiles() throws IOException {
    run("--validation=0.25", "--output=" + folder.resolve("a"));
    run("--validation=0.25", "--output=" + folder.resolve("b"));
    run("--validation=0.25", "--output=" + folder.resolve("c"), "--seed=1");
    assertEquals(files(folder.resolve("a")), files(folder.resolve("b")));
    assertFalse(files(folder.resolve("a")).equals(files(folder.resolve("c"))));
  }

  @Test
  void whatIsAskedForIsMade() throws IOException {
    Path textures = folder.resolve("textures");
    Images.writePng(textures.resolve("red.png"), red());
    Path out = folder.resolve("out");
    run(
        "--output=" + out,
        "--from=TEST",
        "--kind=scar",
        "--per-image=2",
        "--size=48x40",
        "--texture=" + textures);
    Dataset made = Layout.MVTEC.read(out, SmallLine.PRODUCT);
    assertEquals(List.of("scar"), made.defectTypes());
    assertEquals(6, made.testOf("scar").size());
    Image image = Images.read(made.testOf("scar").get(0).image());
    assertArrayEquals(new int[] {48, 40}, new int[] {image.height(), image.width()});
    Image good = Images.read(made.testOf(Sample.GOOD).get(0).image());
    assertArrayEquals(new int[] {48, 40}, new int[] {good.height(), good.width()});
  }

  @Test
  void whatCannotBeDoneIsSaidInALine() throws IOException {
    Files.createDirectories(folder.resolve("steel/kept"));
    assertFails(Flowline.FAILURE, "steel is not empty");
    assertTrue(Files.exists(folder.resolve("steel/kept")));
    Path out = folder.resolve("out");
    assertFails(
        Flowline.USAGE, "hold out no image", "--validation=0", "--calibration=0", "-o=" + out);
    assertFails(Flowline.USAGE, "--kind must be one of [perlin", "--kind=crack", "-o=" + out);
    assertFails(
        Flowline.FAILURE, "no such folder", "--texture=" + folder.resolve("no"), "-o=" + out);
    assertFalse(Files.exists(out.resolve("steel")));
  }

  private void assertFails(int exitCode, String words, String... more) throws IOException {
    Invocation failed = Invocation.of(arguments(more));
    assertEquals(exitCode, failed.exitCode(), failed.err());
    assertTrue(failed.err().contains(words), failed.err());
    assertEquals(1, failed.err().lines().count(), failed.err());
  }

  private Invocation run(String... more) throws IOException {
    Invocation invocation = Invocation.of(arguments(more));
    assertEquals(0, invocation.exitCode(), invocation.err());
    return invocation;
  }

  private String[] arguments(String... more) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "synthesize",
                "--data=" + SmallLine.data(),
                "--layout=mvtec",
                "--category=" + SmallLine.PRODUCT));
    if (Stream.of(more).noneMatch(argument -> argument.matches("(-o|--output)=.*"))) {
      arguments.add("--output=" + folder);
    }
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  private static Image red() {
    byte[] samples = new byte[30 * 30 * 3];
    for (int i = 0; i < samples.length; i += 3) {
      samples[i] = (byte) 255;
    }
    return Image.of8(30, 30, 3, samples);
  }

  private static Set<String> contents(List<Sample> samples) throws IOException {
    Set<String> contents = new java.util.HashSet<>();
    for (Sample sample : samples) {
      contents.add(java.util.Arrays.toString(Images.read(sample.image()).samples8()));
    }
    return contents;
  }

  private static Set<String> files(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(Files::isRegularFile)
          .filter(file -> file.toString().endsWith(".png"))
          .map(file -> root.relativize(file) + " " + hash(file))
          .collect(Collectors.toSet());
    }
  }

  private static int hash(Path file) {
    try {
      return java.util.Arrays.hashCode(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
