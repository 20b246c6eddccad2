package dev.flowline.export;

import dev.flowline.io.FileFault;
import dev.flowline.nn.OnnxFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * An exported model in a temporary folder beside its output, until it is verified. What has the
 * names of the output stays as it is until then: the weights in a second file too, which an earlier
 * export may still need.
 */
public final class StagedExport implements AutoCloseable {
  private final OnnxFile export;
  private final Path output;
  private final Path folder;
  private final Path file;

  /**
   * Writes the files into a new folder.
   *
   * @throws IOException naming the file, if it cannot be written
   */
  public StagedExport(OnnxFile export, Path output) throws IOException {
    this.export = export;
    this.output = output.toAbsolutePath();
    folder = folderBeside(this.output);
    file = folder.resolve(output.getFileName());
    try {
      export.writeWeights(folder);
      export.writeModel(file);
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  private static Path folderBeside(Path output) throws IOException {
    try {
      return Files.createTempDirectory(output.getParent(), ".export-");
    } catch (IOException e) {
      throw new IOException("cannot write " + output + ": " + FileFault.of(e), e);
    }
  }

  /** Returns the file to verify. */
  public Verification.ExportedFile file() {
    return new Verification.ExportedFile(file, export.model());
  }

  /** Returns the files that {@link #publish} writes. */
  public List<Path> outputs() {
    return export.weightsFile() == null
        ? List.of(output)
        : List.of(output, output.resolveSibling(export.weightsFile()));
  }

  /**
   * Gives the files their own names, and replaces what has these names. The weights come first: a
   * model is never without its own.
   *
   * @throws IOException naming the file, if it cannot be replaced
   */
  public void publish() throws IOException {
    if (export.weightsFile() != null) {
      move(folder.resolve(export.weightsFile()), output.resolveSibling(export.weightsFile()));
    }
    move(file, output);
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new IOException("cannot write " + to + ": " + FileFault.of(e), e);
    }
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(file);
    if (export.weightsFile() != null) {
      Files.deleteIfExists(folder.resolve(export.weightsFile()));
    }
    Files.delete(folder);
  }
}
