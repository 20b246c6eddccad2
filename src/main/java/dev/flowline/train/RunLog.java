package dev.flowline.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flowline.io.FileFault;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;

/**
 * Writes the run log: one JSON object a line, each with its time and its event. The file is opened
 * at the first event, so that a run that never starts leaves an earlier run's log as it is. It
 * grows line by line, so that it is no {@link dev.flowline.io.AtomicFile}: a full disk or a killed
 * process may cut its last line.
 *
 * <p>Events throw {@link UncheckedIOException} naming the file that cannot be written.
 */
public final class RunLog implements TrainingListener, AutoCloseable {
  /** The event when all features are at hand. */
  public static final String START = "start";

  /** The event when all features are at hand for a training that goes on from a checkpoint. */
  public static final String RESUME = "resume";

  /** The event after each epoch; its line has the fields of {@link EpochRecord}. */
  public static final String EPOCH = "epoch";

  /**
   * The event after each epoch of all folds; its line has the fields of {@link FoldsEpochRecord}.
   */
  public static final String FOLDS_EPOCH = "foldsEpoch";

  /** The event when the folds have chosen how many epochs the model of all images learns for. */
  public static final String FOLDS_DONE = "foldsDone";

  /** The event when the training begins that makes the model of one fold to keep. */
  public static final String KEPT_FOLD = "keptFold";

  /** The event when a checkpoint is written. */
  public static final String CHECKPOINT = "checkpoint";

  private static final String BEGIN = "{\"time\":";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final boolean append;
  private OutputStream out;

  /**
   * Prepares a log.
   *
   * @param append whether the log of an earlier run goes on; otherwise it is replaced
   */
  public RunLog(Path file, boolean append) {
    this.file = file;
    this.append = append;
  }

  /**
   * Reads how long, in seconds, the training in a log took, with features at hand: of each of its
   * parts, the time from its start or resumption to the last line.
   *
   * @throws IOException naming the file, if it cannot be read or is no log
   */
  public static double seconds(Path file) throws IOException {
    Duration sum = Duration.ZERO;
    Instant start = null;
    Instant last = null;
    for (String text : Files.readAllLines(file)) {
      // A process that was killed may leave a piece of a line, in which the next one goes on.
      String whole = text.substring(Math.max(0, text.lastIndexOf(BEGIN)));
      if (!whole.startsWith(BEGIN) || !whole.endsWith("}")) {
        continue;
      }
      JsonNode line = parsed(file, whole);
      Instant time = Instant.parse(line.path("time").asText());
      String event = line.path("event").asText();
      if (event.equals(START) || event.equals(RESUME)) {
        sum = start == null ? sum : sum.plus(Duration.between(start, last));
        start = time;
      }
      last = time;
    }
    if (start == null) {
      throw new IOException(file + " is no log of a training: it has no start");
    }
    return sum.plus(Duration.between(start, last)).toNanos() / 1e9;
  }

  private static JsonNode parsed(Path file, String line) throws IOException {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new IOException(file + " is damaged: " + e.getOriginalMessage(), e);
    }
  }

  /** Writes a line with the given fields; for the start and the end of a run. */
  public void event(String event, Object fields) {
    event(event, null, fields);
  }

  /**
   * Writes a line with the given fields.
   *
   * @param keptFold the fold to keep whose training it is of, counted from 1; null if it is of the
   *     whole training
   */
  public void event(String event, Integer keptFold, Object fields) {
    ObjectNode line = JSON.createObjectNode();
    line.put("time", Instant.now().toString()).put("event", event);
    if (keptFold != null) {
      line.put("keptFold", keptFold);
    }
    ObjectNode node = JSON.valueToTree(fields);
    line.setAll(node);
    try {
      if (out == null) {
        out = open();
      }
      out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(
          new IOException("cannot write " + file + ": " + FileFault.of(e), e));
    }
  }

  private OutputStream open() throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    return Files.newOutputStream(
        file,
        StandardOpenOption.CREATE,
        append ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING);
  }

  @Override
  public void epochDone(EpochRecord epoch) {
    event(EPOCH, epoch);
  }

  @Override
  public void checkpointWritten(int epoch) {
    event(CHECKPOINT, JSON.createObjectNode().put("epoch", epoch));
  }

  @Override
  public void close() throws IOException {
    if (out != null) {
      out.close();
    }
  }
}
