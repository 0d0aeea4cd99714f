package dev.pounce.house;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Application;
import dev.pounce.cli.target.ClassPath;
import dev.pounce.cli.target.CompileCache;
import dev.pounce.cli.target.Target;
import dev.pounce.cli.watch.Inputs;
import dev.pounce.observe.log.LogFormat;
import dev.pounce.observe.log.LogWriter;
import dev.pounce.server.Server;
import dev.pounce.server.config.ServerConfig;
import dev.pounce.testkit.RawClient;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The chat of the examples, with guests of several kinds. */
@Timeout(60)
class ChatTest {

  private static final Path CHAT = Document.ROOT.resolve("examples/chat/Chat.java");

  private final LogWriter log = LogWriter.to(OutputStream.nullOutputStream(), LogFormat.TEXT);
  private final HttpClient http = HttpClient.newHttpClient();
  private Server server;

  @BeforeEach
  void serve(@TempDir Path directory) throws Exception {
    Application chat =
        Target.parse(CHAT + ":app")
            .load(
                ClassPath.parse("", new Inputs()),
                CompileCache.in(directory.resolve("cache")),
                new Inputs())
            .version()
            .application();
    server = new Server(ServerConfig.builder().port(0).build(), chat, log);
    server.start();
  }

  @AfterEach
  void stop() {
    http.shutdownNow();
    http.close();
    server.close();
    log.close();
  }

  private Guest guest() throws Exception {
    Guest guest = new Guest();
    guest.socket =
        http.newWebSocketBuilder()
            .buildAsync(URI.create("ws://127.0.0.1:" + server.port() + "/"), guest)
            .get(10, TimeUnit.SECONDS);
    guest.hears(guest.says("a guest has come in")); // and so is in the room
    return guest;
  }

  @Test
  void page_isServedBesideTheChat() throws Exception {
    HttpResponse<String> page =
        http.send(
            HttpRequest.newBuilder(server.uri()).build(), HttpResponse.BodyHandlers.ofString());

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).contains("new WebSocket(");
  }

  @Test
  void message_isHeardByAllWhoAreThere() throws Exception {
    Guest ann = guest();
    Guest bob = guest();
    ann.hears("a guest has come in");

    ann.says("Ann: hello");
    ann.hears("Ann: hello");
    bob.hears("Ann: hello");
    bob.says("Bob: gr\u00fc\u00df dich");
    ann.hears("Bob: gr\u00fc\u00df dich");
  }

  @Test
  void guest_whoLeaves_isNotMissed() throws Exception {
    Guest ann = guest();
    Guest bob = guest();
    ann.hears("a guest has come in");
    bob.socket.sendClose(1000, "").get(10, TimeUnit.SECONDS);
    bob.hears("closed 1000");

    ann.says("Ann: alone");
    ann.hears("Ann: alone");
  }

  @Test
  void guest_whoDoesNotRead_stopsNobody() throws Exception {
    String long1 = "x".repeat(100_000);
    Guest ann = guest();
    try (RawClient deaf = RawClient.connect(server.port())) {
      deaf.send(
          """
          GET / HTTP/1.1\r
          Host: localhost\r
          Connection: Upgrade\r
          Upgrade: websocket\r
          Sec-WebSocket-Version: 13\r
          Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
          \r
          """
              .getBytes(UTF_8));
      assertThat(deaf.readHead().status()).isEqualTo(101);

      for (int i = 0; i < 300; i++) {
        ann.hears(ann.says(long1 + i));
      }
      Guest bob = guest();
      ann.hears("a guest has come in");
      bob.hears(ann.says("Ann: still here"));
    }
  }

  private static final class Guest implements WebSocket.Listener {

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();
    private WebSocket socket;

    String says(String message) throws Exception {
      socket.sendText(message, true).get(10, TimeUnit.SECONDS);
      return message;
    }

    void hears(String message) throws InterruptedException {
      assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(message);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        heard.add(text.toString());
        text.setLength(0);
      }
      from.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
      heard.add("closed " + code);
      return null;
    }
  }
}
