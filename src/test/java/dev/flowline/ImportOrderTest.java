package dev.flowline;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Holds the compiled classes to the layering: a package knows only those before it. Constants that
 * the compiler copies and names that only Javadoc mentions are in no class file.
 */
class ImportOrderTest {
  private static final String ROOT = "dev.flowline.";

  /** The one list of the packages; a package in one of them counts with it. */
  private static final List<String> ORDER =
      List.of(
          "internal",
          "runtime",
          "tensor",
          "io",
          "random",
          "nn",
          "segmentation",
          "metrics",
          "page",
          "data",
          "calibration",
          "drift",
          "extractor",
          "flow",
          "model",
          "engine",
          "line",
          "export",
          "bench", // below tune, which measures by it
          "acceptance",
          "detectability",
          "certificate",
          "eval",
          "study",
          "train",
          "compare",
          "tune",
          "cli");

  /** Packages that see latents, maps and numbers: they do without LibTorch. */
  private static final List<String> WITHOUT_LIBTORCH =
      List.of(
          "segmentation",
          "metrics",
          "page",
          "calibration",
          "drift",
          "line",
          "export",
          "bench",
          "acceptance",
          "detectability",
          "certificate",
          "eval",
          "study",
          "compare",
          "tune");

  /** Nested classes that share a name because they are the same thing of different owners. */
  private static final Map<String, String> SAME_MEANING =
      Map.of(
          "Row", "a row of the table or page that it stands in",
          "Variant", "a row in an extractor family's table",
          "Settings", "what an extractor of the user's own is built from",
          "Converter", "how the command line reads the record that it stands in");

  private static JavaClasses classes;

  @BeforeAll
  static void read() {
    ArchConfiguration.get()
        .setResolveMissingDependenciesFromClassPath(false); // LibTorch's are many
    classes = new ClassFileImporter().importPath(Path.of("target/classes"));
    assertTrue(classes.size() > 300, "found only " + classes.size() + " classes");
  }

  @Test
  void everyPackageHasItsPlaceInTheOrder() {
    List<String> without =
        classes.stream().filter(c -> place(c) < 0).map(JavaClass::getName).toList();
    assertEquals(List.of(), without);
  }

  /** The list that people read is this one. */
  @Test
  void contributingHasTheSameOrder() throws IOException {
    String text = Files.readString(Path.of("CONTRIBUTING.md"));
    String list = text.split("A package imports only packages before it:", 2)[1].strip();
    assertEquals(ORDER, List.of(list.split("\\n\\n", 2)[0].strip().split(",\\s+")));
  }

  @Test
  void importsPointOneWay() {
    List<String> wrong = new ArrayList<>();
    for (JavaClass from : classes) {
      for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
        JavaClass to = dependency.getTargetClass().getBaseComponentType();
        if (to.getPackageName().startsWith(ROOT) && place(to) > place(from)) {
          wrong.add(dependency.getDescription());
        }
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void noCircleInsideAPackage() {
    slices().matching(ROOT + "(**)").should().beFreeOfCycles().check(classes);
  }

  @Test
  void roomsRightOfTheLatentsKnowNothingOfLibTorch() {
    noClasses()
        .that(
            DescribedPredicate.describe(
                "are in " + WITHOUT_LIBTORCH, c -> WITHOUT_LIBTORCH.contains(room(c))))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.bytedeco.pytorch..")
        .check(classes);
  }

  @Test
  void onlyInternalLoadsNatives() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "internal..")
        .should()
        .callMethodWhere(
            calls("org.bytedeco.javacpp.Loader", "load|loadLibrary|loadGlobal")
                .or(calls("java.lang.System", "load|loadLibrary"))
                .or(calls("java.lang.Runtime", "load|loadLibrary")))
        .check(classes);
  }

  @Test
  void onlyTheCommandLinePrintsAndExits() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "cli..")
        .should()
        .accessTargetWhere(
            accesses("java.lang.System", "exit|in|out|err|console|setOut|setErr|setIn")
                .or(accesses("java.lang.Runtime", "exit|halt"))
                .or(accesses("java.lang.Throwable", "printStackTrace")))
        .check(classes);
  }

  /**
   * A private class is known to its own file alone: it may share its name with another nested one,
   * but with no class that stands by itself. Classes of {@code internal} bear the names of C.
   */
  @Test
  void aClassNameStandsOnce() {
    Map<String, List<JavaClass>> byName = new TreeMap<>();
    for (JavaClass c : classes) {
      boolean named = !c.isAnonymousClass() && !c.isLocalClass();
      boolean mirror = room(c).equals("internal") && c.isNestedClass();
      if (named && !mirror && !c.getSimpleName().equals("package-info")) {
        byName.computeIfAbsent(c.getSimpleName(), name -> new ArrayList<>()).add(c);
      }
    }
    List<String> twice = new ArrayList<>();
    byName.forEach(
        (name, all) -> {
          boolean nested = all.stream().noneMatch(JavaClass::isTopLevelClass);
          long seen =
              all.stream().filter(c -> !c.getModifiers().contains(JavaModifier.PRIVATE)).count();
          boolean clash = nested ? seen > 1 && !SAME_MEANING.containsKey(name) : all.size() > 1;
          if (clash) {
            twice.add(name + ": " + all.stream().map(JavaClass::getName).sorted().toList());
          }
        });
    assertEquals(List.of(), twice, () -> String.join("\n", twice));
  }

  private static int place(JavaClass c) {
    return ORDER.indexOf(room(c));
  }

  /** The package right below the root: of {@code dev.flowline.cli.doctor} it is {@code cli}. */
  private static String room(JavaClass c) {
    String name = c.getPackageName() + ".";
    return name.startsWith(ROOT) ? name.substring(ROOT.length()).split("\\.", 2)[0] : "";
  }

  private static DescribedPredicate<com.tngtech.archunit.core.domain.JavaCall<?>> calls(
      String owner, String methods) {
    return target(owner(assignableTo(owner))).and(target(nameMatching(methods))).forSubtype();
  }

  private static DescribedPredicate<JavaAccess<?>> accesses(String owner, String members) {
    return target(owner(assignableTo(owner))).and(target(nameMatching(members))).forSubtype();
  }
}
