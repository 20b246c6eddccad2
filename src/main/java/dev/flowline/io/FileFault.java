package dev.flowline.io;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/**
 * The reason why something could not be read or written, in a short phrase to go behind the file's
 * name.
 */
public final class FileFault {
  private FileFault() {}

  /** The JDK's own messages of the commonest failures are nothing but the path. */
  public static String of(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "no such file or folder";
    }
    if (e instanceof AccessDeniedException) {
      return "no permission";
    }
    if (e instanceof FileAlreadyExistsException exists) {
      return exists.getFile() + " is in the way";
    }
    if (e instanceof NotDirectoryException) {
      return "not a folder";
    }
    if (e instanceof DirectoryNotEmptyException) {
      return "a folder with something in it";
    }
    if (e instanceof FileSystemLoopException) {
      return "a link that leads back to a folder above it";
    }
    if (e instanceof FileSystemException file && file.getReason() != null) {
      return file.getReason(); // of the system: "No space left on device"
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
