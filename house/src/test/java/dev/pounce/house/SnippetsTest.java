package dev.pounce.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.util.JavacTask;
import dev.pounce.house.Document.Block;
import dev.pounce.server.config.Builder;
import dev.pounce.server.config.ServerConfig;
import dev.pounce.server.config.Setting;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.toml.TomlMapper;

/**
 * What stands in the documents to be copied is right. Every Java block is a whole compact source
 * file; as under {@code pounce}, it need not have a {@code main}.
 */
class SnippetsTest {

  private static final Pattern FLAG = Pattern.compile("--[a-z-]+");

  @Test
  void javaBlocks_compile() throws IOException {
    Map<JavaFileObject, Block> sources = new LinkedHashMap<>();
    for (Block block : Document.allBlocks("java")) {
      sources.put(new Source(block), block);
    }
    assertThat(sources).hasSizeGreaterThan(10);
    assertThat(compile(sources)).isEmpty();
  }

  @Test
  void compiler_isOnTheWatch() throws IOException {
    Block wrong =
        new Block(
            Document.of("README.md"),
            7,
            "java",
            List.of("import dev.pounce.app.*;", "", "Application app = Http.ap(request -> null);"));
    assertThat(compile(Map.of(new Source(wrong), wrong)))
        .singleElement()
        .asString()
        .startsWith("README.md:9: ")
        .contains("cannot find symbol");
  }

  private static List<String> compile(Map<JavaFileObject, Block> sources) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(found, null, null)) {
      List<String> options =
          List.of("-proc:none", "-classpath", System.getProperty("java.class.path"));
      JavacTask task =
          (JavacTask) compiler.getTask(null, files, found, options, null, sources.keySet());
      task.parse();
      task.analyze();
    }
    List<String> errors = new ArrayList<>();
    for (Diagnostic<? extends JavaFileObject> diagnostic : found.getDiagnostics()) {
      Block block = sources.get(diagnostic.getSource());
      long line = block == null ? 0 : block.line() + diagnostic.getLineNumber() - 1;
      String document = block == null ? "" : block.document().path();
      errors.add(document + ":" + line + ": " + diagnostic.getMessage(null));
    }
    return errors;
  }

  /** A block as a file, named after its place. */
  private static final class Source extends SimpleJavaFileObject {

    private final String text;

    Source(Block block) {
      super(URI.create("string:///" + name(block) + ".java"), Kind.SOURCE);
      text = block.text().contains("void main(") ? block.text() : block.text() + "void main() {}\n";
    }

    private static String name(Block block) {
      return block.toString().replaceAll("[^A-Za-z0-9]", "_");
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  @Test
  void tomlBlocks_areConfigurations() throws IOException {
    List<Block> blocks = Document.allBlocks("toml");
    assertThat(blocks).isNotEmpty();
    for (Block block : blocks) {
      Builder builder = ServerConfig.builder();
      for (Map.Entry<String, JsonNode> entry :
          new TomlMapper().readTree(block.text()).properties()) {
        builder.set(entry.getKey(), text(entry.getValue()));
      }
      assertThat(builder.build()).as(block.toString()).isNotEqualTo(ServerConfig.defaults());
    }
  }

  /** A TOML value as a setting has it. */
  static String text(JsonNode value) {
    return value.isArray()
        ? String.join(",", value.valueStream().map(JsonNode::asString).toList())
        : value.asString();
  }

  @Test
  void flagsOfCommands_exist() throws IOException {
    List<String> known = new ArrayList<>(List.of("--config", "--classpath", "--help", "--version"));
    for (Setting setting : Setting.values()) {
      if (setting.hasFlag()) {
        known.add("--" + setting.key());
      }
    }
    List<String> used = new ArrayList<>();
    for (String language : List.of("console", "ini", "yaml")) {
      for (Block block : Document.allBlocks(language)) {
        block.lines().stream()
            .filter(line -> line.contains("/pounce"))
            .forEach(line -> FLAG.matcher(line).results().forEach(flag -> used.add(flag.group())));
      }
    }
    assertThat(used).hasSizeGreaterThan(5);
    assertThat(known).containsAll(used);
  }

  @Test
  void jsonBlocks_areJson() throws IOException {
    List<Block> blocks = Document.allBlocks("json");
    assertThat(blocks).isNotEmpty();
    for (Block block : blocks) {
      assertThat(new JsonMapper().readTree(block.text()).isObject()).as(block.toString()).isTrue();
    }
  }
}
