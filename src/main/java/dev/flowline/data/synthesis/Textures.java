package dev.flowline.data.synthesis;

import dev.flowline.io.FileFault;
import dev.flowline.io.FileKind;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.random.SplitMix64;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Pictures of surfaces that are laid over good images, in memory: at most {@link #MOST} of them, of
 * sides of at most {@link #LONGEST_SIDE}, some 200 MB. Thread safe.
 */
public final class Textures {
  /** The most images that are taken of a folder, evenly spaced over their sorted names. */
  public static final int MOST = 256;

  /** The longest side of a texture; larger pictures are made smaller. */
  public static final int LONGEST_SIDE = 512;

  private static final Textures NONE = new Textures(List.of());

  private final List<Levels> pictures;

  private Textures(List<Levels> pictures) {
    this.pictures = pictures;
  }

  /** None: each image is its own texture. */
  public static Textures none() {
    return NONE;
  }

  /**
   * Reads the images of a folder and those below it, hidden ones left out, links followed.
   *
   * @throws IOException naming the folder or file, if there is no image or one cannot be read
   */
  public static Textures read(Path folder) throws IOException {
    List<Path> files = images(folder);
    int count = Math.min(MOST, files.size());
    List<Levels> pictures = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Image image = Images.read(files.get((int) ((long) i * files.size() / count))).to8Bits();
      pictures.add(Levels.of(reduced(image)));
    }
    return new Textures(pictures);
  }

  private static List<Path> images(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException(
          "cannot read textures "
              + folder
              + (Files.exists(folder) ? ": no folder" : ": no such folder"));
    }
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      files =
          all.filter(Files::isRegularFile)
              .filter(file -> !isLeftBehind(folder.relativize(file)))
              .filter(file -> FileKind.of(file) == FileKind.IMAGE)
              .sorted()
              .toList();
    } catch (UncheckedIOException e) {
      throw unreadable(folder, e.getCause());
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
    if (files.isEmpty()) {
      throw new IOException("cannot read textures " + folder + ": no image in it or below");
    }
    return files;
  }

  /** Names the folder below that cannot be read, where that is known. */
  private static IOException unreadable(Path folder, IOException e) {
    String name = e instanceof FileSystemException below ? below.getFile() : folder.toString();
    return new IOException("cannot read textures " + name + ": " + FileFault.of(e), e);
  }

  /** Returns whether the file or a folder on the way to it is none of the user's. */
  private static boolean isLeftBehind(Path below) {
    for (Path name : below) {
      if (FileKind.isLeftBehind(name)) {
        return true;
      }
    }
    return false;
  }

  private static Image reduced(Image image) {
    int longest = Math.max(image.height(), image.width());
    if (longest <= LONGEST_SIDE) {
      return image;
    }
    int height = Math.max(1, Math.round(image.height() * (float) LONGEST_SIDE / longest));
    int width = Math.max(1, Math.round(image.width() * (float) LONGEST_SIDE / longest));
    return image.resized(height, width);
  }

  /** The number of textures. */
  public int count() {
    return pictures.size();
  }

  /** Draws one of them at random, or {@code own} if there are none. */
  Levels pick(SplitMix64 random, Levels own) {
    return pictures.isEmpty() ? own : pictures.get(random.below(pictures.size()));
  }
}
