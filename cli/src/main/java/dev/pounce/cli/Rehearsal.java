package dev.pounce.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pounce.app.Application;
import dev.pounce.app.Http;
import dev.pounce.app.Response;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sun.misc.Signal;

/**
 * Starts, serves and stops as a user would have it, for the launcher to record in an ahead-of-time
 * cache of the JDK what every later start then finds loaded and linked.
 *
 * <p>What is in the cache is loaded at every start, needed or not, so there are two: one for source
 * files, with the compiler in it, and one for all that is compiled already.
 */
public final class Rehearsal {

  private static final Pattern PORT = Pattern.compile("http://127\\.0\\.0\\.1:(\\d+)");
  private static final int REQUESTS = 20;
  private static final int PIPE = 1 << 16;

  /** A connection of HTTP/2 begins: the preface, no settings, and GET / on the first stream. */
  private static final byte[] STREAM =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0\0\0\16\1\5\0\0\0\1\202\206\204A\11localhost"
          .getBytes(ISO_8859_1);

  private static final int FRAME_HEAD = 9;
  private static final int HEADERS = 1;
  private static final int END_STREAM = 1;

  /** What the class target serves. */
  static final Application app = Http.app(_ -> Response.json("{}"));

  private final Path folder;

  private Rehearsal(Path folder) {
    this.folder = folder;
  }

  /**
   * Runs all of it and ends the process, with an exit code other than 0 if anything went wrong.
   *
   * @param args {@code source} or {@code class}, and an empty folder for files
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    Rehearsal rehearsal = new Rehearsal(Path.of(args[1]).toAbsolutePath());
    String target = args[0].equals("source") ? rehearsal.source() : Rehearsal.class.getName();
    int code = Main.run("--version");
    for (String format : List.of("text", "json", "text")) {
      code |= rehearsal.serve("--port=0", "--log-format", format, target);
    }
    System.exit(code);
  }

  private String source() throws IOException {
    return Files.writeString(
            folder.resolve("Hello.java"),
            """
            import dev.pounce.app.*;

            Application app = Http.app(request -> Response.text("Hello, World!\\n"));
            """)
        .toString();
  }

  private int run(OutputStream out, String... args) {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.keySet().removeIf(name -> name.startsWith("POUNCE_"));
    environment.put("XDG_CACHE_HOME", folder.toString());
    try (Command command = new Command(environment, folder, out, System.err)) {
      return command.run(args);
    }
  }

  private int serve(String... args) throws IOException, InterruptedException {
    List<Integer> codes = new ArrayList<>();
    try (PipedOutputStream out = new PipedOutputStream();
        BufferedReader printed =
            new BufferedReader(new InputStreamReader(new PipedInputStream(out, PIPE), UTF_8))) {
      Thread server =
          Thread.ofPlatform()
              .daemon() // if a client fails, the process ends with it
              .start(() -> codes.add(run(out, args)));
      int port = port(printed);
      for (int i = 0; i < REQUESTS; i++) {
        request(port);
        stream(port);
      }
      Signal.raise(new Signal("TERM"));
      server.join();
    }
    return codes.isEmpty() ? Command.FAILED : codes.getFirst();
  }

  private static int port(BufferedReader printed) throws IOException {
    while (true) {
      String line = printed.readLine();
      Matcher matcher = PORT.matcher(String.valueOf(line));
      if (line == null || matcher.find()) {
        return Integer.parseInt(matcher.group(1));
      }
    }
  }

  /** A request over HTTP/2. */
  private static void stream(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write(STREAM);
      InputStream in = socket.getInputStream();
      boolean ended = false;
      while (!ended) {
        byte[] head = in.readNBytes(FRAME_HEAD);
        in.skipNBytes(new BigInteger(1, head, 0, 3).intValue());
        ended = head[3] <= HEADERS && (head[4] & END_STREAM) != 0;
      }
    }
  }

  private static void request(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      OutputStream out = socket.getOutputStream();
      InputStream in = socket.getInputStream();
      out.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(ISO_8859_1));
      in.read(new byte[PIPE]);
      out.write(
          "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".getBytes(ISO_8859_1));
      in.readAllBytes();
    }
  }
}
