package dev.pounce.house;

import dev.pounce.app.Application;
import dev.pounce.cli.target.ClassPath;
import dev.pounce.cli.target.CompileCache;
import dev.pounce.cli.target.Target;
import dev.pounce.cli.target.TargetException;
import dev.pounce.cli.watch.Inputs;
import dev.pounce.observe.ConnectionCompleted;
import dev.pounce.observe.log.LogFormat;
import dev.pounce.observe.log.LogWriter;
import dev.pounce.server.Server;
import dev.pounce.server.config.Builder;
import dev.pounce.server.config.ServerConfig;
import dev.pounce.testkit.RawClient;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** One of the examples, compiled and served as the command does. */
final class ServedExample implements AutoCloseable {

  private final BlockingQueue<ConnectionCompleted> ended = new LinkedBlockingQueue<>();
  private final LogWriter log = LogWriter.to(OutputStream.nullOutputStream(), LogFormat.TEXT);
  private final Server server;

  private ServedExample(ServerConfig config, Application application) {
    server =
        new Server(
            config,
            application,
            log,
            event -> {
              if (event instanceof ConnectionCompleted completed) {
                ended.add(completed);
              }
            });
  }

  /** Serves {@code examples/FILE}. */
  static ServedExample of(String file, Path cache) throws IOException, TargetException {
    Application application =
        Target.parse(Document.ROOT.resolve("examples").resolve(file).toString())
            .load(ClassPath.parse("", new Inputs()), CompileCache.in(cache), new Inputs())
            .version()
            .application();
    Builder config = ServerConfig.builder().port(0).set("max-request-size", "1GiB");
    ServedExample served = new ServedExample(config.build(), application);
    served.server.start();
    return served;
  }

  RawClient connect() throws IOException {
    return RawClient.connect(server.port());
  }

  /** Sends a request over a connection of its own, which stays open. */
  RawClient ask(String path) throws IOException {
    return connect().send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  }

  /** The text that a GET gets. */
  String text(String path) throws IOException {
    try (RawClient client = ask(path)) {
      return client.readResponse().text();
    }
  }

  /** Waits until the server is done with a connection. */
  ConnectionCompleted ended() throws InterruptedException {
    return ended.take();
  }

  @Override
  public void close() {
    server.close();
    log.close();
  }
}
