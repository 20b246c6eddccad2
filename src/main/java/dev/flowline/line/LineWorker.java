package dev.flowline.line;

import dev.flowline.io.DecodedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** A thread of a line: it takes parts, inspects them and answers those that are not overdue. */
final class LineWorker {
  private static final long IDLE = Long.MIN_VALUE;

  private final Inspector inspector;
  private final LineSettings settings;
  private final AcceptedParts parts;
  private final BiConsumer<AcceptedPart, Inspection> answer;
  private final Consumer<AcceptedPart> late;
  private final Thread thread;
  private volatile long busySince = IDLE; // System.nanoTime

  /**
   * Starts the thread.
   *
   * @param answer is called with each part that this worker has claimed
   * @param late is called with each part that was judged after another one had claimed it
   */
  LineWorker(
      int number,
      Inspector inspector,
      LineSettings settings,
      AcceptedParts parts,
      BiConsumer<AcceptedPart, Inspection> answer,
      Consumer<AcceptedPart> late) {
    this.inspector = inspector;
    this.settings = settings;
    this.parts = parts;
    this.answer = answer;
    this.late = late;
    thread = new Thread(this::run, "flowline-worker-" + number);
    thread.start();
  }

  private record Decoded(AcceptedPart part, DecodedImage image) {}

  private void run() {
    List<AcceptedPart> taken = take();
    while (!taken.isEmpty()) {
      busySince = System.nanoTime();
      inspect(taken, busySince);
      busySince = IDLE;
      taken = take();
    }
  }

  private List<AcceptedPart> take() {
    while (true) {
      try {
        return parts.take(settings.batch(), settings.longestWait().toNanos());
      } catch (InterruptedException e) {
        continue; // an accepted part is always answered; the line's stop ends this thread
      }
    }
  }

  private void inspect(List<AcceptedPart> taken, long since) {
    List<Decoded> images = new ArrayList<>();
    for (AcceptedPart part : taken) {
      if (!part.isClaimed()) {
        try {
          images.add(new Decoded(part, part.frame().image().decode()));
        } catch (IOException | RuntimeException | Error e) {
          fail(part, e, since);
        }
      }
    }
    if (images.isEmpty()) {
      return;
    }
    try {
      List<DetailedInspection> found =
          inspector.inspectTogether(
              images.stream().map(Decoded::image).toList(),
              images.stream().map(decoded -> request(decoded.part())).toList());
      for (int i = 0; i < found.size(); i++) {
        answer(images.get(i).part(), found.get(i).inspection(), since, found.size());
      }
    } catch (RuntimeException | Error e) {
      if (images.size() == 1) {
        fail(images.get(0).part(), e, since);
      } else {
        images.forEach(alone -> inspectAlone(alone, since));
      }
    }
  }

  /** Inspects a part of a batch that failed: whatever is wrong is wrong with one of them. */
  private void inspectAlone(Decoded decoded, long since) {
    if (decoded.part().isClaimed()) {
      return;
    }
    try {
      Inspection found = inspector.inspect(decoded.image(), request(decoded.part())).inspection();
      answer(decoded.part(), found, since, 1);
    } catch (RuntimeException | Error e) {
      fail(decoded.part(), e, since);
    }
  }

  private static InspectionRequest request(AcceptedPart part) {
    return InspectionRequest.DEFAULT
        .withPartId(part.frame().partId())
        .withSimulated(part.frame().simulated());
  }

  private void answer(AcceptedPart part, Inspection found, long since, int together) {
    if (part.claim()) {
      answer.accept(part, found.onLine(part.facts(since, together)));
    } else {
      late.accept(part);
    }
  }

  private void fail(AcceptedPart part, Throwable why, long since) {
    if (part.claim()) {
      String message = why.getMessage() == null ? why.toString() : why.getMessage();
      answer.accept(
          part,
          inspector
              .unjudged(request(part), Verdict.FAILED, null, message)
              .onLine(part.facts(since, 0)));
    }
  }

  /** Returns whether the worker has been at one batch for longer than it may. */
  boolean isStalled() {
    long since = busySince;
    return since != IDLE && System.nanoTime() - since > settings.stalledAfter().toNanos();
  }

  void join() {
    Interruptions.join(thread);
  }
}
