package dev.pounce.observe.log;

/** The loggers that the server writes to. A record in the buffer carries one of these. */
public enum LogName {
  /** One line for each request. */
  ACCESS(0, "pounce.access"),
  /** What the server itself has to say. */
  SERVER(1, "pounce"),
  /** Events of connections and requests. */
  LIFECYCLE(2, "pounce.lifecycle"),
  /** What the log has to say about itself. */
  LOG(3, "pounce.log");

  /** What stands for it in a buffered record: two bits. */
  final int code;

  private final String logger;

  LogName(int code, String logger) {
    this.code = code;
    this.logger = logger;
  }

  /**
   * The name under which logging frameworks know it.
   *
   * @return for example {@code pounce.access}
   */
  public String logger() {
    return logger;
  }

  static LogName of(String logger) {
    for (LogName name : values()) {
      if (name.logger.equals(logger)) {
        return name;
      }
    }
    return SERVER;
  }
}
