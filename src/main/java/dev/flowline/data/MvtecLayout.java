package dev.flowline.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The layout of MVTec AD (Bergmann et al., CVPR 2019), also of VisA and others after it. */
final class MvtecLayout implements Layout.DatasetReader {
  private static final String TRAIN = "train";

  @Override
  public List<String> categories(Path root) throws IOException {
    return CategoryFolders.with(root, TRAIN);
  }

  @Override
  public Map<String, String> signs(Path root) throws IOException {
    Map<String, String> signs = CategoryFolders.signs(root, TRAIN + "/" + Sample.GOOD);
    for (String category : List.copyOf(signs.keySet())) {
      if (!isCategory(CategoryFolders.folder(root, category, TRAIN))) {
        signs.remove(category);
      }
    }
    return signs;
  }

  /** Returns whether a folder is a category, and no defect types lie beside {@code train}. */
  static boolean isCategory(Path folder) throws IOException {
    return Files.isDirectory(folder.resolve(TRAIN).resolve(Sample.GOOD))
        && (Files.isDirectory(folder.resolve("test"))
            || Listing.folders(folder).stream()
                .map(Listing::nameOf)
                .allMatch(Set.of(TRAIN, "ground_truth")::contains));
  }

  @Override
  public Dataset read(Path root, String category) throws IOException {
    Path folder = CategoryFolders.folder(root, category, TRAIN);
    Listing listing = new Listing();
    List<Path> train = listing.imagesToLearnFrom(folder.resolve(TRAIN).resolve(Sample.GOOD));
    List<Sample> test =
        TestFolders.read(
            folder.resolve("test"), folder.resolve("ground_truth"), Sample.GOOD, listing);
    return new Dataset(
        category, train.stream().map(Sample::good).toList(), test, listing.warnings());
  }
}
