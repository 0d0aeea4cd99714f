package dev.pounce.cli.target;

import dev.pounce.app.Application;

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

  /** Takes the application out of a class, whose loader becomes that of the current thread. */
  Loaded in(Class<?> type, String target, String warnings) throws TargetException {
    Thread.currentThread().setContextClassLoader(type.getClassLoader());
    try {
      return in(new Members(type, target), target, warnings);
    } catch (LinkageError e) {
      throw new TargetException(target + ": can't be loaded: " + e);
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
    return new Loaded(target + suffix, application, warnings);
  }

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
