package dev.flowline.train;

import dev.flowline.flow.ConditionalFlow;
import dev.flowline.flow.Latents;
import dev.flowline.flow.NegativeLogLikelihood;
import dev.flowline.flow.Transformed;
import dev.flowline.model.CFlow;
import dev.flowline.model.TrainableModel;
import dev.flowline.nn.TorchOps;
import dev.flowline.tensor.TensorScope;
import dev.flowline.tensor.Tensors;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Many updates, each on some positions of one layer (CFlow-AD's fibre batches): layer by layer the
 * positions of all images are put in random order and taken so many at a time; each such batch is
 * an update of that layer's flow alone. What is left over of a layer, less than a batch, is not
 * learned from in this step; of a layer that has no whole batch, all positions are one.
 *
 * @param method whose {@link CFlow#positionsByStep} is the number of positions in a batch
 * @param seed of the order of positions
 */
record PositionStep(
    TrainableModel model, CFlow method, long seed, TrainingSet training, Optimizer optimizer)
    implements TrainingStep {
  @Override
  public double take(int[] images, int epoch, double rate) {
    double sum = 0;
    try (TensorScope scope = TensorScope.open()) {
      List<Tensor> layers = training.batch(images).byScale();
      for (int layer = 0; layer < layers.size() && Double.isFinite(sum); layer++) {
        Tensor features = Tensors.on(model.model().device(), layers.get(layer));
        long positions = features.size(2) * features.size(3);
        int all = Math.toIntExact(images.length * positions);
        // The steps of an epoch have no image in common: the first one tells them apart.
        int[] order = RandomOrder.of(all, RandomOrder.source(seed, epoch, images[0], layer));
        sum += positions * takeLayer(layer, features, order, rate);
      }
    }
    return sum;
  }

  /** The mean negative log-likelihood of a position, each before its update. */
  private double takeLayer(int layer, Tensor features, int[] order, double rate) {
    TorchOps ops = model.ops();
    long[] s = ops.shape(features);
    Tensor byPosition = ops.transpose(features, 0, 2, 3, 1).contiguous();
    Tensor vectors = ops.reshape(byPosition, order.length, s[1], 1, 1);
    Tensor codes = method.flow().codes(ops, s[2], s[3]);
    int size = Math.min(method.positionsByStep(), order.length);
    int updates = order.length / size;
    double sum = 0;
    for (int from = 0; from < updates * size && Double.isFinite(sum); from += size) {
      long[] chosen = Arrays.stream(order, from, from + size).asLongStream().toArray();
      long[] places = Arrays.stream(chosen).map(position -> position % (s[2] * s[3])).toArray();
      try (TensorScope scope = TensorScope.open()) {
        Tensor some = ops.indexSelect(vectors, 0, chosen);
        sum += update(layer, some, ops.indexSelect(codes, 0, places), rate);
      }
    }
    return sum / updates;
  }

  private double update(int layer, Tensor vectors, Tensor codes, double rate) {
    TorchOps ops = model.ops();
    ConditionalFlow flow = method.flow();
    Transformed<Tensor> z = flow.forward(ops, layer, vectors, codes);
    Tensor logDets = ops.reshape(z.logDetJacobian(), vectors.size(0), 1, 1, 1);
    // Each position as if it were an image: their mean is the loss of these positions.
    Latents<Tensor> latents =
        new Latents<>(List.of(z.value()), z.logDetJacobian(), List.of(logDets));
    Tensor loss = method.loss(ops, latents);
    if (!Double.isFinite(loss.item_double())) {
      return loss.item_double();
    }
    optimizer.step(loss, rate);
    return NegativeLogLikelihood.mean(ops, latents).item_double();
  }
}
