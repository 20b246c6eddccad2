package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where the test's premise is not proved, every command that shows its results says so. */
class CautionTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "cflow, --set=blocks=1, not proved independent between positions, true",
    "fastflow, --set=steps=1, not proved so between scales, true",
    "ms-flow, --set=hidden=4, not proved so between scales, true",
    "cs-flow, --set=hidden=4, independent if it fits them, false",
    "u-flow, --set=steps=1, independent if it fits them, false",
    "cl-flow, --set=fastFlow.steps=1, not proved so between scales, true",
  })
  void isSaidWhereLatentsAreNotProvedIndependent(
      String kind, String setting, String said, boolean cautioned) throws IOException {
    String model = folder.resolve("a.flowline").toString();
    String data = "--data=" + SmallLine.data();
    String category = "--category=" + SmallLine.PRODUCT;
    Invocation train =
        Invocation.of(
            "train",
            data,
            category,
            "--model=" + kind,
            setting,
            "--extractor=patch-pca",
            "--null=CHI_SQUARE",
            "--input=" + SmallLine.SIZE,
            "--epochs=1",
            "--threads=1",
            "--output=" + model);
    assertEquals(0, train.exitCode(), train.err());
    assertTrue(Invocation.of("info", model).out().contains(said));

    Path images = SmallLine.data().resolve(SmallLine.PRODUCT + "/test/good");
    Invocation inspect = Invocation.of("inspect", model, images.toString(), "--threads=1");
    assertEquals(0, inspect.exitCode(), inspect.err());
    assertEquals(cautioned, inspect.err().contains("note: latents of " + kind), inspect.err());
    assertEquals(cautioned, inspect.err().contains(said), inspect.err());
    assertTrue(inspect.out().lines().allMatch(line -> line.startsWith("{")), inspect.out());

    Path report = folder.resolve("report");
    Invocation evaluate =
        Invocation.of("evaluate", model, data, category, "--threads=1", "--report=" + report);
    assertEquals(0, evaluate.exitCode(), evaluate.err());
    assertEquals(cautioned, evaluate.err().contains("note: latents of " + kind), evaluate.err());
    assertTrue(Files.readString(report.resolve("report.html")).contains(said));
  }
}
