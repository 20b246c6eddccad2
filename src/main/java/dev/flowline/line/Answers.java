package dev.flowline.line;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/**
 * A thread that hands the answers of a line to their receiver, one at a time, in the order in which
 * they were reached. There are never more of them than parts that the line may have.
 */
final class Answers {
  private record Answer(Inspection inspection, boolean last) {}

  private final BlockingQueue<Answer> ready = new LinkedBlockingQueue<>();
  private final Consumer<Inspection> receiver;
  private final Runnable handedOver;
  private final Consumer<Throwable> failed;
  private final Thread thread;

  /**
   * Starts the thread.
   *
   * @param handedOver runs after each answer
   * @param failed is called with what the receiver throws; the answers behind it are handed over
   *     all the same
   */
  Answers(Consumer<Inspection> receiver, Runnable handedOver, Consumer<Throwable> failed) {
    this.receiver = receiver;
    this.handedOver = handedOver;
    this.failed = failed;
    thread = new Thread(this::run, "flowline-answers");
    thread.start();
  }

  void add(Inspection inspection) {
    ready.add(new Answer(inspection, false));
  }

  private void run() {
    while (true) {
      Answer answer;
      try {
        answer = ready.take();
      } catch (InterruptedException e) {
        continue; // an answer is never lost; end() ends this thread
      }
      if (answer.last()) {
        return;
      }
      try {
        receiver.accept(answer.inspection());
      } catch (RuntimeException | Error e) {
        failed.accept(e);
      } finally {
        handedOver.run();
      }
    }
  }

  /** Returns how many answers wait for the receiver. */
  int waiting() {
    return ready.size();
  }

  /** Waits until all answers are handed over, and ends the thread. */
  void end() {
    ready.add(new Answer(null, true));
    Interruptions.join(thread);
  }
}
