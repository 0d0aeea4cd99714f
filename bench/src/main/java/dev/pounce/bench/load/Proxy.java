package dev.pounce.bench.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/** What stands before two instances, as the files in {@code ops} have it. */
enum Proxy {
  NGINX("nginx/pounce.conf", Duration.ZERO) {
    @Override
    List<String> command(String file, int port, Path folder) throws IOException {
      String site = file.replace("listen 80;", "listen 127.0.0.1:" + port + ";");
      Path main = Files.writeString(folder.resolve("nginx.conf"), MAIN.formatted(site));
      return List.of("nginx", "-p", folder + "/", "-e", "stderr", "-c", main.toString());
    }
  },
  /** It asks for health once a second, and has to know that one is back before the other goes. */
  HAPROXY("haproxy/haproxy.cfg", Duration.ofSeconds(3)) {
    @Override
    List<String> command(String file, int port, Path folder) throws IOException {
      String all = file.replace("bind :80", "bind 127.0.0.1:" + port);
      Path main = Files.writeString(folder.resolve("haproxy.cfg"), all);
      return List.of("haproxy", "-db", "-f", main.toString());
    }
  };

  private static final Pattern SETTING = Pattern.compile("(POUNCE_[A-Z_]+)=(\\S+)");
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);
  private static final String MAIN =
      """
      daemon off;
      worker_processes 1;
      error_log stderr;
      pid nginx.pid;
      events { worker_connections 4096; }
      http {
      access_log off;
      client_body_temp_path body;
      proxy_temp_path proxy;
      fastcgi_temp_path fastcgi;
      uwsgi_temp_path uwsgi;
      scgi_temp_path scgi;
      %s}
      """;

  private final String file;
  private final Duration notice;

  Proxy(String file, Duration notice) {
    this.file = file;
    this.notice = notice;
  }

  abstract List<String> command(String file, int port, Path folder) throws IOException;

  /** How long after an instance is back the other one may be stopped. */
  Duration notice() {
    return notice;
  }

  private String text() throws IOException {
    return Files.readString(Contender.HOUSE.resolve("ops").resolve(file));
  }

  /** The settings that the file says each instance is started with. */
  Map<String, String> settings() throws IOException {
    Map<String, String> settings = new TreeMap<>();
    SETTING
        .matcher(text())
        .results()
        .forEach(setting -> settings.put(setting.group(1), setting.group(2)));
    settings.remove("POUNCE_PORT");
    return settings;
  }

  /** Starts it before the instances at two ports, and waits until it accepts. */
  Process start(int port, int first, int second, Path scratch) throws IOException {
    Path folder = Files.createTempDirectory(scratch, "proxy");
    String text =
        text()
            .replace("127.0.0.1:8001", "127.0.0.1:" + first)
            .replace("127.0.0.1:8002", "127.0.0.1:" + second);
    var process =
        new ProcessBuilder(command(text, port, folder))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile());
    process.environment().merge("PATH", "/usr/sbin", (path, sbin) -> path + ":" + sbin);
    var daemon = process.start();
    Runtime.getRuntime().addShutdownHook(new Thread(daemon::destroyForcibly));
    while (!accepts(port)) {
      if (!daemon.isAlive()) {
        throw new IOException(this + ": " + Files.readString(folder.resolve("log")));
      }
      LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
    }
    return daemon;
  }

  private static boolean accepts(int port) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }
}
