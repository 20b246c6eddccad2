package dev.flowline.cli.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The check of operating system, processor architecture and C library against those that the
 * natives were built for.
 *
 * @param libc what {@code getconf} or {@code ldd} says of the C library; null if neither answers
 */
record PlatformCheck(String os, String arch, String libc) implements Check {
  private static final Pattern GLIBC =
      Pattern.compile("(?:glibc|GLIBC|GNU libc)\\D*?(\\d+)\\.(\\d+)");
  private static final int MAJOR = 2;
  private static final int MINOR = 35;
  private static final String NEEDED = "LibTorch needs glibc " + MAJOR + "." + MINOR + " or newer";
  private static final String NEWER_SYSTEM =
      "use Debian 12, Ubuntu 22.04, RHEL 10 or newer, or a container of one of these";

  static PlatformCheck ofThisMachine() {
    Optional<Command> libc =
        Command.run("getconf", "GNU_LIBC_VERSION")
            .filter(command -> command.exitCode() == 0)
            .or(() -> Command.run("ldd", "--version"));
    return new PlatformCheck(
        System.getProperty("os.name"),
        System.getProperty("os.arch"),
        libc.map(command -> command.output().strip().lines().findFirst().orElse("")).orElse(null));
  }

  @Override
  public List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    boolean built = os.equals("Linux") && (arch.equals("amd64") || arch.equals("x86_64"));
    findings.add(
        built
            ? Finding.ok("platform", os + " " + arch)
            : Finding.failure(
                "platform",
                os + " " + arch,
                "the natives are for Linux on x86-64",
                "run Flowline on Linux x86-64, or in a container of that kind"));
    findings.add(glibc());
    return findings;
  }

  private Finding glibc() {
    if (libc == null) {
      return Finding.warning(
          "glibc",
          "unknown",
          NEEDED + ", and neither getconf nor ldd reports the version",
          "look at 'libtorch' below: if it is ok, so is the C library");
    }
    Matcher version = GLIBC.matcher(libc);
    if (!version.find()) {
      return Finding.failure(
          "glibc", libc, NEEDED + ", and this is another C library", NEWER_SYSTEM);
    }
    int major = Integer.parseInt(version.group(1));
    int minor = Integer.parseInt(version.group(2));
    String found = major + "." + minor;
    return major > MAJOR || (major == MAJOR && minor >= MINOR)
        ? Finding.ok("glibc", found)
        : Finding.failure("glibc", found, NEEDED, NEWER_SYSTEM);
  }
}
