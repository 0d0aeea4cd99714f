package dev.pounce.server.listen;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pounce.server.config.Builder;
import dev.pounce.server.config.ServerConfig;
import java.lang.ProcessBuilder.Redirect;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Two programs. The first, whose arguments are settings, shares its listening socket with one child
 * after another; each child inherits it, tells the first connection its number, and ends.
 */
final class Heir {

  private static final String CHILD = "child";
  private static final int CHILDREN = 3;

  private Heir() {}

  public static void main(String[] args) throws Exception {
    if (args[0].equals(CHILD)) {
      serveOne(args[1]);
    } else {
      Builder settings = ServerConfig.builder().port(0);
      for (String arg : args) {
        settings.set(arg.substring(0, arg.indexOf('=')), arg.substring(arg.indexOf('=') + 1));
      }
      share(settings.build());
    }
  }

  private static void share(ServerConfig config) throws Exception {
    try (ListenSocket socket = ListenSocket.shared(config)) {
      System.out.println("listens at " + socket.uri("http"));
      for (int i = 1; i <= CHILDREN; i++) {
        Process child =
            new ProcessBuilder(command(List.of(CHILD, String.valueOf(i))))
                .redirectInput(Redirect.INHERIT)
                .redirectOutput(Redirect.INHERIT)
                .redirectError(Redirect.INHERIT)
                .start();
        System.out.println("child " + i + " ended with " + child.waitFor());
      }
    }
    System.out.println("closed");
  }

  /** What starts one of the two. */
  static List<String> command(List<String> args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Heir.class.getName()));
    command.addAll(args);
    return command;
  }

  private static void serveOne(String number) throws Exception {
    try (ListenSocket socket = ListenSocket.inherited();
        Readiness readiness = new Readiness();
        Transport transport = socket.accept(readiness, () -> false)) {
      System.out.println("child " + number + " listens at " + socket.uri("http"));
      transport.write(ByteBuffer.wrap(number.getBytes(UTF_8)));
      socket.leave();
      if (socket.accept(readiness, () -> false) != null) {
        throw new IllegalStateException("took what was for the next one");
      }
    }
  }
}
