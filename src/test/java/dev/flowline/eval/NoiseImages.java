package dev.flowline.eval;

import dev.flowline.segmentation.AContrario;
import dev.flowline.segmentation.FieldOfView;
import dev.flowline.segmentation.FusedAnomalyMap;
import dev.flowline.segmentation.RegionLaw;
import dev.flowline.segmentation.RelativeMaxima;
import dev.flowline.segmentation.SegmentationOptions;
import dev.flowline.study.GoodnessOfFitStudy;
import dev.flowline.study.LatentProbe;
import dev.flowline.tensor.NativeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.FloatPointer;

/** Good images whose latents are noise of two scales, and what is to be seen of them. Seeded. */
public final class NoiseImages {
  static final List<long[]> SHAPES = List.of(new long[] {1, 12, 16, 16}, new long[] {1, 20, 8, 8});

  private final Random random;
  private static final FieldOfView WHOLE = FieldOfView.whole(1, 1);

  private final int degreesOfFreedom;

  /**
   * @param degreesOfFreedom of Student's t, each position of its own scale; 0 for white noise
   */
  public NoiseImages(long seed, int degreesOfFreedom) {
    random = new Random(seed);
    this.degreesOfFreedom = degreesOfFreedom;
  }

  /** A region law, measured on images of this kind. */
  public RegionLaw law(int images) {
    List<RelativeMaxima> maxima = new ArrayList<>();
    try (AContrario any = new AContrario(SegmentationOptions.DEFAULT, 1)) {
      for (int i = 0; i < images; i++) {
        maxima.add(any.fusedMaps(latents()).get(0).relativeMaxima(WHOLE));
      }
    }
    return RegionLaw.relative(maxima);
  }

  /** Adds images of this kind. */
  public GoodnessOfFitStudy study(SegmentationOptions test, int images) {
    GoodnessOfFitStudy study = new GoodnessOfFitStudy(SHAPES, test, null);
    for (int i = 0; i < images; i++) {
      study.add(look(study.tests(), test.law()));
    }
    return study;
  }

  private List<NativeView> latents() {
    return SHAPES.stream().map(this::latent).toList();
  }

  private LatentProbe.Seen look(List<SegmentationOptions> tests, RegionLaw law) {
    List<NativeView> latents = latents();
    float[] smallest = new float[tests.size()];
    List<float[]> energies = new ArrayList<>();
    RelativeMaxima maxima = null;
    for (int i = 0; i < smallest.length; i++) {
      try (AContrario test = new AContrario(tests.get(i), 1)) {
        smallest[i] = test.minLog10Nfa(latents, WHOLE)[0];
        if (i == 0) {
          FusedAnomalyMap map = test.fusedMaps(latents).get(0);
          maxima =
              law == null
                  ? new RelativeMaxima(map.regionMaxima(WHOLE), RelativeMaxima.NO_BASELINE)
                  : law.maximaOf(map, WHOLE);
          latents.forEach(latent -> energies.add(test.energy(latent)));
        }
      }
    }
    return new LatentProbe.Seen(energies, maxima, smallest);
  }

  private NativeView latent(long[] shape) {
    int channels = (int) shape[1];
    int positions = (int) (shape[2] * shape[3]);
    float[] values = new float[channels * positions];
    for (int at = 0; at < positions; at++) {
      double scale = degreesOfFreedom == 0 ? 1 : Math.sqrt(degreesOfFreedom / chiSquare());
      for (int channel = 0; channel < channels; channel++) {
        values[channel * positions + at] = (float) (scale * random.nextGaussian());
      }
    }
    FloatPointer pointer = new FloatPointer(values);
    return NativeView.cpu(pointer.address(), shape, pointer);
  }

  private double chiSquare() {
    double sum = 0;
    for (int i = 0; i < degreesOfFreedom; i++) {
      sum += Math.pow(random.nextGaussian(), 2);
    }
    return sum;
  }
}
