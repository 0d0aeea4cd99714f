package dev.pounce.observe.log;

/** How much a log line matters, least first. */
public enum LogLevel {
  /** What helps to find a mistake. */
  DEBUG(0, System.Logger.Level.DEBUG),
  /** What happens in the normal run of things. */
  INFO(1, System.Logger.Level.INFO),
  /** What somebody should look at. */
  WARNING(2, System.Logger.Level.WARNING),
  /** What failed. */
  ERROR(3, System.Logger.Level.ERROR);

  /** What stands for it in a buffered record: two bits. */
  final int code;

  private final System.Logger.Level system;

  LogLevel(int code, System.Logger.Level system) {
    this.code = code;
    this.system = system;
  }

  /**
   * The level that stands for one of the JDK's.
   *
   * @param level any level; {@code ALL} and {@code TRACE} become {@link #DEBUG}, {@code OFF}
   *     becomes {@link #ERROR}
   * @return the nearest level of this server
   */
  public static LogLevel of(System.Logger.Level level) {
    return switch (level) {
      case ALL, TRACE, DEBUG -> DEBUG;
      case INFO -> INFO;
      case WARNING -> WARNING;
      case ERROR, OFF -> ERROR;
    };
  }

  /**
   * The JDK's level of the same name.
   *
   * @return never {@code ALL}, {@code TRACE} or {@code OFF}
   */
  public System.Logger.Level system() {
    return system;
  }

  /**
   * Whether a line of this level is written where {@code threshold} is the least that is.
   *
   * @param threshold the least level that is written
   * @return true from the threshold upwards
   */
  public boolean reaches(LogLevel threshold) {
    return compareTo(threshold) >= 0;
  }
}
