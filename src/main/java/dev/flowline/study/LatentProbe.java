package dev.flowline.study;

import dev.flowline.data.Sample;
import dev.flowline.flow.Latents;
import dev.flowline.line.ImageLatents;
import dev.flowline.model.AnomalyModel;
import dev.flowline.segmentation.AContrario;
import dev.flowline.segmentation.FieldOfView;
import dev.flowline.segmentation.SegmentationOptions;
import dev.flowline.tensor.NativeView;
import dev.flowline.tensor.TensorScope;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/** Looks at the latents of good images, to judge the null hypotheses of several tests. */
public final class LatentProbe implements AutoCloseable {
  private static final FieldOfView EVERYWHERE = FieldOfView.whole(1, 1);

  private final AnomalyModel model;
  private final List<AContrario> tests = new ArrayList<>();

  /**
   * What one image's latents are like.
   *
   * @param energies by scale: energy by channel at every position, row-major
   * @param maxima of the regions of its joint map, by class
   * @param smallestLog10Nfa by test
   */
  public record Seen(List<float[]> energies, float[] maxima, float[] smallestLog10Nfa) {}

  /**
   * @param model stays the caller's
   * @param tests at least one
   */
  public LatentProbe(AnomalyModel model, List<SegmentationOptions> tests) {
    this.model = model;
    for (SegmentationOptions options : tests) {
      this.tests.add(new AContrario(options, model.device(), 1));
    }
  }

  /**
   * @param done hears of every image
   * @throws IOException naming the file, if an image cannot be read
   */
  public void look(List<Sample> samples, Consumer<Seen> seen, Runnable done) throws IOException {
    try (ImageLatents images = new ImageLatents(model, samples, done)) {
      for (int image = 0; image < images.count(); image++) {
        try (TensorScope scope = TensorScope.open();
            NoGradGuard constant = new NoGradGuard()) {
          seen.accept(look(images.latents(image)));
        }
      }
    }
  }

  private Seen look(Latents<Tensor> latents) {
    List<NativeView> views = AnomalyModel.views(latents);
    float[] smallest = new float[tests.size()];
    List<float[]> energies = new ArrayList<>();
    float[] maxima = null;
    for (int t = 0; t < smallest.length; t++) {
      AContrario test = tests.get(t);
      smallest[t] = test.smallest(views, EVERYWHERE)[0];
      if (t == 0) {
        maxima = test.fusedMaps(views).get(0).regionMaxima();
        views.forEach(view -> energies.add(test.energy(view)));
      }
    }
    return new Seen(energies, maxima, smallest);
  }

  @Override
  public void close() {
    tests.forEach(AContrario::close);
  }
}
