package dev.pounce.server.trace;

import dev.pounce.server.config.ServerConfig;

/** Makes the tracer that a configuration asks for. Found by the JDK's service loader. */
public interface TracerFactory {

  /**
   * Makes a tracer.
   *
   * @param config names the endpoint and the service
   * @return a tracer, to be closed by the caller
   * @throws IllegalArgumentException if the configuration can't be followed; the message says why
   */
  Tracer create(ServerConfig config);
}
