package dev.pounce.cli;

import java.util.List;

/** The command was called in a way that it can't follow; one message for each fault. */
final class UsageException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient List<String> faults;

  UsageException(List<String> faults) {
    super(String.join("\n", faults));
    this.faults = List.copyOf(faults);
  }

  List<String> faults() {
    return faults;
  }
}
