package dev.flowline.model;

import dev.flowline.flow.Latents;
import dev.flowline.io.StoredTensor;
import dev.flowline.nn.CostOps;
import dev.flowline.nn.FlowTape;
import dev.flowline.nn.TensorCopy;
import dev.flowline.nn.TorchOps;
import dev.flowline.nn.TrainingOps;
import dev.flowline.tensor.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Tensor;

/**
 * A model while it learns: what only training asks of an {@link AnomalyModel}. It is for one
 * thread, and no inference may run meanwhile.
 */
public final class TrainableModel implements AutoCloseable {
  private final AnomalyModel model;
  private final FlowTape tape = new FlowTape();
  private final TrainingOps trainingOps;
  private final int keptRotations; // of each image; 0 for the image as it is

  /**
   * Takes a model to train it.
   *
   * @param model whose weights are changed in place; closed with this object
   */
  public TrainableModel(AnomalyModel model) {
    this.model = model;
    trainingOps = new TrainingOps(model.parameters(), tape);
    keptRotations = RotatedFeatures.kept(model.config().settings().trainingPlan().rotations());
  }

  /** The way back of what {@link #trainingLatents} computes, for an optimiser. */
  public FlowTape tape() {
    return tape;
  }

  /** The model as an inspection uses it, with the present weights; closed with this object. */
  public AnomalyModel model() {
    return model;
  }

  /** The reader that runs the networks as an inspection does. */
  public TorchOps ops() {
    return model.ops();
  }

  /**
   * Returns what a training keeps of images: their features, or, if a step takes some random
   * rotations of each, those of four times as many, stacked as channels, (N, R·C, H, W) by scale.
   *
   * @param images preprocessed, (N, 3, H, W), of any device
   * @param first number of the first one in the training: an image's angles are drawn from it
   */
  public TrainingFeatures trainingFeatures(Tensor images, int first) {
    if (keptRotations == 0) {
      return new TrainingFeatures(model.pooledFeatures(images));
    }
    List<double[]> degrees =
        LongStream.range(first, first + images.size(0))
            .mapToObj(image -> RotatedFeatures.random(keptRotations, model.config().seed(), image))
            .toList();
    return new TrainingFeatures(RotatedFeatures.of(model, images, degrees));
  }

  /** The shapes (C, H, W) of one image's {@link #trainingFeatures}, by scale. */
  public List<long[]> trainingShapes() {
    return model.pooledShapes(keptRotations);
  }

  /** Unstacks the rotations that a training kept of images: each becomes an image of its own. */
  public TrainingFeatures rotationsApart(TrainingFeatures kept) {
    return new TrainingFeatures(RotatedFeatures.apart(kept.byScale(), keptRotations));
  }

  /**
   * Returns latents for a step of training: statistics of the batch are taken, and noted.
   *
   * @param features of any device, each image or rotation by itself
   */
  public Latents<Tensor> trainingLatents(TrainingFeatures features) {
    return model.latents(trainingOps, features.byScale());
  }

  /**
   * Returns the latents that an inspection would have; nothing is noted of the batch.
   *
   * @param features of any device, each image or rotation by itself
   */
  public Latents<Tensor> latents(TrainingFeatures features) {
    return model.latents(features.byScale());
  }

  /** The tensors that an optimiser changes, by name; owned by the model. */
  public Map<String, Tensor> trainable() {
    return model.parameters().trainable();
  }

  /** Copies of the parameters that training changes, at rest, by name. */
  public Map<String, StoredTensor> learnedState() {
    return model.parameters().storeLearned();
  }

  /**
   * Overwrites parameters that training changes.
   *
   * @throws IllegalArgumentException listing all unexpected and wrongly shaped names
   */
  public void load(Map<String, StoredTensor> learned) {
    model.parameters().load(learned);
  }

  /**
   * Whether the method's anomaly map refers to maxima over the training images, which are to be
   * {@linkplain #raise raised} once the weights are final.
   */
  public boolean refersToMaxima(FlowMethod method) {
    CostOps shapes = new CostOps();
    Latents<long[]> latents = method.latents(shapes, model.extractor(), model.shapes().features());
    return !method.maxima(shapes, latents).isEmpty();
  }

  /**
   * Raises parameters to the largest of some numbers, unless they are larger already.
   *
   * @param maxima see {@link FlowMethod#maxima}
   */
  public void raise(Map<String, Tensor> maxima) {
    Map<String, StoredTensor> raised = new LinkedHashMap<>();
    maxima.forEach(
        (name, values) -> {
          float largest = TensorCopy.store(model.parameters().get(name)).toFloats()[0];
          for (float value : TensorCopy.store(values).toFloats()) {
            largest = Math.max(largest, value);
          }
          raised.put(name, StoredTensor.of(new float[] {largest}, 1));
        });
    load(raised);
  }

  /** Computes the parameters of a method that is fitted, on the model's device, and loads them. */
  public void fit(FittedMethod method, FittedMethod.GoodFeatures good) {
    FittedMethod.GoodFeatures there =
        new FittedMethod.GoodFeatures() {
          @Override
          public int images() {
            return good.images();
          }

          @Override
          public TrainingFeatures of(int image) {
            return new TrainingFeatures(
                good.of(image).byScale().stream()
                    .map(features -> Tensors.on(model.device(), features))
                    .toList());
          }
        };
    load(method.fit(model.ops(), model.extractor(), there));
  }

  @Override
  public void close() {
    tape.close();
    model.close();
  }
}
