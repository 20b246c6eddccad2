package dev.flowline.data;

import dev.flowline.io.FileKind;
import dev.flowline.io.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Brain MRI with lower-grade glioma (Buda, Saha, Mazurowski, 2019): one folder a patient, slices
 * {@code <name>_<k>.tif} with {@code <name>_<k>_mask.tif} beside them. A slice is good where its
 * mask is empty.
 *
 * <p>There is no official split. Ours is by patient, so that no brain is seen in training and test:
 * in the order of the names every fifth patient (of fewer than five: the last) is tested with all
 * its slices; the good slices of the others are learned from, their other slices are not used.
 */
final class LggMriLayout implements Layout.DatasetReader {
  static final String CATEGORY = "brain";
  static final String TUMOR = "tumor";
  private static final int TEST_EVERY = 5;

  @Override
  public List<String> categories(Path root) throws IOException {
    return patients(root).isEmpty() ? List.of() : List.of(CATEGORY);
  }

  @Override
  public Map<String, String> signs(Path root) throws IOException {
    if (Files.isDirectory(root.resolve("train")) || Files.isDirectory(root.resolve("good"))) {
      return Map.of(); // then folders with masks beside images are those of defect types
    }
    for (Path patient : patients(root)) {
      Set<String> stems = new HashSet<>();
      Listing.entries(patient).forEach(file -> stems.add(Listing.stemOf(file)));
      for (Path file : Listing.entries(patient)) {
        if (MaskFolder.isMaskName(file) && stems.contains(MaskFolder.imageStem(file))) {
          return Map.of(CATEGORY, file + " lies beside its image");
        }
      }
    }
    return Map.of();
  }

  private static List<Path> patients(Path root) throws IOException {
    List<Path> patients = new ArrayList<>();
    for (Path folder : Listing.folders(root)) {
      if (Listing.entries(folder).stream().anyMatch(MaskFolder::isMaskName)) {
        patients.add(folder);
      }
    }
    return patients;
  }

  @Override
  public Dataset read(Path root, String category) throws IOException {
    Listing listing = new Listing();
    List<Sample> train = new ArrayList<>();
    List<Sample> test = new ArrayList<>();
    List<Path> unknown = new ArrayList<>();
    List<Path> patients = patients(root);
    int firstTested = Math.min(TEST_EVERY, patients.size()) - 1;
    for (int i = 0; i < patients.size(); i++) {
      String patient = Listing.nameOf(patients.get(i));
      List<Sample> slices =
          slices(patients.get(i), unknown).stream().map(s -> s.inGroup(patient)).toList();
      if (i % TEST_EVERY == firstTested) {
        test.addAll(slices);
      } else {
        slices.stream()
            .filter(Sample::isGood)
            .map(s -> Sample.good(s.image()).inGroup(patient))
            .forEach(train::add);
      }
    }
    if (train.isEmpty()) {
      throw new IOException(
          "cannot read dataset: of %s patients in %s none that is not tested has a good slice"
              .formatted(patients.size(), root));
    }
    listing.warnOf(unknown, "slices have no mask, are neither good nor bad and are left out");
    TestFolders.warnIfOneSided(test, root, listing);
    listing.warn(ImageGroups.warning("slices of a patient"));
    return new Dataset(category, train, test, listing.warnings());
  }

  private static List<Sample> slices(Path patient, List<Path> unknown) throws IOException {
    MaskFolder masks = MaskFolder.of(patient);
    List<Sample> slices = new ArrayList<>();
    for (Path file : Listing.entries(patient)) {
      if (FileKind.of(file) != FileKind.IMAGE || MaskFolder.isMaskName(file)) {
        continue;
      }
      Mask mask = masks.of(Listing.stemOf(file));
      if (mask instanceof Mask.File found && !found.path().equals(file)) {
        slices.add(new Sample(file, mask, isEmpty(mask.read()) ? Sample.GOOD : TUMOR));
      } else {
        unknown.add(file);
      }
    }
    return slices;
  }

  private static boolean isEmpty(Image mask) {
    for (int y = 0; y < mask.height(); y++) {
      for (int x = 0; x < mask.width(); x++) {
        for (int c = 0; c < mask.channels(); c++) {
          if (mask.sample(y, x, c) != 0) {
            return false;
          }
        }
      }
    }
    return true;
  }
}
