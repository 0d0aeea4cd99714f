package dev.pounce.house;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The instructions of ops/docker/Dockerfile, comments left out and continued lines joined. */
record Dockerfile(List<Instruction> instructions) {

  static final Path FILE = Document.ROOT.resolve("ops/docker/Dockerfile");

  private static final Pattern FLAG = Pattern.compile("^--([a-z-]+)=(\\S+)\\s+");

  /**
   * One instruction.
   *
   * @param keyword such as {@code COPY}
   * @param flags such as {@code from=build}
   * @param rest what follows them
   */
  record Instruction(String keyword, List<String> flags, String rest) {

    private static Instruction of(String line) {
      String[] parts = line.split("\\s+", 2);
      List<String> flags = new ArrayList<>();
      String rest = parts[1];
      for (Matcher flag = FLAG.matcher(rest); flag.find(); flag = FLAG.matcher(rest)) {
        flags.add(flag.group(1) + "=" + flag.group(2));
        rest = rest.substring(flag.end());
      }
      return new Instruction(parts[0], flags, rest);
    }

    /** The words of the exec form, a JSON array. */
    List<String> words() {
      return new JsonMapper().readTree(rest).valueStream().map(JsonNode::stringValue).toList();
    }
  }

  static Dockerfile read() throws IOException {
    String joined =
        Files.readString(FILE).replaceAll("(?m)^#.*\n", "").replaceAll("\\\\\n\\s*", "");
    return new Dockerfile(
        joined.lines().filter(line -> !line.isBlank()).map(Instruction::of).toList());
  }

  List<Instruction> all(String keyword) {
    return instructions.stream()
        .filter(instruction -> instruction.keyword().equals(keyword))
        .toList();
  }

  /** The one that counts where the last one counts. */
  Instruction last(String keyword) {
    return all(keyword).getLast();
  }

  /** What a variable of the environment is set to, without quotes. */
  String environment(String name) {
    Pattern set = Pattern.compile("\\b" + name + "=(?:\"([^\"]*)\"|(\\S+))");
    for (Instruction variables : all("ENV")) {
      Matcher value = set.matcher(variables.rest());
      if (value.find()) {
        return value.group(1) == null ? value.group(2) : value.group(1);
      }
    }
    throw new AssertionError("no ENV " + name);
  }

  /** The words after CMD of the health check. */
  List<String> healthCheck() {
    String rest = last("HEALTHCHECK").rest();
    return Instruction.of(rest).words();
  }
}
