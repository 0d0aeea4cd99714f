package dev.pounce.cli.target;

import java.nio.file.Path;
import javax.tools.SimpleJavaFileObject;

/** A source file whose text is given; the compiler's messages name it as the user did. */
final class MemorySource extends SimpleJavaFileObject {

  private final String name;
  private final String text;

  MemorySource(Path file, String text) {
    super(file.toUri(), Kind.SOURCE);
    this.name = file.toString();
    this.text = text;
  }

  @Override
  public String getName() {
    return name;
  }

  @Override
  public String getCharContent(boolean ignoreEncodingErrors) {
    return text;
  }
}
