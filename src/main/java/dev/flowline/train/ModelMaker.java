package dev.flowline.train;

import dev.flowline.model.Provenance;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The maker of a model, as its file names it.
 *
 * @param command of Flowline; {@code library} for another program
 * @param dataset name of the dataset's folder; null if it is not known
 * @param date when the training begins; null for now, or what SOURCE_DATE_EPOCH says. A resumed
 *     training keeps the time at which it first began.
 * @param options of the command that the request does not hold, by name
 */
public record ModelMaker(
    String command, String dataset, Instant date, Map<String, String> options) {
  /** A program that embeds Flowline. */
  public static final ModelMaker LIBRARY = new ModelMaker("library", null, null);

  public ModelMaker {
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
  }

  /** Makes a maker without further options. */
  public ModelMaker(String command, String dataset, Instant date) {
    this(command, dataset, date, Map.of());
  }

  /** This maker with further options. */
  public ModelMaker with(Map<String, String> further) {
    Map<String, String> all = new LinkedHashMap<>(options);
    all.putAll(further);
    return new ModelMaker(command, dataset, date, all);
  }

  /**
   * Makes the maker that a command is.
   *
   * @param data the dataset's folder, of which the name is kept
   */
  public static ModelMaker command(String command, Path data) {
    return new ModelMaker(command, Provenance.name(data), null);
  }
}
