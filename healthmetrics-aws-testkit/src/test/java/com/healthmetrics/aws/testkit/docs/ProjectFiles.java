package com.healthmetrics.aws.testkit.docs;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** The files of the project that people write: nothing that was built or downloaded. */
public final class ProjectFiles {
  /** The folder of the project. */
  public static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static final Set<String> SKIPPED_FOLDERS =
      Set.of("target", "node_modules", ".git", ".terraform", ".idea");

  private ProjectFiles() {}

  /** The documents, in order: READMEs, changelog, and the pages in the folders {@code docs}. */
  public static List<Path> documents() throws IOException {
    return named(name -> name.endsWith(".md"));
  }

  /** The files whose names are accepted, in order. */
  public static List<Path> named(Predicate<String> name) throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        ROOT,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return SKIPPED_FOLDERS.contains(folder.getFileName().toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (name.test(file.getFileName().toString())) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    files.sort(null);
    return files;
  }
}
