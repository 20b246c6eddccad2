package dev.flowline.train.contamination;

import dev.flowline.data.Fingerprints;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The parts that photos show: magnetic tiles by the numbers in their names, others by content.
 *
 * @param photos of each part that is known to have several
 * @param names of these parts, by photo
 * @param tiles whether the photos show magnetic tiles
 */
record Parts(List<List<Path>> photos, Map<Path, String> names, boolean tiles) {
  static Parts of(String set, List<Path> good) throws IOException {
    boolean tiles = set.equals("magnetic-tile");
    List<List<Path>> photos =
        tiles ? tiles(good) : Fingerprints.of(good, (done, of) -> {}).nearDuplicates();
    Map<Path, String> names = new HashMap<>();
    for (List<Path> part : photos) {
      part.forEach(photo -> names.put(photo, part.get(0).toString()));
    }
    return new Parts(photos, names, tiles);
  }

  /** Returns a name of the part that a photo, also a defective one, shows. */
  String of(Path photo) {
    return names.getOrDefault(
        photo,
        tiles
            ? "defective tile " + number(photo) / 1000 // photos of one are within some hundred
            : photo.toString());
  }

  /** Returns the photos of each tile: the numbers in their names are near one another. */
  private static List<List<Path>> tiles(List<Path> files) {
    List<Path> sorted = files.stream().sorted(Comparator.comparing(Parts::number)).toList();
    List<List<Path>> tiles = new ArrayList<>();
    int before = Integer.MIN_VALUE / 2;
    for (Path file : sorted) {
      if (number(file) - before > 100) {
        tiles.add(new ArrayList<>());
      }
      before = number(file);
      tiles.get(tiles.size() - 1).add(file);
    }
    return tiles;
  }

  private static int number(Path file) { // as in exp4_num_51125.jpg
    return Integer.parseInt(file.getFileName().toString().replaceAll(".*num_|\\.jpg", ""));
  }
}
