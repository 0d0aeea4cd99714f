package dev.pounce.server;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.channels.Selector;

/** Breaks what a server waits for connections with, which nothing outside it can. */
final class Deaf {

  private Deaf() {}

  /** From now on each look for a new connection ends in an error; those that are there stay. */
  static void make(Server server) throws IOException, ReflectiveOperationException {
    Object socket = field(field(server, "supervisor"), "socket");
    ((Selector) field(socket, "selector")).close();
  }

  private static Object field(Object owner, String name) throws ReflectiveOperationException {
    Field field = owner.getClass().getDeclaredField(name);
    field.setAccessible(true);
    return field.get(owner);
  }
}
