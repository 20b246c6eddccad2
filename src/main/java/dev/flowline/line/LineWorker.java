package dev.flowline.line;

import dev.flowline.io.DecodedImage;
import dev.flowline.io.OneLine;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** A thread of a line: it takes parts, inspects them and answers those that are not overdue. */
final class LineWorker {
  private static final long IDLE = -1;

  /** What becomes of a part that this worker has taken. */
  interface Results {
    /** Answers a part, unless somebody else has. */
    void answer(AcceptedPart part, LineAnswer answer);

    /** Answers an overdue part, or notes that it is answered; it was judged nevertheless. */
    void late(AcceptedPart part, Inspection judged);
  }

  private final Inspector inspector;
  private final LineSettings settings;
  private final AcceptedParts parts;
  private final Results results;
  private final Thread thread;
  private final long begun = System.nanoTime();
  private volatile long busySince = IDLE; // nanoseconds after begun

  /** Makes a worker, which {@link #start} begins. */
  LineWorker(
      int number,
      Inspector inspector,
      LineSettings settings,
      AcceptedParts parts,
      Results results) {
    this.inspector = inspector;
    this.settings = settings;
    this.parts = parts;
    this.results = results;
    thread = new Thread(this::run, "flowline-worker-" + number);
  }

  void start() {
    thread.start();
  }

  boolean isThread(Thread other) {
    return thread == other;
  }

  private record Decoded(AcceptedPart part, DecodedImage image) {}

  private void run() {
    List<AcceptedPart> taken = take();
    while (!taken.isEmpty()) {
      busySince = System.nanoTime() - begun;
      try {
        inspect(taken);
      } catch (Throwable e) { // such as no memory for a list
        taken.forEach(part -> fail(part, e));
      }
      busySince = IDLE;
      taken = take();
    }
  }

  private List<AcceptedPart> take() {
    while (true) {
      try {
        return parts.take(settings.batch(), settings.longestWait().toNanos());
      } catch (InterruptedException e) {
        Thread.interrupted(); // accepted parts are answered until the line's stop
      }
    }
  }

  private void inspect(List<AcceptedPart> taken) {
    List<Decoded> images = new ArrayList<>();
    for (AcceptedPart part : taken) {
      if (!part.isClaimed()) {
        try {
          DecodedImage image = part.frame().image().decode();
          images.add(new Decoded(part, Objects.requireNonNull(image, "the image of the frame")));
        } catch (Throwable e) { // also a checked exception of a source in another language
          fail(part, e);
        }
      }
    }
    images.removeIf(decoded -> decoded.part().isClaimed()); // overdue since then
    if (images.isEmpty()) {
      return;
    }
    try {
      List<DetailedInspection> found =
          inspector.inspectTogether(
              images.stream().map(Decoded::image).toList(),
              images.stream().map(decoded -> settings.request(decoded.part().frame())).toList());
      for (int i = 0; i < found.size(); i++) {
        answer(images.get(i).part(), found.get(i), found.size());
      }
    } catch (Throwable e) {
      if (images.size() == 1) {
        fail(images.get(0).part(), e);
      } else {
        images.forEach(this::inspectAlone);
      }
    }
  }

  /** Inspects a part of a batch that failed: whatever is wrong is wrong with one of them. */
  private void inspectAlone(Decoded decoded) {
    AcceptedPart part = decoded.part();
    if (part.isClaimed()) {
      return;
    }
    try {
      answer(part, inspector.inspect(decoded.image(), settings.request(part.frame())), 1);
    } catch (Throwable e) {
      fail(part, e);
    }
  }

  private void answer(AcceptedPart part, DetailedInspection found, int together) {
    if (part.isClaimed() || part.isOverdue()) {
      results.late(part, found.inspection());
      return;
    }
    Inspection inspection = found.inspection().onLine(part.facts(together));
    results.answer(
        part, new LineAnswer(part.frame(), inspection, Optional.of(found), Optional.empty()));
  }

  private void fail(AcceptedPart part, Throwable why) {
    if (part.isClaimed()) {
      return;
    }
    Inspection failed =
        inspector
            .unjudged(settings.request(part.frame()), Verdict.FAILED, null, inWords(why))
            .onLine(part.facts(0));
    results.answer(part, new LineAnswer(part.frame(), failed, Optional.empty(), Optional.of(why)));
  }

  /** An IOException says what is wrong; of other faults the class says more than the message. */
  private static String inWords(Throwable why) {
    String message = why instanceof IOException ? why.getMessage() : null;
    return OneLine.of(message == null ? why.toString() : message);
  }

  /** Returns whether the worker has been at one batch for longer than it may. */
  boolean isStalled() {
    long since = busySince;
    return since != IDLE && System.nanoTime() - begun - since > settings.stalledAfter().toNanos();
  }

  /** Returns whether the thread has ended within a time. */
  boolean join(Duration atMost) {
    return Interruptions.join(thread, atMost);
  }
}
