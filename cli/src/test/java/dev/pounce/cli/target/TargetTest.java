package dev.pounce.cli.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetTest {

  private static final Attribute DEFAULT = new Attribute("", false);
  private static final Attribute SITE = new Attribute("site", false);
  private static final Attribute CREATE = new Attribute("create", true);

  @Test
  void parse_javaFile_isASource() throws TargetException {
    Path file = Path.of("shop/Hello.java");

    assertThat(Target.parse("shop/Hello.java")).isEqualTo(new SourceTarget(file, DEFAULT));
    assertThat(Target.parse("shop/Hello.java:site")).isEqualTo(new SourceTarget(file, SITE));
    assertThat(Target.parse("shop/Hello.java:create()")).isEqualTo(new SourceTarget(file, CREATE));
  }

  @Test
  void parse_name_isAClass() throws TargetException {
    assertThat(Target.parse("Shop")).isEqualTo(new ClassTarget("Shop", DEFAULT));
    assertThat(Target.parse("com.acme.Shop$Site:site"))
        .isEqualTo(new ClassTarget("com.acme.Shop$Site", SITE));
    assertThat(Target.parse("com.acme.Shop:create()"))
        .isEqualTo(new ClassTarget("com.acme.Shop", CREATE));
  }

  @Test
  void parse_jarFile_isAJar() throws TargetException {
    Path jar = Path.of("lib/shop.jar");

    assertThat(Target.parse("lib/shop.jar")).isEqualTo(new JarTarget(jar, null));
    assertThat(Target.parse("lib/shop.jar:com.acme.Shop"))
        .isEqualTo(new JarTarget(jar, new ClassTarget("com.acme.Shop", DEFAULT)));
    assertThat(Target.parse("lib/shop.jar:com.acme.Shop:create()"))
        .isEqualTo(new JarTarget(jar, new ClassTarget("com.acme.Shop", CREATE)));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | ': not a target (expected: a .java file, a class name or a .jar file)'",
        "shop/Hello | shop/Hello: not a target (expected: a .java file, a class name or a .jar"
            + " file)",
        "com..Shop | com..Shop: not a target (expected: a .java file, a class name or a .jar file)",
        "1st | 1st: not a target (expected: a .java file, a class name or a .jar file)",
        "Hello.java: | Hello.java:: '' is not an attribute (expected: app, or create())",
        "Hello.java:a.b | Hello.java:a.b: 'a.b' is not an attribute (expected: app, or create())",
        "Shop:() | Shop:(): '()' is not an attribute (expected: app, or create())",
        "Shop:create(1) | Shop:create(1): 'create(1)' is not an attribute (expected: app, or"
            + " create())",
        "shop.jar:1 | shop.jar:1: '1' is not a class name (expected: shop.jar:com.acme.Shop:app)",
      })
  void parse_anythingElse_isRefused(String text, String message) {
    assertThatExceptionOfType(TargetException.class)
        .isThrownBy(() -> Target.parse(text))
        .withMessage(message);
  }
}
