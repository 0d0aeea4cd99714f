package dev.pounce.cli;

import dev.pounce.server.config.ServerConfig;
import dev.pounce.server.config.Setting;

/** The text of {@code pounce --help}. */
final class Help {

  private static final int WIDTH = 80;
  private static final int COLUMN = 29;
  private static final String INDENT = " ".repeat(COLUMN);

  private static final String HEAD =
      """
      Usage: pounce [OPTIONS] TARGET
             pounce check [OPTIONS] TARGET

      Serves an application over HTTP. With check, the configuration and the target
      are checked and nothing is served.

      Targets:
        Hello.java               a source file, compiled in memory
        com.acme.Shop            a class on the class path
        shop.jar                 a jar whose manifest has Pounce-Application
        shop.jar:com.acme.Shop   a class in a jar
        Each may end with the name of what holds the application, a field or a method
        without parameters: Hello.java:site, com.acme.Shop:create(). Default: app

      """;

  private static final String FOOT =
      """

      TIME is in seconds, or has a unit: 250ms, 5s, 2m, 1h. SIZE is in bytes, or has a
      unit: 64KiB, 1MiB, 2GiB.

      Each setting is also an environment variable (POUNCE_PORT) and a key of the
      configuration file (port). Flags win over the environment, that wins over the
      file. trusted-hosts has no flag: set it in the file, or as POUNCE_TRUSTED_HOSTS.
      POUNCE_JAVA_OPTS holds options for the Java that runs the server.

      Exit codes: 0 stopped cleanly; 1 could not start, or requests were cut;
      2 wrong usage, configuration or target.
      """;

  /** The order in which options are shown. */
  private enum Section {
    LISTENING("Listening"),
    TIMEOUTS("Timeouts"),
    LIMITS("Limits"),
    RESPONSES("Responses"),
    OBSERVABILITY("Observability");

    private final String title;

    Section(String title) {
      this.title = title;
    }

    static Section of(Setting setting) {
      return switch (setting) {
        case HOST, PORT, UDS, WORKERS, BACKLOG, TRUSTED_HOSTS -> LISTENING;
        case KEEP_ALIVE_TIMEOUT, HEADER_TIMEOUT, REQUEST_TIMEOUT, WRITE_TIMEOUT, SHUTDOWN_TIMEOUT ->
            TIMEOUTS;
        case MAX_REQUEST_SIZE,
            MAX_REQUEST_LINE,
            MAX_HEADER_LINE,
            MAX_HEADER_SIZE,
            MAX_HEADERS,
            MAX_CONNECTIONS ->
            LIMITS;
        case SERVER_HEADER, COMPRESSION -> RESPONSES;
        case HEALTH_CHECK_PATH,
            LOG_LEVEL,
            LOG_FORMAT,
            LIFECYCLE_LOGGING,
            LOG_SLOW_REQUESTS_THRESHOLD ->
            OBSERVABILITY;
      };
    }
  }

  private Help() {}

  static String text() {
    StringBuilder text = new StringBuilder(HEAD);
    ServerConfig defaults = ServerConfig.defaults();
    for (Section section : Section.values()) {
      text.append(section.title).append(":\n");
      for (Flag flag : Flag.all()) {
        Setting setting = flag.setting();
        if (setting != null && Section.of(setting) == section) {
          append(text, flag, flag.takesValue() ? setting.value(defaults) : "");
        }
      }
      text.append('\n');
    }
    text.append("Other:\n");
    Flag.OWN.forEach(flag -> append(text, flag, ""));
    return text.append(FOOT).toString();
  }

  /** The flag, and in a column of its own what it does, wrapped between words. */
  private static void append(StringBuilder text, Flag flag, String value) {
    String label = flag.takesValue() ? "=" + flag.placeholder() : "";
    String line = "  " + (flag.alias().isEmpty() ? "" : flag.alias() + ", ") + flag.name() + label;
    if (line.length() < COLUMN) {
      line += " ".repeat(COLUMN - line.length());
    } else {
      text.append(line).append('\n');
      line = INDENT;
    }
    String description = flag.description() + (value.isEmpty() ? "" : " [" + value + "]");
    for (String word : description.split(" ")) {
      if (line.length() + word.length() > WIDTH) {
        text.append(line.stripTrailing()).append('\n');
        line = INDENT;
      }
      line += word + " ";
    }
    text.append(line.stripTrailing()).append('\n');
  }
}
