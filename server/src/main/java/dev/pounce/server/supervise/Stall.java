package dev.pounce.server.supervise;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import dev.pounce.server.http1.Connection;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells what keeps virtual threads from running: those that hold the carriers, and where they are.
 *
 * <p>The JDK says which virtual thread is on which carrier in its dump of all threads alone, and
 * there in its JSON form alone, so that is made and read, line by line. It costs some milliseconds
 * for each thousand threads, once in a stall, on a thread of its own.
 */
final class Stall {

  private static final Logger LOGGER = System.getLogger("pounce");

  /** A virtual thread that is on a carrier. */
  record Holder(long thread, String name, List<String> stack) {}

  private Stall() {}

  /** Logs who holds the carriers. */
  static void report(Duration threshold, Iterable<Worker> workers) {
    String late = "Virtual threads have not been scheduled for " + Drain.seconds(threshold) + "s";
    try {
      List<Holder> holders = holders();
      StringBuilder text = new StringBuilder(late);
      text.append("; ").append(holders.size()).append(" hold(s) the carriers:");
      for (Holder holder : holders) {
        text.append("\n    ").append(title(holder, workers));
        holder.stack().forEach(frame -> text.append("\n        at ").append(frame));
      }
      LOGGER.log(Level.WARNING, text.toString());
    } catch (IOException | RuntimeException e) {
      LOGGER.log(Level.WARNING, late + "; which hold the carriers can't be told", e);
    }
  }

  private static String title(Holder holder, Iterable<Worker> workers) {
    for (Worker worker : workers) {
      for (Connection connection : worker.connections()) {
        String doing = connection.onThread(holder.thread());
        if (doing != null) {
          return doing;
        }
      }
    }
    return "virtual thread #" + holder.thread() + " \"" + holder.name() + "\"";
  }

  private static List<Holder> holders() throws IOException {
    Path folder = Files.createTempDirectory("pounce-stall");
    Path dump = folder.resolve("threads.json");
    try {
      ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
          .dumpThreads(dump.toString(), ThreadDumpFormat.JSON);
      return holders(Files.readAllLines(dump));
    } finally {
      Files.deleteIfExists(dump);
      Files.delete(folder);
    }
  }

  /** Reads a dump, which has each field and each frame on a line of its own. */
  static List<Holder> holders(List<String> dump) {
    List<Holder> holders = new ArrayList<>();
    List<String> stack = new ArrayList<>();
    String thread = "0";
    String name = "";
    boolean inStack = false;
    for (String line : dump) {
      String field = line.strip();
      if (field.startsWith("\"tid\": ")) {
        thread = value(field);
        stack = new ArrayList<>();
      } else if (field.startsWith("\"name\": ")) {
        name = value(field);
      } else if (field.startsWith("\"stack\": [")) {
        inStack = true;
      } else if (inStack && field.startsWith("\"")) {
        stack.add(text(field));
      } else if (inStack) {
        inStack = false;
      } else if (field.startsWith("\"carrier\": ")) {
        holders.add(new Holder(Long.parseLong(thread), name, stack));
      }
    }
    return holders;
  }

  private static String value(String field) {
    return text(field.substring(field.indexOf(": ") + 2));
  }

  /** What stands between the quotes. */
  private static String text(String literal) {
    return literal
        .substring(1, literal.lastIndexOf('"'))
        .replace("\\/", "/")
        .replace("\\\"", "\"")
        .replace("\\\\", "\\");
  }
}
