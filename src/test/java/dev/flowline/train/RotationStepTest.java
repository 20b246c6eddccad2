package dev.flowline.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.TinyLine;
import dev.flowline.flow.NegativeLogLikelihood;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.DifferNet;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ModelKind;
import dev.flowline.model.TrainableModel;
import dev.flowline.model.TrainingFeatures;
import dev.flowline.model.TrainingPlan;
import dev.flowline.tensor.TensorScope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which rotations a step takes, told from the likelihoods of each. */
class RotationStepTest {
  private static final ModelConfig CONFIG =
      TinyLine.config(ModelKind.DIFFERNET, new DifferNet(2, List.of(8L), 2, 3), 32, 32, 3);
  private static final int KEPT = 8;
  private static final int EPOCHS = 60;

  @TempDir Path folder;

  @Test
  void takesTwoOfEachImageAnewInEveryEpoch() throws IOException {
    TrainingConfig training = TinyLine.epochs(1, 5);
    try (TrainableModel model = trainable();
        FeatureCache fit = DrawnFeatures.of(model.trainingShapes(), 4, 8, folder);
        Optimizer optimizer = new Optimizer(model.trainable().values(), training)) {
      List<List<Double>> pairs = List.of(pairs(model, fit, 3), pairs(model, fit, 1));
      TrainingStep step = step(model, training, fit, optimizer);
      Set<Integer> seen = new HashSet<>();
      for (int epoch = 1; epoch <= EPOCHS; epoch++) {
        double nll = step.take(new int[] {3, 1}, epoch, 0);
        assertEquals(nll, step.take(new int[] {3, 1}, epoch, 0));
        seen.add(nearest(pairs, nll));
      }
      assertTrue(seen.size() > EPOCHS * 0.85, seen.size() + " different choices");
      Set<Integer> ofFirst = new HashSet<>();
      seen.forEach(choice -> ofFirst.add(choice / pairs.get(1).size()));
      assertTrue(ofFirst.size() > 20, ofFirst.size() + " of 28 pairs of the first image");
    }
  }

  @Test
  void aStepLearns() throws IOException {
    TrainingConfig training = TinyLine.epochs(1, 5);
    try (TrainableModel model = trainable();
        FeatureCache fit = DrawnFeatures.of(model.trainingShapes(), 4, 8, folder);
        Optimizer optimizer = new Optimizer(model.trainable().values(), training)) {
      TrainingStep step = step(model, training, fit, optimizer);
      double before = step.take(new int[] {0, 1, 2, 3}, 1, 5e-3);
      for (int i = 0; i < 20; i++) {
        step.take(new int[] {0, 1, 2, 3}, 1, 5e-3);
      }
      assertTrue(step.take(new int[] {0, 1, 2, 3}, 1, 0) < before);
    }
  }

  private static TrainableModel trainable() {
    return new TrainableModel(AnomalyModel.create(CONFIG, TinyLine.drawnExtractor(CONFIG)));
  }

  private static TrainingStep step(
      TrainableModel model, TrainingConfig training, FeatureCache fit, Optimizer optimizer) {
    DifferNet method = (DifferNet) CONFIG.settings();
    return new RotationStep(
        model,
        new TrainingPlan.OnRotations(method, method.trainingRotations()),
        training.seed(),
        new TrainingSet(fit),
        optimizer);
  }

  /** The mean over each two different rotations of an image. */
  private static List<Double> pairs(TrainableModel model, FeatureCache fit, int image) {
    double[] single = new double[KEPT];
    try (TensorScope scope = TensorScope.open();
        NoGradGuard constant = new NoGradGuard()) {
      Tensor all = fit.batch(image).get(0);
      long channels = all.size(1) / KEPT;
      for (int r = 0; r < KEPT; r++) {
        Tensor one = model.ops().slice(all, 1, r * channels, (r + 1) * channels);
        single[r] =
            NegativeLogLikelihood.mean(
                    model.ops(), model.latents(new TrainingFeatures(List.of(one))))
                .item_double();
      }
    }
    List<Double> pairs = new ArrayList<>();
    for (int a = 0; a < KEPT; a++) {
      for (int b = a + 1; b < KEPT; b++) {
        pairs.add((single[a] + single[b]) / 2);
      }
    }
    return pairs;
  }

  /** Which pair of each image has that mean. */
  private static int nearest(List<List<Double>> pairs, double nll) {
    int nearest = -1;
    double error = Double.POSITIVE_INFINITY;
    int choices = pairs.get(1).size();
    for (int choice = 0; choice < pairs.get(0).size() * choices; choice++) {
      double mean = (pairs.get(0).get(choice / choices) + pairs.get(1).get(choice % choices)) / 2;
      if (Math.abs(mean - nll) < error) {
        error = Math.abs(mean - nll);
        nearest = choice;
      }
    }
    assertTrue(error < 1e-5 * Math.abs(nll), "no two rotations of each image: " + error);
    return nearest;
  }
}
