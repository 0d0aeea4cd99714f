package dev.pounce.server;

import java.lang.management.ManagementFactory;
import javax.management.ObjectName;

/** How many objects of a class are in use. */
final class Instances {

  private Instances() {}

  /** How many are reachable in this process. */
  static int live(String className) throws Exception {
    Object histogram =
        ManagementFactory.getPlatformMBeanServer()
            .invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                "gcClassHistogram",
                new Object[] {new String[0]},
                new String[] {String[].class.getName()});
    return ((String) histogram)
        .lines()
        .map(line -> line.strip().split("\\s+"))
        .filter(line -> line.length > 3 && line[3].equals(className))
        .mapToInt(line -> Integer.parseInt(line[1]))
        .sum();
  }
}
