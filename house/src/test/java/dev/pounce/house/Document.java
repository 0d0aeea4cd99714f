package dev.pounce.house;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One of the documents of the house: Markdown, of which fenced blocks, tables and headings count.
 *
 * @param path from the root of the house, such as {@code docs/contract.md}
 * @param lines all of it
 */
record Document(String path, List<String> lines) {

  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static final String FENCE = "```";
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  /**
   * A fenced block.
   *
   * @param line the number of its first line in the document
   * @param language what stands behind the fence
   */
  record Block(Document document, int line, String language, List<String> lines) {

    String text() {
      return String.join("\n", lines) + "\n";
    }

    @Override
    public String toString() {
      return document.path + ":" + line;
    }
  }

  static Document of(String path) throws IOException {
    return new Document(path, Files.readAllLines(ROOT.resolve(path)));
  }

  /** README.md and everything in docs/. */
  static List<Document> all() throws IOException {
    List<Document> all = new ArrayList<>(List.of(of("README.md")));
    try (Stream<Path> files = Files.list(ROOT.resolve("docs"))) {
      for (Path file : files.sorted().toList()) {
        all.add(of("docs/" + file.getFileName()));
      }
    }
    return all;
  }

  /** The blocks in one language of all documents. */
  static List<Block> allBlocks(String language) throws IOException {
    return all().stream().flatMap(document -> document.blocks(language).stream()).toList();
  }

  /** The blocks in one language. */
  List<Block> blocks(String language) {
    return blocks().stream().filter(block -> block.language().equals(language)).toList();
  }

  List<Block> blocks() {
    List<Block> blocks = new ArrayList<>();
    int start = -1;
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).startsWith(FENCE)) {
        continue;
      }
      if (start < 0) {
        start = i;
      } else {
        String language = lines.get(start).substring(FENCE.length());
        blocks.add(new Block(this, start + 2, language, lines.subList(start + 1, i)));
        start = -1;
      }
    }
    return blocks;
  }

  /** The block that contains the text. */
  Block blockWith(String text) {
    return blocks().stream()
        .filter(block -> block.text().contains(text))
        .findFirst()
        .orElseThrow(() -> new NoSuchElementException(path + " has no block with: " + text));
  }

  /** What stands under a heading, up to the next one of any level. */
  Document section(String heading) {
    int start = lines.indexOf(heading) + 1;
    if (start == 0) {
      throw new NoSuchElementException(path + " has no heading " + heading);
    }
    List<String> section =
        lines.stream().skip(start).takeWhile(line -> !line.startsWith("#")).toList();
    return new Document(path, section);
  }

  /** The rows, each a list of cells, of all tables whose heading row begins with these cells. */
  List<List<String>> table(String... heading) {
    List<List<String>> rows = new ArrayList<>();
    boolean inside = false;
    for (String line : lines) {
      List<String> cells = cells(line);
      if (cells.size() >= heading.length
          && cells.subList(0, heading.length).equals(List.of(heading))) {
        inside = true;
      } else if (cells.isEmpty()) {
        inside = false;
      } else if (inside && !line.startsWith("|---")) {
        rows.add(cells);
      }
    }
    if (rows.isEmpty()) {
      throw new NoSuchElementException(path + " has no table " + List.of(heading));
    }
    return rows;
  }

  private static List<String> cells(String line) {
    return line.startsWith("|")
        ? Arrays.stream(line.substring(1).split("\\|")).map(String::strip).toList()
        : List.of();
  }

  /** A cell without the back quotes around code. */
  static String code(String cell) {
    return cell.replaceAll("^`(.*)`$", "$1");
  }

  /** All that stands between back quotes in a cell. */
  static List<String> codes(String cell) {
    return CODE.matcher(cell).results().map(code -> code.group(1)).toList();
  }

  /** Lines that are not in a fenced block. */
  List<String> prose() {
    List<String> prose = new ArrayList<>();
    boolean inside = false;
    for (String line : lines) {
      inside ^= line.startsWith(FENCE);
      if (!inside && !line.startsWith(FENCE)) {
        prose.add(line);
      }
    }
    return prose;
  }

  @Override
  public String toString() {
    return path;
  }
}
