package dev.pounce.cli;

import dev.pounce.server.config.ServerConfig;
import dev.pounce.server.config.Setting;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The command line as picocli sees it, made from {@link Setting} and without annotations: nothing
 * is scanned or reflected upon when the command starts.
 */
final class Usage {

  static final String CONFIG = "--config";
  static final String CLASS_PATH = "--classpath";
  static final String HELP = "--help";
  static final String VERSION = "--version";
  static final String CHECK = "check";
  static final String DEV_CERT = "dev-cert";

  private static final int WIDTH = 80;

  private static final String DESCRIPTION =
      """

      Serves an application over HTTP. With check, the configuration and the target
      are checked and nothing is served. With dev-cert, a certificate for localhost
      is made, to try HTTPS with.

      Targets:
        Hello.java               a source file, compiled in memory
        com.acme.Shop            a class on the class path
        shop.jar                 a jar whose manifest has Pounce-Application
        shop.jar:com.acme.Shop   a class in a jar
        Each may end with the name of what holds the application, a field or a method
        without parameters: Hello.java:site, com.acme.Shop:create(). Default: app
      """;

  private static final String FOOTER =
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
    TLS("TLS"),
    WORKERS("Workers"),
    TIMEOUTS("Timeouts"),
    LIMITS("Limits"),
    WEBSOCKETS("WebSockets"),
    RESPONSES("Responses"),
    OBSERVABILITY("Observability"),
    OTHER("Other");

    private static final Set<Section> SETTINGS = EnumSet.range(LISTENING, OBSERVABILITY);

    private final String title;

    Section(String title) {
      this.title = title;
    }

    static Section of(Setting setting) {
      return switch (setting) {
        case HOST, PORT, UDS, UDS_PERMISSIONS, BACKLOG, TRUSTED_HOSTS, HTTP2 -> LISTENING;
        case SSL_CERTFILE, SSL_KEYFILE, SSL_KEYFILE_PASSWORD_FILE, SSL_CA_CERTS, SSL_CLIENT_AUTH ->
            TLS;
        case Setting.WORKERS,
            WORKER_MODE,
            MAX_REQUESTS_PER_WORKER,
            MAX_REQUESTS_JITTER,
            STALL_THRESHOLD,
            RELOAD ->
            WORKERS;
        case KEEP_ALIVE_TIMEOUT,
            HEADER_TIMEOUT,
            REQUEST_TIMEOUT,
            WRITE_TIMEOUT,
            LAME_DUCK,
            SHUTDOWN_TIMEOUT,
            RELOAD_TIMEOUT ->
            TIMEOUTS;
        case MAX_REQUEST_SIZE,
            MAX_REQUEST_LINE,
            MAX_HEADER_LINE,
            MAX_HEADER_SIZE,
            MAX_HEADERS,
            MAX_CONCURRENT_STREAMS,
            MAX_CONNECTIONS ->
            LIMITS;
        case WEBSOCKET_COMPRESSION,
            WEBSOCKET_MAX_MESSAGE_SIZE,
            WEBSOCKET_PING_INTERVAL,
            WEBSOCKET_PING_TIMEOUT ->
            WEBSOCKETS;
        case SERVER_HEADER, COMPRESSION, COMPRESSION_MIN_SIZE, SERVER_TIMING -> RESPONSES;
        case HEALTH_CHECK_PATH,
            METRICS_PATH,
            LOG_LEVEL,
            LOG_FORMAT,
            LIFECYCLE_LOGGING,
            LOG_SLOW_REQUESTS_THRESHOLD,
            OTEL_ENDPOINT,
            OTEL_SERVICE_NAME ->
            OBSERVABILITY;
      };
    }
  }

  private Usage() {}

  /** The flag of a setting, such as {@code --port}. */
  static String flag(Setting setting) {
    return "--" + setting.key();
  }

  static CommandLine commandLine() {
    CommandSpec spec = CommandSpec.create().name("pounce");
    ServerConfig defaults = ServerConfig.defaults();
    for (Section section : Section.SETTINGS) {
      ArgGroupSpec.Builder group = group(section);
      for (Setting setting : Setting.values()) {
        if (setting.hasFlag() && Section.of(setting) == section) {
          group.addArg(option(setting, defaults));
        }
      }
      spec.addArgGroup(group.build());
    }
    spec.addArgGroup(own());
    spec.addPositional(target());
    spec.parser().collectErrors(true);
    spec.usageMessage()
        .width(WIDTH)
        .sortOptions(false)
        .customSynopsis(
            "pounce [OPTIONS] TARGET",
            "       pounce check [OPTIONS] TARGET",
            "       pounce dev-cert")
        .description(DESCRIPTION.split("\n"))
        .footer(FOOTER.split("\n"));
    return new CommandLine(spec);
  }

  private static ArgGroupSpec.Builder group(Section section) {
    return ArgGroupSpec.builder()
        .heading("%n" + section.title + ":%n")
        .order(section.ordinal())
        .validate(false);
  }

  /** The options that are no setting. */
  private static ArgGroupSpec own() {
    return group(Section.OTHER)
        .addArg(valued("FILE", "the configuration file [pounce.toml, if there]", CONFIG).build())
        .addArg(
            valued("PATH", "jars and folders with the target's classes", "-cp", CLASS_PATH).build())
        .addArg(toggle("show this and exit", "-h", HELP).usageHelp(true).build())
        .addArg(toggle("show the version and exit", "-V", VERSION).versionHelp(true).build())
        .build();
  }

  private static OptionSpec option(Setting setting, ServerConfig defaults) {
    String value = setting.value(defaults);
    if (setting.isSwitch()) {
      return toggle(setting.description(), flag(setting)).build();
    }
    String shown = value.isEmpty() ? "" : " [" + value + "]";
    return valued(setting.placeholder(), setting.description() + shown, flag(setting)).build();
  }

  private static OptionSpec.Builder valued(
      String placeholder, String description, String... names) {
    return OptionSpec.builder(names[0], Arrays.copyOfRange(names, 1, names.length))
        .type(String.class)
        .paramLabel(placeholder)
        .description(description);
  }

  private static OptionSpec.Builder toggle(String description, String... names) {
    return OptionSpec.builder(names[0], Arrays.copyOfRange(names, 1, names.length))
        .type(boolean.class)
        .arity("0")
        .description(description);
  }

  /** The target, and the word check before it. */
  private static PositionalParamSpec target() {
    return PositionalParamSpec.builder()
        .paramLabel("TARGET")
        .type(String[].class)
        .auxiliaryTypes(String.class)
        .arity("0..*")
        .index("0..*")
        .hidden(true)
        .build();
  }

  /** The text of {@code pounce --help}. */
  static String help() {
    return commandLine().getUsageMessage(Ansi.OFF);
  }
}
