package dev.flowline.line;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * A thread that hands the answers of a line to their receiver, one at a time, in the order in which
 * they were reached. There are never more of them than parts that the line may have.
 */
final class Answers {
  private record Ready(LineAnswer answer) {}

  private static final Ready END = new Ready(null);

  private final BlockingQueue<Ready> ready = new LinkedBlockingQueue<>();
  private final Consumer<LineAnswer> receiver;
  private final LongConsumer handedOver;
  private final Consumer<Throwable> failed;
  private final Thread thread = new Thread(this::run, "flowline-answers");

  /**
   * Makes a queue of answers, which {@link #start} begins to hand over.
   *
   * @param handedOver is called with the number of each part after its answer was handed over
   * @param failed is called with what the receiver throws; the answers behind it are handed over
   *     all the same
   */
  Answers(Consumer<LineAnswer> receiver, LongConsumer handedOver, Consumer<Throwable> failed) {
    this.receiver = receiver;
    this.handedOver = handedOver;
    this.failed = failed;
  }

  void start() {
    thread.start();
  }

  boolean isThread(Thread other) {
    return thread == other;
  }

  void add(LineAnswer answer) {
    ready.add(new Ready(answer));
  }

  private void run() {
    Ready next = take();
    while (next != END) {
      try {
        receiver.accept(next.answer());
      } catch (Throwable e) { // also a checked exception of a program in another language
        failed.accept(e);
      } finally {
        handedOver.accept(next.answer().inspection().line().number());
      }
      next = take();
    }
  }

  private Ready take() {
    while (true) {
      try {
        return ready.take();
      } catch (InterruptedException e) {
        Thread.interrupted(); // answers are handed over until end(), whoever interrupts this thread
      }
    }
  }

  /** Returns how many answers wait for the receiver. */
  int waiting() {
    return ready.size();
  }

  /** Ends the thread behind the last answer; returns whether it has ended within a time. */
  boolean end(Duration atMost) {
    ready.add(END);
    return Interruptions.join(thread, atMost);
  }
}
