package dev.pounce.cli.target;

import dev.pounce.app.Application;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The fields and methods of a class that give an application: of type {@link Application}, whatever
 * their access, inherited ones too. What is not static belongs to one instance, made with the
 * constructor without parameters when it is first needed.
 */
final class Members {

  private final Class<?> type;
  private final String target;
  private @Nullable Object instance;

  Members(Class<?> type, String target) {
    this.type = type;
    this.target = target;
  }

  Class<?> type() {
    return type;
  }

  @Nullable Application field(String name) throws TargetException {
    for (Class<?> owner = type; owner != null; owner = owner.getSuperclass()) {
      for (Field field : owner.getDeclaredFields()) {
        if (field.getName().equals(name) && fits(field.getType())) {
          return given("field '" + name + "'", read(field));
        }
      }
    }
    return null;
  }

  @Nullable Application method(String name) throws TargetException {
    for (Class<?> owner = type; owner != null; owner = owner.getSuperclass()) {
      for (Method method : owner.getDeclaredMethods()) {
        if (method.getName().equals(name) && makes(method)) {
          return given("method '" + name + "()'", call(method));
        }
      }
    }
    return null;
  }

  @Nullable Application itself() throws TargetException {
    return fits(type) ? (Application) instance("it") : null;
  }

  private Application given(String what, @Nullable Object value) throws TargetException {
    if (value instanceof Application application) {
      return application;
    }
    throw new TargetException(target + ": the " + what + " is null");
  }

  private static boolean fits(Class<?> type) {
    return Application.class.isAssignableFrom(type);
  }

  private static boolean makes(Method method) {
    return method.getParameterCount() == 0
        && fits(method.getReturnType())
        && !method.isSynthetic()
        && !Modifier.isAbstract(method.getModifiers());
  }

  private @Nullable Object read(Field field) throws TargetException {
    Object owner = Modifier.isStatic(field.getModifiers()) ? null : instance(field.getName());
    return run(field.getName(), field, () -> field.get(owner));
  }

  private @Nullable Object call(Method method) throws TargetException {
    Object owner = Modifier.isStatic(method.getModifiers()) ? null : instance(method.getName());
    return run(method.getName() + "()", method, () -> method.invoke(owner));
  }

  private Object instance(String what) throws TargetException {
    Object made = instance;
    if (made == null) {
      made = run("new " + type.getSimpleName() + "()", constructor(what));
      instance = made;
    }
    return made;
  }

  private Constructor<?> constructor(String what) throws TargetException {
    try {
      if (!Modifier.isAbstract(type.getModifiers())) {
        return type.getDeclaredConstructor();
      }
    } catch (NoSuchMethodException e) {
      // said below
    }
    throw new TargetException(
        target
            + ": '"
            + what
            + "' needs an instance, and class "
            + type.getSimpleName()
            + " has no constructor without parameters");
  }

  private Object run(String what, Constructor<?> constructor) throws TargetException {
    Object made = run(what, constructor, constructor::newInstance);
    if (made == null) {
      throw new IllegalStateException(what);
    }
    return made;
  }

  /** Something of the target's own that is about to run. */
  private interface Step {
    @Nullable Object run() throws ReflectiveOperationException;
  }

  private <T extends AccessibleObject> @Nullable Object run(String what, T member, Step step)
      throws TargetException {
    try {
      member.setAccessible(true);
      return step.run();
    } catch (InvocationTargetException e) {
      throw failed(what, e.getCause() == null ? e : e.getCause());
    } catch (ExceptionInInitializerError e) {
      throw failed(what, e.getCause() == null ? e : e.getCause());
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw new TargetException(target + ": " + what + " can't be used: " + e);
    }
  }

  private TargetException failed(String what, Throwable cause) {
    cause.setStackTrace(withoutCaller(cause.getStackTrace()));
    return new TargetException(target + ": " + what + " failed: " + cause, cause);
  }

  /** The frames of the target's own code: who called it, by reflection, is of no interest. */
  private static StackTraceElement[] withoutCaller(StackTraceElement[] trace) {
    int end = 0;
    while (end < trace.length && !trace[end].getClassName().equals(Members.class.getName())) {
      end++;
    }
    while (end > 0 && isReflection(trace[end - 1].getClassName())) {
      end--;
    }
    return Arrays.copyOf(trace, end);
  }

  private static boolean isReflection(String className) {
    return className.startsWith("java.lang.reflect.") || className.startsWith("jdk.internal.");
  }

  /** For people: every member that would have done. */
  String found() {
    List<String> found = new ArrayList<>();
    for (Class<?> owner = type; owner != null; owner = owner.getSuperclass()) {
      for (Field field : owner.getDeclaredFields()) {
        if (fits(field.getType())) {
          found.add(field.getName() + " (field)");
        }
      }
      for (Method method : owner.getDeclaredMethods()) {
        if (makes(method)) {
          found.add(method.getName() + "() (method)");
        }
      }
    }
    Collections.sort(found);
    return found.isEmpty() ? "none" : String.join(", ", found);
  }
}
