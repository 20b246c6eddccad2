package dev.flowline.line;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/**
 * A line of inspections: sources hand in frames, workers judge them over one model, and a receiver
 * gets the answers. Each part that is accepted is answered exactly once: with the verdict of the
 * model; UNDECIDED if its deadline passes first, whatever the workers are at; FAILED, with the
 * reason, if its frame cannot be read or its inspection throws. What fails fails alone.
 *
 * <p>Any number of threads may hand in frames. There are never more parts than the settings allow:
 * further frames wait or are refused, so that a receiver or a model that is too slow is felt at the
 * door and nowhere else. A deadline counts from the trigger, and is looked after from the door on.
 */
public final class InspectionLine implements AutoCloseable {
  private final Inspector inspector;
  private final LineSettings settings;
  private final AcceptedParts parts;
  private final LineMeters meters = new LineMeters();
  private final Answers answers;
  private final DeadlineWatch deadlines;
  private final List<LineWorker> workers = new ArrayList<>();
  private final AtomicReference<Throwable> fault = new AtomicReference<>();

  /**
   * Starts a line, which {@link #close} ends.
   *
   * @param inspector stays the caller's, and open as long as the line is; to inspect with one
   *     thread in each worker, set the process's threads to 1 before
   * @param receiver gets the answers, one at a time, on a thread of the line's, in the order in
   *     which they are reached; it should be quick. If it throws, the line accepts nothing more,
   *     {@link LineState#ABORTED}, and hands over the answers of the parts that it has
   * @throws IllegalArgumentException if the batch is larger than the inspector's encoders take
   */
  public InspectionLine(Inspector inspector, LineSettings settings, Consumer<LineAnswer> receiver) {
    Objects.requireNonNull(receiver, "receiver");
    if (settings.batch() > inspector.largestBatch()) {
      throw new IllegalArgumentException(
          "batch must be at most %s, which the inspector's encoders take, got %s"
              .formatted(inspector.largestBatch(), settings.batch()));
    }
    this.inspector = inspector;
    this.settings = settings;
    parts = new AcceptedParts(settings.capacity());
    answers = new Answers(receiver, parts::handedOver, this::abort);
    deadlines = new DeadlineWatch(this::answerMissed);
    for (int number = 1; number <= settings.workers(); number++) {
      workers.add(new LineWorker(number, inspector, settings, parts, new OfWorkers()));
    }
    start();
  }

  private void start() {
    try {
      answers.start();
      deadlines.start();
      workers.forEach(LineWorker::start);
    } catch (RuntimeException | Error e) { // no memory for so many threads
      stop(Duration.ofSeconds(1));
      throw e;
    }
  }

  /**
   * Hands in a frame. If the line is full or held, this waits or refuses, as the settings say; on a
   * thread of the line, such as that of the receiver, it never waits.
   *
   * @throws InterruptedException if the thread is interrupted while it waits; the frame is not
   *     accepted then
   */
  public Admission offer(Frame frame) throws InterruptedException {
    Objects.requireNonNull(frame, "frame");
    boolean mayWait = settings.whenFull() == WhenFull.BLOCK && !isOwnThread();
    Admission admission = parts.accept(frame, mayWait, deadlines::watch);
    if (admission != Admission.ACCEPTED) {
      meters.refused(admission);
    }
    return admission;
  }

  private boolean isOwnThread() {
    Thread current = Thread.currentThread();
    return answers.isThread(current)
        || deadlines.isThread(current)
        || workers.stream().anyMatch(worker -> worker.isThread(current));
  }

  private void requireOtherThread(String what) {
    if (isOwnThread()) {
      throw new IllegalStateException(
          what + " waits for the line's threads: it cannot be called on one of them");
    }
  }

  /** Answers of the workers. */
  private final class OfWorkers implements LineWorker.Results {
    @Override
    public void answer(AcceptedPart part, LineAnswer answer) {
      if (part.claim()) {
        deadlines.forget(part);
        hand(part, answer);
      }
    }

