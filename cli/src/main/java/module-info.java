/** The {@code pounce} command. */
module dev.pounce.cli {
  requires dev.pounce.server;
  requires info.picocli;
  requires java.compiler;
  requires java.logging;
  requires jdk.compiler;
  requires jdk.unsupported; // sun.misc.Signal
  requires static org.jspecify;
  requires tools.jackson.databind;
  requires tools.jackson.dataformat.toml;

  exports dev.pounce.cli to
      java.logging;

  provides System.LoggerFinder with
      dev.pounce.cli.ConsoleLoggers;
}
