package dev.flowline.train;

import dev.flowline.model.Provenance;
import java.nio.file.Path;
import java.time.Instant;

/**
 * The maker of a model, as its file names it.
 *
 * @param command of Flowline; {@code library} for another program
 * @param dataset name of the dataset's folder; null if it is not known
 * @param date when the training begins; null for now, or what SOURCE_DATE_EPOCH says. A resumed
 *     training keeps the time at which it first began.
 */
public record ModelMaker(String command, String dataset, Instant date) {
  /** A program that embeds Flowline. */
  public static final ModelMaker LIBRARY = new ModelMaker("library", null, null);

  /**
   * Makes the maker that a command is.
   *
   * @param data the dataset's folder, of which the name is kept
   */
  public static ModelMaker command(String command, Path data) {
    return new ModelMaker(command, Provenance.name(data), null);
  }
}
