package dev.flowline.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.TinyLine;
import dev.flowline.flow.Latents;
import dev.flowline.flow.SoftClamp;
import dev.flowline.io.StoredTensor;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.FastFlow;
import dev.flowline.model.FlowMethod;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ModelKind;
import dev.flowline.model.TrainableModel;
import dev.flowline.model.UFlow;
import dev.flowline.nn.FlowTape;
import dev.flowline.nn.IdleContexts;
import dev.flowline.nn.TensorCopy;
import dev.flowline.tensor.TensorScope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The steps of a training in libflowline against the same in LibTorch alone. */
class FlowTapeTest {
  private static final List<ModelConfig> CONFIGS =
      List.of(
          TinyLine.config(ModelKind.U_FLOW, new UFlow(4, SoftClamp.TANH), 48, 32, 3),
          TinyLine.config(ModelKind.U_FLOW, new UFlow(3, SoftClamp.ATAN), 32, 64, 4),
          TinyLine.config(
              ModelKind.FASTFLOW, new FastFlow(3, List.of(3, 1), 0.5, SoftClamp.TANH), 32, 32, 5),
          TinyLine.config(
              ModelKind.FASTFLOW, new FastFlow(2, List.of(3), 1, SoftClamp.TANH), 32, 32, 6));
  private static final int[] BATCH = {0, 3, 1, 2};

  @TempDir Path folder;

  @Test
  void gradientsAreThoseOfLibTorch() throws IOException {
    for (ModelConfig config : CONFIGS) {
      try (TrainableModel plain = trainable(config);
          TrainableModel fused = trainable(config);
          FeatureCache images = images(plain)) {
        moveAway(plain, images);
        fused.load(plain.learnedState());
        fused.tape().read();
        for (int round = 0; round < 2; round++) {
          assertClose(oneLoss(plain, images), oneLoss(fused, images));
          assertClose(twoLosses(plain, images), twoLosses(fused, images));
        }
      }
    }
  }

  @Test
  void aTrainingGoesTheSameWayAndRepeatsItself() throws IOException {
    for (ModelConfig config : CONFIGS) {
      try (TrainableModel plain = trainable(config);
          TrainableModel fused = trainable(config);
          TrainableModel again = trainable(config);
          FeatureCache images = images(plain)) {
        List<Double> expected = train(plain, false, images);
        List<Double> actual = train(fused, true, images);
        assertTrue(expected.get(expected.size() - 1) < expected.get(0));
        for (int i = 0; i < expected.size(); i++) {
          double size = Math.abs(expected.get(0));
          assertEquals(expected.get(i), actual.get(i), 1e-4 * size, "step " + i);
        }
        assertEquals(actual, train(again, true, images));
        Map<String, StoredTensor> weights = fused.learnedState();
        again
            .learnedState()
            .forEach(
                (name, w) -> assertArrayEquals(weights.get(name).toFloats(), w.toFloats(), name));
      }
    }
  }

  /** A loss that is never followed back leaves nothing behind. */
  @Test
  void aLossMayBeDropped() throws IOException {
    ModelConfig config = CONFIGS.get(0);
    try (TrainableModel model = trainable(config);
        FeatureCache images = images(model)) {
      model.tape().read();
      Map<String, float[]> expected = oneLoss(model, images);
      try (TensorScope scope = TensorScope.open()) {
        model.trainingLatents(new TrainingSet(images).batch(new int[] {2}));
      }
      oneLoss(model, images).forEach((name, g) -> assertEquals(0, distance(expected.get(name), g)));
    }
  }

  /** The memory that steps of a training need in libflowline goes when it ends. */
  @Test
  void anEndedTrainingKeepsNoMemory() throws IOException {
    ModelConfig config = CONFIGS.get(0);
    try (TrainableModel model = trainable(config);
        FeatureCache images = images(model)) {
      IdleContexts.release();
      TrainingConfig training = TinyLine.epochs(1, 5);
      try (Optimizer optimizer = new Optimizer(model, training)) {
        new ImageStep(model, method(model), new TrainingSet(images), optimizer)
            .take(BATCH, 1, 2e-3);
        assertTrue(IdleContexts.count() > 0, "steps run in libflowline");
      }
      assertEquals(0, IdleContexts.count());
    }
  }

