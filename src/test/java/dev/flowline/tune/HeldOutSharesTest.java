package dev.flowline.tune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.calibration.FalseAlarmRate;
import dev.flowline.data.Sample;
import dev.flowline.data.Split;
import dev.flowline.segmentation.RegionLaw;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HeldOutSharesTest {
  /** Whatever it says to be enough, the split of a training then holds out. */
  @Test
  void enoughImagesAreReallyHeldOut() {
    int enough = 0;
    for (double rate : new double[] {0.2, 0.05, 0.02, 0.01}) {
      FalseAlarmRate wanted = new FalseAlarmRate(rate, null);
      for (int images = 1; images < 600; images++) {
        HeldOutShares shares = HeldOutShares.of(images, wanted);
        Split split = Split.of(samples(images), shares.validation(), shares.calibration(), images);
        boolean holds = split.calibration().size() >= wanted.imagesNeeded();
        if (shares.enough()) {
          enough++;
          assertTrue(holds, images + " images, " + rate + ": " + split.calibration().size());
        }
        if (images >= 10) {
          assertTrue(split.fit().size() >= images * 0.3 - 1, images + " images");
        }
        if (images >= 70) {
          assertTrue(split.validation().size() >= RegionLaw.LEAST_IMAGES, images + " images");
        }
      }
    }
    assertTrue(enough > 1000, enough + " cases");
  }

  @Test
  void manyImagesHaveTheUsualShares() {
    assertEquals(
        new HeldOutShares(0.15, 0.15, true), HeldOutShares.of(400, new FalseAlarmRate(0.02, null)));
  }

  @Test
  void fewImagesAreNotEnoughForASmallRate() {
    assertFalse(HeldOutShares.of(100, new FalseAlarmRate(0.02, null)).enough());
    assertTrue(HeldOutShares.of(130, new FalseAlarmRate(0.02, null)).enough());
  }

  private static List<Sample> samples(int images) {
    return IntStream.range(0, images).mapToObj(i -> Sample.good(Path.of(i + ".png"))).toList();
  }
}
