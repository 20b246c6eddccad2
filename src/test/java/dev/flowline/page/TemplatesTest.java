package dev.flowline.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TemplatesTest {
  private static final Pattern UNSAFE = Pattern.compile("\\$unsafe\\{[^}]*\\}");

  @Test
  void onlyOurStyleSheetAndScriptGoInUnescaped() throws IOException {
    List<String> unescaped = new ArrayList<>();
    int templates = 0;
    try (Stream<Path> files = Files.walk(Path.of("src/main/jte"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        templates++;
        UNSAFE.matcher(Files.readString(file)).results().forEach(m -> unescaped.add(m.group()));
      }
    }
    assertTrue(templates > 10, templates + " templates");
    assertEquals(List.of("$unsafe{StyleSheet.CSS}", "$unsafe{PageScript.SOURCE}"), unescaped);
  }
}
