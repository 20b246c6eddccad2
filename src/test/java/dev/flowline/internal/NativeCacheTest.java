package dev.flowline.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.flowline.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeCacheTest {
  @TempDir Path scratch;

  private Path folder(Map<String, String> properties, Map<String, String> environment) {
    return NativeCache.folder(
        name -> name.equals("java.io.tmpdir") ? scratch.toString() : properties.get(name),
        environment::get);
  }

  @Test
  void theHomeComesFirst() throws IOException {
    Path home = Files.createDirectory(scratch.resolve("home"));
    assertEquals(
        home.resolve(".javacpp/cache"),
        folder(Map.of("user.home", home.toString()), Map.of("XDG_CACHE_HOME", scratch + "/xdg")));
    assertEquals(
        Path.of("/elsewhere"),
        folder(Map.of("user.home", home.toString(), NativeCache.PROPERTY, "/elsewhere"), Map.of()));
  }

  /**
   * A home that is none: Java's "?" of an account without one, a relative one, that of a daemon.
   */
  @Test
  void withoutAHomeItIsNeverTheWorkingDirectory() throws IOException {
    Files.createDirectory(scratch.resolve("h"));
    for (String home : new String[] {"?", "", "somewhere", "/nonexistent"}) {
      Map<String, String> properties = Map.of("user.home", home);
      assertEquals(
          scratch.resolve("xdg/flowline/natives"),
          folder(properties, Map.of("XDG_CACHE_HOME", scratch + "/xdg")));
      assertEquals(
          scratch.resolve("h/.javacpp/cache"), folder(properties, Map.of("HOME", scratch + "/h")));
      Path last = folder(properties, Map.of("HOME", "?", "XDG_CACHE_HOME", "relative"));
      assertEquals(scratch, last.getParent());
      Object user = Files.getAttribute(scratch, "unix:uid");
      assertEquals("flowline-natives-" + user, last.getFileName().toString());
    }
  }

  @Test
  void aFolderThatOthersCanChangeIsRefused() throws IOException {
    Path parent = Files.createDirectory(scratch.resolve("parent"));
    Path cache = Files.createDirectory(parent.resolve("cache"));
    mode(parent, "rwxr-xr-x");
    mode(cache, "rwxrwxr-x");
    assertTrue(NativeCache.danger(cache).isEmpty());
    mode(cache, "rwxr-xrwx");
    assertRefused(cache, "everybody can write to " + cache.toRealPath());
    mode(cache, "rwxr-xr-x");
    mode(parent, "rwxrwxrwx");
    assertRefused(cache, "everybody can write to " + parent.toRealPath());
    Path link = Files.createSymbolicLink(scratch.resolve("link"), cache);
    assertRefused(link, "everybody can write to " + parent.toRealPath());
  }

  @Test
  void aFolderOfAnotherUserIsRefused() throws IOException {
    Path cache = Files.createDirectory(scratch.resolve("cache"));
    assumeTrue(Files.getAttribute(cache, "unix:uid").equals(0), "needs root");
    Files.setAttribute(cache, "unix:uid", 4242);
    assertRefused(cache, cache.toRealPath() + " belongs to user 4242");
  }

  @Test
  void theFolderInUseIsTheOneThatIsNamed() throws IOException {
    Natives.load();
    assertEquals(Loader.getCacheDir().toPath().toAbsolutePath(), NativeCache.folder());
  }

  /** Whatever calls native code first, as here what keeps standard output apart. */
  @Test
  void theFirstUseOfNativeCodeIsRefusedToo() throws Exception {
    Path cache = Files.createDirectory(scratch.resolve("shared"));
    mode(cache, "rwxrwxrwx");
    var refused = firstUse(cache);
    assertEquals(1, refused.exitCode(), refused.output());
    assertTrue(refused.output().contains("everybody can write to "), refused.output());
    try (Stream<Path> extracted = Files.list(cache)) {
      assertEquals(List.of(), extracted.toList());
    }
    mode(cache, "rwx------");
    var own = firstUse(cache);
    assertEquals(0, own.exitCode(), own.output());
    assertTrue(own.output().contains("limit " + (64L << 30)), own.output());
  }

  private static ChildJvm.Outcome firstUse(Path cache) throws Exception {
    List<String> flags = List.of("-D" + NativeCache.PROPERTY + "=" + cache);
    return ChildJvm.run(ChildJvm.of(KeepOutput.class, 0, flags));
  }

  /** Keeps standard output to itself before anything else is loaded. */
  static final class KeepOutput {
    public static void main(String[] arguments) throws IOException {
      OwnOutput output = OwnOutput.take();
      OwnOutput.keepToItself();
      output.write(("limit " + Pointer.maxPhysicalBytes()).getBytes());
    }
  }

  private static void mode(Path file, String permissions) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  private static void assertRefused(Path cache, String why) throws IOException {
    String danger = NativeCache.danger(cache).orElseThrow();
    assertTrue(danger.contains(why), danger);
  }
}
