package dev.pounce.cli.target;

import dev.pounce.app.Application;
import dev.pounce.server.source.Version;
import java.net.URLClassLoader;

/**
 * The part of a target behind the class: the name of what holds or makes the application.
 *
 * @param name of a field or a method; empty where the target has no attribute
 * @param call whether it has to be a method: it was written with parentheses
 */
record Attribute(String name, boolean call) {

  private static final String DEFAULT = "app";
  private static final String PARENTHESES = "()";

  static Attribute parse(String target, String text) throws TargetException {
    boolean call = text.endsWith(PARENTHESES);
    String name = call ? text.substring(0, text.length() - PARENTHESES.length()) : text;
    boolean absent = text.isEmpty() && !target.endsWith(":");
    if (!absent && (!ClassTarget.isName(name) || name.indexOf('.') >= 0)) {
      throw new TargetException(
          target + ": '" + text + "' is not an attribute (expected: app, or create())");
    }
    return new Attribute(name, call);
  }

  /**
   * Takes the application out of a class, with the class's loader as that of the current thread.
   */
  Loaded in(Class<?> type, String target, String warnings) throws TargetException {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(type.getClassLoader());
    try {
      return in(new Members(type, target), target, warnings);
    } catch (LinkageError e) {
      throw new TargetException(target + ": can't be loaded: " + e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private Loaded in(Members members, String target, String warnings) throws TargetException {
    String wanted = name.isEmpty() ? DEFAULT : name;
    Application application = call ? null : members.field(wanted);
    String suffix = ":" + wanted;
    if (application == null) {
      application = members.method(wanted);
      suffix += PARENTHESES;
    }
    if (application == null && name.isEmpty()) {
      application = members.itself();
      suffix = "";
    }
    if (application == null) {
      throw new TargetException(missing(members, target, wanted));
    }
    return new Loaded(target + suffix, version(members.type(), application), warnings);
  }

  private static Version version(Class<?> type, Application application) {
    ClassLoader loader = type.getClassLoader();
    return new Version(
        application, loader, loader instanceof URLClassLoader own ? own : Attribute::nothing);
  }

  /** A class of Pounce's own loader, which stays open. */
  private static void nothing() {}

  private String missing(Members members, String target, String wanted) {
    String looked = call ? "no method '" + wanted + "()'" : "no field or method '" + wanted + "'";
    String shown = name.isEmpty() ? target : target + ":" + name + (call ? PARENTHESES : "");
    String itself =
        name.isEmpty()
            ? ", and class " + members.type().getSimpleName() + " is not an Application"
            : "";
    return shown + ": " + looked + " of type Application" + itself + "; found: " + members.found();
  }
}
