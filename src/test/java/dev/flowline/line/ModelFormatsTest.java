package dev.flowline.line;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.flowline.io.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Model files as Flowline wrote them when each format was the present one, on the same images:
 * format 1 by commit 635d21c, 2 by fd6f344, 3 by the one that added it here. The verdicts and
 * numbers beside them are those of the same commits.
 */
class ModelFormatsTest {
  private static final Path FOLDER = Path.of("src/test/resources/dev/flowline/line/formats");

  /** Rounding of other builds of LibTorch, relative to the number and to 1. */
  private static final double ROUNDING = 1e-3;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void opensAndJudgesAsItDid(int format) throws IOException {
    Path model = FOLDER.resolve("format-%d.flowline".formatted(format));
    String written = Safetensors.read(model).metadata().get("flowline.format");
    assertEquals(Integer.toString(format), written);
    List<String> lines = Files.readAllLines(FOLDER.resolve("format-%d.txt".formatted(format)));
    assertFalse(lines.isEmpty());
    try (Inspector inspector = Inspector.open(model)) {
      for (String line : lines) {
        String[] words = line.split(" "); // file, verdict, smallest log10 NFA
        Inspection now = inspector.inspect(FOLDER.resolve(words[0]));
        assertEquals(words[1], now.verdict().name(), line);
        double then = Double.parseDouble(words[2]);
        double rounding = ROUNDING * Math.max(1, Math.abs(then));
        assertEquals(then, now.statistic().value(), rounding, line);
        assertEquals(format == 1, now.pValue() == null, "format 1 keeps one number of 75");
      }
    }
  }
}
