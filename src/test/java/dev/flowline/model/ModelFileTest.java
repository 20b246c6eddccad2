package dev.flowline.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.ChildJvm;
import dev.flowline.TinyLine;
import dev.flowline.calibration.CalibratedGuardBand;
import dev.flowline.calibration.MeasuredRepeatability;
import dev.flowline.calibration.ReviewRate;
import dev.flowline.io.AtomicFile;
import dev.flowline.io.ContentDigest;
import dev.flowline.io.Safetensors;
import dev.flowline.io.StoredTensor;
import dev.flowline.nn.Init;
import dev.flowline.nn.ParameterSpec;
import dev.flowline.segmentation.CalibratedView;
import dev.flowline.segmentation.RegionLaw;
import dev.flowline.segmentation.RegionOfInterest;
import dev.flowline.segmentation.RelativeMaxima;
import dev.flowline.segmentation.SegmentationOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelFileTest {
  private static final int SIZE = 32;

  /** Of the finest latents. */
  private static final int SIDE = 8;

  @TempDir Path folder;
  private Path file;
  private ModelConfig config;
  private Map<String, StoredTensor> extractor;

  @BeforeEach
  void writeAModel() throws IOException {
    file = folder.resolve("fabric.flowline");
    config = TinyLine.config(SIZE, SIZE, 7);
    extractor = TinyLine.drawnExtractor(config);
    try (AnomalyModel model = AnomalyModel.create(config, extractor)) {
      model.save(file);
    }
  }

  @Test
  void whatIsOpenedEqualsWhatWasSavedBitForBit() throws IOException {
    try (AnomalyModel saved = AnomalyModel.create(config, extractor);
        AnomalyModel opened = AnomalyModel.open(file)) {
      assertEquals(config, opened.config());
      Map<String, StoredTensor> wanted = saved.parameters().store();
      Map<String, StoredTensor> actual = opened.parameters().store();
      assertEquals(List.copyOf(wanted.keySet()), List.copyOf(actual.keySet()));
      wanted.forEach((name, tensor) -> assertEquals(tensor.bytes(), actual.get(name).bytes()));
      assertTrue(
          saved.parameters().specs().stream().anyMatch(s -> s.init() instanceof Init.Permutation));
      Path again = folder.resolve("again.flowline");
      opened.save(again);
      assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(again));
    }
  }

  @Test
  void anOpenedModelKnowsTheDigestThatItsFileHolds() throws IOException {
    try (AnomalyModel made = AnomalyModel.create(config, extractor);
        AnomalyModel opened = AnomalyModel.open(file)) {
      assertEquals(Optional.empty(), made.digest());
      String held = Safetensors.read(file).metadata().get(ContentDigest.KEY);
      assertEquals(Optional.of(held), opened.digest());
      assertEquals(64, held.length());
      Path other = folder.resolve("other.flowline");
      opened.save(other, config.withSegmentation(config.segmentation().withLog10Epsilon(-3), null));
      try (AnomalyModel changed = AnomalyModel.open(other)) {
        assertNotEquals(opened.digest(), changed.digest());
      }
    }
  }

  @Test
  void weightsAndPermutationsComeFromTheSeed() throws IOException {
    try (AnomalyModel same = AnomalyModel.create(config, extractor);
        AnomalyModel other = AnomalyModel.create(TinyLine.config(SIZE, SIZE, 8), extractor);
        AnomalyModel opened = AnomalyModel.open(file)) {
      for (ParameterSpec spec : same.parameters().specs()) {
        ByteBuffer bytes = opened.parameters().store().get(spec.name()).bytes();
        assertEquals(same.parameters().store().get(spec.name()).bytes(), bytes, spec.name());
        if (spec.init() instanceof Init.Permutation || spec.init() instanceof Init.Uniform) {
          assertNotEquals(other.parameters().store().get(spec.name()).bytes(), bytes, spec.name());
        }
      }
    }
  }

  @Test
  void aTruncatedFileIsRefusedWhereverItEnds() throws IOException {
    byte[] whole = Files.readAllBytes(file);
    List<Integer> lengths =
        Stream.concat(
                Stream.of(0, 1, 7, 8, 9, 100, 1000, whole.length - 1),
                new Random(2).ints(40, 0, whole.length).boxed())
            .toList();
    for (int length : lengths) {
      Files.write(file, java.util.Arrays.copyOf(whole, length));
      refused(file, "");
    }
  }

  @Test
  void aFlippedByteInTheTensorsIsNoticed() throws IOException {
    byte[] whole = Files.readAllBytes(file);
    int start = dataStart(whole);
    for (int at : new Random(3).ints(30, start, whole.length).toArray()) {
      byte[] altered = whole.clone();
      altered[at] ^= 1;
      Files.write(file, altered);
      refused(file, "altered or damaged");
    }
  }

  @Test
  void aFlippedByteInTheConfigurationIsNoticed() throws IOException {
    byte[] whole = Files.readAllBytes(file);
    int seed = new String(whole, StandardCharsets.ISO_8859_1).indexOf("seed\\\":7") + 7;
    whole[seed] = '6';
    Files.write(file, whole);
    refused(file, "altered or damaged");
  }

  @Test
  void aFlippedByteInTheHeaderChangesNothingUnseen() throws IOException {
    byte[] whole = Files.readAllBytes(file);
    Map<String, StoredTensor> wanted = ModelFile.read(file).tensors();
    int start = dataStart(whole);
    for (int at = 0; at < start; at += 7) {
      byte[] altered = whole.clone();
      altered[at] ^= 4;
      Files.write(file, altered);
      try {
        ModelFile read = ModelFile.read(file);
        assertEquals(config, read.config(), "byte " + at);
        assertEquals(wanted.keySet(), read.tensors().keySet(), "byte " + at);
      } catch (IOException e) {
        assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
      }
    }
  }

  @Test
  void aNewerFormatAsksForAnUpdate() throws IOException {
    Safetensors stored = Safetensors.read(file);
    Map<String, String> metadata = new LinkedHashMap<>(stored.metadata());
    metadata.put("flowline.format", "7");
    Path newer = folder.resolve("newer.flowline");
    new Safetensors(metadata, stored.tensors()).write(newer);
    refused(newer, "format 7");
    refused(newer, "update Flowline");
  }

  @Test
  void theFormatBeforeTheFamilyStillOpens() throws IOException {
    Safetensors stored = Safetensors.read(file);
    String now = "\"settings\":{\"steps\":2,\"softClamp\":\"TANH\",\"arrangement\":\"U_SHAPED\"}";
    String text = stored.metadata().get("flowline.config");
    assertTrue(text.contains(now), text);
    String before = text.replace(now, "\"steps\":2,\"softClamp\":\"TANH\"");
    Map<String, String> metadata = new LinkedHashMap<>(stored.metadata());
    metadata.put("flowline.format", "1");
    metadata.put("flowline.config", before);
    metadata.put(ContentDigest.KEY, ContentDigest.of(before, stored.tensors()));
    Path old = folder.resolve("old.flowline");
    new Safetensors(metadata, stored.tensors()).write(old);
    try (AnomalyModel opened = AnomalyModel.open(old)) {
      assertEquals(config, opened.config());
      opened.save(old);
    }
    assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(old));
  }

  /** What an older program would overlook needs a format that it does not read. */
  @Test
  void aFieldOfViewIsKeptAndNeedsANewerProgram() throws IOException {
    assertEquals("4", Safetensors.read(file).metadata().get("flowline.format"));
    RegionOfInterest region = RegionOfInterest.ofPercent(0, 0, 50, 100);
    CalibratedView view = CalibratedView.of(SIDE, SIDE, region, null, null).orElseThrow();
    SegmentationOptions plain = config.segmentation();
    for (SegmentationOptions test :
        List.of(plain.withFieldOfView(view), plain.withSmallestRegion(3))) {
      ModelConfig seen = config.withSegmentation(test, null);
      ModelConfig dropped = seen.recalibrated(plain, null, null, Instant.EPOCH, List.of());
      for (ModelConfig some : List.of(seen, dropped)) {
        Path written = folder.resolve("view.flowline");
        try (AnomalyModel model = AnomalyModel.create(some, extractor)) {
          model.save(written);
        }
        assertEquals("5", Safetensors.read(written).metadata().get("flowline.format"));
        try (AnomalyModel opened = AnomalyModel.open(written)) {
          assertEquals(some, opened.config());
        }
      }
    }
  }

  /** An older program would judge GOOD what is UNDECIDED. */
  @Test
  void aGuardBandIsKeptAndNeedsANewerProgram() throws IOException {
    SegmentationOptions plain = config.segmentation();
    CalibratedGuardBand measured =
        new CalibratedGuardBand(
            0.5, 0.5, new MeasuredRepeatability(8, 40, 0.3, 28.5, 0.95, 0.1, true), null);
    CalibratedGuardBand review =
        new CalibratedGuardBand(0, 2, null, new ReviewRate(0.2, null, 0.19));
    for (CalibratedGuardBand band : List.of(measured, review)) {
      ModelConfig with = config.recalibrated(plain, null, band, Instant.EPOCH, List.of());
      ModelConfig before = with.recalibrated(plain, null, null, Instant.EPOCH, List.of());
      for (ModelConfig some : List.of(with, before)) {
        Path written = folder.resolve("band.flowline");
        try (AnomalyModel model = AnomalyModel.create(some, extractor)) {
          model.save(written);
        }
        assertEquals("6", Safetensors.read(written).metadata().get("flowline.format"));
        try (AnomalyModel opened = AnomalyModel.open(written)) {
          assertEquals(some, opened.config());
        }
      }
      assertNull(before.guardBand());
      assertEquals(band, before.history().get(1).guardBand());
      assertNull(with.withSegmentation(plain, null).guardBand(), "it is of another threshold");
    }
  }

  /** Older programs know a region law, but not what one is relative to. */
  @Test
  void aRelativeLawIsKeptAndNeedsANewerProgram() throws IOException {
    float[] levels = {0.9f, 0.7f};
    RegionLaw plain = new RegionLaw(Collections.nCopies(10, levels));
    RegionLaw relative =
        RegionLaw.relative(Collections.nCopies(10, new RelativeMaxima(levels, 0.4f)));
    for (RegionLaw law : List.of(plain, relative)) {
      ModelConfig some = config.withSegmentation(config.segmentation().withLaw(law), null);
      Path written = folder.resolve("law.flowline");
      try (AnomalyModel model = AnomalyModel.create(some, extractor)) {
        model.save(written);
      }
      assertEquals(
          law.isRelative() ? "6" : "4",
          Safetensors.read(written).metadata().get("flowline.format"));
      try (AnomalyModel opened = AnomalyModel.open(written)) {
        assertEquals(some, opened.config());
      }
    }
  }

  @Test
  void aFieldOfViewOfOtherMapsIsRefused() throws IOException {
    RegionOfInterest region = RegionOfInterest.ofPercent(0, 0, 50, 100);
    CalibratedView view = CalibratedView.of(SIDE + 1, SIDE, region, null, null).orElseThrow();
    ModelConfig other = config.withSegmentation(config.segmentation().withFieldOfView(view), null);
    Path written = folder.resolve("other-view.flowline");
    try (AnomalyModel model = AnomalyModel.create(config, extractor)) {
      model.save(written, other);
    }
    refused(written, "field of view is of maps of %s x %s".formatted(SIDE + 1, SIDE));
  }

  /** Of formats 2 and 3 only what is optional has been added since. */
  @ParameterizedTest
  @ValueSource(strings = {"2", "3"})
  void theFormatsBeforeProvenanceStillOpen(String format) throws IOException {
    Safetensors stored = Safetensors.read(file);
    assertFalse(stored.metadata().get("flowline.config").contains("provenance"));
    Map<String, String> metadata = new LinkedHashMap<>(stored.metadata());
    assertEquals("4", metadata.put("flowline.format", format));
    Path old = folder.resolve("old.flowline");
    new Safetensors(metadata, stored.tensors()).write(old);
    try (AnomalyModel opened = AnomalyModel.open(old)) {
      assertEquals(config, opened.config());
      assertNull(opened.config().provenance());
    }
  }

  @Test
  void whatIsNoModelIsSaidToBeNone() throws IOException {
    Path weights = folder.resolve("weights.safetensors");
    new Safetensors(Map.of(), Map.of("w", StoredTensor.of(new float[3], 3))).write(weights);
    refused(weights, "no model");
    Path text = Files.writeString(folder.resolve("notes.flowline"), "just some text, not a model");
    refused(text, "no model");
    refused(folder.resolve("absent.flowline"), "no such file");
    refused(folder, "folder");
  }

  @Test
  void tensorsOfAnotherArchitectureAreListed() throws IOException {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>(ModelFile.read(file).tensors());
    String bias = "feature_extractor.extractor.scale0.filters.bias";
    tensors.remove(bias);
    tensors.put("stranger", StoredTensor.of(new float[2], 2));
    String shaped =
        tensors.keySet().stream().filter(n -> n.endsWith("global_scale")).findFirst().orElseThrow();
    tensors.put(shaped, StoredTensor.of(new float[5], 1, 5, 1, 1));
    Path other = folder.resolve("other.flowline");
    ModelFile.write(other, config, tensors, null);
    for (String name : List.of(bias, "stranger", shaped)) {
      refused(other, name);
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void weightsThatAreNoNumbersAreNamed(float wrong) throws IOException {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>(ModelFile.read(file).tensors());
    String bias = "feature_extractor.extractor.scale0.filters.bias";
    float[] values = tensors.get(bias).toFloats();
    values[1] = wrong;
    tensors.put(bias, StoredTensor.of(values, tensors.get(bias).shape()));
    Path other = folder.resolve("other.flowline");
    ModelFile.write(other, config, tensors, null);
    refused(
        other,
        "has weights that are no numbers, tensor %s: 1 of its %d values are NaN or infinite"
            .formatted(bias, values.length));
  }

  @Test
  void aFailingWriteLeavesTheOldFileAndNothingElse() throws IOException {
    byte[] before = Files.readAllBytes(file);
    AtomicFile.Content failing =
        channel -> {
          channel.write(ByteBuffer.wrap(new byte[100]));
          throw new IOException("the disk is on fire");
        };
    IOException e = assertThrows(IOException.class, () -> AtomicFile.write(file, failing));
    assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
    assertTrue(e.getMessage().contains("the disk is on fire"), e.getMessage());
    onlyTheOldFile(before);
  }

  @Test
  void aFullDiskLeavesTheOldFileAndNothingElse() throws Exception {
    byte[] before = Files.readAllBytes(file);
    int limit = before.length / 2 / 1024;
    var outcome = ChildJvm.run(ChildJvm.of(SaveAgain.class, limit, List.of(), file.toString()));
    assertEquals(1, outcome.exitCode(), outcome.output());
    assertTrue(outcome.output().contains("cannot write " + file), outcome.output());
    onlyTheOldFile(before);
  }

  private void onlyTheOldFile(byte[] before) throws IOException {
    assertArrayEquals(before, Files.readAllBytes(file));
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(List.of(file), left.toList());
    }
    AnomalyModel.open(file).close();
  }

  private static void refused(Path file, String reason) {
    IOException e = assertThrows(IOException.class, () -> AnomalyModel.open(file));
    assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
    assertTrue(e.getMessage().contains(reason), e.getMessage());
  }

  private static int dataStart(byte[] whole) {
    return 8 + (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  /** Opens a model, saves it over itself, and tells how that went. */
  static final class SaveAgain {
    public static void main(String[] arguments) throws IOException {
      Path file = Path.of(arguments[0]);
      try (AnomalyModel model = AnomalyModel.open(file)) {
        model.save(file);
      } catch (IOException e) {
        System.out.println(e.getMessage());
        System.exit(1);
      }
    }
  }

  /** Older versions wrote the folder of textures with its path; such a file may be saved again. */
  @ParameterizedTest
  @CsvSource({
    "/home/somebody/secret project/surfaces/, surfaces",
    "surfaces, surfaces",
    "'C:\\Users\\somebody\\surfaces', surfaces",
    "'C:\\Users\\somebody\\surfaces\\', surfaces",
    "/, ?",
    "/home/somebody/.., home",
    "., ?",
    "../.., ?",
    "../surfaces, surfaces",
    "surfaces/.., ?",
    "'/home/somebody\0/surfaces', ?"
  })
  void noPathOfTheMachineIsWritten(String given, String written) throws IOException {
    ModelConfig older =
        new ModelConfig(
            ModelKind.CL_FLOW,
            "fabric",
            config.extractor(),
            config.preprocessing(),
            ClFlow.DEFAULT.withTextures(given),
            7,
            config.segmentation());
    ModelFile.write(file, older, extractor, null);
    assertFalse(Files.readString(file, StandardCharsets.ISO_8859_1).contains("somebody"));
    ModelConfig read = ModelFile.read(file).config();
    assertEquals(ClFlow.DEFAULT.withTextures(written), read.settings());
    assertEquals(read, read.withoutPaths());
  }

  @Test
  void theBitsOfImagesAreAnArgumentOfOpening() throws IOException {
    try (AnomalyModel own = AnomalyModel.open(file);
        AnomalyModel twelve = AnomalyModel.open(file, ProgramPolicy.REFUSE, 12)) {
      assertNull(own.config().preprocessing().bits());
      assertEquals(12, twelve.config().preprocessing().bits());
      assertEquals(
          config, twelve.config().withPreprocessing(config.preprocessing()), "and nothing else");
    }
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> AnomalyModel.open(file, ProgramPolicy.REFUSE, 17));
    assertTrue(e.getMessage().contains("8 to 16, got 17"), e.getMessage());
  }
}
