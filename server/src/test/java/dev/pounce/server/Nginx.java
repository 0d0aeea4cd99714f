package dev.pounce.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pounce.testkit.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real nginx, in the foreground, that keeps to a directory of its own. */
final class Nginx implements AutoCloseable {

  private static final Path PROGRAM = Path.of("/usr/sbin/nginx");

  private final Process process;
  private final Path errors;
  private final int port;

  private Nginx(Process process, Path errors, int port) {
    this.process = process;
    this.errors = errors;
    this.port = port;
  }

  /**
   * Starts one and waits until it listens.
   *
   * @param directory empty; the caller deletes it
   * @param upstream an nginx {@code server} address: {@code 127.0.0.1:8000} or {@code unix:/path}
   * @param locations lines for the {@code server} block
   */
  static Nginx start(Path directory, String upstream, String locations) throws Exception {
    return by(List.of(), directory, upstream, locations);
  }

  /** Has another program start one, such as {@code setpriv}. */
  static Nginx by(List<String> before, Path directory, String upstream, String locations)
      throws Exception {
    int port = freePort();
    String config =
        """
        daemon off;
        master_process off;
        pid nginx.pid;
        error_log errors warn;
        events { worker_connections 64; }
        http {
          access_log off;
          client_body_temp_path body;
          proxy_temp_path proxy;
          fastcgi_temp_path fastcgi;
          uwsgi_temp_path uwsgi;
          scgi_temp_path scgi;
          client_max_body_size 0;
          upstream pounce { server %s; keepalive 4; }
          server {
            listen 127.0.0.1:%d;
            proxy_http_version 1.1;
            %s
          }
        }
        """
            .formatted(upstream, port, locations);
    Path file = Files.writeString(directory.resolve("nginx.conf"), config);
    Path errors = directory.resolve("errors");
    List<String> command = new ArrayList<>(before);
    command.addAll(List.of(PROGRAM.toString(), "-e", errors.toString()));
    command.addAll(List.of("-p", directory + "/", "-c", file.toString()));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("output").toFile())
            .start();
    Nginx nginx = new Nginx(process, errors, port);
    boolean listening = false;
    try {
      listening = Await.holdsWithin(Duration.ofSeconds(10), nginx::isListening);
      assertThat(listening).as("nginx listens; %s", Files.readString(errors)).isTrue();
      return nginx;
    } finally {
      if (!listening) {
        nginx.close();
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return probe.getLocalPort();
    }
  }

  private boolean isListening() {
    try (RawClient probe = RawClient.connect(port)) {
      return probe.socket().isConnected() && process.isAlive();
    } catch (IOException e) {
      return false;
    }
  }

  int port() {
    return port;
  }

  /** What it had to complain about. */
  String errors() throws IOException {
    return Files.readString(errors);
  }

  @Override
  public void close() throws InterruptedException {
    process.toHandle().destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
    process.destroy();
  }
}
