package dev.flowline.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flowline.io.Reason;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;

/**
 * Writes the run log: one JSON object a line, each with its time and its event. The file is opened
 * at the first event, so that a run that never starts leaves an earlier run's log as it is.
 *
 * <p>Events throw {@link UncheckedIOException} naming the file that cannot be written.
 */
public final class RunLog implements TrainingListener, AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final boolean append;
  private BufferedWriter out;

  /**
   * @param append whether the log of an earlier run goes on; otherwise it is replaced
   */
  public RunLog(Path file, boolean append) {
    this.file = file;
    this.append = append;
  }

  /** A line with the given fields; for the start and the end of a run. */
  public void event(String event, Object fields) {
    ObjectNode line = JSON.createObjectNode();
    line.put("time", Instant.now().toString()).put("event", event);
    ObjectNode node = JSON.valueToTree(fields);
    line.setAll(node);
    try {
      if (out == null) {
        out = open();
      }
      out.write(line.toString());
      out.newLine();
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(
          new IOException("cannot write " + file + ": " + Reason.of(e), e));
    }
  }

  private BufferedWriter open() throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    return Files.newBufferedWriter(
        file,
        StandardOpenOption.CREATE,
        append ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING);
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
    if (out != null) {
      out.close();
    }
  }
}
