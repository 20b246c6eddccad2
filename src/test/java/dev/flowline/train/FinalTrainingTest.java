package dev.flowline.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.data.Folds;
import dev.flowline.extractor.Backbone;
import dev.flowline.model.ClFlow;
import dev.flowline.model.Method;
import dev.flowline.model.ModelKind;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FinalTrainingTest {
  private static final long SEED = 5;

  private static Folds folds(int images, int count) {
    return Folds.of(IntStream.range(0, images).mapToObj(i -> (Object) i).toList(), count, SEED);
  }

  @Test
  void allImagesTakeAsManyUpdatesAsTheFoldsButForHalfAnEpoch() {
    Random random = new Random(SEED);
    Method method = ModelKind.U_FLOW.defaults(Backbone.RESNET18.extractor());
    for (int round = 0; round < 500; round++) {
      int images = 6 + random.nextInt(200);
      int count = 2 + random.nextInt(Math.min(images, 20) - 1);
      int batch = 1 + random.nextInt(16);
      int chosen = 1 + random.nextInt(40);
      Folds folds = folds(images, count);
      TrainingConfig config = TrainingConfig.of(40, batch, 1e-3, SEED);
      FinalTraining training = FinalTraining.of(method, config, chosen, folds);
      double updates = 0;
      for (int fold = 0; fold < count; fold++) {
        int learned = images - folds.held().get(fold).size();
        updates += (double) chosen * ((learned + batch - 1) / batch) / count;
      }
      int ofEpoch = (images + batch - 1) / batch;
      double apart = Math.abs(training.lastEpoch() * ofEpoch - updates);
      String which =
          "%s images, %s folds, batch %s, epoch %s: %s"
              .formatted(images, count, batch, chosen, training.lastEpoch());
      assertTrue(apart <= 0.5 * ofEpoch + 1e-9 || training.lastEpoch() == 1, which);
      assertTrue(training.lastEpoch() <= training.config().epochs(), which);
      assertEquals(config.withEpochs(training.config().epochs()), training.config(), which);
    }
  }

  /** What only prepares is not the end, however few images a fold leaves. */
  @Test
  void aWarmUpIsNoWholeTraining() {
    Method method = ModelKind.CL_FLOW.defaults(Backbone.RESNET18.extractor());
    int warmUp = ((ClFlow) method).warmUp(100);
    assertTrue(warmUp > 1);
    TrainingConfig config = TrainingConfig.of(100, 1, 1e-3, SEED);
    FinalTraining training = FinalTraining.of(method, config, warmUp + 1, folds(10, 2));
    int own = ((ClFlow) method).warmUp(training.config().epochs());
    assertEquals(own + 1, training.lastEpoch());
  }
}
