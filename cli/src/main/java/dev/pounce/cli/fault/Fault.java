package dev.pounce.cli.fault;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.jspecify.annotations.Nullable;

/**
 * Why an application can't be served.
 *
 * @param target what was to be served, such as {@code Hello.java}
 * @param message for people; what the compiler printed, as it is, if it is from there
 * @param fromCompiler whether it is
 * @param cause what the application's own code has thrown, or null
 */
public record Fault(
    String target, String message, boolean fromCompiler, @Nullable Throwable cause) {

  String title() {
    return target + (fromCompiler ? " does not compile" : " can't be served");
  }

  String details() {
    if (cause == null) {
      return message.stripTrailing();
    }
    StringWriter trace = new StringWriter();
    cause.printStackTrace(new PrintWriter(trace, true));
    return message.stripTrailing() + "\n\n" + trace.toString().stripTrailing();
  }
}
