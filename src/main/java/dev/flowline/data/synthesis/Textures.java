package dev.flowline.data.synthesis;

import dev.flowline.io.Image;
import dev.flowline.io.ImageFiles;
import dev.flowline.io.Images;
import dev.flowline.io.ListedImage;
import dev.flowline.random.SplitMix64;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Pictures of surfaces that are laid over good images, in memory: at most {@link #MOST} of them, of
 * sides of at most {@link #LONGEST_SIDE}, some 200 MB. Thread safe.
 */
public final class Textures {
  /** Most images that are taken of a folder, evenly spaced over their sorted names. */
  public static final int MOST = 256;

  /** Larger pictures are made smaller. */
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
    List<Path> files = new ArrayList<>();
    for (ListedImage image : ImageFiles.list(List.of(folder), null).images()) {
      if (image.error() != null) {
        throw new IOException("cannot read textures " + folder + ": " + image.error());
      }
      files.add(image.file());
    }
    return files;
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
