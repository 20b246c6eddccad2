package dev.flowline.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLogTest {
  private static final EpochRecord EPOCH = new EpochRecord(1, 0.5, null, 1e-3, 10, false);

  @TempDir Path folder;

  @Test
  void everyEventIsThereAsALineAsSoonAsItHappens() throws IOException {
    Path file = folder.resolve("new/run.log.jsonl");
    try (RunLog log = new RunLog(file, false)) {
      log.event("start", Map.of("seed", 3));
      assertEquals(List.of("start"), events(file));
      log.epochDone(EPOCH);
      log.checkpointWritten(1);
      assertEquals(List.of("start", "epoch", "checkpoint"), events(file));
    }
  }

  @Test
  void aResumedRunGoesOnAndANewOneStartsAnew() throws IOException {
    Path file = folder.resolve("run.log.jsonl");
    new RunLog(file, false).event("start", Map.of());
    new RunLog(file, true).event("resume", Map.of());
    assertEquals(List.of("start", "resume"), events(file));
    try (RunLog never = new RunLog(file, false)) {
      assertEquals(List.of("start", "resume"), events(file));
    }
    new RunLog(file, false).event("start", Map.of());
    assertEquals(List.of("start"), events(file));
  }

  @Test
  void theTimeOfATrainingIsThatOfItsPartsWithoutTheWaitBetween() throws IOException {
    Path file = folder.resolve("run.log.jsonl");
    Files.writeString(
        file,
        """
        {"time":"2026-01-01T00:00:00Z","event":"start","config":{"seed":1}}
        {"time":"2026-01-01T00:00:02.500Z","event":"epoch","epoch":1}
        {"time":"2026-01-01T00:00:03Z","event":"epo{"time":"2026-01-02T00:00:00Z","event":"resume"}
        {"time":"2026-01-02T00:00:01Z","event":"epoch","epoch":2}
        {"time":"2026-01-03T00:00:00Z","event":"resume"}
        {"time":"2026-01-03T00:00:04.250Z","event":"end"}
        {"time":"2026-01-09T00
        """);
    assertEquals(2.5 + 1 + 4.25, RunLog.seconds(file), 1e-9);
    Files.writeString(file, "{\"time\":\"2026-01-01T00:00:00Z\",\"event\":\"epoch\"}");
    var e = assertThrows(IOException.class, () -> RunLog.seconds(file));
    assertTrue(e.getMessage().contains("no log of a training"), e.getMessage());
  }

  @Test
  void aFullDiskIsReportedWithTheFile() throws IOException {
    Path full = Path.of("/dev/full");
    Assumptions.assumeTrue(Files.isWritable(full), "skipped: there is no /dev/full");
    RunLog log = new RunLog(full, true);
    var e = assertThrows(UncheckedIOException.class, () -> log.epochDone(EPOCH));
    String message = e.getCause().getMessage();
    assertTrue(message.startsWith("cannot write /dev/full: No space left"), message);
  }

  private static List<String> events(Path file) throws IOException {
    List<String> events = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      JsonNode object = new ObjectMapper().readTree(line);
      Instant.parse(object.path("time").asText());
      events.add(object.path("event").asText());
    }
    return events;
  }
}
