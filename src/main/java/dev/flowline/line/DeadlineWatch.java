package dev.flowline.line;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** A thread that claims each part whose deadline passes before it is answered. */
final class DeadlineWatch {
  private final Consumer<AcceptedPart> missed;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final PriorityQueue<AcceptedPart> parts =
      new PriorityQueue<>(Comparator.comparingLong(AcceptedPart::due));
  private final Thread thread;
  private boolean ended; // guarded by lock

  /**
   * Starts the thread.
   *
   * @param missed is called with each part that it has claimed
   */
  DeadlineWatch(Consumer<AcceptedPart> missed) {
    this.missed = missed;
    thread = new Thread(this::run, "flowline-deadlines");
    thread.setDaemon(true);
    thread.start();
  }

  void watch(AcceptedPart part) {
    if (part.due() == AcceptedPart.NEVER) {
      return;
    }
    lock.lock();
    try {
      parts.add(part);
      if (parts.peek() == part) {
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Forgets a part that is answered. */
  void forget(AcceptedPart part) {
    if (part.due() == AcceptedPart.NEVER) {
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
      if (due.claim()) {
        missed.accept(due);
      }
      due = next();
    }
  }

  /** Waits for the next part that is due and takes it; null after the end. */
  private AcceptedPart next() {
    lock.lock();
    try {
      while (!ended) {
        AcceptedPart first = parts.peek();
        if (first == null) {
          changed.awaitUninterruptibly();
          continue;
        }
        long left = first.due() - System.nanoTime();
        if (left <= 0) {
          return parts.poll();
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
      ended = true; // nobody but this object has the thread
    }
  }

  /** Ends the thread; parts that are not due yet are left alone. */
  void end() {
    lock.lock();
    try {
      ended = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }
}
