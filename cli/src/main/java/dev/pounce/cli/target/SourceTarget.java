package dev.pounce.cli.target;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pounce.cli.watch.Inputs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A Java source file, compiled in memory or taken from the cache of compiled sources. */
record SourceTarget(Path file, Attribute attribute) implements Target {

  @Override
  public Loaded load(ClassPath classPath, CompileCache cache, Inputs inputs)
      throws TargetException {
    inputs.add(file);
    byte[] content = content();
    String key = cache.key(file, content, classPath);
    Compilation compilation = cache.get(key);
    if (compilation == null) {
      compilation = new SourceCompiler(file, text(content), classPath).compile(inputs);
      cache.put(key, compilation);
    }
    compilation.others().keySet().forEach(other -> inputs.add(Path.of(other)));
    Class<?> type =
        ClassTarget.type(
            new CompiledClasses(compilation.classes(), classPath),
            compilation.main(),
            file + ": no class " + compilation.main());
    return attribute.in(type, file.toString(), compilation.warnings());
  }

  @Override
  public void rehearse(ClassPath classPath) throws TargetException {
    new SourceCompiler(file, text(content()), classPath).compile(new Inputs());
  }

  private byte[] content() throws TargetException {
    if (!Files.isRegularFile(file)) {
      throw new TargetException(file + ": no such file");
    }
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new TargetException(file + ": can't be read: " + e.getMessage());
    }
  }

  private String text(byte[] content) throws TargetException {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException e) {
      throw new TargetException(file + ": not text in UTF-8");
    }
  }
}
