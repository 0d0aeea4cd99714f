package dev.pounce.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Locale;

/** What the figures were measured on. */
final class Machine {
  /** The unit in which the kernel counts CPU time. */
  private static final Duration TICK = tick();

  private Machine() {}

  private static Duration tick() {
    try {
      return Duration.ofSeconds(1)
          .dividedBy(Long.parseLong(Shell.read("getconf", "CLK_TCK").strip()));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** The CPU time that all cores have spent, on anything, stolen by other virtual machines too. */
  static Duration busy() throws IOException {
    String[] fields = Files.readAllLines(Path.of("/proc/stat")).getFirst().split("\\s+");
    // user, nice, system, then idle and iowait, then irq, softirq, steal
    return ticks(fields, 1, 2, 3, 6, 7, 8);
  }

  /** The CPU time of this process and of the children that have ended. */
  static Duration own() throws IOException {
    return ticks(stat("self"), 11, 12, 13, 14);
  }

  /** The CPU time of a process: all its threads, those that have ended too. */
  static Duration cpu(String pid) throws IOException {
    return ticks(stat(pid), 11, 12);
  }

  private static String[] stat(String pid) throws IOException {
    String stat = Files.readString(Path.of("/proc", pid, "stat"));
    return stat.substring(stat.lastIndexOf(')') + 2).split(" ");
  }

  private static Duration ticks(String[] fields, int... indexes) {
    return TICK.multipliedBy(
        Arrays.stream(indexes).mapToLong(index -> Long.parseLong(fields[index])).sum());
  }

  /** One paragraph: processor, memory, kernel, JDK, date and how busy the machine was before. */
  static String description() throws IOException {
    return String.format(
        Locale.ROOT,
        "%s. %s, %d cores, %.0f GiB, Linux %s, JDK %s. Load average before the run: %s.",
        LocalDate.now(ZoneOffset.UTC),
        processor(),
        Runtime.getRuntime().availableProcessors(),
        memoryGibibytes(),
        System.getProperty("os.version"),
        Runtime.version(),
        Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
  }

  private static String processor() throws IOException {
    return Shell.read("lscpu")
        .lines()
        .filter(line -> line.startsWith("Model name:"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse(System.getProperty("os.arch"));
  }

  private static double memoryGibibytes() throws IOException {
    String total = Files.readAllLines(Path.of("/proc/meminfo")).getFirst();
    return Long.parseLong(total.replaceAll("\\D", "")) / (1024.0 * 1024.0);
  }
}
