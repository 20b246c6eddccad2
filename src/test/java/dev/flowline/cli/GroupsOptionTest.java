package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flowline.TinyLine;
import dev.flowline.data.ImageDigests;
import dev.flowline.io.ContentDigest;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Photos of one part that a file names stay together in a training. */
class GroupsOptionTest {
  private static final int IMAGES = 24;
  private static final String GUIDE =
      "warning: images of a group are alike: they are learned from or held out together, and a guaranteed false-alarm rate, which supposes that images are independent, is a guide only";

  @TempDir static Path folder;
  private static Path data;

  /** No two images are near-duplicates, but for 023, which is 000 in other noise. */
  @BeforeAll
  static void photos() throws IOException {
    data = folder.resolve("data");
    for (int i = 0; i < IMAGES - 1; i++) {
      Images.writePng(photo(i), TinyLine.good(i, 64, 64));
    }
    byte[] again = TinyLine.good(0, 64, 64).samples8().clone();
    for (int j = 0; j < again.length; j += 7) {
      again[j]++;
    }
    Images.writePng(photo(IMAGES - 1), Image.of8(64, 64, 3, again));
  }

  private static Path photo(int image) {
    return data.resolve("steel/train/good/%03d.png".formatted(image));
  }

  /** Writes a file in which every so manieth image shows the same part. */
  private static Path parts(int count) throws IOException {
    List<String> lines = new ArrayList<>(List.of("file,group"));
    for (int i = 0; i < IMAGES; i++) {
      lines.add("%03d.png,%s".formatted(i, i % count));
    }
    return Files.write(folder.resolve("parts-" + count + ".csv"), lines);
  }

  private static Invocation train(Path model, String... more) throws IOException {
    return SmallLine.train(
        model,
        Stream.concat(Stream.of("--data=" + data, "--epochs=1"), Stream.of(more))
            .toArray(String[]::new));
  }

  @Test
  void photosOfAPartAreOnOneSideOfTheSplit() throws IOException {
    Path parts = parts(12);
    Invocation train =
        train(
            folder.resolve("split.flowline"),
            "--groups=" + parts,
            "--calibration-by=SPLIT",
            "--calibration=0.3",
            "--seed=2",
            "--json");
    assertEquals(0, train.exitCode(), train.err());
    List<String> said = train.err().lines().toList();
    assertTrue(
        said.contains("groups: 24 images of 12 parts kept together (--groups " + parts + ")"),
        train.err());
    assertEquals(1, said.stream().filter(GUIDE::equals).count(), train.err());
    assertTrue(
        said.contains(
            "note: near-duplicates join groups of --groups: 11 are kept together in place of 12"),
        train.err());
    JsonNode created = Json.object(train.out()).at("/config/provenance/created");
    assertEquals(ContentDigest.of(parts), created.at("/options/groups").asText());
    assertEquals("24 images in 11 groups", created.at("/options/image-groups").asText());
    String model = folder.resolve("split.flowline").toString();
    String info = Invocation.of("info", model).out();
    assertTrue(info.contains("images are alike: 24 images in 11 groups"), info);
    String certificate = Invocation.of("info", model, "--certificate").out();
    assertTrue(
        certificate.contains("a guide only, since images are alike: 24 images"), certificate);
    assertEquals(3, created.path("images").size());
    for (JsonNode share : created.path("images")) {
      assertTrue(share.size() > 1, created.path("images").toString());
      for (int i = 0; i < 12; i++) {
        assertEquals(holds(share, i), holds(share, i + 12), "part " + i);
      }
      assertEquals(holds(share, 11), holds(share, 0), "near-duplicates join parts 0 and 11");
    }
  }

  private static boolean holds(JsonNode share, int image) throws IOException {
    return share.toString().contains(ImageDigests.of(photo(image)));
  }

  /** 24 photos of 4 parts are no 24 images to hold out one by one. */
  @Test
  void aPartCountsOnceWhereImagesTakeTurns() throws IOException {
    Invocation few = crossFitted("--groups=" + parts(4), "--calibration-by=CROSS_FITTING");
    assertEquals(2, few.exitCode(), few.err());
    assertTrue(
        few.err()
            .contains(
                "cross-fitting takes at least 5 good images, or groups of them, and there are"),
        few.err());
    Invocation enough = crossFitted("--groups=" + parts(8), "--folds=8");
    assertEquals(2, enough.exitCode(), enough.err());
    assertTrue(enough.err().contains("folds must be 2 to 7"), enough.err());
  }

