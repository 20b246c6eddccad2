package dev.flowline.segmentation;

import dev.flowline.io.OneLine;
import java.util.regex.Pattern;

/**
 * The file of a mask that says what is not looked at.
 *
 * @param file its name, without a path
 * @param sha256 of its bytes, 64 hexadecimal digits
 */
public record IgnoreMask(String file, String sha256) {
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final int LONGEST_NAME = 4096;

  /**
   * Makes the facts on a file, which may come from anybody.
   *
   * @throws IllegalArgumentException if the name is no line, or the digest no digest
   */
  public IgnoreMask {
    if (file == null || file.isBlank() || file.length() > LONGEST_NAME || !OneLine.fits(file)) {
      throw new IllegalArgumentException(
          "file of a mask must be a line of 1 to %s characters".formatted(LONGEST_NAME));
    }
    if (sha256 == null || !SHA256.matcher(sha256).matches()) {
      throw new IllegalArgumentException("sha256 of a mask must be a digest " + SHA256);
    }
  }
}
