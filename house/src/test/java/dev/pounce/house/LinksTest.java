package dev.pounce.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Links between the documents lead somewhere. */
class LinksTest {

  private static final Pattern LINK = Pattern.compile("\\[[^\\]]+]\\(([^)\\s]+)\\)");

  static Stream<Document> documents() throws IOException {
    return Document.all().stream();
  }

  @ParameterizedTest
  @MethodSource("documents")
  void links_leadSomewhere(Document document) throws IOException {
    List<String> links = links(document);
    assertThat(links).isNotEmpty();
    for (String link : links) {
      check(document, link);
    }
  }

  private static void check(Document document, String link) throws IOException {
    String[] parts = link.split("#", 2);
    Path here = Path.of(document.path());
    Path there = parts[0].isEmpty() ? here : here.resolveSibling(parts[0]).normalize();
    assertThat(Document.ROOT.resolve(there)).as("%s in %s", link, document).exists();
    if (parts.length == 2) {
      assertThat(anchors(there, "#{1,6} ")).as("%s in %s", link, document).contains(parts[1]);
    }
  }

  @ParameterizedTest
  @MethodSource("documents")
  void contents_listEverySection(Document document) throws IOException {
    List<String> listed =
        document.prose().stream()
            .filter(line -> line.startsWith("- [") && line.contains("](#"))
            .map(line -> line.replaceAll(".*\\(#(.*)\\).*", "$1"))
            .toList();
    boolean onePage = document.path().equals("README.md");
    assertThat(listed).isEqualTo(onePage ? List.of() : anchors(Path.of(document.path()), "## "));
  }

  private static List<String> links(Document document) {
    List<String> links = new ArrayList<>();
    for (String line : document.prose()) {
      Matcher link = LINK.matcher(line);
      while (link.find()) {
        links.add(link.group(1));
      }
    }
    return links;
  }

  /** The anchors that a forge makes of the headings of one level. */
  private static List<String> anchors(Path file, String level) throws IOException {
    return Files.readAllLines(Document.ROOT.resolve(file)).stream()
        .filter(line -> line.matches(level + ".*"))
        .map(line -> line.replaceFirst(level, "").toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^a-z0-9 -]", "").replace(' ', '-'))
        .toList();
  }
}