  private static Invocation crossFitted(String... more) throws IOException {
    List<String> words =
        new ArrayList<>(
            List.of(
                "train",
                "--data=" + data,
                "--category=steel",
                "--model=padim",
                "--extractor=patch-pca",
                "--input=64",
                "--threads=1",
                "--output=" + folder.resolve("cross-fitted.flowline")));
    words.addAll(List.of(more));
    return Invocation.of(words.toArray(String[]::new));
  }

  @Test
  void suspectsAreLeftOutOfTheGroups() throws IOException {
    Path parts = parts(12);
    Invocation train =
        train(
            folder.resolve("kept.flowline"),
            "--groups=" + parts,
            "--contamination=0.083",
            "--calibration-by=SPLIT",
            "--calibration=0.3",
            "--json");
    assertEquals(0, train.exitCode(), train.err());
    JsonNode created = Json.object(train.out()).at("/config/provenance/created");
    assertEquals(ContentDigest.of(parts), created.at("/options/groups").asText());
    assertEquals("0.083", created.at("/options/contamination").asText());
    int used = 0;
    for (JsonNode share : created.path("images")) {
      used += share.size();
      for (int i = 0; i < 12; i++) {
        boolean one = holds(share, i);
        boolean other = holds(share, i + 12);
        if (one != other) { // the other one is a suspect: it is in no share
          assertFalse(holds(created.path("images"), one ? i + 12 : i), "part " + i);
        }
      }
    }
    assertEquals(22, used);
  }

  @Test
  void aComparisonKeepsThemTogetherToo() throws IOException {
    Path output = folder.resolve("compared");
    String[] words =
        SmallLine.arguments(
            "compare",
            output,
            new String[] {"--models=u-flow:steps=2", "--groups=" + groupsOfTheLine()},
            "--category=steel",
            "--epochs=1");
    Invocation compare = Invocation.of(words);
    assertEquals(0, compare.exitCode(), compare.err());
    assertTrue(compare.err().contains("groups: 16 images of 8 parts kept together"), compare.err());
    assertTrue(Files.readString(output.resolve("compare.html")).contains("is a guide only"));
    String[] without =
        Stream.of(words).filter(w -> !w.startsWith("--groups")).toArray(String[]::new);
    Invocation other = Invocation.of(without);
    assertNotEquals(0, other.exitCode(), "runs of other groups are other runs");
    assertTrue(other.err().contains("trainingImages"), other.err());
  }

  private static Path groupsOfTheLine() throws IOException {
    List<String> lines = new ArrayList<>(List.of("file,group"));
    try (Stream<Path> images = Files.list(SmallLine.data().resolve("steel/train/good"))) {
      images
          .sorted()
          .forEach(
              image ->
                  lines.add("train/good/" + image.getFileName() + ",part " + lines.size() % 8));
    }
    return Files.write(folder.resolve("line.csv"), lines);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2 | file,group;001.png,a | no line of",
        "1 | file,group;000.png,a;good/000.png,b | stands on line 2 too",
        "1 | name,group;000.png,a | column file is missing",
        "1 | '' | the file is empty"
      })
  void aFaultOfTheFileIsOneLine(int exitCode, String text, String wanted) throws IOException {
    Path parts = Files.writeString(folder.resolve("bad.csv"), text.replace(';', '\n'));
    Path model = folder.resolve("absent.flowline");
    Invocation train = train(model, "--groups=" + parts);
    assertEquals(exitCode, train.exitCode(), train.err());
    List<String> errors =
        train.err().lines().filter(l -> l.startsWith("flowline train: ")).toList();
    assertEquals(1, errors.size(), train.err());
    assertTrue(errors.get(0).contains(wanted), train.err());
    assertFalse(Files.exists(model));
  }

  @Test
  void aFileThatIsNotThereIsNamed() throws IOException {
    Path absent = folder.resolve("absent.csv");
    Invocation train = train(folder.resolve("absent.flowline"), "--groups=" + absent);
    assertEquals(1, train.exitCode(), train.err());
    assertTrue(
        train.err().contains("cannot read groups of " + absent + ": no such file"), train.err());
  }
}
