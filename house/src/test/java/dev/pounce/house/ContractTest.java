package dev.pounce.house;

import static dev.pounce.app.HttpResponseBody.last;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.pounce.app.Application;
import dev.pounce.app.ContractException;
import dev.pounce.app.Headers;
import dev.pounce.app.HttpResponseBody;
import dev.pounce.app.HttpResponseStart;
import dev.pounce.app.HttpScope;
import dev.pounce.app.Inbound;
import dev.pounce.app.LifespanScope;
import dev.pounce.app.LifespanStartupComplete;
import dev.pounce.app.Outbound;
import dev.pounce.app.Request;
import dev.pounce.app.WebSocketAccept;
import dev.pounce.app.WebSocketClose;
import dev.pounce.app.WebSocketScope;
import dev.pounce.app.WebSocketSend;
import dev.pounce.cli.target.ClassPath;
import dev.pounce.cli.target.CompileCache;
import dev.pounce.cli.target.Target;
import dev.pounce.cli.target.TargetException;
import dev.pounce.cli.watch.Inputs;
import dev.pounce.house.Document.Block;
import dev.pounce.observe.log.LogFormat;
import dev.pounce.observe.log.LogWriter;
import dev.pounce.server.Server;
import dev.pounce.server.config.ServerConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * docs/contract.md tells of all that an application is written against, and its examples do as
 * shown.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ContractTest {

  private static final String DOCUMENT = "docs/contract.md";

  /** What makes a request of curl one that opens a WebSocket, which curl then leaves. */
  private static final String OPENING =
      "-s -m 1 -H 'Connection: Upgrade' -H 'Upgrade: websocket' -H 'Sec-WebSocket-Version: 13'"
          + " -H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='";

  /** An example and what is shown right after it. */
  record Example(Block source, Block transcript) {

    @Override
    public String toString() {
      return source.toString();
    }
  }

  static List<Example> examples() throws IOException {
    List<Example> examples = new ArrayList<>();
    List<Block> blocks = Document.of(DOCUMENT).blocks();
    for (int i = 1; i < blocks.size(); i++) {
      if (blocks.get(i).language().equals("console")) {
        examples.add(new Example(blocks.get(i - 1), blocks.get(i)));
      }
    }
    return examples;
  }

  @ParameterizedTest
  @MethodSource("examples")
  void example_doesAsShown(Example example, @TempDir Path directory)
      throws IOException, InterruptedException, TargetException {
    Path file = Files.writeString(directory.resolve("Example.java"), example.source().text());
    Application application =
        Target.parse(file.toString())
            .load(
                ClassPath.parse("", new Inputs()),
                CompileCache.in(directory.resolve("cache")),
                new Inputs())
            .version()
            .application();
    try (LogWriter log = LogWriter.to(OutputStream.nullOutputStream(), LogFormat.TEXT);
        Server server = new Server(ServerConfig.builder().port(0).build(), application, log)) {
      server.start();
      for (Transcript.Step step : Transcript.of(example.transcript())) {
        assertThat(Transcript.shape(Transcript.ask(step.command(), server.port())))
            .isEqualTo(Transcript.shape(step.output().replace(":8000", ":" + server.port())));
      }
    }
  }

  @Test
  void everyExample_isShownAtWork() throws IOException {
    long applications =
        Document.of(DOCUMENT).blocks("java").stream()
            .filter(block -> block.text().matches("(?s).*\n(final )?Application app =.*"))
            .count();
    assertThat(examples()).hasSize((int) applications);
  }

  /** An application for each rule that breaks it. */
  private static Map<String, Application> violations() {
    byte[] five = "12345".getBytes(UTF_8);
    HttpResponseStart ok = new HttpResponseStart(200, Headers.none());
    Map<String, Application> violations = new LinkedHashMap<>();
    violations.put("start comes before", (scope, receive, send) -> send.send(last(five)));
    violations.put("one start", sending(ok, ok));
    violations.put("status is 200", sending(new HttpResponseStart(99, Headers.none())));
    violations.put("is one number", sending(start("content-length", "5", "content-length", "6")));
    violations.put("not longer", sending(start("content-length", "4"), last(five)));
    violations.put("shorter", sending(start("content-length", "6"), last(five)));
    violations.put("have no body", sending(new HttpResponseStart(204, Headers.none()), last(five)));
    violations.put("follows the last", sending(ok, last(five), last(five)));
    violations.put("Only HTTP messages", sending(new LifespanStartupComplete()));
    violations.put("There is a response", sending());
    violations.put("to its end", sending(ok, new HttpResponseBody(five, true)));
    return violations;
  }

  private static HttpResponseStart start(String... headers) {
    return new HttpResponseStart(200, Headers.of(headers));
  }

  private static Application sending(Outbound... messages) {
    return (scope, receive, send) -> {
      if (!(scope instanceof LifespanScope)) {
        for (Outbound message : messages) {
          send.send(message);
        }
      }
    };
  }

  static Stream<List<String>> rules() throws IOException {
    return Document.of(DOCUMENT).table("rule", "the exception says").stream();
  }

  @ParameterizedTest
  @MethodSource("rules")
  void brokenRule_isReportedAsTheDocumentSays(List<String> row)
      throws IOException, InterruptedException {
    Application violation =
        violations().entrySet().stream()
            .filter(entry -> row.getFirst().contains(entry.getKey()))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElseThrow();
    assertThat(errorsOf(violation))
        .contains(ContractException.class.getName() + ": " + Document.code(row.get(1)) + "\n");
  }

  @Test
  void rules_areAllListed() throws IOException {
    assertThat(rules()).hasSize(violations().size());
  }

  /** The same for the rules of WebSockets. */
  private static Map<String, Application> webSocketViolations() {
    WebSocketAccept accept = new WebSocketAccept(null, Headers.none());
    WebSocketSend send = new WebSocketSend(null, "x");
    WebSocketClose close = new WebSocketClose(1000, "");
    String longest = "x".repeat(123);
    Map<String, Application> violations = new LinkedHashMap<>();
    violations.put("before anything", sending(send));
    violations.put("accepted once.", sending(accept, accept));
    violations.put("once it was refused", sending(close, accept));
    violations.put("was offered", sending(new WebSocketAccept("chat", Headers.none())));
    violations.put("bytes or text", sending(accept, new WebSocketSend(null, null)));
    violations.put("may be sent", sending(accept, new WebSocketClose(1005, "")));
    violations.put("at most 123", sending(accept, new WebSocketClose(1000, longest + "x")));
    violations.put("follows the close", sending(accept, close, send));
    violations.put("300 to 599", sending(start()));
    violations.put("once it is open", sending(accept, start()));
    violations.put("gets an answer", sending());
    return violations;
  }

  static Stream<List<String>> webSocketRules() throws IOException {
    return Document.of(DOCUMENT).table("rule of WebSockets").stream();
  }

  @ParameterizedTest
  @MethodSource("webSocketRules")
  void brokenRuleOfWebSockets_isReportedAsTheDocumentSays(List<String> row)
      throws IOException, InterruptedException {
    Application violation =
        webSocketViolations().entrySet().stream()
            .filter(entry -> row.getFirst().contains(entry.getKey()))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElseThrow();
    assertThat(errorsOf(violation, OPENING))
        .contains(ContractException.class.getName() + ": " + Document.code(row.get(1)) + "\n");
  }

  @Test
  void rulesOfWebSockets_areAllListed() throws IOException {
    assertThat(webSocketRules()).hasSize(webSocketViolations().size());
  }

  /** What the server says on standard error, where nobody has attached a log, of one request. */
  private static String errorsOf(Application application) throws IOException, InterruptedException {
    return errorsOf(application, "");
  }

  private static String errorsOf(Application application, String options)
      throws IOException, InterruptedException {
    PrintStream before = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setErr(new PrintStream(printed, true, UTF_8));
    try (LogWriter log = LogWriter.to(OutputStream.nullOutputStream(), LogFormat.TEXT);
        Server server = new Server(ServerConfig.builder().port(0).build(), application, log)) {
      server.start();
      Transcript.ask("curl " + options + " http://127.0.0.1:8000/", server.port());
    } finally {
      System.setErr(before);
    }
    return printed.toString(UTF_8);
  }

  @Test
  void scopeTable_hasEveryField() throws IOException {
    assertThat(Document.of(DOCUMENT).table("field of `HttpScope`").stream().map(List::getFirst))
        .containsExactlyElementsOf(
            Arrays.stream(HttpScope.class.getRecordComponents())
                .map(field -> "`" + field.getName() + "`")
                .toList());
  }

  @Test
  void webSocketScopeTable_hasEveryField() throws IOException {
    String fields =
        Document.of(DOCUMENT).table("field of `WebSocketScope`").stream()
            .map(List::getFirst)
            .reduce("", String::concat);
    assertThat(WebSocketScope.class.getRecordComponents())
        .allSatisfy(field -> assertThat(fields).contains("`" + field.getName() + "`"));
  }

  @Test
  void messageTable_hasEveryMessage() throws IOException {
    List<List<String>> rows = Document.of(DOCUMENT).table("message", "direction");
    for (Class<?> kind : List.of(Inbound.class, Outbound.class)) {
      for (Class<?> message : kind.getPermittedSubclasses()) {
        assertThat(rows)
            .as(message.getSimpleName())
            .anyMatch(row ->
                row.getFirst().contains("`" + described(message))
                    && row.get(1).equals(kind == Inbound.class ? "in" : "out"));
      }
    }
  }

  private static String described(Class<?> message) {
    List<String> fields =
        Arrays.stream(message.getRecordComponents()).map(RecordComponent::getName).toList();
    return message.getSimpleName() + "(" + String.join(", ", fields) + ")`";
  }

  @Test
  void requestTable_hasEveryMethod() throws IOException {
    String cells =
        Document.of(DOCUMENT).table("method of `Request`").stream()
            .map(List::getFirst)
            .reduce("", String::concat);
    assertThat(Arrays.stream(Request.class.getDeclaredMethods()))
        .filteredOn(method -> Modifier.isPublic(method.getModifiers()))
        .extracting(Method::getName)
        .allSatisfy(name -> assertThat(cells).contains("`" + name + "("));
  }

  @Test
  void everyPublicType_isMentioned() throws IOException {
    String text = String.join("\n", Document.of(DOCUMENT).lines());
    assertThat(
            new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.pounce.app"))
        .filteredOn(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
        .filteredOn(JavaClass::isTopLevelClass)
        .extracting(JavaClass::getSimpleName)
        .allSatisfy(name -> assertThat(text).containsPattern("\\b" + name + "\\b"));
  }
}
