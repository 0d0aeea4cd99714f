package dev.pounce.cli.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.pounce.cli.watch.Inputs;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassAndJarTest {

  private static final String SHOP =
      """
      package com.acme;
      import dev.pounce.app.*;
      public class Shop {
        static Application app = Http.app(r -> Response.text("app"));
        static Application create() { return app; }
      }
      """;

  @TempDir Path folder;
  private Workshop workshop;
  private Path classes;

  @BeforeEach
  void compile() throws IOException {
    workshop = new Workshop(folder);
    classes = workshop.classes("com/acme/Shop.java", SHOP);
  }

  @Test
  void class_inAFolder_isLoaded() throws TargetException {
    assertThat(Workshop.load("com.acme.Shop", classes).name()).isEqualTo("com.acme.Shop:app");
  }

  @Test
  void class_inAJar_isLoaded() throws Exception {
    Path jar = workshop.jar("lib.jar", classes, "");

    assertThat(Workshop.load("com.acme.Shop:create()", jar).name())
        .isEqualTo("com.acme.Shop:create()");
  }

  @Test
  void class_notThere_saysWhereItWasLookedFor() {
    assertThatExceptionOfType(TargetException.class)
        .isThrownBy(() -> Workshop.load("com.acme.Shoe", classes, folder))
        .withMessage("com.acme.Shoe: no such class; looked in: " + classes + ", " + folder);
  }

  @Test
  void class_thatNeedsAClassThatIsNotThere_saysSo() throws Exception {
    workshop.classes("com/acme/Item.java", "package com.acme; public class Item {}");
    workshop.classes(
        "com/acme/Store.java",
        "package com.acme; public class Store { static dev.pounce.app.Application app; Item item; }");
    Files.delete(classes.resolve("com/acme/Item.class"));

    assertThatExceptionOfType(TargetException.class)
        .isThrownBy(() -> Workshop.load("com.acme.Store", classes))
        .withMessage(
            "com.acme.Store: can't be loaded: java.lang.NoClassDefFoundError: com/acme/Item");
  }

  @Test
  void jar_withTheManifestAttribute_needsNoMore() throws Exception {
    Path jar = workshop.jar("shop.jar", classes, "Pounce-Application: com.acme.Shop:create()");

    assertThat(Workshop.load(jar.toString()).name()).isEqualTo(jar + ":com.acme.Shop:create()");
  }

  @Test
  void jar_withAClass_ignoresTheManifest() throws Exception {
    Path jar = workshop.jar("shop.jar", classes, "Pounce-Application: no.such.Shop");

    assertThat(Workshop.load(jar + ":com.acme.Shop").name()).isEqualTo(jar + ":com.acme.Shop:app");
  }

  @Test
  void jar_withoutTheManifestAttribute_saysWhatToDo() throws Exception {
    Path jar = workshop.jar("shop.jar", classes, "");

    assertThatExceptionOfType(TargetException.class)
        .isThrownBy(() -> Workshop.load(jar.toString()))
        .withMessage(
            jar
                + ": its manifest has no Pounce-Application; name the class: "
                + jar
                + ":com.acme.Shop");
  }

  @Test
  void jar_whoseManifestIsWrong_saysWhatItHas() throws Exception {
    Path jar = workshop.jar("shop.jar", classes, "Pounce-Application: com/acme/Shop");

    assertThatExceptionOfType(TargetException.class)
        .isThrownBy(() -> Workshop.load(jar.toString()))
        .withMessageStartingWith(
            jar + ": Pounce-Application: com/acme/Shop: 'com/acme/Shop' is not a class name");
  }

  @Test
  void jar_withoutTheClass_saysWhereItWasLookedFor() throws Exception {
    Path jar = workshop.jar("shop.jar", classes, "");

    assertThatExceptionOfType(TargetException.class)
        .isThrownBy(() -> Workshop.load(jar + ":com.acme.Shoe", folder))
        .withMessage(jar + ":com.acme.Shoe: no such class; looked in: " + jar + ", " + folder);
  }

  @Test
  void jar_thatIsNone_saysSo() throws IOException {
    Path jar = Files.writeString(folder.resolve("bad.jar"), "not a jar");

    assertThatExceptionOfType(TargetException.class)
        .isThrownBy(() -> Workshop.load(jar.toString()))
        .withMessageStartingWith(jar + ": not a jar that can be read: ");
  }

  @Test
  void jar_notThere_saysSo() {
    assertThatExceptionOfType(TargetException.class)
        .isThrownBy(() -> Workshop.load("nowhere.jar"))
        .withMessage("nowhere.jar: no such file");
  }

  @Test
  void classPath_asteriskOfAFolder_isItsJars() throws Exception {
    Path b = workshop.jar("b.jar", classes, "");
    Path a = workshop.jar("a.jar", classes, "");

    assertThat(
            ClassPath.parse(classes + File.pathSeparator + folder + "/*", new Inputs()).entries())
        .containsExactly(classes, a, b);
  }

  @Test
  void classPath_entryThatIsNotThere_isRefused() {
    assertThatExceptionOfType(TargetException.class)
        .isThrownBy(() -> ClassPath.parse(classes + File.pathSeparator + "no.jar", new Inputs()))
        .withMessage("classpath: no.jar (expected: a jar or a folder)");
  }
}
