package dev.flowline.cli.doctor;

import dev.flowline.internal.NativeCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The folder that the natives are extracted to.
 *
 * @param neededBytes free space that a first start needs
 */
record CacheCheck(Path folder, long neededBytes) implements Check {
  private static final String NAME = "native cache";
  private static final long GIB = 1L << 30;
  private static final String ELSEWHERE =
      "set FLOWLINE_JAVA_OPTS=-D" + NativeCache.PROPERTY + "=FOLDER to use another folder";

  /** Returns the check of the folder that this process uses. */
  static CacheCheck ofThisProcess() {
    return new CacheCheck(NativeCache.folder(), GIB);
  }

  @Override
  public List<Finding> findings() {
    return List.of(finding());
  }

  private Finding finding() {
    Path nearest = folder.toAbsolutePath();
    while (nearest != null && !Files.exists(nearest)) {
      nearest = nearest.getParent();
    }
    if (nearest == null || !Files.isDirectory(nearest)) {
      return Finding.failure(NAME, folder.toString(), nearest + " is not a folder", ELSEWHERE);
    }
    try {
      Files.delete(Files.createTempFile(nearest, "flowline", ".tmp"));
      if (nearest.equals(folder.toAbsolutePath())) {
        Optional<String> danger = NativeCache.danger(folder);
        if (danger.isPresent()) {
          return Finding.failure(NAME, folder.toString(), danger.get(), ELSEWHERE);
        }
      }
    } catch (IOException e) {
      return Finding.failure(
          NAME,
          folder.toString(),
          "not writable: " + e,
          "make it writable for " + System.getProperty("user.name") + ", or " + ELSEWHERE);
    }
    return withSpace(nearest);
  }

  private Finding withSpace(Path existing) {
    long free = existing.toFile().getUsableSpace();
    String found = String.format(Locale.ROOT, "%s, %.1f GiB free", folder, free / (double) GIB);
    boolean cold = isEmpty();
    if (free < neededBytes) {
      String why =
          String.format(
              Locale.ROOT,
              "a first start extracts the natives, and needs %.0f GiB for it",
              neededBytes / (double) GIB);
      String fix = "free some space, or " + ELSEWHERE;
      return cold ? Finding.failure(NAME, found, why, fix) : Finding.warning(NAME, found, why, fix);
    }
    return Finding.ok(NAME, cold ? found + "; empty, the first start fills it" : found);
  }

  private boolean isEmpty() {
    String[] names = folder.toFile().list();
    return names == null || names.length == 0;
  }
}
