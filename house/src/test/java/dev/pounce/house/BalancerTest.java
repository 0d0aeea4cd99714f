package dev.pounce.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.app.Application;
import dev.pounce.app.Http;
import dev.pounce.app.Response;
import dev.pounce.server.Server;
import dev.pounce.server.config.ServerConfig;
import dev.pounce.testkit.RawClient;
import dev.pounce.testkit.RawResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two servers behind nginx and HAProxy, which are configured by the files in ops/. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BalancerTest {

  private static final int REQUESTS = 40;
  private static final Pattern VARIABLE = Pattern.compile("(POUNCE_[A-Z_]+)=(\\S+)");

  /** Whom the two servers are behind. */
  enum Balancer {
    NGINX("nginx/pounce.conf") {
      @Override
      Daemon start(Deployed file, int port, Path directory)
          throws IOException, InterruptedException {
        String site = file.with("listen 80;", "listen 127.0.0.1:" + port + ";").text();
        return Nginx.daemon(site, port, directory);
      }
    },
    HAPROXY("haproxy/haproxy.cfg") {
      @Override
      Daemon start(Deployed file, int port, Path directory)
          throws IOException, InterruptedException {
        String all = file.with("bind :80", "bind 127.0.0.1:" + port).text();
        Path here = Files.writeString(directory.resolve("haproxy.cfg"), all);
        return Daemon.start(port, "/usr/sbin/haproxy", "-db", "-f", here.toString());
      }
    };

    private final String file;

    Balancer(String file) {
      this.file = file;
    }

    abstract Daemon start(Deployed file, int port, Path directory)
        throws IOException, InterruptedException;

    /** Starts it before these two servers. */
    Daemon before(Server a, Server b, Path directory) throws IOException, InterruptedException {
      String text =
          Deployed.file(file)
              .text()
              .replace("127.0.0.1:8001", "127.0.0.1:" + a.port())
              .replace("127.0.0.1:8002", "127.0.0.1:" + b.port());
      return start(new Deployed(text), Daemon.freePort(), directory);
    }

    /**
     * The settings that the file's own example starts each server with, but without a lame duck, so
     * that there are refusals to be sent again.
     */
    ServerConfig config() throws IOException {
      Map<String, String> variables = new LinkedHashMap<>();
      VARIABLE
          .matcher(Deployed.file(file).text())
          .results()
          .forEach(variable -> variables.put(variable.group(1), variable.group(2)));
      variables.put("POUNCE_PORT", "0");
      variables.replace("POUNCE_LAME_DUCK", "0");
      return Deployed.config(variables);
    }
  }

  private static Server server(Balancer balancer, String name) throws Exception {
    Application app =
        Http.app(request -> {
          request.bytes();
          return Response.text(name + " " + request.client().host() + " " + request.id());
        });
    Server server = new Server(balancer.config(), app);
    server.start();
    return server;
  }

  /** Asks again and again over one connection, and returns what was answered instead of 200. */
  private static List<Integer> refusals(int port, Set<String> answered) throws IOException {
    List<Integer> refusals = new ArrayList<>();
    try (RawClient client = RawClient.connect(port)) {
      for (int i = 0; i < REQUESTS; i++) {
        RawResponse response = (i % 4 < 2 ? get(client) : post(client)).readResponse();
        if (response.status() == 200) {
          answered.add(response.text().split(" ")[0]);
        } else {
          refusals.add(response.status());
        }
      }
    }
    return refusals;
  }

  private static RawClient get(RawClient client) throws IOException {
    return client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  }

  /** As some clients do, in two pieces. */
  private static RawClient post(RawClient client) throws IOException {
    return client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n").send("ok");
  }

  @ParameterizedTest
  @EnumSource
  void stoppingOneServer_losesNoRequest(Balancer balancer, @TempDir Path directory)
      throws Exception {
    try (Hush _ = Hush.open();
        Server a = server(balancer, "a");
        Server b = server(balancer, "b");
        Daemon daemon = balancer.before(a, b, directory)) {
      Set<String> answered = new HashSet<>();
      assertThat(refusals(daemon.port(), answered)).isEmpty();
      assertThat(answered).as("both serve").containsExactlyInAnyOrder("a", "b");
      Thread stop;
      try (RawClient held = RawClient.connect(a.port())) {
        held.send(
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
        assertThat(held.readHead().status()).isEqualTo(100);
        stop = Thread.ofPlatform().start(a::close);
        awaitDrain(a.port());
        assertThat(refusals(daemon.port(), answered)).as("while one drains").isEmpty();
        assertThat(held.send("ok").readResponse().status()).isEqualTo(200);
      }
      stop.join();
      answered.clear();
      assertThat(refusals(daemon.port(), answered)).as("when it is gone").isEmpty();
      assertThat(answered).containsExactly("b");
    }
  }

  /** Waits until new connections are refused. */
  private static void awaitDrain(int port) throws IOException {
    int status;
    do {
      try (RawClient client = RawClient.connect(port)) {
        status = get(client).readResponse().status();
      }
    } while (status != 503);
  }

  @ParameterizedTest
  @EnumSource
  void proxy_isBelievedAndItsClientIsNot(Balancer balancer, @TempDir Path directory)
      throws Exception {
    try (Hush _ = Hush.open();
        Server a = server(balancer, "a");
        Server b = server(balancer, "b");
        Daemon daemon = balancer.before(a, b, directory)) {
      String seen =
          Transcript.ask(
              "curl http://127.0.0.1:8000/ --interface 127.0.0.2 -H 'X-Forwarded-For: 6.6.6.6'"
                  + " -H 'X-Request-ID: evil'",
              daemon.port());
      assertThat(seen).matches("[ab] 127\\.0\\.0\\.2 [0-9a-f-]{32,36}");
    }
  }

  @Test
  void haproxy_hasNothingToSayAboutItsFile(@TempDir Path directory) throws Exception {
    Path file = Document.ROOT.resolve("ops/haproxy/haproxy.cfg");
    assertThat(
            Transcript.run("/usr/sbin/haproxy -q -c -f " + file + "; echo $?", directory, Map.of()))
        .isEqualTo("0\n");
  }
}
