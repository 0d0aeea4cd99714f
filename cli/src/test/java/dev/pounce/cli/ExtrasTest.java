package dev.pounce.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExtrasTest {

  private static final ClassLoader OWN = Main.class.getClassLoader();

  @TempDir Path folder;

  @Test
  void loader_ofAFolderWithJars_findsWhatIsInThemAndPouncesOwn() throws Exception {
    jar("a.jar", "from-a");
    jar("b.jar", "from-b");
    Files.createFile(folder.resolve("no-jar.txt"));

    try (URLClassLoader loader = (URLClassLoader) Extras.loader(folder, OWN)) {
      assertThat(loader.getURLs()).hasSize(2);
      assertThat(loader.getResource("from-a")).isNotNull();
      assertThat(loader.getResource("from-b")).isNotNull();
      assertThat(loader.loadClass(Main.class.getName())).isSameAs(Main.class);
    }
  }

  @Test
  void loader_withoutTheFolder_isPouncesOwn() {
    assertThat(Extras.loader(folder.resolve("nowhere"), OWN)).isSameAs(OWN);
  }

  private void jar(String name, String entry) throws Exception {
    try (OutputStream file = Files.newOutputStream(folder.resolve(name));
        JarOutputStream jar = new JarOutputStream(file)) {
      jar.putNextEntry(new JarEntry(entry));
    }
  }
}
