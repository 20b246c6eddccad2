package dev.flowline.line;

import java.time.Duration;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** A thread that looks after the deadlines of parts. */
final class DeadlineWatch {
  private final Consumer<AcceptedPart> passed;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final TreeSet<AcceptedPart> parts = new TreeSet<>(AcceptedPart.BY_DEADLINE);
  private final Thread thread = new Thread(this::run, "flowline-deadlines");
  private boolean ended; // guarded by lock

  /**
   * Makes a watch, which {@link #start} begins.
   *
   * @param passed is called with each part whose deadline has passed, and throws nothing
   */
  DeadlineWatch(Consumer<AcceptedPart> passed) {
    this.passed = passed;
  }

  void start() {
    thread.setDaemon(true);
    thread.start();
  }

  boolean isThread(Thread other) {
    return thread == other;
  }

  /** Watches a part if it has a deadline. */
  void watch(AcceptedPart part) {
    if (!part.hasDeadline()) {
      return;
    }
    lock.lock();
    try {
      parts.add(part);
      if (parts.first() == part) {
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Forgets a part that is answered. */
  void forget(AcceptedPart part) {
    if (!part.hasDeadline()) {
      return;
    }
    lock.lock();
    try {
      parts.remove(part);
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    AcceptedPart due = next();
    while (due != null) {
      passed.accept(due);
      due = next();
    }
  }

  /** Waits for the next part that is due and takes it; null after the end. */
  private AcceptedPart next() {
    lock.lock();
    try {
      while (!ended) {
        if (parts.isEmpty()) {
          changed.awaitUninterruptibly();
          continue;
        }
        long left = parts.first().left();
        if (left <= 0) {
          return parts.pollFirst();
        }
        await(left);
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  private void await(long nanos) {
    try {
      changed.await(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.interrupted(); // deadlines are kept until end(), whoever interrupts this thread
    }
  }

  /**
   * Ends the thread, after the part that it is at; parts that are not due yet are left alone.
   *
   * @return whether it has ended within a time
   */
  boolean end(Duration atMost) {
    lock.lock();
    try {
      ended = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
    return Interruptions.join(thread, atMost);
  }
}
