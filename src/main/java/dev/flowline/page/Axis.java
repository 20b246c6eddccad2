package dev.flowline.page;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** One axis of a chart: where a value lies on it, and which values are written beside it. */
public sealed interface Axis {
  double low();

  double high();

  /** 0 at the low end, 1 at the high one. */
  double share(double value);

  /** About so many. */
  List<Tick> ticks(int about);

  record Tick(double value, String label) {}

  /** From low to a higher value; what is not higher is taken for low + 1. */
  static Axis linear(double low, double high) {
    return new Linear(low, high > low ? high : low + 1);
  }

  /**
   * Of logarithms, from a positive low; what is below lies at the low end, 0 as well.
   *
   * @throws IllegalArgumentException if low is not positive
   */
  static Axis logarithmic(double low, double high) {
    if (!(low > 0)) {
      throw new IllegalArgumentException("low must be positive, got " + low);
    }
    return new Logarithmic(low, high > low ? high : 10 * low);
  }

  /** As {@link #linear}. */
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

    /** 1, 2 or 5 times a power of ten, so that about that many fit. */
    private static double step(double range, int about) {
      double rough = range / about;
      double power = Math.pow(10, Math.floor(Math.log10(rough)));
      double lead = rough / power;
      return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
    }
  }

  /** As {@link #logarithmic}. */
  record Logarithmic(double low, double high) implements Axis {
    /** Digits that a tick may begin with, the fewest first. */
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
