package dev.flowline.train;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * A gradient with respect to some parameters, one tensor each; they belong to the caller's scope.
 */
record Gradients(List<Tensor> values) {
  /** A copy of what the parameters hold; zeros where a loss does not depend on one. */
  static Gradients of(TensorVector parameters) {
    List<Tensor> copies = new ArrayList<>();
    for (long i = 0; i < parameters.size(); i++) {
      Tensor own = parameters.get(i).grad();
      copies.add(own.defined() ? own.clone() : torch.zeros_like(parameters.get(i)));
    }
    return new Gradients(copies);
  }

  /**
   * Returns this gradient without its part that points against the parameters' own gradient, and no
   * longer than a share of that.
   */
  Gradients guardedBy(TensorVector parameters, double share) {
    double along = 0;
    double square = 0;
    for (int i = 0; i < values.size(); i++) {
      Tensor own = parameters.get(i).grad();
      along += dot(values.get(i), own);
      square += dot(own, own);
    }
    double against = square == 0 ? 0 : Math.min(0, along / square);
    List<Tensor> across = new ArrayList<>();
    double acrossSquare = 0;
    for (int i = 0; i < values.size(); i++) {
      Tensor part = values.get(i).sub(parameters.get(i).grad(), new Scalar(against));
      acrossSquare += dot(part, part);
      across.add(part);
    }
    double length = Math.sqrt(acrossSquare);
    double most = share * Math.sqrt(square);
    if (length <= most) {
      return new Gradients(across);
    }
    Scalar factor = new Scalar(most / length);
    return new Gradients(across.stream().map(part -> part.mul(factor)).toList());
  }

  /** Adds this gradient to the parameters' own. */
  void addTo(TensorVector parameters) {
    for (int i = 0; i < values.size(); i++) {
      parameters.get(i).mutable_grad().add_(values.get(i));
    }
  }

  private static double dot(Tensor a, Tensor b) {
    return torch.dot(a.flatten(), b.flatten()).item_double();
  }
}
