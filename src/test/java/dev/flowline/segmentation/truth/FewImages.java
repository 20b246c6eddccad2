package dev.flowline.segmentation.truth;

import dev.flowline.calibration.FalseAlarmRate;
import dev.flowline.data.Folds;
import dev.flowline.segmentation.FieldOfView;
import dev.flowline.segmentation.FusedAnomalyMap;
import dev.flowline.segmentation.RegionLaw;
import dev.flowline.segmentation.RelativeMaxima;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Few good images where the truth is known: a model that is fitted to n noise images (a normal
 * distribution at each position, as PaDiM's) knows these images too well. Each way to calibrate it
 * gets the same n images, and judges others.
 */
public final class FewImages {
  private static final int SIDE = 12;
  private static final int CHANNELS = 4;
  private static final double RIDGE = 0.01;
  private static final int DEFECT_SIDE = 3;
  private static final double DEFECT_STRENGTH = 4;
  private static final Shape SHAPE =
      new Shape("one scale", List.of(new Shape.Scale(CHANNELS, SIDE, SIDE)));
  private static final FieldOfView WHOLE = FieldOfView.whole(SIDE, SIDE);
  static final List<Integer> IMAGES = List.of(10, 15, 20, 30, 45, 60, 100);

  /** A way to calibrate. */
  enum Way {
    NAIVE("law and threshold of the images that the model knows"),
    SPLIT("split: half to fit, a quarter for the law, a quarter for the threshold"),
    CROSS_FITTED("cross-fitted in 5 folds, one model of all images"),
    TEN_FOLDS("cross-fitted in 10 folds, one model of all images"),
    ONE_BY_ONE("cross-fitted in n folds, one model of all images"),
    CV_PLUS("CV+ in 5 folds, laws of the other folds"),
    CV_PLUS_STRICT("CV+ in 5 folds, laws that never saw the fold");

    final String label;

    Way(String label) {
      this.label = label;
    }
  }

  /**
   * What was counted.
   *
   * @param promised mean over draws of what the ranks promise or lead to expect
   * @param falseAlarms of the good images
   * @param found of the defective ones
   */
  record Outcome(double promised, Estimate falseAlarms, Estimate found) {}

  private final SplittableRandom random;
  private final FalseAlarmRate rate;
  private final int tests;

  FewImages(long seed, double rate, int tests) {
    random = new SplittableRandom(seed);
    this.rate = new FalseAlarmRate(rate, null);
    this.tests = tests;
  }

  /** Arguments: draws, test images of each. Prints the table. */
  public static void main(String[] arguments) {
    int draws = Integer.parseInt(arguments[0]);
    int tests = Integer.parseInt(arguments[1]);
    System.out.println("| n | way | promised | false alarms | found |");
    System.out.println("|---:|---|---:|---:|---:|");
    for (int n : IMAGES) {
      new FewImages(Simulation.SEED + n, 0.1, tests)
          .measure(n, draws, List.of(Way.values()))
          .forEach(
              (way, outcome) ->
                  System.out.printf(
                      Locale.ROOT,
                      "| %d | %s | %s | %s | %s %% |%n",
                      n,
                      way.label,
                      Text.rate(outcome.promised()),
                      Text.plusMinus(
                          outcome.falseAlarms().mean(),
                          outcome.falseAlarms().high() - outcome.falseAlarms().mean()),
                      Text.percent(outcome.found().mean())));
    }
  }

  /** Measures ways with n good images each draw. */
  Map<Way, Outcome> measure(int n, int draws, List<Way> ways) {
    Map<Way, int[]> alarms = new EnumMap<>(Way.class);
    Map<Way, int[]> found = new EnumMap<>(Way.class);
    Map<Way, Double> promised = new EnumMap<>(Way.class);
    for (int draw = 0; draw < draws; draw++) {
      List<float[]> few = images(n, false);
      List<float[]> good = images(tests, false);
      List<float[]> defective = images(tests, true);
      for (Way way : ways) {
        Judge judge = judge(way, few);
        alarms.computeIfAbsent(way, w -> new int[draws])[draw] = count(judge, good);
        found.computeIfAbsent(way, w -> new int[draws])[draw] = count(judge, defective);
        promised.merge(way, judge.promised() / draws, Double::sum);
      }
    }
    Map<Way, Outcome> outcomes = new EnumMap<>(Way.class);
    for (Way way : ways) {
      outcomes.put(
          way,
          new Outcome(
              promised.get(way),
              Estimate.of(alarms.get(way), tests),
              Estimate.of(found.get(way), tests)));
    }
    return outcomes;
  }

  private static int count(Judge judge, List<float[]> images) {
    return (int) images.stream().filter(image -> judge.alarms().test(image)).count();
  }

  private record Judge(double promised, java.util.function.Predicate<float[]> alarms) {}

  private Judge judge(Way way, List<float[]> few) {
    return switch (way) {
      case NAIVE -> {
        PositionModel model = PositionModel.of(few);
        List<RelativeMaxima> maxima = few.stream().map(model::maxima).toList();
        RegionLaw law = RegionLaw.relative(maxima);
        yield withThreshold(model, law, maxima.stream().map(m -> least(law, m)).toList());
      }
      case SPLIT -> split(few);
      case CROSS_FITTED -> crossFitted(few, 5);
      case TEN_FOLDS -> crossFitted(few, 10);
      case ONE_BY_ONE -> crossFitted(few, few.size());
      case CV_PLUS -> cvPlus(few, 5, false);
      case CV_PLUS_STRICT -> cvPlus(few, 5, true);
    };
  }

  private Judge split(List<float[]> few) {
    int n = few.size();
    int law = Math.max(RegionLaw.FEWEST_IMAGES, n / 4);
    int threshold = Math.max(3, n / 4);
    PositionModel model = PositionModel.of(few.subList(law + threshold, n));
    RegionLaw measured =
        RegionLaw.relative(few.subList(0, law).stream().map(model::maxima).toList());
    return withThreshold(
        model,
        measured,
        few.subList(law, law + threshold).stream()
            .map(image -> least(measured, model.maxima(image)))
            .toList());
  }

  private Judge withThreshold(PositionModel model, RegionLaw law, List<Double> statistics) {
    int rank = Math.max(1, rate.rank(statistics.size()));
    double threshold = statistics.stream().sorted().toList().get(rank - 1);
    return new Judge(
        rank / (statistics.size() + 1.0), image -> least(law, model.maxima(image)) < threshold);
  }

  /** The models, maxima and statistics of a cross-fitting. */
  private record Fitted(
      Folds folds, List<PositionModel> models, RelativeMaxima[] maxima, double[] statistics) {
    static Fitted of(List<float[]> few, int count) {
      Folds folds = Folds.of(IntStream.range(0, few.size()).boxed().toList(), count, 1);
      List<PositionModel> models = new ArrayList<>();
      RelativeMaxima[] maxima = new RelativeMaxima[few.size()];
      for (int fold = 0; fold < count; fold++) {
        PositionModel model = PositionModel.of(chosen(few, folds.outside(fold)));
        models.add(model);
        folds.held().get(fold).forEach(i -> maxima[i] = model.maxima(few.get(i)));
      }
      double[] statistics = new double[few.size()];
      for (int fold = 0; fold < count; fold++) {
        RegionLaw law = RegionLaw.relative(chosen(List.of(maxima), folds.outside(fold)));
        folds.held().get(fold).forEach(i -> statistics[i] = least(law, maxima[i]));
      }
      return new Fitted(folds, models, maxima, statistics);
    }
  }

  private static <T> List<T> chosen(List<T> all, List<Integer> numbers) {
    return numbers.stream().map(all::get).toList();
  }

  private Judge crossFitted(List<float[]> few, int count) {
    Fitted fitted = Fitted.of(few, count);
    return withThreshold(
        PositionModel.of(few),
        RegionLaw.relative(List.of(fitted.maxima)),
        Arrays.stream(fitted.statistics).boxed().toList());
  }

  /**
   * CV+: the model of each fold judges the image, and counts the images of its fold that are as
   * extreme.
   *
   * @param strict whether the law of a fold is measured by models that did not learn from the fold
   *     either; one more model for each pair of folds
   */
  private Judge cvPlus(List<float[]> few, int count, boolean strict) {
    Fitted fitted = Fitted.of(few, count);
    List<RegionLaw> laws = new ArrayList<>();
    double[] statistics = fitted.statistics.clone();
    for (int fold = 0; fold < count; fold++) {
      List<RelativeMaxima> others = new ArrayList<>();
      for (int other = 0; other < count; other++) {
        if (other != fold && strict) {
          PositionModel without = PositionModel.of(chosen(few, common(fitted, fold, other)));
          chosen(few, fitted.folds.held().get(other))
              .forEach(image -> others.add(without.maxima(image)));
        } else if (other != fold) {
          others.addAll(chosen(List.of(fitted.maxima), fitted.folds.held().get(other)));
        }
      }
      RegionLaw law = RegionLaw.relative(others);
      laws.add(law);
      fitted.folds.held().get(fold).forEach(i -> statistics[i] = least(law, fitted.maxima[i]));
    }
    int rank = Math.max(1, rate.rank(few.size()));
    return new Judge(
        rank / (few.size() + 1.0),
        image -> {
          int asExtreme = 0;
          for (int fold = 0; fold < count; fold++) {
            double own = least(laws.get(fold), fitted.models.get(fold).maxima(image));
            for (int i : fitted.folds.held().get(fold)) {
              asExtreme += statistics[i] <= own ? 1 : 0;
            }
          }
          return 1 + asExtreme <= rank;
        });
  }

  private static List<Integer> common(Fitted fitted, int fold, int other) {
    return fitted.folds.outside(fold).stream()
        .filter(i -> !fitted.folds.held().get(other).contains(i))
        .toList();
  }

  /** The least log10NFA of an image: a law never rises along the classes. */
  private static double least(RegionLaw law, RelativeMaxima maxima) {
    double classes = law.log10Tests();
    float[] levels = law.levelsOf(maxima);
    return Stream.concat(
            Stream.of(law.log10NfaOfBaseline(maxima.baseline())),
            IntStream.range(0, law.classes()).mapToObj(k -> law.log10Pfa(k, levels[k]) + classes))
        .min(Double::compare)
        .orElseThrow();
  }

  private List<float[]> images(int count, boolean defective) {
    List<float[]> images = new ArrayList<>();
    PlantedDefect defect = new PlantedDefect(DEFECT_SIDE, DEFECT_STRENGTH);
    for (int i = 0; i < count; i++) {
      float[][] image = SHAPE.image();
      NoiseField.SPACE.fill(random, SHAPE, image);
      if (defective) {
        defect.plant(random, SHAPE, image);
      }
      images.add(image[0]);
    }
    return images;
  }

  /** A normal distribution at each position. */
  private record PositionModel(double[][] mean, double[][][] inverseRoot) {
    static PositionModel of(List<float[]> images) {
      int positions = SIDE * SIDE;
      double[][] mean = new double[positions][CHANNELS];
      double[][][] whitening = new double[positions][][];
      for (int p = 0; p < positions; p++) {
        for (float[] image : images) {
          for (int c = 0; c < CHANNELS; c++) {
            mean[p][c] += image[c * positions + p] / images.size();
          }
        }
        double[][] covariance = new double[CHANNELS][CHANNELS];
        for (float[] image : images) {
          for (int a = 0; a < CHANNELS; a++) {
            for (int b = 0; b < CHANNELS; b++) {
              covariance[a][b] +=
                  (image[a * positions + p] - mean[p][a])
                      * (image[b * positions + p] - mean[p][b])
                      / Math.max(1, images.size() - 1);
            }
          }
        }
        for (int c = 0; c < CHANNELS; c++) {
          covariance[c][c] += RIDGE;
        }
        whitening[p] = cholesky(covariance);
      }
      return new PositionModel(mean, whitening);
    }

    /** The lower triangle L with L Lᵀ = m. */
    private static double[][] cholesky(double[][] m) {
      double[][] l = new double[CHANNELS][CHANNELS];
      for (int i = 0; i < CHANNELS; i++) {
        for (int j = 0; j <= i; j++) {
          double sum = m[i][j];
          for (int k = 0; k < j; k++) {
            sum -= l[i][k] * l[j][k];
          }
          l[i][j] = i == j ? Math.sqrt(sum) : sum / l[j][j];
        }
      }
      return l;
    }

    RelativeMaxima maxima(float[] image) {
      int positions = SIDE * SIDE;
      float[] levels = new float[positions];
      double[] z = new double[CHANNELS];
      for (int p = 0; p < positions; p++) {
        double energy = 0;
        for (int i = 0; i < CHANNELS; i++) {
          double sum = image[i * positions + p] - mean[p][i];
          for (int k = 0; k < i; k++) {
            sum -= inverseRoot[p][i][k] * z[k];
          }
          z[i] = sum / inverseRoot[p][i][i];
          energy += z[i] * z[i];
        }
        levels[p] = (float) (1 - Math.exp(-energy / 2 / CHANNELS));
      }
      return new FusedAnomalyMap(SIDE, SIDE, levels).relativeMaxima(WHOLE);
    }
  }
}
