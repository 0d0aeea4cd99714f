package dev.pounce.observe.log;

/** How a log line is laid out. */
public enum LogFormat {
  /** One line for people; a stack trace follows on indented lines. */
  TEXT,
  /** One JSON object (RFC 8259) on one line, in UTF-8. */
  JSON
}
