package dev.pounce.observe.metrics;

import static dev.pounce.observe.metrics.Family.counter;
import static dev.pounce.observe.metrics.Family.gauge;
import static dev.pounce.observe.metrics.Family.sample;
import static dev.pounce.observe.metrics.Family.seconds;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import dev.pounce.observe.metrics.Family.Sample;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The metrics of this process, under the names that all clients of Prometheus give them. What the
 * system does not tell is left out: sizes of memory are told by Linux alone.
 */
final class OwnProcess {

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final long KIBI = 1024;

  private OwnProcess() {}

  static List<Family> families() {
    List<Family> families = new ArrayList<>();
    Duration start = Duration.ofMillis(ManagementFactory.getRuntimeMXBean().getStartTime());
    families.add(
        gauge(
            "process_start_time_seconds",
            "When the process started, in seconds since 1970.",
            sample(seconds(start))));
    if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
      families.add(cpu(system));
    }
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
      families.addAll(descriptors(unix));
    }
    families.addAll(memory());
    families.removeIf(family -> family.samples().isEmpty());
    return families;
  }

  private static Family cpu(OperatingSystemMXBean system) {
    return counter(
        "process_cpu_seconds",
        "Total CPU time, in seconds.",
        known(system.getProcessCpuTime()).map(nanos -> sample(seconds(Duration.ofNanos(nanos)))));
  }

  private static List<Family> descriptors(UnixOperatingSystemMXBean unix) {
    return List.of(
        gauge(
            "process_open_fds",
            "File descriptors now open.",
            known(unix.getOpenFileDescriptorCount()).map(Family::sample)),
        gauge(
            "process_max_fds",
            "File descriptors that may be open.",
            known(unix.getMaxFileDescriptorCount()).map(Family::sample)));
  }

  private static Stream<Long> known(long value) {
    return value < 0 ? Stream.empty() : Stream.of(value);
  }

  private static List<Family> memory() {
    String status;
    try {
      status = Files.readString(STATUS, ISO_8859_1);
    } catch (IOException e) {
      return List.of();
    }
    return List.of(
        gauge("process_virtual_memory_bytes", "Virtual memory, in bytes.", size("VmSize", status)),
        gauge(
            "process_resident_memory_bytes", "Resident memory, in bytes.", size("VmRSS", status)));
  }

  private static Stream<Sample> size(String line, String status) {
    return Pattern.compile("^" + line + ":\\s*(\\d+) kB$", Pattern.MULTILINE)
        .matcher(status)
        .results()
        .map(size -> sample(Long.parseLong(size.group(1)) * KIBI));
  }
}
