package dev.pounce.server;

import dev.pounce.app.Application;
import dev.pounce.app.Host;
import dev.pounce.server.config.Builder;
import dev.pounce.server.config.ServerConfig;
import java.util.Map;

/** Lets {@link dev.pounce.app.Pounce#run} find this server. */
public final class ServerHost implements Host {

  /** For {@link java.util.ServiceLoader}. */
  public ServerHost() {}

  @Override
  public int run(Application application, Map<String, String> settings) {
    Builder builder = ServerConfig.builder().environment(System.getenv());
    settings.forEach(builder::set);
    try (Server server = new Server(builder.build(), application)) {
      return server.run(
          uri -> System.getLogger("pounce").log(System.Logger.Level.INFO, "Serving " + uri));
    } catch (StartupException e) {
      System.getLogger("pounce").log(System.Logger.Level.ERROR, e.getMessage());
      return 1;
    }
  }
}
