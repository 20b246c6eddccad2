package dev.flowline.io;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The image files that arguments name: those named themselves, and all in the folders named and
 * below, links followed. {@link FileKind} says what an image is.
 *
 * @param images in the order of the arguments, those of a folder sorted by path; what should be an
 *     image and cannot be read is among them, with its error, so that no part is lost unnoticed
 * @param leftOut what lies in the folders and is no image, sorted alike, but for what {@link
 *     FileKind#isLeftBehind} leaves out
 */
public record ImageFiles(List<ListedImage> images, List<Path> leftOut) {
  public ImageFiles {
    images = List.copyOf(images);
    leftOut = List.copyOf(leftOut);
  }

  /**
   * Lists the images of files and folders.
   *
   * @param arguments image files, which are taken for images whatever they hold, and folders
   * @param output folder for results, which is not listed; null for none
   * @throws IllegalArgumentException if {@code output} is one of the folders, or two results in it
   *     would have the same name
   */
  public static ImageFiles list(List<Path> arguments, Path output) {
    Path results = output == null ? null : FolderWalk.real(output);
    List<ListedImage> images = new ArrayList<>();
    List<Path> leftOut = new ArrayList<>();
    for (Path argument : arguments) {
      if (!Files.isDirectory(argument)) {
        images.add(new ListedImage(argument, argument.getFileName(), null));
        continue;
      }
      if (results != null && results.equals(FolderWalk.real(argument))) {
        throw new IllegalArgumentException(
            "output must be another folder than that of the images, both are " + argument);
      }
      FolderWalk walk = FolderWalk.of(argument, results);
      images.addAll(walk.images());
      leftOut.addAll(walk.leftOut());
    }
    if (output != null) {
      requireDistinctNames(images);
    }
    return new ImageFiles(images, leftOut);
  }

  private static void requireDistinctNames(List<ListedImage> images) {
    Map<String, Path> named = new HashMap<>(); // as text: results have the name as it is decoded
    for (ListedImage image : images) {
      Path other = image.error() == null ? named.put(image.name().toString(), image.file()) : null;
      if (other != null) {
        throw new IllegalArgumentException(
            "the results of %s and %s would have the same name: give them another output folder each"
                .formatted(other, image.file()));
      }
    }
  }
}
