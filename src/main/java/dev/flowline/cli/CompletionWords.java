package dev.flowline.cli;

import dev.flowline.engine.EngineKind;
import dev.flowline.extractor.Backbone;
import dev.flowline.model.ModelKind;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/** The words that a shell completes as values of options and arguments. */
final class CompletionWords {
  private CompletionWords() {}

  /** The kinds of models. */
  static final class Models implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Stream.of(ModelKind.values()).map(ModelKind::id).iterator();
    }
  }

  /** The extractors that have a name. */
  static final class Extractors implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      List<String> names = new ArrayList<>(List.of(ExtractorOption.PUBLISHED));
      Stream.of(Backbone.values()).map(Backbone::id).forEach(names::add);
      return names.iterator();
    }
  }

  /** The devices that compute. */
  static final class Devices implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("cpu", "cuda").iterator();
    }
  }

  /** The engines that compute latents. */
  static final class Engines implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Stream.of(EngineKind.values()).map(EngineKind::toString).iterator();
    }
  }

  /** The subjects of {@code info} that are no file. */
  static final class Subjects implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("extractors", "models").iterator();
    }
  }
}
