package dev.pounce.cli.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.pounce.app.Application;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceTargetTest {

  private static final String HEAD = "import dev.pounce.app.*;\n\n";
  private static final String APP = "Application app = Http.app(r -> Response.text(\"hi\"));";

  @TempDir Path folder;
  private Workshop workshop;

  @BeforeEach
  void open() {
    workshop = new Workshop(folder);
  }

  @Test
  void load_compactFileWithoutMain_isServedAsItStands() throws Exception {
    Path file = workshop.source("Hello.java", HEAD + APP + "\n");

    Loaded loaded = Workshop.load(file.toString());

    assertThat(loaded.version().application()).isInstanceOf(Application.class);
    assertThat(loaded.name()).isEqualTo(file + ":app");
    assertThat(loaded.warnings()).isEmpty();
  }

  @Test
  void load_compactFileThatEndsInAComment_isServed() throws Exception {
    Path file = workshop.source("Hello.java", HEAD + APP + " // the end");

    assertThat(Workshop.load(file.toString()).name()).isEqualTo(file + ":app");
  }

  @Test
  void load_compactFileWithMain_keepsItsOwn() throws Exception {
    Path file = workshop.source("Hello.java", HEAD + APP + "\nvoid main() { Pounce.run(app); }");

    assertThat(Workshop.load(file.toString()).name()).isEqualTo(file + ":app");
  }

  @Test
  void load_compactFileWithMainOfArguments_keepsItsOwn() throws Exception {
    Path file = workshop.source("Hello.java", HEAD + APP + "\nvoid main(String[] args) {}");

    assertThat(Workshop.load(file.toString()).name()).isEqualTo(file + ":app");
  }

  @Test
  void load_compactFileWithTypes_isServed() throws Exception {
    Path file =
        workshop.source(
            "Hello.java",
            HEAD + "record Item(String name) {}\n" + APP + "\nenum Size { S }\nclass main {}\n");

    assertThat(Workshop.load(file.toString()).name()).isEqualTo(file + ":app");
  }

  @Test
  void load_ordinaryFile_takesTheClassThatIsCalledLikeIt() throws Exception {
    Path file =
        workshop.source(
            "Shop.java",
            HEAD + "record Item(String name) {}\npublic class Shop { private static " + APP + " }");

    assertThat(Workshop.load(file.toString()).name()).isEqualTo(file + ":app");
  }

  @Test
  void load_ordinaryFileOfAnotherName_takesTheFirstClass() throws Exception {
    Path file =
        workshop.source("shop.java", HEAD + "class Shop { static " + APP + " }\nclass Other {}");

    assertThat(Workshop.load(file.toString()).name()).isEqualTo(file + ":app");
  }

  @Test
  void load_otherFilesBesideIt_areCompiledToo() throws Exception {
    workshop.source("Words.java", "class Words { static final String HI = Deep.HI; }");
    workshop.source("Deep.java", "class Deep { static String HI = \"hi\"; }");
    workshop.source("Broken.java", "class Broken { nobody uses this }");
    Path file =
        workshop.source(
            "Hello.java", HEAD + "Application app = Http.app(r -> Response.text(Words.HI));");

    assertThat(Workshop.load(file.toString()).name()).isEqualTo(file + ":app");
  }

  @Test
  void load_fileInAPackage_findsTheOthersFromThePackagesRoot() throws Exception {
    workshop.source("com/acme/Words.java", "package com.acme; class Words { static int N = 1; }");
    workshop.source("org/acme/Far.java", "package org.acme; public class Far {}");
    Path file =
        workshop.source(
            "com/acme/Shop.java",
            "package com.acme;\n"
                + HEAD
                + "class Shop { int n = Words.N; Object far = new org.acme.Far(); "
                + APP
                + " }");

    assertThat(Workshop.load(file.toString()).name()).isEqualTo(file + ":app");
  }

  @Test
  void load_classPath_isThereToCompileAndToRun() throws Exception {
    Path classes =
        workshop.classes(
            "lib/Words.java",
            "package lib; public class Words { public static String HI() { return \"hi\"; } }");
    Path file =
        workshop.source(
            "Hello.java",
            HEAD
                + "String hi = lib.Words.HI();\nApplication app = Http.app(r -> Response.text(hi));");

    assertThat(Workshop.load(file.toString(), classes).name()).isEqualTo(file + ":app");
  }

  @Test
  void load_errors_areThoseOfTheCompiler() throws IOException {
    Path file =
        workshop.source(
            "Hello.java",
            HEAD + "Application app = Http.app(r -> Respond.text(\"hi\"));\nint port = \"x\"; //");

    assertThatExceptionOfType(TargetException.class)
        .isThrownBy(() -> Workshop.load(file.toString()))
        .satisfies(e -> assertThat(e.isFromCompiler()).isTrue())
        .withMessage(
            file
                + """
                :3: error: cannot find symbol
                Application app = Http.app(r -> Respond.text("hi"));
                                                ^
                  symbol:   variable Respond
                  location: class Hello
                """
                + file
                + """
                :4: error: incompatible types: String cannot be converted to int
                int port = "x"; //
                           ^
                2 errors
                """);
  }

  @Test
  void load_syntaxErrorAtTheEnd_isOnTheFilesOwnLine() throws IOException {
    Path file = workshop.source("Hello.java", HEAD + "Application app = Http.app(null)");

    assertThatExceptionOfType(TargetException.class)
        .isThrownBy(() -> Workshop.load(file.toString()))
        .withMessage(
            file
                + """
                :3: error: reached end of file while parsing
                Application app = Http.app(null)
                                                ^
                1 error
                """);
  }

  @Test
  void load_errorInAnotherFile_isShownThere() throws IOException {
    Path other = workshop.source("Words.java", "class Words { int n = \"x\"; }");
    Path file = workshop.source("Hello.java", HEAD + APP + "\nWords words;\n");

    assertThatExceptionOfType(TargetException.class)
        .isThrownBy(() -> Workshop.load(file.toString()))
        .withMessageStartingWith(other + ":1: error: incompatible types")
        .withMessageEndingWith("\n1 error\n");
  }

  @Test
  void load_noSuchFile_saysSo() {
    Path file = folder.resolve("Nowhere.java");

    assertThatExceptionOfType(TargetException.class)
        .isThrownBy(() -> Workshop.load(file.toString()))
        .withMessage(file + ": no such file");
  }

  @Test
  void load_fileInAnotherEncoding_saysSo() throws IOException {
    Path file = folder.resolve("Hello.java");
    Files.write(file, "String s = \"é\";".getBytes(StandardCharsets.ISO_8859_1));

    assertThatExceptionOfType(TargetException.class)
        .isThrownBy(() -> Workshop.load(file.toString()))
        .withMessage(file + ": not text in UTF-8");
  }

  @Test
  void load_fileWithoutAClass_saysSo() throws IOException {
    Path file = workshop.source("Hello.java", "// nothing\n");

    assertThatExceptionOfType(TargetException.class)
        .isThrownBy(() -> Workshop.load(file.toString()))
        .withMessage(file + ": declares no class");
  }
}
