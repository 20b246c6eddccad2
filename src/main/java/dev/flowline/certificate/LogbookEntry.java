package dev.flowline.certificate;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flowline.engine.EngineInfo;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Objects;

/**
 * A line of a logbook: what a command found out about a model.
 *
 * @param line its number, from 1
 * @param previous SHA-256 of the line before, its line feed included; null for the first
 * @param time when it was written, ISO 8601, UTC
 * @param flowline the version of Flowline
 * @param command that wrote it
 * @param model the digest of the model's file; of the new one after a calibration
 * @param engine that computed the latents
 * @param device that it computed on
 * @param images that the command used
 * @param observation the outcome
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LogbookEntry(
    int line,
    String previous,
    String time,
    String flowline,
    String command,
    String model,
    EngineInfo engine,
    String device,
    SeenImages images,
    Observation observation) {
  public LogbookEntry {
    Objects.requireNonNull(flowline, "flowline");
    Objects.requireNonNull(command, "command");
    Objects.requireNonNull(engine, "engine");
    Objects.requireNonNull(device, "device");
    Objects.requireNonNull(images, "images");
    Objects.requireNonNull(observation, "observation");
    Digits.requireSha256("model", model);
    if (previous != null) {
      Digits.requireSha256("previous", previous);
    }
    try {
      Instant.parse(String.valueOf(time));
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException("time must be a time in UTC", e);
    }
  }

  /** Makes an entry that has no place in a logbook yet. */
  public LogbookEntry(
      Instant time,
      String flowline,
      String command,
      String model,
      EngineInfo engine,
      String device,
      SeenImages images,
      Observation observation) {
    this(0, null, time.toString(), flowline, command, model, engine, device, images, observation);
  }

  /** Returns this entry in its place. */
  LogbookEntry at(int number, String before) {
    return new LogbookEntry(
        number, before, time, flowline, command, model, engine, device, images, observation);
  }

  /** Returns whether a calibration was made anew without images, from those of before. */
  boolean isWithoutImages() {
    return observation instanceof Recalibration && images.count() == 0;
  }

  /** Returns the outcome in words. */
  String inWords() {
    return observation instanceof Recalibration anew && isWithoutImages()
        ? anew.withoutImagesInWords()
        : observation.inWords();
  }

  /** Returns the digest of the model that must be known before this line. */
  String follows() {
    return observation instanceof Recalibration anew ? anew.before() : model;
  }
}
