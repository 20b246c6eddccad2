package dev.flowline.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The layout of BeanTech AD (Mishra et al., 2021): {@code ok} is good, {@code ko} is not. */
final class BtadLayout implements Layout.DatasetReader {
  private static final String OK = "ok";

  @Override
  public List<String> categories(Path root) throws IOException {
    return Listing.folders(root).stream()
        .filter(folder -> Files.isDirectory(folder.resolve("train").resolve(OK)))
        .map(Listing::nameOf)
        .toList();
  }

  @Override
  public Dataset read(Path root, String category) throws IOException {
    Path folder = root.resolve(category);
    Listing listing = new Listing();
    List<Path> train = listing.imagesToLearnFrom(folder.resolve("train").resolve(OK));
    List<Sample> test =
        TestFolders.read(folder.resolve("test"), folder.resolve("ground_truth"), OK, listing);
    return new Dataset(
        category, train.stream().map(Sample::good).toList(), test, listing.warnings());
  }
}
