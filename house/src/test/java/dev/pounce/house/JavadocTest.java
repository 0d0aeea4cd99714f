package dev.pounce.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.Tree.Kind;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is public has a comment. The compiler's doclint sees to it that comments are right, but it
 * cannot ask for one without asking for every tag too.
 */
class JavadocTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "app/src/main/java/dev/pounce/app",
        "observe/src/main/java/dev/pounce/observe",
        "observe/src/main/java/dev/pounce/observe/log",
        "observe/src/main/java/dev/pounce/observe/metrics",
        "observe/src/main/java/dev/pounce/observe/flight",
        "micrometer/src/main/java/dev/pounce/micrometer",
        "server/src/main/java/dev/pounce/server",
        "server/src/main/java/dev/pounce/server/coding",
        "server/src/main/java/dev/pounce/server/config",
        "server/src/main/java/dev/pounce/server/trace",
      })
  void publicDeclarations_haveComments(String exportedPackage) throws IOException {
    assertThat(withoutComment(Path.of("..").resolve(exportedPackage))).isEmpty();
  }

  private static List<String> withoutComment(Path directory) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> found = new ArrayList<>();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
        Stream<Path> sources = Files.list(directory)) {
      List<Path> javaFiles = sources.filter(file -> file.toString().endsWith(".java")).toList();
      assertThat(javaFiles).isNotEmpty();
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, files, null, null, null, files.getJavaFileObjectsFromPaths(javaFiles));
      for (CompilationUnitTree unit : task.parse()) {
        new Scanner(Trees.instance(task), found).scan(unit, null);
      }
    }
    return found;
  }

  /** Walks the public types and their public members. */
  private static final class Scanner extends TreePathScanner<@Nullable Void, @Nullable Void> {

    private final Trees trees;
    private final List<String> found;

    Scanner(Trees trees, List<String> found) {
      this.trees = trees;
      this.found = found;
    }

    @Override
    public @Nullable Void visitClass(ClassTree type, @Nullable Void none) {
      if (!isPublic(type.getModifiers())) {
        return null;
      }
      wantComment(type.getSimpleName().toString());
      return super.visitClass(type, none);
    }

    @Override
    public @Nullable Void visitMethod(MethodTree method, @Nullable Void none) {
      if (isPublic(method.getModifiers()) && !overrides(method) && !isCompactConstructor(method)) {
        wantComment(method.getName().toString());
      }
      return null;
    }

    @Override
    public @Nullable Void visitVariable(VariableTree field, @Nullable Void none) {
      if (isPublic(field.getModifiers())) {
        wantComment(field.getName().toString());
      }
      return null;
    }

    private void wantComment(String name) {
      if (trees.getDocComment(getCurrentPath()) == null) {
        CompilationUnitTree unit = getCurrentPath().getCompilationUnit();
        long position =
            trees.getSourcePositions().getStartPosition(unit, getCurrentPath().getLeaf());
        found.add(
            "%s:%d: no comment on %s"
                .formatted(
                    unit.getSourceFile().getName(),
                    unit.getLineMap().getLineNumber(position),
                    name));
      }
    }

    private boolean isPublic(ModifiersTree modifiers) {
      Set<Modifier> flags = modifiers.getFlags();
      return flags.contains(Modifier.PUBLIC)
          || flags.contains(Modifier.PROTECTED)
          || (isInInterface() && !flags.contains(Modifier.PRIVATE));
    }

    private boolean isInInterface() {
      TreePath parent = getCurrentPath().getParentPath();
      return parent.getLeaf().getKind() == Kind.INTERFACE;
    }

    private static boolean overrides(MethodTree method) {
      return method.getModifiers().getAnnotations().stream()
          .map(AnnotationTree::getAnnotationType)
          .map(Tree::toString)
          .anyMatch("Override"::equals);
    }

    /** A record's checks of its components: the record's own comment tells of them. */
    private boolean isCompactConstructor(MethodTree method) {
      return getCurrentPath().getParentPath().getLeaf().getKind() == Kind.RECORD
          && method.getName().contentEquals("<init>");
    }
  }
}
