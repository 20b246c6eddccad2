package dev.flowline.flow;

import dev.flowline.nn.Init;
import dev.flowline.nn.Ops;
import java.util.ArrayList;
import java.util.List;

/**
 * An affine map of the vector at each position, with parameters of each position's own:
 *
 * <pre>
 * z_p = W_p·(x_p − μ_p),   W_p = diag(exp(a_p)) + U_p
 * </pre>
 *
 * with U_p strictly lower triangular. If W_p is the inverse of the covariance's Cholesky factor,
 * z_p is white and |z_p|² the squared Mahalanobis distance of x_p. It starts as the identity and is
 * fitted, not trained.
 *
 * @param name prefix of the parameters {@code mean} and {@code log_scale}, (1, C, H, W), and {@code
 *     mixing}, (H·W, C, C)
 */
public record PositionWhitening(String name) implements InvertibleModule {
  @Override
  public <V> Transformed<V> forward(Ops<V> ops, V x) {
    long[] s = ops.shape(x);
    V centred = ops.subtract(x, mean(ops, s));
    V mixed = image(ops, ops.matmul(mixing(ops, s), columns(ops, centred)), s);
    V scaled = ops.multiply(centred, ops.exp(logScale(ops, s)));
    return new Transformed<>(ops.add(scaled, mixed), logDet(ops, s, 1));
  }

  /** Solves the triangular systems from the first channel to the last. */
  @Override
  public <V> Transformed<V> inverse(Ops<V> ops, V y) {
    long[] s = ops.shape(y);
    V columns = columns(ops, y);
    V scale = columns(ops, ops.exp(logScale(ops, s)));
    V mixing = mixing(ops, s);
    List<V> solved = new ArrayList<>();
    for (long c = 0; c < s[1]; c++) {
      V rest = ops.slice(columns, 1, c, c + 1);
      if (c > 0) {
        V row = ops.slice(ops.slice(mixing, 1, c, c + 1), 2, 0, c);
        rest = ops.subtract(rest, ops.matmul(row, ops.concat(solved, 1)));
      }
      solved.add(ops.divide(rest, ops.slice(scale, 1, c, c + 1)));
    }
    V centred = image(ops, ops.concat(solved, 1), s);
    return new Transformed<>(ops.add(centred, mean(ops, s)), logDet(ops, s, -1));
  }

  /** Turns (N, C, H, W) into (H·W, C, N). */
  private static <V> V columns(Ops<V> ops, V x) {
    long[] s = ops.shape(x);
    return ops.transpose(ops.reshape(x, s[0], s[1], s[2] * s[3]), 2, 1, 0);
  }

  /** Turns (H·W, C, N) into (N, C, H, W). */
  private static <V> V image(Ops<V> ops, V columns, long[] shape) {
    return ops.reshape(ops.transpose(columns, 2, 1, 0), shape);
  }

  private <V> V mean(Ops<V> ops, long[] s) {
    return ops.parameter(name + ".mean", Init.statistic(0), 1, s[1], s[2], s[3]);
  }

  private <V> V logScale(Ops<V> ops, long[] s) {
    return ops.parameter(name + ".log_scale", Init.statistic(0), 1, s[1], s[2], s[3]);
  }

  private <V> V mixing(Ops<V> ops, long[] s) {
    return ops.parameter(name + ".mixing", Init.statistic(0), s[2] * s[3], s[1], s[1]);
  }

  private <V> V logDet(Ops<V> ops, long[] s, int sign) {
    V ofOne = ops.multiply(ops.sum(logScale(ops, s)), sign);
    return ops.add(ops.zeros(s[0]), ofOne);
  }
}
