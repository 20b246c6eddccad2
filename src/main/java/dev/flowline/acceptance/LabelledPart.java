package dev.flowline.acceptance;

import java.nio.file.Path;
import java.util.List;

/**
 * A part whose reference is known, with its images.
 *
 * @param name unique: its folder or image below the folder of all parts, with slashes
 * @param defective its reference
 * @param trials at least one image, in the order of their names
 */
public record LabelledPart(String name, boolean defective, List<Path> trials) {
  public LabelledPart {
    trials = List.copyOf(trials);
  }
}
