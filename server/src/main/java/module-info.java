/** The server: sockets, protocols, workers and their supervisor. */
module dev.pounce.server {
  requires transitive dev.pounce.app;
  requires transitive dev.pounce.observe;
  requires jdk.management; // threads and the carriers they are on
  requires jdk.unsupported; // sun.misc.Signal
  requires static org.jspecify;

  exports dev.pounce.server;
  exports dev.pounce.server.coding;
  exports dev.pounce.server.config;
  exports dev.pounce.server.fleet;
  exports dev.pounce.server.source;
  exports dev.pounce.server.tls;
  exports dev.pounce.server.trace;

  uses dev.pounce.server.coding.ContentCoding;
  uses dev.pounce.server.trace.TracerFactory;

  provides dev.pounce.app.Host with
      dev.pounce.server.ServerHost;
}
