package dev.pounce.cli.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.pounce.app.Application;
import dev.pounce.app.Http;
import dev.pounce.app.Receive;
import dev.pounce.app.Response;
import dev.pounce.app.Scope;
import dev.pounce.app.Send;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which member of a class is the application. The classes below are the targets. */
@SuppressWarnings("unused")
class AttributeTest {

  private static final Application FIELD = Http.app(r -> Response.text("field"));
  private static final Application METHOD = Http.app(r -> Response.text("method"));

  static class Both {
    private final Application app = FIELD;
    static Application site = METHOD;
    Application nothing;
    String text = "";

    static Application app() {
      return METHOD;
    }

    private Application create() {
      return METHOD;
    }

    Application nothing() {
      return null;
    }

    Application fail() {
      throw new IllegalStateException("no database");
    }

    Application withPort(int port) {
      return METHOD;
    }
  }

  static class MethodOnly {
    Application app() {
      return METHOD;
    }
  }

  static class Child extends Both {}

  static class Itself implements Application {
    @Override
    public void handle(Scope scope, Receive receive, Send send) {}
  }

  static class Picky {
    Application app = FIELD;
    static Application site = METHOD;

    Picky(int port) {}
  }

  abstract static class Half {
    Application app = FIELD;
  }

  interface Constants {
    Application app = FIELD;
  }

  static class Nothing {
    String app = "";
  }

  static class Broken {
    static Application app = FIELD;

    static {
      if (app == FIELD) {
        throw new IllegalStateException("no database");
      }
    }
  }

  @Test
  void app_fieldAndMethod_isTheField() throws TargetException {
    assertThat(load("Both").version().application()).isSameAs(FIELD);
    assertThat(load("Both").name()).endsWith("$Both:app");
    assertThat(load("Both:app").version().application()).isSameAs(FIELD);
  }

  @Test
  void app_methodAlone_isTheMethod() throws TargetException {
    assertThat(load("MethodOnly").version().application()).isSameAs(METHOD);
    assertThat(load("MethodOnly:app").name()).endsWith("$MethodOnly:app()");
  }

  @Test
  void app_inherited_isFound() throws TargetException {
    assertThat(load("Child").version().application()).isSameAs(FIELD);
  }

  @Test
  void app_constantOfAnInterface_isFound() throws TargetException {
    assertThat(load("Constants").version().application()).isSameAs(FIELD);
  }

  @Test
  void app_neither_isTheClassItselfIfItIsAnApplication() throws TargetException {
    Loaded loaded = load("Itself");

    assertThat(loaded.version().application()).isInstanceOf(Itself.class);
    assertThat(loaded.name()).endsWith("$Itself");
  }

  @Test
  void attribute_withParentheses_isTheMethod() throws TargetException {
    assertThat(load("Both:app()").version().application()).isSameAs(METHOD);
    assertThat(load("Both:create()").version().application()).isSameAs(METHOD);
  }

  @Test
  void attribute_static_needsNoInstance() throws TargetException {
    assertThat(load("Picky:site").version().application()).isSameAs(METHOD);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "Both:api | :api: no field or method 'api' of type Application; found: app (field), app()"
            + " (method), create() (method), fail() (method), nothing (field), nothing() (method),"
            + " site (field)",
        "Both:site() | :site(): no method 'site()' of type Application; found: app (field), app()"
            + " (method), create() (method), fail() (method), nothing (field), nothing() (method),"
            + " site (field)",
        "Nothing | : no field or method 'app' of type Application, and class Nothing is not an"
            + " Application; found: none",
        "Itself:app | :app: no field or method 'app' of type Application; found: none",
        "Both:nothing | : the field 'nothing' is null",
        "Both:nothing() | : the method 'nothing()' is null",
        "Both:fail() | : fail() failed: java.lang.IllegalStateException: no database",
        "Broken | : app failed: java.lang.IllegalStateException: no database",
        "Picky | : 'app' needs an instance, and class Picky has no constructor without parameters",
        "Half | : 'app' needs an instance, and class Half has no constructor without parameters",
      })
  void attribute_wrong_saysWhatWasLookedForAndFound(String target, String message) {
    assertThatExceptionOfType(TargetException.class)
        .isThrownBy(() -> load(target))
        .withMessageEndingWith(target.replaceFirst(":.*", "") + message);
  }

  @Test
  void failure_ofTheTarget_keepsItsCause() {
    assertThatExceptionOfType(TargetException.class)
        .isThrownBy(() -> load("Both:fail()"))
        .havingCause()
        .isInstanceOf(IllegalStateException.class)
        .satisfies(cause -> assertThat(cause.getStackTrace()[0].getMethodName()).isEqualTo("fail"));
  }

  /** Looks at the context class loader when it is made. */
  static final class Contextual implements Application {
    private final ClassLoader seen = Thread.currentThread().getContextClassLoader();

    @Override
    public void handle(Scope scope, Receive receive, Send send) {}
  }

  @Test
  void load_contextClassLoader_isTheTargetsMeanwhile() throws TargetException {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    ClassLoader other = new ClassLoader() {};
    thread.setContextClassLoader(other);
    try {
      Contextual loaded = (Contextual) load("Contextual").version().application();
      assertThat(loaded.seen).isSameAs(AttributeTest.class.getClassLoader());
      assertThat(thread.getContextClassLoader()).isSameAs(other);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static Loaded load(String target) throws TargetException {
    return Workshop.load(AttributeTest.class.getName() + "$" + target);
  }
}