  private TrainableModel trainable(ModelConfig config) {
    return new TrainableModel(AnomalyModel.create(config, TinyLine.drawnExtractor(config)));
  }

  private FeatureCache images(TrainableModel model) throws IOException {
    return DrawnFeatures.of(model.trainingShapes(), 4, 8, folder);
  }

  private static FlowMethod method(TrainableModel model) {
    return (FlowMethod) model.model().config().settings();
  }

  private static List<Double> train(TrainableModel model, boolean fused, FeatureCache images) {
    TrainingConfig config = TinyLine.epochs(1, 5);
    List<Double> losses = new ArrayList<>();
    try (Optimizer optimizer =
        fused ? new Optimizer(model, config) : new Optimizer(model.trainable().values(), config)) {
      ImageStep step = new ImageStep(model, method(model), new TrainingSet(images), optimizer);
      for (int i = 0; i < 12; i++) {
        losses.add(step.take(BATCH, 1, 2e-3));
      }
    }
    return losses;
  }

  /** From the identity, where many gradients are 0. */
  private static void moveAway(TrainableModel model, FeatureCache images) {
    train(model, false, images);
  }

  private static Map<String, float[]> oneLoss(TrainableModel model, FeatureCache images) {
    try (TensorScope scope = TensorScope.open()) {
      forget(model);
      Latents<Tensor> latents = model.trainingLatents(new TrainingSet(images).batch(BATCH));
      model.tape().backward(method(model).loss(model.ops(), latents), false);
      return gradients(model);
    }
  }

  /** Gradients of one loss of two passes, then those of another of one pass beside them. */
  private static Map<String, float[]> twoLosses(TrainableModel model, FeatureCache images) {
    try (TensorScope scope = TensorScope.open()) {
      forget(model);
      FlowTape tape = model.tape();
      TrainingSet set = new TrainingSet(images);
      Latents<Tensor> one = model.trainingLatents(set.batch(new int[] {0, 1}));
      Latents<Tensor> two = model.trainingLatents(set.batch(new int[] {3, 2}));
      Tensor first = one.values().get(0);
      tape.backward(first.mul(two.values().get(0)).sum(), true);
      Map<String, float[]> both = new LinkedHashMap<>();
      gradients(model).forEach((name, gradient) -> both.put("first of " + name, gradient));
      forget(model);
      tape.backward(method(model).loss(model.ops(), one), false);
      both.putAll(gradients(model));
      return both;
    }
  }

  private static void forget(TrainableModel model) {
    model.trainable().values().forEach(parameter -> parameter.mutable_grad().reset());
  }

  private static Map<String, float[]> gradients(TrainableModel model) {
    Map<String, float[]> gradients = new LinkedHashMap<>();
    model
        .trainable()
        .forEach(
            (name, parameter) -> {
              Tensor gradient = parameter.grad();
              if (gradient.defined()) {
                gradients.put(name, TensorCopy.store(gradient).toFloats());
              }
            });
    return gradients;
  }

  private static void assertClose(Map<String, float[]> expected, Map<String, float[]> actual) {
    assertEquals(expected.keySet(), actual.keySet());
    assertTrue(expected.size() > 10, expected.keySet().toString());
    expected.forEach(
        (name, gradient) -> {
          double largest = distance(gradient, new float[gradient.length]);
          assertTrue(largest > 0, name);
          double difference = distance(gradient, actual.get(name));
          assertTrue(
              difference <= 2e-4 * largest, () -> name + ": " + difference + " of " + largest);
        });
  }

  private static double distance(float[] a, float[] b) {
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs((double) a[i] - b[i]));
    }
    return largest;
  }
}
