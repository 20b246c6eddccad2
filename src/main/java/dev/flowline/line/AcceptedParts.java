package dev.flowline.line;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The parts that a line has accepted and not yet answered, first come first served, and the line's
 * state, which decides whether more are accepted.
 */
final class AcceptedParts {
  private final int capacity;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition(); // for a part, or the state has changed
  private final Condition work = lock.newCondition(); // for a worker, or the state has changed
  private final Condition none = lock.newCondition(); // is left, or the state has changed
  private final Deque<AcceptedPart> waiting = new ArrayDeque<>();
  private int open; // accepted and not yet answered
  private long accepted;
  private LineState state = LineState.EXECUTE;

  AcceptedParts(int capacity) {
    this.capacity = capacity;
  }

  /**
   * Accepts a part, or waits until it can.
   *
   * @param first runs for an accepted part before any worker sees it
   */
  Admission accept(Frame frame, WhenFull whenFull, Consumer<AcceptedPart> first)
      throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        Admission now = admission();
        if (now == Admission.ACCEPTED) {
          AcceptedPart part = new AcceptedPart(++accepted, frame);
          first.accept(part);
          open++;
          waiting.addLast(part);
          work.signal();
          return now;
        }
        if (now == Admission.STOPPED || whenFull == WhenFull.REFUSE) {
          return now;
        }
        room.await();
      }
    } finally {
      lock.unlock();
    }
  }

  private Admission admission() {
    return switch (state) {
      case EXECUTE -> open < capacity ? Admission.ACCEPTED : Admission.FULL;
      case HOLDING, HELD -> Admission.HELD;
      case STOPPING, STOPPED, ABORTED -> Admission.STOPPED;
    };
  }

  /**
   * Takes the next parts; waits for the first one.
   *
   * @param most parts
   * @param longestWait nanoseconds for the further ones, from the first one's acceptance on
   * @return none if the line has stopped and no part is left
   */
  List<AcceptedPart> take(int most, long longestWait) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (waiting.isEmpty()) {
        if (state == LineState.STOPPING || state == LineState.ABORTED) {
          return List.of();
        }
        work.await();
      }
      long until = waiting.peekFirst().accepted() + longestWait;
      while (waiting.size() < most && state == LineState.EXECUTE) {
        long left = until - System.nanoTime();
        if (left <= 0) {
          break;
        }
        work.await(left, TimeUnit.NANOSECONDS);
        if (waiting.isEmpty()) { // another worker took them
          return take(most, longestWait);
        }
      }
      List<AcceptedPart> taken = new ArrayList<>();
      while (taken.size() < most && !waiting.isEmpty()) {
        taken.add(waiting.pollFirst());
      }
      if (!waiting.isEmpty()) {
        work.signal();
      }
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** Leaves out a part that is answered before a worker took it. */
  void withdraw(AcceptedPart part) {
    lock.lock();
    try {
      waiting.remove(part);
    } finally {
      lock.unlock();
    }
  }

  /** Counts one part as answered. */
  void answered() {
    lock.lock();
    try {
      open--;
      room.signal();
      if (open == 0) {
        if (state == LineState.HOLDING) {
          state = LineState.HELD;
        }
        none.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits until all accepted parts are answered. */
  void awaitNone() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (open > 0 && state != LineState.ABORTED) {
        none.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Accepts no further part until {@link #unhold}. */
  void hold() {
    lock.lock();
    try {
      if (state == LineState.EXECUTE) {
        state = open == 0 ? LineState.HELD : LineState.HOLDING;
        signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  void unhold() {
    change(List.of(LineState.HOLDING, LineState.HELD), LineState.EXECUTE);
  }

  void stop() {
    change(List.of(LineState.EXECUTE, LineState.HOLDING, LineState.HELD), LineState.STOPPING);
  }

  void stopped() {
    change(List.of(LineState.STOPPING), LineState.STOPPED);
  }

  void abort() {
    change(
        List.of(LineState.EXECUTE, LineState.HOLDING, LineState.HELD, LineState.STOPPING),
        LineState.ABORTED);
  }

  private void change(List<LineState> from, LineState to) {
    lock.lock();
    try {
      if (from.contains(state)) {
        state = to;
        signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private void signalAll() {
    room.signalAll();
    work.signalAll();
    none.signalAll();
  }

  LineState state() {
    lock.lock();
    try {
      return state;
    } finally {
      lock.unlock();
    }
  }

  /** Returns how many parts wait for a worker. */
  int waiting() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  /** Returns how many parts were accepted since the line began. */
  long accepted() {
    lock.lock();
    try {
      return accepted;
    } finally {
      lock.unlock();
    }
  }
}
