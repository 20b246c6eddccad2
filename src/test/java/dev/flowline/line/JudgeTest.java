package dev.flowline.line;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.ChildJvm;
import dev.flowline.segmentation.AnomalyMap;
import dev.flowline.segmentation.FieldOfView;
import dev.flowline.segmentation.GuardBand;
import dev.flowline.segmentation.NumberOfTests;
import dev.flowline.segmentation.PfaBound;
import dev.flowline.segmentation.Region;
import dev.flowline.segmentation.SegmentationOptions;
import dev.flowline.tensor.Device;
import dev.flowline.tensor.NativeView;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.Test;

/** Latents without a model: the right side of the seam alone. */
class JudgeTest {
  private static final int IMAGES = 3;
  private static final int CHANNELS = 16;
  private static final int SIDE = 28;
  private static final SegmentationOptions TEST =
      new SegmentationOptions(PfaBound.CHERNOFF, NumberOfTests.BY_SIZE, 0);

  /** White noise; image 1 has one position, at (10, 12), far out. */
  private static float[] noise() {
    Random random = new Random(20261129);
    float[] latents = new float[IMAGES * CHANNELS * SIDE * SIDE];
    for (int i = 0; i < latents.length; i++) {
      latents[i] = (float) random.nextGaussian();
    }
    for (int c = 0; c < CHANNELS; c++) {
      latents[((CHANNELS + c) * SIDE + 12) * SIDE + 10] = 6;
    }
    return latents;
  }

  private static List<NativeView> latents(float[] values, int images) {
    FloatPointer pointer = new FloatPointer(values);
    long[] shape = {images, CHANNELS, SIDE, SIDE};
    return List.of(NativeView.cpu(pointer.address(), shape, pointer));
  }

  @Test
  void aBatchIsJudgedAsItsImagesAre() {
    float[] all = noise();
    FieldOfView view = FieldOfView.whole(56, 42);
    try (Judge judge = new Judge(TEST, Device.CPU)) {
      List<Judgement> batch = judge.judge(latents(all, IMAGES), Optional.empty(), view, true);
      assertEquals(
          List.of(Verdict.GOOD, Verdict.DEFECT, Verdict.GOOD),
          batch.stream().map(Judgement::verdict).toList());
      int length = all.length / IMAGES;
      for (int image = 0; image < IMAGES; image++) {
        float[] one = Arrays.copyOfRange(all, image * length, (image + 1) * length);
        Judgement alone = judge.judge(latents(one, 1), Optional.empty(), view, true).get(0);
        Judgement judgement = batch.get(image);
        assertEquals(alone.regions(), judgement.regions());
        assertArrayEquals(alone.nfaMap().log10Nfa(), judgement.nfaMap().log10Nfa());
        assertArrayEquals(alone.anomalyMap(), judgement.anomalyMap());
        assertEquals(alone.anomalyScore(), judgement.anomalyScore());
        assertArrayEquals(alone.moments().meanEnergies(), judgement.moments().meanEnergies());
      }
      Region region = batch.get(1).regions().get(0);
      assertEquals(10.5 * 42 / SIDE - 0.5, region.centroidX(), 1, region.toString());
      assertEquals(12.5 * 56 / SIDE - 0.5, region.centroidY(), 1, region.toString());
    }
  }

  /** The part in the band shows what keeps it from being good, as a judge of its upper end does. */
  @Test
  void aPartInTheGuardBandIsUndecided() {
    FieldOfView view = FieldOfView.whole(56, 42);
    List<Judgement> plain;
    try (Judge judge = new Judge(TEST, Device.CPU)) {
      plain = judge.judge(latents(noise(), IMAGES), Optional.empty(), view, false);
    }
    double found = plain.get(1).nfaMap().minLog10Nfa();
    GuardBand around = new GuardBand(1, 2);
    Object[][] cases = {
      {found + 1.5, Verdict.DEFECT}, {found + 0.5, Verdict.UNDECIDED},
      {found - 1.5, Verdict.UNDECIDED}, {found - 2.5, Verdict.GOOD}
    };
    for (Object[] each : cases) {
      SegmentationOptions test = TEST.withLog10Epsilon((double) each[0]);
      SegmentationOptions upper = test.withLog10Epsilon(test.log10Epsilon() + 2);
      try (Judge judge = new Judge(test, around, Device.CPU);
          Judge ofUpper = new Judge(upper, Device.CPU)) {
        Judgement judged =
            judge.judge(latents(noise(), IMAGES), Optional.empty(), view, false).get(1);
        Judgement wide =
            ofUpper.judge(latents(noise(), IMAGES), Optional.empty(), view, false).get(1);
        assertEquals(each[1], judged.verdict());
        assertEquals(found, judged.nfaMap().minLog10Nfa());
        if (each[1] == Verdict.UNDECIDED) {
          assertEquals(wide.regions(), judged.regions());
          assertEquals(found, judged.regions().get(0).log10Nfa());
          assertArrayEquals(wide.nfaMap().log10Nfa(), judged.nfaMap().log10Nfa());
        } else {
          assertEquals(each[1] == Verdict.DEFECT, !judged.regions().isEmpty());
        }
      }
    }
  }

  @Test
  void theModelsOwnMapsStandInForThoseOfTheLatents() {
    FieldOfView view = FieldOfView.whole(4, 4);
    float[] levels = new float[16];
    AnomalyMap own = new AnomalyMap(levels, 42);
    try (Judge judge = new Judge(TEST, Device.CPU)) {
      List<Judgement> judgements =
          judge.judge(latents(noise(), IMAGES), Optional.of(List.of(own, own, own)), view, false);
      assertEquals(42, judgements.get(1).anomalyScore());
      assertEquals(levels, judgements.get(1).anomalyMap());
      assertEquals(Verdict.DEFECT, judgements.get(1).verdict());
    }
  }

  /** Run without LibTorch on the class path. */
  public static void main(String[] arguments) {
    if (JudgeTest.class.getResource("/org/bytedeco/pytorch/Tensor.class") != null) {
      throw new AssertionError("LibTorch is on the class path");
    }
    try (Judge judge = new Judge(TEST, Device.CPU)) {
      judge
          .judge(latents(noise(), IMAGES), Optional.empty(), FieldOfView.whole(28, 28), true)
          .forEach(j -> System.out.printf(Locale.ROOT, "%s %.4f%n", j.verdict(), j.anomalyScore()));
    }
  }

  @Test
  void itTakesNoLibTorch() throws Exception {
    var outcome =
        ChildJvm.run(ChildJvm.without(List.of("pytorch", "openblas", "opencv"), JudgeTest.class));
    assertEquals(0, outcome.exitCode(), outcome.output());
    assertTrue(outcome.output().startsWith("GOOD"), outcome.output());
    assertTrue(outcome.output().contains("DEFECT"), outcome.output());
  }
}
