package dev.flowline.line;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flowline.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Memory over a long time, in a process of its own whose Java heap has its full size from the start
 * and whose optimizing compiler is off, which takes some memory whenever it finds more to do: what
 * grows is native and ours.
 */
@Tag("soak")
class SoakTest {
  private static final List<String> FIXED_HEAP =
      List.of("-Xms128m", "-Xmx128m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  @TempDir Path folder;

  @Test
  void manyInspectionsTakeNoMoreMemory() throws Exception {
    soak("inspections", 400, Integer.getInteger("flowline.soakInspections", 2000));
  }

  @Test
  void manyTrainingStepsTakeNoMoreMemory() throws Exception {
    soak("steps", 60, Integer.getInteger("flowline.soakSteps", 200));
  }

  private void soak(String what, int warmUp, int count) throws IOException, InterruptedException {
    var child =
        ChildJvm.of(
            Soak.class,
            0,
            FIXED_HEAP,
            what,
            Integer.toString(warmUp),
            Integer.toString(count),
            folder.toString());
    var outcome = ChildJvm.run(child);
    assertEquals(0, outcome.exitCode(), outcome.output());
    String last = outcome.output().strip();
    System.out.println(last.substring(last.lastIndexOf('\n') + 1));
    JsonNode figures = new ObjectMapper().readTree(last.substring(last.lastIndexOf('\n') + 1));
    double before = figures.path("rssMibBefore").asDouble();
    double after = figures.path("rssMibAfter").asDouble();
    assertTrue(before > 100, outcome.output());
    assertEquals(before, after, 0.05 * before, outcome.output());
    long grown = figures.path("pointersAfter").asLong() - figures.path("pointersBefore").asLong();
    assertTrue(grown < count / 10, grown + " native objects were left to the garbage collector");
  }
}
