package dev.flowline.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;

/** Writes the run log: one JSON object a line, each with its time and its event. */
public final class RunLog implements TrainingListener, AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final BufferedWriter out;

  /**
   * @param append whether the log of an earlier run goes on
   * @throws IOException naming the file, if it cannot be written
   */
  public RunLog(Path file, boolean append) throws IOException {
    this.file = file;
    Files.createDirectories(file.toAbsolutePath().getParent());
    out =
        Files.newBufferedWriter(
            file,
            StandardOpenOption.CREATE,
            append ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING);
  }

  /** A line with the given fields; for the start and the end of a run. */
  public void event(String event, Object fields) {
    ObjectNode line = JSON.createObjectNode();
    line.put("time", Instant.now().toString()).put("event", event);
    ObjectNode node = JSON.valueToTree(fields);
    line.setAll(node);
    try {
      out.write(line.toString());
      out.newLine();
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(
          new IOException("cannot write " + file + ": " + e.getMessage(), e));
    }
  }

  @Override
  public void epochDone(EpochRecord epoch) {
    event("epoch", epoch);
  }

  @Override
  public void checkpointWritten(int epoch) {
    event("checkpoint", JSON.createObjectNode().put("epoch", epoch));
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
