package dev.flowline.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A layout that is recognised by what lies in a folder.
 *
 * @param sign what it is recognised by
 */
public record LayoutGuess(Layout layout, String sign) {
  /**
   * Recognises the layout of a dataset.
   *
   * @param category whose layout it is; null for all
   * @throws IOException naming the folder and what lies there, if it is missing or no layout is
   *     recognised
   * @throws IllegalArgumentException naming the layouts, if several are recognised
   */
  public static LayoutGuess of(Path root, String category) throws IOException {
    List<LayoutGuess> guesses = all(root, category);
    if (guesses.isEmpty() && category != null) {
      guesses = all(root, null); // the layout then lists the categories that there are
    }
    if (guesses.isEmpty()) {
      throw new IOException(
          "no layout of a dataset is recognised in " + root + FolderHint.withoutDataset(root));
    }
    if (guesses.size() > 1) {
      throw new IllegalArgumentException(
          "%s has signs of several layouts, name one with --layout: %s"
              .formatted(
                  root,
                  guesses.stream().map(LayoutGuess::toString).collect(Collectors.joining(", "))));
    }
    return guesses.get(0);
  }

  /** Returns all layouts that are recognised, none if a folder holds no dataset. */
  static List<LayoutGuess> all(Path root, String category) throws IOException {
    List<LayoutGuess> guesses = new ArrayList<>();
    for (Layout layout : Layout.values()) {
      Map<String, String> signs = new TreeMap<>(layout.signs(root));
      if (category != null) {
        signs.keySet().retainAll(List.of(category));
      }
      if (!signs.isEmpty()) {
        guesses.add(new LayoutGuess(layout, signs.values().iterator().next()));
      }
    }
    return guesses;
  }

  /** Returns the layout and its sign: "mvtec (gear/train/good is there)". */
  @Override
  public String toString() {
    return layout.label() + " (" + sign + ")";
  }
}
