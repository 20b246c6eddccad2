package dev.flowline.page;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** An axis of a chart: where a value lies on it, and which values are written beside it. */
public sealed interface Axis {
  /** Returns the value at the low end. */
  double low();

  /** Returns the value at the high end. */
  double high();

  /** Returns where a value lies: 0 at the low end, 1 at the high end. */
  double share(double value);

  /** Returns about so many values to write beside the axis. */
  List<Tick> ticks(int about);

  /** A value that is written beside the axis. */
  record Tick(double value, String label) {}

  /** Returns a linear axis; if high is not above low, it ends at low + 1. */
  static Axis linear(double low, double high) {
    return new Linear(low, high > low ? high : low + 1);
  }

  /**
   * Returns a logarithmic axis. Values below low, 0 among them, lie at its low end; if high is not
   * above low, it ends at 10 times low.
   *
   * @throws IllegalArgumentException if low is not positive
   */
  static Axis logarithmic(double low, double high) {
    if (!(low > 0)) {
      throw new IllegalArgumentException("low must be positive, got " + low);
    }
    return new Logarithmic(low, high > low ? high : 10 * low);
  }

  /** The axis of {@link #linear}. */
  record Linear(double low, double high) implements Axis {
    @Override
    public double share(double value) {
      return (value - low) / (high - low);
    }

    @Override
    public List<Tick> ticks(int about) {
      List<Tick> ticks = new ArrayList<>();
      double step = step(high - low, about);
      int digits = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
      for (double v = Math.ceil(low / step - 1e-9) * step; v <= high + step * 1e-6; v += step) {
        ticks.add(new Tick(v, Numbers.fixed(v, digits)));
      }
      return ticks;
    }

    /** Returns 1, 2 or 5 times a power of ten, so that about that many steps fit. */
    private static double step(double range, int about) {
      double rough = range / about;
      double power = Math.pow(10, Math.floor(Math.log10(rough)));
      double lead = rough / power;
      return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
    }
  }

  /** The axis of {@link #logarithmic}. */
  record Logarithmic(double low, double high) implements Axis {
    /** The digits that a tick may begin with, the fewest first. */
    private static final double[][] LEADS = {{1}, {1, 3}, {1, 2, 5}, {1, 1.5, 2, 3, 5, 7}};

    @Override
    public double share(double value) {
      return value <= low ? 0 : Math.log(value / low) / Math.log(high / low);
    }

    @Override
    public List<Tick> ticks(int about) {
      for (double[] leads : LEADS) {
        List<Tick> ticks = ticks(leads);
        if (ticks.size() >= about - 1) {
          return thinned(ticks, about);
        }
      }
      return new Linear(low, high).ticks(about); // so short that logarithms are straight
    }

    private static List<Tick> thinned(List<Tick> ticks, int about) {
      int every = Math.max(1, (ticks.size() + about) / (about + 1));
      List<Tick> thinned = new ArrayList<>();
      for (int i = 0; i < ticks.size(); i += every) {
        thinned.add(ticks.get(i));
      }
      return thinned;
    }

    private List<Tick> ticks(double[] leads) {
      List<Tick> ticks = new ArrayList<>();
      for (int power = (int) Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
        for (double lead : leads) {
          BigDecimal value = BigDecimal.valueOf(lead).scaleByPowerOfTen(power);
          if (value.doubleValue() >= low * (1 - 1e-9) && value.doubleValue() <= high * (1 + 1e-9)) {
            ticks.add(new Tick(value.doubleValue(), label(value, power)));
          }
        }
      }
      return ticks;
    }

    private static String label(BigDecimal value, int power) {
      BigDecimal plain = value.stripTrailingZeros();
      return Math.abs(power) > 4
          ? plain.unscaledValue() + "e" + Numbers.fixed(-plain.scale(), 0)
          : plain.toPlainString();
    }
  }
}
