package dev.flowline.export;

import dev.flowline.calibration.CalibratedGuardBand;
import dev.flowline.calibration.LatentStatistics;
import dev.flowline.engine.Encoder;
import dev.flowline.engine.Encoding;
import dev.flowline.io.Image;
import dev.flowline.io.Preprocessing;
import dev.flowline.line.Judge;
import dev.flowline.line.Judgement;
import dev.flowline.line.MapScale;
import dev.flowline.model.ModelConfig;
import dev.flowline.segmentation.FieldOfView;
import dev.flowline.segmentation.GuardBand;
import dev.flowline.segmentation.SegmentationOptions;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/** The judge of golden images, as an inspection judges them, by any engine. */
final class GoldenJudge {
  private GoldenJudge() {}

  /**
   * Judges images.
   *
   * @param encoder of batches of at least that size; stays the caller's
   * @param batch how many are encoded together
   * @param done receives how many are judged, after each batch
   */
  static List<GoldenAnswer> answers(
      ModelConfig config, Encoder encoder, List<Image> images, int batch, IntConsumer done) {
    SegmentationOptions test = config.segmentation();
    CalibratedGuardBand band = config.guardBand();
    List<GoldenAnswer> answers = new ArrayList<>();
    try (Judge judge =
        new Judge(test, band == null ? GuardBand.NONE : band.band(), encoder.device())) {
      for (int first = 0; first < images.size(); first += batch) {
        List<Image> some = images.subList(first, Math.min(images.size(), first + batch));
        answers.addAll(judged(config.preprocessing(), encoder, judge, some));
        done.accept(answers.size());
      }
    }
    return answers;
  }

  private static List<GoldenAnswer> judged(
      Preprocessing input, Encoder encoder, Judge judge, List<Image> images) {
    FloatBuffer pixels = encoder.input();
    images.forEach(image -> input.apply(image, pixels));
    FieldOfView view = judge.test().view(input.height(), input.width());
    try (Encoding encoding = encoder.encode(images.size())) {
      List<Judgement> judgements =
          judge.judge(
              encoding.latents(), encoding.anomalyMaps(view.height(), view.width()), view, true);
      List<GoldenAnswer> answers = new ArrayList<>();
      for (int i = 0; i < judgements.size(); i++) {
        answers.add(answer(judgements.get(i), images.get(i), view));
      }
      return answers;
    }
  }

  private static GoldenAnswer answer(Judgement judgement, Image image, FieldOfView view) {
    MapScale scale = new MapScale(view.height(), view.width(), image.height(), image.width());
    return GoldenAnswer.of(
        judgement.verdict(),
        judgement.nfaMap().minLog10Nfa(),
        judgement.anomalyScore(),
        judgement.regions().stream().map(scale::inImage).toList(),
        LatentStatistics.of(judgement.moments(), view),
        judgement.anomalyMap(),
        view.height(),
        view.width());
  }
}
