package dev.flowline.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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
 *   <li>Where there are defective but no good test images, every fifth of the good ones is taken
 *       from those to learn from, and a warning says so.
 * </ul>
 *
 * <p>A category is a folder of that form. A root that has that form itself is the only category,
 * under its own name.
 */
final class FolderLayout implements Layout.DatasetReader {
  private static final List<String> MASKS = List.of("masks", "mask", "ground_truth");
  private static final int HELD_OUT_EVERY = 5;

  @Override
  public List<String> categories(Path root) throws IOException {
    if (isCategory(root)) {
      return List.of(ownName(root));
    }
    return Listing.folders(root).stream()
        .filter(FolderLayout::isCategory)
        .map(Listing::nameOf)
        .toList();
  }

  private static boolean isCategory(Path folder) {
    return Files.isDirectory(folder.resolve("train"))
        || Files.isDirectory(folder.resolve(Sample.GOOD));
  }

  private static String ownName(Path root) {
    Path name = root.toAbsolutePath().normalize().getFileName();
    return name == null ? "root" : name.toString();
  }

  @Override
  public Dataset read(Path root, String category) throws IOException {
    Path base = isCategory(root) ? root : root.resolve(category);
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
    Path train = base.resolve("train");
    if (!Files.isDirectory(train)) {
      return base.resolve(Sample.GOOD);
    }
    Path good = train.resolve(Sample.GOOD);
    return Files.isDirectory(good) ? good : train;
  }

  private static List<Path> testFolders(Path base) throws IOException {
    Path test = base.resolve("test");
    if (Files.isDirectory(test)) {
      return Listing.folders(test);
    }
    boolean learnsFromTrain = Files.isDirectory(base.resolve("train"));
    return Listing.folders(base).stream()
        .filter(folder -> !MASKS.contains(Listing.nameOf(folder)))
        .filter(folder -> !Listing.nameOf(folder).equals("train"))
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

  private static void holdOut(List<Sample> train, List<Sample> test, Listing listing) {
    List<Sample> all = List.copyOf(train);
    train.clear();
    int held = 0;
    for (int i = 0; i < all.size(); i++) {
      boolean tested = i % HELD_OUT_EVERY == HELD_OUT_EVERY - 1;
      (tested ? test : train).add(all.get(i));
      held += tested ? 1 : 0;
    }
    if (held > 0) {
      listing.warn(
          "there are no good test images: %d of the %d to learn from are held out for the test"
              .formatted(held, all.size()));
    }
  }
}