    @Override
    public void late(AcceptedPart part, Inspection judged) {
      answerMissed(part);
      meters.late(judged);
    }
  }

  /** Answers a part whose deadline has passed, unless it is answered. */
  private void answerMissed(AcceptedPart part) {
    try {
      if (part.isClaimed()) {
        return;
      }
      Inspection missed =
          inspector
              .unjudged(
                  settings.request(part.frame()), Verdict.UNDECIDED, UndecidedReason.DEADLINE, null)
              .onLine(part.facts(0));
      LineAnswer answer = new LineAnswer(part.frame(), missed, Optional.empty(), Optional.empty());
      if (part.claim()) {
        parts.withdraw(part);
        deadlines.forget(part);
        hand(part, answer);
      }
    } catch (RuntimeException | Error e) { // no memory: the part is not answered
      abort(e);
    }
  }

  private void hand(AcceptedPart part, LineAnswer answer) {
    try {
      meters.answered(answer.inspection(), part.waitedMillis());
      answers.add(answer);
    } catch (RuntimeException | Error e) { // no memory: the answer is lost
      abort(e);
    }
  }

  private void abort(Throwable why) {
    Throwable first = fault.compareAndExchange(null, why);
    if (first != null && first != why) {
      first.addSuppressed(why);
    }
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

  /**
   * Waits until the answers of all parts that are accepted now are handed over; further ones may
   * come meanwhile. Does not wait for those of a line that is ABORTED.
   *
   * @throws IllegalStateException on a thread of the line
   */
  public void drain() throws InterruptedException {
    requireOtherThread("drain");
    parts.awaitHandedOver();
  }

  /** Returns what was counted since the line began. */
  public LineCounts counts() {
    int stalled = (int) workers.stream().filter(LineWorker::isStalled).count();
    return meters.counts(parts, answers.waiting(), stalled);
  }

  /**
   * Returns the times in microseconds, by stage: {@code waited} from acceptance to a worker, the
   * stages of {@link StageTimings} of parts that were judged, in time or not, and {@code answered}
   * from the trigger to the answer. They are copies.
   */
  public Map<String, Histogram> micros() {
    return meters.histograms();
  }

  /**
   * Accepts nothing more, finishes the parts that are accepted, and ends the threads, as far as
   * that is done within a time. A worker whose frame hangs does not end; its part is answered at
   * its deadline, if it has one.
   *
   * @return whether the line has stopped
   * @throws IllegalStateException on a thread of the line
   */
  public boolean stop(Duration atMost) {
    requireOtherThread("stop");
    Duration longest =
        atMost.compareTo(Interruptions.FOR_EVER) > 0 ? Interruptions.FOR_EVER : atMost;
    long end = System.nanoTime() + longest.toNanos();
    parts.stop();
    boolean ended = true;
    for (LineWorker worker : workers) {
      ended &= worker.join(left(end));
    }
    if (!ended || !deadlines.end(left(end)) || !answers.end(left(end))) {
      return false;
    }
    parts.stopped();
    return true;
  }

  private static Duration left(long end) {
    return Duration.ofNanos(Math.max(1_000_000, end - System.nanoTime()));
  }

  /**
   * Accepts nothing more, finishes the parts that are accepted, and ends the threads. Waits for
   * that, however often it is called; {@link #stop} waits no longer than a time.
   *
   * @throws IllegalStateException on a thread of the line; or if answers were lost, because the
   *     receiver threw or memory was exhausted
   */
  @Override
  public void close() {
    requireOtherThread("close");
    stop(Interruptions.FOR_EVER);
    Throwable why = fault.get();
    if (why != null) {
      throw new IllegalStateException("answers of the line may be lost: " + why, why);
    }
    int open = parts.snapshot().open();
    if (open != 0) {
      throw new IllegalStateException(open + " accepted parts were not answered");
    }
  }
}
