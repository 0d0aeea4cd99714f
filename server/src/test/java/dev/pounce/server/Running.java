package dev.pounce.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pounce.app.Application;
import dev.pounce.observe.LifecycleCollector;
import dev.pounce.observe.log.LogWriter;
import dev.pounce.server.config.Builder;
import dev.pounce.server.config.ServerConfig;
import dev.pounce.server.source.Source;
import dev.pounce.testkit.RawClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.logging.ConsoleHandler;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** A server on a free port of the loopback address, and what it has told of itself. */
public final class Running implements AutoCloseable {

  /** Where servers say what is not the access log. */
  static final Logger SAID = Logger.getLogger("pounce");

  private static final Duration LOG_PATIENCE = Duration.ofSeconds(10);

  static {
    // What every server says as it stops would fill the console.
    ConsoleHandler console = new ConsoleHandler();
    console.setLevel(Level.WARNING);
    SAID.addHandler(console);
    SAID.setUseParentHandlers(false);
  }

  private final ServerConfig config;
  private final Lines lines = new Lines();
  private final Story story = new Story();
  private final LogWriter log;
  private final Server server;

  private Running(ServerConfig config, Source source, LifecycleCollector... collectors)
      throws StartupException {
    this.config = config;
    this.log = LogWriter.to(lines, config.logFormat());
    this.server = new Server(config, source, log, with(story, collectors));
    boolean started = false;
    try {
      server.start();
      started = true;
    } finally {
      if (!started) {
        log.close();
      }
    }
  }

  /** Serves with the defaults. */
  public static Running serve(Application application) throws StartupException {
    return serve(application, settings -> {});
  }

  /** Serves with the defaults but for what {@code settings} changes. */
  public static Running serve(Application application, Consumer<Builder> settings)
      throws StartupException {
    return serve(application, settings, new LifecycleCollector[0]);
  }

  /** Serves with further collectors. */
  public static Running serve(
      Application application, Consumer<Builder> settings, LifecycleCollector... collectors)
      throws StartupException {
    return serve(Source.of(application), settings, collectors);
  }

  /** Serves what a source gives, which can be reloaded. */
  public static Running serve(
      Source source, Consumer<Builder> settings, LifecycleCollector... collectors)
      throws StartupException {
    Builder builder = ServerConfig.builder().port(0);
    OverTls.Switch.settings().accept(builder);
    settings.accept(builder);
    return new Running(builder.build(), source, collectors);
  }

  private static LifecycleCollector[] with(Story story, LifecycleCollector... others) {
    return Stream.concat(Stream.of(story), Stream.of(others)).toArray(LifecycleCollector[]::new);
  }

  public ServerConfig config() {
    return config;
  }

  public Server server() {
    return server;
  }

  public int port() {
    return server.port();
  }

  /** The address of a path on the server. */
  public URI uri(String path) {
    return server.uri().resolve(path);
  }

  /** A new connection to the server. */
  public RawClient connect() throws IOException {
    return RawClient.connect(port());
  }

  /** The events so far. */
  public Story story() {
    return story;
  }

  /** The access log's lines so far. A request's line comes shortly after its response. */
  public List<String> logged() {
    return lines.sofar();
  }

  /** Waits for an access log's line that contains the text, and gives the first. */
  public String awaitLogged(String text) throws InterruptedException {
    return awaitLogged(line -> line.contains(text));
  }

  /** Waits for an access log's line, and gives the first. */
  public String awaitLogged(Predicate<String> wanted) throws InterruptedException {
    return lines.await(wanted);
  }

  /** Begins to close the server, on a thread of its own. */
  public Thread closing() {
    return Thread.ofPlatform().name("closing").start(this::close);
  }

  /**
   * Stops the server; what it was to log has been logged then. Whatever the test was about, what is
   * promised of events holds.
   */
  @Override
  public void close() {
    server.close();
    log.close();
    story.assertPromiseKept();
  }

  private static final class Lines extends ByteArrayOutputStream {

    @Override
    public synchronized void flush() {
      notifyAll();
    }

    synchronized List<String> sofar() {
      return toString(UTF_8).lines().toList();
    }

    synchronized String await(Predicate<String> wanted) throws InterruptedException {
      long deadline = System.nanoTime() + LOG_PATIENCE.toNanos();
      while (true) {
        for (String line : sofar()) {
          if (wanted.test(line)) {
            return line;
          }
        }
        long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
        if (left <= 0) {
          throw new AssertionError("the wanted line was not logged; logged: " + sofar());
        }
        wait(left);
      }
    }
  }
}
