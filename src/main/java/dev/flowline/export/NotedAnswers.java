package dev.flowline.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flowline.engine.Encoder;
import dev.flowline.engine.TorchEncoder;
import dev.flowline.io.Image;
import dev.flowline.io.OneLine;
import dev.flowline.io.Preprocessing;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.ModelConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The answers about the {@linkplain GoldenPictures#patterns patterns} that a model gave when it was
 * made. They are in the model file: another machine, engine or version has to give them too.
 */
public final class NotedAnswers {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** The patterns of the first files with notes. */
  private static final int LEAST = 3;

  private NotedAnswers() {}

  /**
   * Returns what the model file is to note: the answers by LibTorch, on the model's device.
   *
   * @param as the configuration that the model is saved with
   * @return null for a model that keeps folds, whose networks judge too
   */
  public static String of(AnomalyModel model, ModelConfig as) {
    if (as.calibration() != null && as.calibration().keepsFolds()) {
      return null;
    }
    try (Encoder encoder = new TorchEncoder(model)) {
      return JSON.writeValueAsString(GoldenJudge.answers(as, encoder, patterns(as), 1, done -> {}));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("answers have no JSON form", e);
    }
  }

  private static List<Image> patterns(ModelConfig config) {
    Preprocessing input = config.preprocessing();
    return List.copyOf(GoldenPictures.patterns(input.height(), input.width()).values());
  }

  /**
   * Reads the answers that a model's file notes, which may come from anybody.
   *
   * @param file of the model, for messages
   * @return about the first patterns, in their order: all, or the {@value #LEAST} of older files;
   *     empty if there are none
   * @throws IOException naming the file, if they are no such answers
   */
  public static Optional<List<GoldenAnswer>> read(AnomalyModel model, Path file)
      throws IOException {
    if (model.golden().isEmpty()) {
      return Optional.empty();
    }
    try {
      GoldenAnswer[] answers = JSON.readValue(model.golden().get(), GoldenAnswer[].class);
      int most = patterns(model.config()).size();
      if (answers == null
          || answers.length < LEAST
          || answers.length > most
          || Arrays.asList(answers).contains(null)) {
        throw new IOException(file + " notes answers about other images: train the model again");
      }
      return Optional.of(List.of(answers));
    } catch (JsonProcessingException e) {
      throw new IOException(
          "%s notes answers that cannot be read: %s"
              .formatted(file, OneLine.of(e.getOriginalMessage())),
          e);
    }
  }
}
