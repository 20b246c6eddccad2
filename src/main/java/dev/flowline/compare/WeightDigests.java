package dev.flowline.compare;

import dev.flowline.io.ContentDigest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The SHA-256 digests of files of weights. Each file is read once. */
public final class WeightDigests {
  private final Map<Path, String> known = new HashMap<>();

  /**
   * Returns the digest of each file.
   *
   * @throws IOException naming the file, if one cannot be read
   */
  public List<String> of(List<Path> files) throws IOException {
    List<String> digests = new ArrayList<>();
    for (Path file : files) {
      if (!known.containsKey(file)) {
        known.put(file, ContentDigest.of(file));
      }
      digests.add(known.get(file));
    }
    return List.copyOf(digests);
  }
}
