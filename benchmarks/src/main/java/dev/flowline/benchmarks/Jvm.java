package dev.flowline.benchmarks;

/** Flags of the forked JVMs, for {@code @Fork(jvmArgsAppend)}. */
public final class Jvm {
  /** No such folder: a preset that fails to load must not fall back to a system library. */
  public static final String OWN_LIBRARIES = "-Djava.library.path=target/none";

  /** The collector that the launcher chooses for the program itself. */
  public static final String COLLECTOR = "-XX:+UseSerialGC";

  /** Enough for the weights of MS-CaiT at rest, 1.3 GB, before LibTorch has its copy. */
  public static final String HEAP = "-Xmx4g";

  private Jvm() {}
}
