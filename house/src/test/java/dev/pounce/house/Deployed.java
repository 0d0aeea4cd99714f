package dev.pounce.house;

import dev.pounce.server.config.ServerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A file of ops/ with which servers are deployed, and the same with a mistake in it. */
record Deployed(String text) {

  static Deployed file(String name) throws IOException {
    return new Deployed(Files.readString(Path.of(Document.ROOT.toString(), "ops", name)));
  }

  /** With the first occurrence replaced, which has to be there. */
  Deployed with(String from, String to) {
    int at = text.indexOf(from);
    if (at < 0) {
      throw new AssertionError("not in the file: " + from);
    }
    return new Deployed(text.substring(0, at) + to + text.substring(at + from.length()));
  }

  /** What the server makes of the variables; it refuses those that it does not know. */
  static ServerConfig config(Map<String, String> environment) {
    return ServerConfig.builder().environment(environment).build();
  }
}
