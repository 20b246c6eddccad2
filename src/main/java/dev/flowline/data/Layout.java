package dev.flowline.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The ways in which datasets lie in their folders. */
public enum Layout {
  /** {@code C/train/good, C/test/<type>, C/ground_truth/<type>/<stem>_mask.png}. */
  MVTEC("mvtec", new MvtecLayout()),
  /** {@code C/train/ok, C/test/ok, C/test/ko, C/ground_truth/ko/<stem>.png}. */
  BTAD("btad", new BtadLayout()),
  /** One folder per patient, each slice a TIFF with its mask beside it. */
  LGG_MRI("lgg-mri", new LggMriLayout()),
  /** Frames of video clips, masks as NumPy arrays. */
  SHANGHAITECH("shanghaitech", new ShanghaiTechLayout()),
  /** A folder {@code good}, and perhaps one folder per defect type and {@code masks}. */
  FOLDER("folder", new FolderLayout());

  /** Reads one layout. */
  interface DatasetReader {
    /** Lists the categories below a root, sorted. */
    List<String> categories(Path root) throws IOException;

    /**
     * Returns what only this layout has in a root: in words and by category, nothing if it is not
     * recognised.
     */
    Map<String, String> signs(Path root) throws IOException;

    /** Lists the files of one of these categories. */
    Dataset read(Path root, String category) throws IOException;
  }

  private final String label;
  private final DatasetReader reader;

  Layout(String label, DatasetReader reader) {
    this.label = label;
    this.reader = reader;
  }

  /** The name on the command line. */
  public String label() {
    return label;
  }

  /**
   * Returns the layout of that name.
   *
   * @throws IllegalArgumentException listing the names there are, if this is none of them
   */
  public static Layout named(String label) {
    for (Layout layout : values()) {
      if (layout.label.equals(label)) {
        return layout;
      }
    }
    throw new IllegalArgumentException(
        "layout must be one of %s, got %s"
            .formatted(
                Arrays.stream(values()).map(Layout::label).collect(Collectors.joining(", ")),
                label));
  }

  /**
   * The categories below a folder, sorted.
   *
   * @throws IOException if the folder cannot be listed
   */
  public List<String> categories(Path root) throws IOException {
    requireFolder(root);
    return reader.categories(root);
  }

  /** Returns the signs of this layout in a folder, in words and by category. */
  Map<String, String> signs(Path root) throws IOException {
    requireFolder(root);
    return reader.signs(root);
  }

  /**
   * Lists the files of a category and warns of what is odd, of {@link Copies} too. No image is
   * decoded, but for the masks of {@link #LGG_MRI}.
   *
   * @param category may be null if there is but one
   * @throws IllegalArgumentException listing the categories there are, if this is none of them
   * @throws IOException naming the folder, if it is missing, holds no good image to learn from or
   *     contradicts itself
   */
  public Dataset read(Path root, String category) throws IOException {
    List<String> existing = categories(root);
    if (category == null && existing.size() == 1) {
      return Copies.warnedOf(reader.read(root, existing.get(0)));
    }
    if (category == null && !existing.isEmpty()) {
      throw new IllegalArgumentException(
          "%s has several categories (layout %s): name one with --category, of %s"
              .formatted(root, label, existing));
    }
    if (existing.isEmpty()) {
      throw new IllegalArgumentException(noCategory(root));
    }
    if (!existing.contains(category)) {
      throw new IllegalArgumentException(
          "category must be one of %s in %s (layout %s), got %s"
              .formatted(existing, root, label, category));
    }
    return Copies.warnedOf(reader.read(root, category));
  }

  /**
   * Says that there is no category of this layout in a folder, and what lies there instead.
   *
   * @throws IOException if the folder cannot be listed
   */
  public String noCategory(Path root) throws IOException {
    List<LayoutGuess> others = LayoutGuess.all(root, null);
    String instead =
        others.isEmpty()
            ? FolderHint.withoutDataset(root)
            : ": it looks like layout " + others.get(0);
    return "%s has no category of layout %s%s".formatted(root, label, instead);
  }

  private static void requireFolder(Path root) throws IOException {
    if (!Files.isDirectory(root)) {
      String why =
          !Files.exists(root)
              ? ": no such folder"
              : FolderHint.isArchive(root) ? ": an archive, unpack it" : ": no folder";
      throw new IOException("cannot read dataset " + root + why);
    }
  }
}
