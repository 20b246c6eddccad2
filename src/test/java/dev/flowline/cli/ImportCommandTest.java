package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.Golden;
import dev.flowline.flow.SoftClamp;
import dev.flowline.io.Safetensors;
import dev.flowline.io.StoredTensor;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.UFlow;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class ImportCommandTest {
  @TestFactory
  Stream<DynamicTest> releasedCheckpointsBecomeModelFiles(@TempDir Path folder) throws Exception {
    return Golden.cases("h_", golden -> imports(golden, folder));
  }

  private static void imports(Golden golden, Path folder) throws Exception {
    Map<String, StoredTensor> state = new LinkedHashMap<>();
    golden.under("w.").forEach((name, tensor) -> state.put("model." + name, tensor));
    Path checkpoint = folder.resolve("released.safetensors");
    new Safetensors(Map.of(), state).write(checkpoint);
    Path model = folder.resolve("imported.flowline");
    String extractor = golden.backbone();
    long[] image = golden.tensor("image").shape();
    String size = image[2] + "x" + image[3];
    String steps = golden.json().at("/config/flow_steps").asText();

    assertEquals(
        "",
        run(
            0,
            checkpoint,
            "--extractor",
            extractor,
            "--input",
            size,
            "--steps",
            steps,
            "-o",
            model));
    try (AnomalyModel opened = AnomalyModel.open(model)) {
      assertEquals(new UFlow(Integer.parseInt(steps), SoftClamp.TANH), opened.config().settings());
      assertEquals(0, opened.config().segmentation().log10Epsilon());
    }

    String more = String.valueOf(Integer.parseInt(steps) + 1);
    String error =
        run(1, checkpoint, "--extractor", extractor, "--input", size, "--steps", more, "-o", model);
    assertTrue(error.contains(checkpoint.toString()) && error.contains("missing"), error);
    assertEquals(1, error.lines().count(), error);
  }

  /** Standard error of the command, which must end with the given code. */
  private static String run(int code, Path checkpoint, Object... options) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Stream<String> args =
        Stream.concat(
            Stream.of("import", checkpoint.toString(), "--overwrite"),
            Stream.of(options).map(Object::toString));
    assertEquals(
        code,
        Flowline.run(new PrintWriter(out), new PrintWriter(err), args.toArray(String[]::new)),
        err.toString());
    return err.toString();
  }
}
