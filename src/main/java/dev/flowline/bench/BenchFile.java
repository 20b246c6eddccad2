package dev.flowline.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flowline.io.FileFault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The file of a measurement: the answers of one or more runs of one program, one after the other.
 *
 * @param file its path
 * @param runs at least one, all of the same machine, model and images
 */
public record BenchFile(Path file, List<BenchResult> runs) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

  /**
   * Reads a file.
   *
   * @throws IOException naming the file, if it cannot be read or holds something else
   * @throws IllegalArgumentException if its runs are not of one machine, model and images
   */
  public static BenchFile read(Path file) throws IOException {
    List<BenchResult> runs;
    try (MappingIterator<BenchResult> answers =
        JSON.readerFor(BenchResult.class).readValues(file.toFile())) {
      runs = answers.readAll();
    } catch (JsonProcessingException e) {
      throw new IOException(
          file + " is no answer of 'flowline bench --json': " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new IOException("cannot read " + file + ": " + FileFault.of(e), e);
    }
    if (runs.isEmpty()) {
      throw new IOException(file + " is no answer of 'flowline bench --json': it is empty");
    }
    BenchFile all = new BenchFile(file, List.copyOf(runs));
    for (BenchResult run : runs) {
      all.requireSame(run, file);
    }
    return all;
  }

  /**
   * Refuses a run that this file's runs cannot be compared with.
   *
   * @param other the run's file
   * @throws IllegalArgumentException naming what differs: the machine, the model or the images
   */
  void requireSame(BenchResult run, Path other) {
    BenchResult own = runs.get(0);
    requireSame(
        "machine",
        own.machine(),
        own.machine().inWords(),
        run.machine(),
        run.machine().inWords(),
        other);
    requireSame(
        "model", own.model(), own.model().inWords(), run.model(), run.model().inWords(), other);
    requireSame(
        "images",
        own.images(),
        own.images().inWords(),
        run.images(),
        run.images().inWords(),
        other);
  }

  private void requireSame(
      String what, Object own, String inWords, Object its, String itsInWords, Path other) {
    if (!own.equals(its)) {
      throw new IllegalArgumentException(
          "%s and %s cannot be compared: the %s differ%s: %s, and %s"
              .formatted(file, other, what, what.endsWith("s") ? "" : "s", inWords, itsInWords));
    }
  }
}
