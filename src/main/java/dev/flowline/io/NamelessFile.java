package dev.flowline.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Opens files that have no name, so that nothing of them remains, however the process ends. */
public final class NamelessFile {
  private NamelessFile() {}

  /**
   * Opens an empty file to read and write. Makes the folder if it is missing.
   *
   * @param folder whose disk takes the content
   * @return the channel, which belongs to the caller
   * @throws IOException with the reason, if a file cannot be made there
   */
  public static FileChannel in(Path folder) throws IOException {
    Files.createDirectories(folder);
    return PartialFile.in(folder.toRealPath(), Optional.of(FileRights.OF_OWNER_ONLY)).withoutName();
  }
}
