package dev.pounce.otel;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/traces.md names the attributes of a span. */
class DocumentTest {

  private static final Path DOCUMENT = Path.of("..", "docs", "traces.md");
  private static final Pattern NAME = Pattern.compile("`([a-z_]+(?:\\.[a-z_]+)+)`");

  @Test
  void attributes_areThoseThatTheDocumentNames() throws Exception {
    assertThat(documented()).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(known());
  }

  private static List<String> documented() throws IOException {
    List<String> names = new ArrayList<>();
    for (String line : Files.readAllLines(DOCUMENT)) {
      if (line.startsWith("| `")) {
        Matcher name = NAME.matcher(line);
        while (name.find()) {
          names.add(name.group(1));
        }
      }
    }
    return names;
  }

  /** But those of exceptions, which are events of the span. */
  private static List<String> known() throws IllegalAccessException {
    List<String> names = new ArrayList<>();
    for (Field field : Conventions.class.getDeclaredFields()) {
      if (field.getType() == AttributeKey.class) {
        field.setAccessible(true);
        names.add(((AttributeKey<?>) field.get(null)).getKey());
      }
    }
    names.removeIf(name -> name.startsWith("exception."));
    return names;
  }
}
