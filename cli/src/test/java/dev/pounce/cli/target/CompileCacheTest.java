package dev.pounce.cli.target;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompileCacheTest {

  /** Warns when it is compiled, which tells a compilation from a find. */
  private static final String SOURCE =
      """
      dev.pounce.app.Application app = dev.pounce.app.Http.app(r -> null);
      int n = Words.N;
      void old() { Thread.currentThread().stop(); }
      """;

  @TempDir Path folder;
  private Workshop workshop;
  private Path cacheFolder;
  private CompileCache cache;
  private Path source;
  private Path other;

  @BeforeEach
  void write() throws IOException {
    workshop = new Workshop(folder);
    cacheFolder = folder.resolve("cache");
    cache = CompileCache.in(cacheFolder);
    source = workshop.source("Hello.java", SOURCE);
    other = workshop.source("Words.java", "class Words { static int N = 1; }");
  }

  @Test
  void load_again_findsTheCompiledClasses() throws Exception {
    assertThat(isCompiled()).isTrue();
    assertThat(isCompiled()).isFalse();
    assertThat(Workshop.load(cache, source.toString()).name()).isEqualTo(source + ":app");
  }

  @Test
  void load_changedSource_compilesAgain() throws Exception {
    isCompiled();
    Files.writeString(source, SOURCE + "// changed");

    assertThat(isCompiled()).isTrue();
  }

  @Test
  void load_changedOtherSource_compilesAgain() throws Exception {
    isCompiled();
    Files.writeString(other, "class Words { static int N = 2; }");

    assertThat(isCompiled()).isTrue();
    assertThat(isCompiled()).isFalse();
  }

  @Test
  void load_deletedOtherSource_compilesAgainAndFails() throws Exception {
    isCompiled();
    Files.delete(other);

    assertThat(cache.get(key())).isNull();
  }

  @Test
  void load_sameSourceElsewhere_compilesAgain() throws Exception {
    isCompiled();
    workshop.source("b/Words.java", "class Words { static int N = 1; }");
    source = workshop.source("b/Hello.java", SOURCE);

    assertThat(isCompiled()).isTrue();
  }

  @Test
  void load_changedJarOnTheClassPath_compilesAgain() throws Exception {
    Path jar = workshop.jar("lib.jar", folder.resolve("Hello.java"), "");
    isCompiled(jar);
    assertThat(isCompiled(jar)).isFalse();
    Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusSeconds(2)));

    assertThat(isCompiled(jar)).isTrue();
  }

  @Test
  void load_changedClassInAFolderOnTheClassPath_compilesAgain() throws Exception {
    Path classes = workshop.classes("lib/deep/A.java", "package lib.deep; public class A {}");
    isCompiled(classes);
    assertThat(isCompiled(classes)).isFalse();
    workshop.classes("lib/deep/A.java", "package lib.deep; public class A { int larger; }");

    assertThat(isCompiled(classes)).isTrue();
  }

  @Test
  void load_anotherClassPath_compilesAgain() throws Exception {
    Path jar = workshop.jar("lib.jar", folder.resolve("Hello.java"), "");
    isCompiled();

    assertThat(isCompiled(jar)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "cut", "flipped"})
  void load_corruptEntry_compilesAgainAndReplacesIt(String corruption) throws Exception {
    isCompiled();
    Path entry = entries().getFirst().resolve("classes");
    byte[] content = Files.readAllBytes(entry);
    switch (corruption) {
      case "cut" -> Files.write(entry, Arrays.copyOf(content, content.length / 2));
      case "flipped" -> {
        content[content.length / 2] ^= 1;
        Files.write(entry, content);
      }
      default -> Files.writeString(entry, corruption);
    }

    assertThat(isCompiled()).isTrue();
    assertThat(isCompiled()).isFalse();
  }

  @Test
  void load_folderThatCantBeMade_compiles() throws Exception {
    cache = CompileCache.in(Files.writeString(folder.resolve("file"), "").resolve("cache"));

    assertThat(isCompiled()).isTrue();
    assertThat(isCompiled()).isTrue();
  }

  @Test
  void put_newEntry_isForTheUserAlone() throws Exception {
    isCompiled();

    assertThat(entries()).hasSize(1);
    for (Path made : List.of(cacheFolder, entries().getFirst())) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
          .isEqualTo("rwx------");
    }
  }

  @Test
  void put_oldEntries_areRemoved() throws Exception {
    isCompiled();
    Path old = entries().getFirst();
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(31))));
    Files.writeString(source, SOURCE + "// changed");
    isCompiled();

    assertThat(entries()).hasSize(1).doesNotContain(old);
  }

  @Test
  void of_environment_isTheUsersCache() {
    String file = source.toString();

    assertThat(keyIn(Map.of("XDG_CACHE_HOME", "/x"), file)).isTrue();
    assertThat(keyIn(Map.of("HOME", "/h"), file)).isTrue();
    assertThat(keyIn(Map.of("HOME", "relative"), file)).isFalse();
    assertThat(keyIn(Map.of(), file)).isFalse();
  }

  private boolean keyIn(Map<String, String> environment, String file) {
    ClassPath nothing = new ClassPath(List.of());
    return CompileCache.of(environment).key(Path.of(file), SOURCE.getBytes(UTF_8), nothing) != null;
  }

  private String key() {
    return cache.key(source, SOURCE.getBytes(UTF_8), new ClassPath(List.of()));
  }

  private boolean isCompiled(Path... classPath) throws TargetException {
    return !Workshop.load(cache, source.toString(), classPath).warnings().isEmpty();
  }

  private List<Path> entries() throws IOException {
    try (Stream<Path> entries = Files.list(cacheFolder)) {
      return entries.toList();
    }
  }
}
