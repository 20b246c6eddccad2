package dev.flowline.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The layout of MVTec AD (Bergmann et al., CVPR 2019), also of VisA and others after it. */
final class MvtecLayout implements Layout.DatasetReader {
  @Override
  public List<String> categories(Path root) throws IOException {
    return Listing.folders(root).stream()
        .filter(folder -> Files.isDirectory(folder.resolve("train")))
        .map(Listing::nameOf)
        .toList();
  }

  @Override
  public Dataset read(Path root, String category) throws IOException {
    Path folder = root.resolve(category);
    Listing listing = new Listing();
    List<Path> train = listing.imagesToLearnFrom(folder.resolve("train").resolve("good"));
    List<Sample> test =
        TestFolders.read(
            folder.resolve("test"), folder.resolve("ground_truth"), Sample.GOOD, listing);
    return new Dataset(
        category, train.stream().map(Sample::good).toList(), test, listing.warnings());
  }
}
