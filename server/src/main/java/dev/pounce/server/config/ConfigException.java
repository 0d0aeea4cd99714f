package dev.pounce.server.config;

import java.util.List;

/** A configuration has bad values; the message has one line for each. */
public final class ConfigException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  ConfigException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /** One line for each bad value: {@code name: value (expected: rule)}. */
  public List<String> problems() {
    return problems;
  }
}
