package dev.flowline.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The kinds of entries of a folder: the one rule by which all commands list images. */
public enum FileKind {
  FOLDER,
  /** A file that is read as an image: it has such content, or is damaged and named as an image. */
  IMAGE,
  /** An image of a format that Flowline does not read. */
  UNREAD_IMAGE,
  /** A regular file that is no image. */
  OTHER,
  /** A pipe, socket or device, which is never opened. */
  NO_REGULAR_FILE;

  /** The names that systems and other programs leave in folders, in lower case. */
  private static final Set<String> LEFT_BEHIND =
      Set.of(
          "__macosx",
          "thumbs.db",
          "ehthumbs.db",
          "desktop.ini",
          "icon\r",
          "@eadir",
          "$recycle.bin",
          "system volume information",
          "lost+found");

  /** Returns the kind of a file or folder; links are followed. */
  public static FileKind of(Path file) {
    if (Files.isDirectory(file)) {
      return FOLDER;
    }
    if (!Files.isRegularFile(file)) {
      boolean isMissing = !Files.exists(file); // a link that leads nowhere
      return isMissing ? byName(file) : NO_REGULAR_FILE;
    }
    try {
      Optional<ImageFormat> format = ImageFormat.of(file);
      return format.map(known -> known.isRead() ? IMAGE : UNREAD_IMAGE).orElse(byName(file));
    } catch (IOException e) {
      return byName(file); // whoever reads the image reports the reason
    }
  }

  private static FileKind byName(Path file) {
    return Images.isImage(file) ? IMAGE : OTHER;
  }

  /**
   * Returns whether an entry is left out of every listing without a word: its name begins with a
   * dot, or is one that systems give to files of their own.
   */
  public static boolean isLeftBehind(Path entry) {
    Path name = entry.getFileName();
    return name != null
        && (name.toString().startsWith(".")
            || LEFT_BEHIND.contains(name.toString().toLowerCase(Locale.ROOT)));
  }
}
