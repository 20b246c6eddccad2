package dev.flowline.line;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/**
 * A line of inspections: sources hand in frames, workers judge them over one model, and a receiver
 * gets the answers. Each part that is accepted is answered exactly once: with the verdict of the
 * model; UNDECIDED if its deadline passes first, at that moment, whatever the workers do; FAILED,
 * with the reason, if its frame cannot be read or its inspection throws. What fails fails alone.
 *
 * <p>Any number of threads may hand in frames. There are never more parts than the settings allow:
 * further frames wait or are refused, so that a receiver or a model that is too slow is felt at the
 * door and nowhere else.
 */
public final class InspectionLine implements AutoCloseable {
  private final Inspector inspector;
  private final LineSettings settings;
  private final AcceptedParts parts;
  private final LineMeters meters = new LineMeters();
  private final Answers answers;
  private final DeadlineWatch deadlines;
  private final List<LineWorker> workers = new ArrayList<>();
  private final AtomicReference<Throwable> receiverFailed = new AtomicReference<>();

  /**
   * Starts a line.
   *
   * @param inspector stays the caller's, and open as long as the line is; to inspect with one
   *     thread in each worker, set the process's threads to 1 before
   * @param receiver gets the answers, one at a time, on a thread of the line's, in the order in
   *     which they are reached; it should be quick. If it throws, the line accepts nothing more:
   *     {@link LineState#ABORTED}
   * @throws IllegalArgumentException if the batch is larger than the inspector's encoders take
   */
  public InspectionLine(Inspector inspector, LineSettings settings, Consumer<Inspection> receiver) {
    if (settings.batch() > inspector.largestBatch()) {
      throw new IllegalArgumentException(
          "batch must be at most %s, which the inspector's encoders take, got %s"
              .formatted(inspector.largestBatch(), settings.batch()));
    }
    this.inspector = inspector;
    this.settings = settings;
    parts = new AcceptedParts(settings.capacity());
    answers = new Answers(receiver, parts::answered, this::abort);
    deadlines = new DeadlineWatch(this::missDeadline);
    for (int number = 1; number <= settings.workers(); number++) {
      workers.add(
          new LineWorker(number, inspector, settings, parts, this::answer, late -> meters.late()));
    }
  }

  /**
   * Hands in a frame. If the line is full or held, this waits or refuses, as the settings say.
   *
   * @throws InterruptedException if the thread is interrupted while it waits; the frame is not
   *     accepted then
   */
  public Admission offer(Frame frame) throws InterruptedException {
    Admission admission = parts.accept(frame, settings.whenFull(), deadlines::watch);
    if (admission != Admission.ACCEPTED) {
      meters.refused(admission);
    }
    return admission;
  }

  private void missDeadline(AcceptedPart part) {
    parts.withdraw(part);
    InspectionRequest request =
        InspectionRequest.DEFAULT
            .withPartId(part.frame().partId())
            .withSimulated(part.frame().simulated());
    hand(
        inspector
            .unjudged(request, Verdict.UNDECIDED, UndecidedReason.DEADLINE, null)
            .onLine(part.facts(null, 0)));
  }

  private void answer(AcceptedPart part, Inspection inspection) {
    deadlines.forget(part);
    hand(inspection);
  }

  private void hand(Inspection inspection) {
    meters.answered(inspection);
    answers.add(inspection);
  }

  private void abort(Throwable why) {
    receiverFailed.compareAndSet(null, why);
    parts.abort();
  }

  /** Returns the state now. */
  public LineState state() {
    return parts.state();
  }

  /**
   * Accepts no further part until {@link #unhold}; those that are accepted are finished. Without
   * effect on a line that is held, stops or has stopped.
   */
  public void hold() {
    parts.hold();
  }

  /** Accepts parts again after {@link #hold}; without effect in other states. */
  public void unhold() {
    parts.unhold();
  }

  /** Waits until all parts that are accepted are answered; further ones may come meanwhile. */
  public void drain() throws InterruptedException {
    parts.awaitNone();
  }

  /** Returns what was counted since the line began. */
  public LineCounts counts() {
    int stalled = (int) workers.stream().filter(LineWorker::isStalled).count();
    return meters.counts(parts, stalled);
  }

  /**
   * Returns the times in microseconds, by stage: {@code waited} from acceptance to a worker, the
   * stages of {@link StageTimings} of parts that were judged, and {@code answered} from the trigger
   * to the answer of all. They are copies.
   */
  public Map<String, Histogram> micros() {
    return meters.histograms();
  }

  /**
   * Accepts nothing more, finishes the parts that are accepted, and ends the threads. Waits for
   * that, however often it is called.
   *
   * @throws IllegalStateException if the receiver has thrown: answers may be lost
   */
  @Override
  public void close() {
    parts.stop();
    workers.forEach(LineWorker::join);
    deadlines.end();
    answers.end();
    parts.stopped();
    Throwable why = receiverFailed.get();
    if (why != null) {
      throw new IllegalStateException("the receiver of the answers failed: " + why, why);
    }
  }
}
