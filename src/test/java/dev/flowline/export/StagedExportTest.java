package dev.flowline.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.nn.OnnxFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An export touches no file of an earlier one before it is verified. */
class StagedExportTest {
  @TempDir private Path folder;

  private Path output;
  private Path data;

  @BeforeEach
  void anEarlierExport() throws IOException {
    output = Files.writeString(folder.resolve("part.onnx"), "old");
    data = Files.writeString(folder.resolve("part.onnx.data"), "old weights");
  }

  private static OnnxFile file(String weightsFile) {
    List<ByteBuffer> weights =
        weightsFile == null ? List.of() : List.of(bytes("new "), bytes("weights"));
    return new OnnxFile(bytes("new"), weightsFile, weights);
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes());
  }

  private void assertHas(String model, String weights) throws IOException {
    assertEquals(model, Files.readString(output));
    assertEquals(weights, Files.readString(data));
  }

  private Set<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return new TreeSet<>(files.map(file -> file.getFileName().toString()).toList());
    }
  }

  @Test
  void whatDoesNotPassLeavesTheEarlierFiles() throws IOException {
    try (StagedExport staged = new StagedExport(file("part.onnx.data"), output)) {
      Path file = staged.file().file();
      assertEquals("part.onnx", file.getFileName().toString());
      assertEquals("new", Files.readString(file));
      assertEquals("new weights", Files.readString(file.resolveSibling("part.onnx.data")));
      assertHas("old", "old weights");
    }
    assertHas("old", "old weights");
    assertEquals(Set.of("part.onnx", "part.onnx.data"), names());
  }

  @Test
  void whatPassesReplacesBoth() throws IOException {
    try (StagedExport staged = new StagedExport(file("part.onnx.data"), output)) {
      assertEquals(List.of(output, data), staged.outputs());
      staged.publish();
    }
    assertHas("new", "new weights");
    assertEquals(Set.of("part.onnx", "part.onnx.data"), names());
  }

  @Test
  void aModelWithItsWeightsInsideLeavesOtherFiles() throws IOException {
    try (StagedExport staged = new StagedExport(file(null), output)) {
      assertEquals(List.of(output), staged.outputs());
      staged.publish();
    }
    assertHas("new", "old weights");
    assertEquals(Set.of("part.onnx", "part.onnx.data"), names());
  }

  @Test
  void aFolderThatIsNotThereIsNamed() {
    Path none = folder.resolve("none").resolve("part.onnx");
    var e = assertThrows(IOException.class, () -> new StagedExport(file(null), none));
    assertTrue(e.getMessage().startsWith("cannot write " + none + ": "), e.getMessage());
  }
}
