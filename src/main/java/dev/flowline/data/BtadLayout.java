package dev.flowline.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The layout of BeanTech AD (Mishra et al., 2021): {@code ok} is good, {@code ko} is not. */
final class BtadLayout implements Layout.DatasetReader {
  private static final String OK = "ok";

  @Override
  public List<String> categories(Path root) throws IOException {
    return CategoryFolders.with(root, "train/" + OK);
  }

  @Override
  public Map<String, String> signs(Path root) throws IOException {
    return CategoryFolders.signs(root, "train/" + OK);
  }

  @Override
  public Dataset read(Path root, String category) throws IOException {
    Path folder = CategoryFolders.folder(root, category, "train/" + OK);
    Listing listing = new Listing();
    List<Path> train = listing.imagesToLearnFrom(folder.resolve("train").resolve(OK));
    List<Sample> test =
        TestFolders.read(folder.resolve("test"), folder.resolve("ground_truth"), OK, listing);
    return new Dataset(
        category, train.stream().map(Sample::good).toList(), test, listing.warnings());
  }
}
