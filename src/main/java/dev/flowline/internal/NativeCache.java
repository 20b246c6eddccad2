package dev.flowline.internal;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.Loader;

/**
 * The folder that JavaCPP extracts native libraries to and loads them from. JavaCPP takes any
 * library in it whose size and time are right, so a folder that another user can write to would let
 * that user run code here: such a folder is refused.
 */
public final class NativeCache {
  /** The system property of JavaCPP that names the folder. */
  public static final String PROPERTY = "org.bytedeco.javacpp.cachedir";

  private static final int OTHERS_WRITE = 0002;
  private static final int STICKY = 01000;

  private NativeCache() {}

  /**
   * Returns the folder that this process uses, or will: the one that {@link #PROPERTY} names; else
   * {@code .javacpp/cache} in the account's home or in $HOME, if one of these is there and can be
   * written; else {@code flowline/natives} in $XDG_CACHE_HOME; else {@code flowline-natives-UID} in
   * the folder for temporary files. JavaCPP would take {@code ./?/.javacpp} for an account without
   * a home.
   */
  public static Path folder() {
    return folder(System.getProperties()::getProperty, System.getenv()::get);
  }

  static Path folder(UnaryOperator<String> property, UnaryOperator<String> environment) {
    String named = property.apply(PROPERTY);
    if (named != null && !named.isEmpty()) {
      return Path.of(named).toAbsolutePath();
    }
    List<Path> candidates = new ArrayList<>();
    for (String home : new String[] {property.apply("user.home"), environment.apply("HOME")}) {
      absolute(home)
          .filter(Files::isDirectory)
          .ifPresent(folder -> candidates.add(folder.resolve(".javacpp/cache")));
    }
    absolute(environment.apply("XDG_CACHE_HOME"))
        .ifPresent(folder -> candidates.add(folder.resolve("flowline/natives")));
    Path temporary =
        absolute(environment.apply("TMPDIR"))
            .filter(NativeCache::canBeWritten)
            .orElse(Path.of(property.apply("java.io.tmpdir")));
    return candidates.stream()
        .filter(NativeCache::canBeWritten)
        .findFirst()
        .orElse(temporary.toAbsolutePath().resolve("flowline-natives-" + user()));
  }

  private static Optional<Path> absolute(String name) {
    return Optional.ofNullable(name).map(Path::of).filter(Path::isAbsolute);
  }

  /** Returns whether a folder can be written, or made in a folder that can. */
  private static boolean canBeWritten(Path folder) {
    Path nearest = folder;
    while (nearest != null && !Files.exists(nearest)) {
      nearest = nearest.getParent();
    }
    return nearest != null && Files.isDirectory(nearest) && Files.isWritable(nearest);
  }

  /**
   * Makes the folder and has JavaCPP use it.
   *
   * @throws UnsatisfiedLinkError if it cannot be made, or somebody else could change what is in it
   */
  static void use() {
    try {
      Path folder = folder();
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      System.setProperty(PROPERTY, folder.toString());
      // JavaCPP keeps the folder of its first use, which may be before ours.
      Path used = Loader.getCacheDir().toPath();
      Optional<String> danger = danger(used);
      if (danger.isPresent()) {
        throw new UnsatisfiedLinkError(danger.get());
      }
    } catch (IOException e) {
      UnsatisfiedLinkError error =
          new UnsatisfiedLinkError(
              "native libraries cannot be extracted: " + e + "; set -D" + PROPERTY + "=FOLDER");
      error.initCause(e);
      throw error;
    }
  }

  /**
   * Returns why natives in a folder cannot be trusted; empty if they can. The folder and those that
   * it lies in have to belong to this process's user or to root, and nobody else may be able to
   * replace what is in them. A group may write, since some systems give each user a group of their
   * own.
   *
   * @param folder that exists
   * @throws IOException if it cannot be read
   */
  public static Optional<String> danger(Path folder) throws IOException {
    if (!FileSystems.getDefault().supportedFileAttributeViews().contains("unix")) {
      return Optional.empty();
    }
    Path real = folder.toRealPath();
    int user = user();
    for (Path part = real; part != null; part = part.getParent()) {
      int owner = (Integer) Files.getAttribute(part, "unix:uid", LinkOption.NOFOLLOW_LINKS);
      int mode = (Integer) Files.getAttribute(part, "unix:mode", LinkOption.NOFOLLOW_LINKS);
      boolean shared = (mode & OTHERS_WRITE) != 0 && (part.equals(real) || (mode & STICKY) == 0);
      if (owner != user && owner != 0) {
        return Optional.of(refusal(real, part + " belongs to user " + owner + ", who"));
      }
      if (shared) {
        return Optional.of(refusal(real, "everybody can write to " + part + " and"));
      }
    }
    return Optional.empty();
  }

  private static String refusal(Path folder, String who) {
    return "native libraries are not loaded from "
        + folder
        + ": "
        + who
        + " could run code in this program; set -D"
        + PROPERTY
        + "=FOLDER to a folder of your own, or mend its owner and mode";
  }

  /** Returns the number of this process's user. */
  private static int user() {
    try {
      return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    } catch (IOException | UnsupportedOperationException e) {
      throw new IllegalStateException("this process's user is unknown: " + e, e);
    }
  }
}
