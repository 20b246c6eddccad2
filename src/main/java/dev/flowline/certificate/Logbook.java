package dev.flowline.certificate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flowline.io.ContentDigest;
import dev.flowline.io.LineFile;
import dev.flowline.io.OneLine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * A logbook of a model: a file of lines that only grows, each a JSON object with the SHA-256 of the
 * line before. A line that was changed, added, moved or taken away is noticed, unless all lines
 * behind it are written anew; so note number and digest of the last line elsewhere, as a printed
 * certificate does. It is about one model, and about those that {@code calibrate} has made of it.
 *
 * @param file where it stands
 * @param entries in their order
 * @param lastSha256 SHA-256 of the last line, its line feed included, as {@code tail -n 1 FILE |
 *     sha256sum} prints it; null for no line
 */
public record Logbook(Path file, List<LogbookEntry> entries, String lastSha256) {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .build();

  public Logbook {
    entries = List.copyOf(entries);
  }

  /** Returns a logbook in which nothing stands yet. */
  public static Logbook empty(Path file) {
    return new Logbook(file, List.of(), null);
  }

  /**
   * Reads a logbook.
   *
   * @throws IOException naming the file and the line, if it cannot be read, or a line does not
   *     follow the one before
   */
  public static Logbook read(Path file) throws IOException {
    return of(file, LineFile.read(file));
  }

  /**
   * Appends an entry, after what other processes have appended meanwhile.
   *
   * @return the logbook with it
   * @throws IllegalArgumentException if the logbook is of another model
   * @throws IOException naming the file, if it cannot be read or written, or was altered
   */
  public static Logbook append(Path file, LogbookEntry entry) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add(
        LineFile.append(
            file,
            before -> {
              lines.addAll(before);
              Logbook now = of(file, before);
              now.requireOf(entry.follows());
              return JSON.writeValueAsString(entry.at(before.size() + 1, now.lastSha256));
            }));
    return of(file, lines);
  }

  /**
   * Requires that it is of a model, or empty.
   *
   * @param digest of the model
   * @throws IllegalArgumentException if it is of another model
   */
  public void requireOf(String digest) {
    if (!entries.isEmpty() && !models().contains(digest)) {
      throw new IllegalArgumentException(
          "%s is the logbook of another model (SHA-256 %s), not of this one (SHA-256 %s): name another file with --logbook"
              .formatted(file, entries.get(entries.size() - 1).model(), digest));
    }
  }

  /**
   * Returns the lines about the calibration of a model: those about the model, and about what it
   * was before it was changed without images. Of these, lines of drift count at whatever threshold,
   * because they compare with the same calibration images; the others count at the same threshold.
   */
  List<LogbookEntry> about(String digest) {
    Set<String> sameImages = new HashSet<>(Set.of(digest));
    Set<String> sameThreshold = new HashSet<>(Set.of(digest));
    for (int i = entries.size() - 1; i >= 0; i--) {
      LogbookEntry entry = entries.get(i);
      if (entry.isWithoutImages() && sameImages.contains(entry.model())) {
        Recalibration anew = (Recalibration) entry.observation();
        sameImages.add(anew.before());
        if (anew.sameThreshold() && sameThreshold.contains(entry.model())) {
          sameThreshold.add(anew.before());
        }
      }
    }
    return entries.stream()
        .filter(
            entry ->
                (entry.observation() instanceof ObservedDrift ? sameImages : sameThreshold)
                    .contains(entry.model()))
        .toList();
  }

  private Set<String> models() {
    Set<String> models = new HashSet<>(Set.of(entries.get(0).follows()));
    entries.forEach(entry -> models.add(entry.model()));
    return models;
  }

  private static Logbook of(Path file, List<String> lines) throws IOException {
    List<LogbookEntry> entries = new ArrayList<>();
    Set<String> models = new HashSet<>();
    String last = null;
    for (String line : lines) {
      int number = entries.size() + 1;
      LogbookEntry entry = parsed(file, number, line);
      if (entry.line() != number || !Objects.equals(last, entry.previous())) {
        throw altered(
            file,
            number,
            "it does not follow the line before: lines were changed, added or removed");
      }
      if (number > 1 && !models.contains(entry.follows())) {
        throw altered(file, number, "it is of another model");
      }
      models.add(entry.follows());
      models.add(entry.model());
      entries.add(entry);
      last = ContentDigest.of(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
    }
    return new Logbook(file, entries, last);
  }

  private static LogbookEntry parsed(Path file, int number, String line) throws IOException {
    try {
      LogbookEntry entry = JSON.readValue(line, LogbookEntry.class);
      if (entry == null) {
        throw altered(file, number, "it is no entry");
      }
      return entry;
    } catch (JsonProcessingException e) {
      throw altered(
          file,
          number,
          "it cannot be read: " + e.getOriginalMessage().lines().findFirst().orElse(""));
    }
  }

  private static IOException altered(Path file, int number, String what) {
    return new IOException(
        "%s is no logbook, or an altered one: line %s: %s"
            .formatted(file, number, OneLine.of(what)));
  }
}
