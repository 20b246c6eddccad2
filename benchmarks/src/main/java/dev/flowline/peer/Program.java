package dev.flowline.peer;

/** One of the programs that take turns. */
interface Program extends AutoCloseable {
  /** Returns its name in tables. */
  String name();

  /** Does its work once and measures it. */
  Pass run(Clock clock);

  @Override
  void close();
}
