package dev.flowline.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The layout for those who just have folders of images.
 *
 * <ul>
 *   <li>To learn from: {@code train/good}, or else {@code train}, or else {@code good}.
 *   <li>To test with: every folder in {@code test}, or, where there is no {@code test}, every
 *       folder but {@code train}, {@code good} and those of masks; its name is the defect type,
 *       {@code good} is good.
 *   <li>Masks: {@code masks} or {@code ground_truth}, either directly in it or in a folder named as
 *       the defect type; or {@code <stem>_mask} beside the image.
 *   <li>Where there are defective but no good test images, about a fifth of the good ones, which
 *       {@link HoldOut} chooses, is taken from those to learn from, and a warning says so.
 * </ul>
 *
 * <p>A category is a folder of that form. A root that has that form itself is the only category,
 * under its own name; so is a root that holds nothing but images, which are taken for good.
 */
final class FolderLayout implements Layout.DatasetReader {
  private static final List<String> MASKS = List.of("masks", "mask", "ground_truth");
  private static final String TRAIN = "train";

  @Override
  public List<String> categories(Path root) throws IOException {
    if (isCategory(root) || holdsOnlyImages(root)) {
      return List.of(CategoryFolders.ownName(root));
    }
    return Listing.folders(root).stream()
        .filter(FolderLayout::isCategory)
        .map(Listing::nameOf)
        .toList();
  }

  private static boolean isCategory(Path folder) {
    return Files.isDirectory(folder.resolve(TRAIN))
        || Files.isDirectory(folder.resolve(Sample.GOOD));
  }

  private static boolean holdsOnlyImages(Path root) throws IOException {
    return Listing.folders(root).isEmpty() && !Listing.imagesIn(root).isEmpty();
  }

  @Override
  public Map<String, String> signs(Path root) throws IOException {
    Map<String, String> signs = new TreeMap<>();
    for (String category : categories(root)) {
      String sign = sign(folder(root, category));
      if (sign != null) {
        signs.put(category, sign);
      }
    }
    return signs;
  }

  /** Returns what only this layout has in the folder of a category; null for nothing. */
  private static String sign(Path folder) throws IOException {
    Path good = folder.resolve(Sample.GOOD);
    Path train = folder.resolve(TRAIN);
    if (Files.isDirectory(good)) {
      return good + " is there";
    }
    if (!Files.isDirectory(train)) {
      return folder + " holds nothing but images, all taken for good";
    }
    if (Files.isDirectory(train.resolve(Sample.GOOD))) {
      return MvtecLayout.isCategory(folder) ? null : "defect types lie beside " + train;
    }
    return Listing.imagesIn(train).isEmpty() ? null : train + " holds images";
  }

  private static Path folder(Path root, String category) throws IOException {
    return isCategory(root) || holdsOnlyImages(root) ? root : root.resolve(category);
  }

  @Override
  public Dataset read(Path root, String category) throws IOException {
    Path base = folder(root, category);
    Listing listing = new Listing();
    List<Sample> train = new ArrayList<>();
    for (Path image : withoutMasks(listing.imagesToLearnFrom(goodFolder(base)))) {
      train.add(Sample.good(image));
    }
    List<Sample> test = new ArrayList<>();
    for (Path folder : testFolders(base)) {
      test.addAll(testOf(base, folder, listing));
    }
    if (!test.isEmpty() && test.stream().noneMatch(Sample::isGood)) {
      holdOut(train, test, listing);
    }
    TestFolders.warnIfOneSided(test, base, listing);
    return new Dataset(category, train, test, listing.warnings());
  }

  private static Path goodFolder(Path base) {
    Path train = base.resolve(TRAIN);
    if (!Files.isDirectory(train)) {
      Path good = base.resolve(Sample.GOOD);
      return Files.isDirectory(good) ? good : base;
    }
    Path good = train.resolve(Sample.GOOD);
    return Files.isDirectory(good) ? good : train;
  }

  private static List<Path> testFolders(Path base) throws IOException {
    Path test = base.resolve("test");
    if (Files.isDirectory(test)) {
      return Listing.folders(test);
    }
    boolean learnsFromTrain = Files.isDirectory(base.resolve(TRAIN));
    return Listing.folders(base).stream()
        .filter(folder -> !MASKS.contains(Listing.nameOf(folder)))
        .filter(folder -> !Listing.nameOf(folder).equals(TRAIN))
        .filter(folder -> learnsFromTrain || !Listing.nameOf(folder).equals(Sample.GOOD))
        .toList();
  }

  private static List<Sample> testOf(Path base, Path folder, Listing listing) throws IOException {
    String type = Listing.nameOf(folder);
    List<Path> images = withoutMasks(listing.images(folder));
    if (type.equals(Sample.GOOD)) {
      return images.stream().map(Sample::good).toList();
    }
    List<MaskFolder> places = new ArrayList<>();
    for (String name : MASKS) {
      places.add(MaskFolder.of(base.resolve(name).resolve(type)));
      places.add(MaskFolder.of(base.resolve(name)));
    }
    places.add(MaskFolder.of(folder));
    List<Sample> samples = new ArrayList<>();
    List<Path> without = new ArrayList<>();
    for (Path image : images) {
      Mask mask = maskOf(image, places);
      if (mask instanceof Mask.None) {
        without.add(image);
      }
      samples.add(new Sample(image, mask, type));
    }
    MaskFolder.warnWithout(without, listing);
    return samples;
  }

  private static Mask maskOf(Path image, List<MaskFolder> places) {
    for (MaskFolder place : places) {
      Mask mask = place.of(Listing.stemOf(image));
      if (mask instanceof Mask.File file && !file.path().equals(image)) {
        return mask;
      }
    }
    return new Mask.None();
  }

  private static List<Path> withoutMasks(List<Path> images) {
    return images.stream().filter(image -> !MaskFolder.isMaskName(image)).toList();
  }

  private static void holdOut(List<Sample> train, List<Sample> test, Listing listing)
      throws IOException {
    List<Sample> all = List.copyOf(train);
    Set<Path> held = HoldOut.of(all.stream().map(Sample::image).toList());
    train.clear();
    all.forEach(sample -> (held.contains(sample.image()) ? test : train).add(sample));
    if (!held.isEmpty()) {
      listing.warn(
          "there are no good test images: %s of the %s to learn from are held out for the test; a model that has learned from them before leaves them out"
              .formatted(held.size(), all.size()));
    }
  }
}
