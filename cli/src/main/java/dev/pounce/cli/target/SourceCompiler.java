package dev.pounce.cli.target;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TaskEvent;
import com.sun.source.util.TaskListener;
import com.sun.source.util.Trees;
import dev.pounce.cli.watch.Inputs;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticListener;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * Compiles one source file in memory with the JDK's compiler, and with it the source files beside
 * it that it uses.
 *
 * <p>A compact source file must have a {@code main}, says the compiler, and one that only holds an
 * application has none. So the file is parsed first; where the method is missing, the file is
 * compiled with an empty one on a line of its own behind the last, so that no line number changes.
 */
final class SourceCompiler {

  private static final int RELEASE = 25;
  private static final String SUFFIX = ".java";
  private static final String MAIN = "\nvoid main() {}\n";

  private final Path file;
  private final String text;
  private final ClassPath classPath;
  private final StringWriter printed = new StringWriter();
  private final Map<String, String> others = new HashMap<>();

  SourceCompiler(Path file, String text, ClassPath classPath) {
    this.file = file;
    this.text = text;
    this.classPath = classPath;
  }

  /**
   * Compiles.
   *
   * @param inputs if that fails, gets the source files among which it looked for others
   */
  Compilation compile(Inputs inputs) throws TargetException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    if (compiler == null) {
      throw new TargetException(file + ": this Java has no compiler; a source file needs a JDK");
    }
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, UTF_8)) {
      files.setLocationFromPaths(
          StandardLocation.CLASS_PATH, Contract.classPath(classPath.entries()));
      return compile(compiler, files, inputs);
    } catch (IOException | UncheckedIOException e) {
      throw new TargetException(file + ": can't be compiled: " + e.getMessage());
    }
  }

  private Compilation compile(JavaCompiler compiler, StandardJavaFileManager files, Inputs inputs)
      throws IOException, TargetException {
    SyntaxErrors errors = new SyntaxErrors();
    JavacTask parser = task(compiler, files, errors, text);
    CompilationUnitTree unit = parser.parse().iterator().next();
    boolean bare = !errors.found && needsMain(unit, Trees.instance(parser).getSourcePositions());
    Path root = sourceRoot(unit);
    if (root != null) {
      files.setLocationFromPaths(StandardLocation.SOURCE_PATH, List.of(root));
    }
    MemoryOutput output = new MemoryOutput(files);
    JavacTask task = task(compiler, output, null, bare ? text + MAIN : text);
    task.addTaskListener(new OtherSources());
    if (!task.call()) {
      if (root != null) {
        output.packages().forEach(name -> inputs.add(root.resolve(name.replace('.', '/')), SUFFIX));
      }
      throw TargetException.compiler(printed.toString());
    }
    return new Compilation(mainClass(unit), output.classes(), others, printed.toString());
  }

  private JavacTask task(
      JavaCompiler compiler,
      JavaFileManager files,
      @Nullable DiagnosticListener<JavaFileObject> listener,
      String text) {
    List<String> options = new ArrayList<>(List.of("-proc:none", "-g", "-XDstringConcat=inline"));
    if (Runtime.version().feature() > RELEASE) {
      options.addAll(List.of("--release", String.valueOf(RELEASE)));
    }
    return (JavacTask)
        compiler.getTask(
            printed, files, listener, options, null, List.of(new MemorySource(file, text)));
  }

  /** Keeps quiet: what is wrong is said when the file is compiled. */
  private static final class SyntaxErrors implements DiagnosticListener<JavaFileObject> {
    private boolean found;

    @Override
    public void report(Diagnostic<? extends JavaFileObject> diagnostic) {
      found |= diagnostic.getKind() == Diagnostic.Kind.ERROR;
    }
  }

  private static boolean needsMain(CompilationUnitTree unit, SourcePositions positions) {
    List<ClassTree> types = types(unit);
    return types.size() == 1
        && isCompact(unit, types.getFirst(), positions)
        && !hasMain(types.getFirst());
  }

  /** A class that nobody wrote down: it starts where its first member does. */
  private static boolean isCompact(
      CompilationUnitTree unit, ClassTree type, SourcePositions positions) {
    long start = positions.getStartPosition(unit, type);
    for (Tree member : type.getMembers()) {
      if (positions.getStartPosition(unit, member) == start) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasMain(ClassTree type) {
    for (Tree member : type.getMembers()) {
      if (member instanceof MethodTree method
          && method.getName().contentEquals("main")
          && method.getParameters().size() <= 1) {
        return true;
      }
    }
    return false;
  }

  /** The type that is called like the file, or the first one, as {@code java} takes it. */
  private String mainClass(CompilationUnitTree unit) throws TargetException {
    List<ClassTree> types = types(unit);
    if (types.isEmpty()) {
      throw new TargetException(file + ": declares no class");
    }
    ClassTree main = types.getFirst();
    for (ClassTree type : types) {
      if (file.endsWith(type.getSimpleName() + SUFFIX)) {
        main = type;
      }
    }
    String name = main.getSimpleName().toString();
    return unit.getPackageName() == null ? name : unit.getPackageName() + "." + name;
  }

  private static List<ClassTree> types(CompilationUnitTree unit) {
    List<ClassTree> types = new ArrayList<>();
    for (Tree declared : unit.getTypeDecls()) {
      if (declared instanceof ClassTree type) {
        types.add(type);
      }
    }
    return types;
  }

  /**
   * The folder that the file's package starts in, or null where its folders are not its package.
   */
  private @Nullable Path sourceRoot(CompilationUnitTree unit) {
    Path folder = file.getParent() == null ? Path.of(".") : file.getParent();
    if (unit.getPackageName() == null) {
      return folder;
    }
    String[] names = unit.getPackageName().toString().split("\\.");
    Path inner = Path.of("", names);
    Path outer = folder.getNameCount() > names.length ? folder : folder.toAbsolutePath();
    if (!outer.endsWith(inner)) {
      return null;
    }
    for (int i = 0; i < names.length && outer != null; i++) {
      outer = outer.getParent();
    }
    return outer;
  }

  /** Remembers every source file that is read besides the one that was named. */
  private final class OtherSources implements TaskListener {
    @Override
    public void finished(TaskEvent event) {
      if (event.getKind() == TaskEvent.Kind.PARSE) {
        Path path = Path.of(event.getSourceFile().toUri()).toAbsolutePath();
        try {
          others.put(path.toString(), Fingerprint.of(Files.readAllBytes(path)));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }
}
