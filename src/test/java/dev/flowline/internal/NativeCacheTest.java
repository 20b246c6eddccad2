package dev.flowline.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.bytedeco.javacpp.Loader;
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

  private static void mode(Path file, String permissions) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  private static void assertRefused(Path cache, String why) throws IOException {
    String danger = NativeCache.danger(cache).orElseThrow();
    assertTrue(danger.contains(why), danger);
  }
}
