package com.healthmetrics.aws.testkit.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The module and its examples use no name that warns in the newest provider 6.x; the provider that
 * tests run with may be older.
 */
class DeprecatedNamesTest {
  private static final List<DeprecatedName> NAMES = read("deprecated-names.txt");

  /**
   * @param kind {@code resource} or {@code data}
   * @param path of an argument or attribute; blocks are separated from their contents by dots
   */
  private record DeprecatedName(String kind, String type, String path) {
    boolean isUsedIn(Path file) {
      try {
        return isReferredTo(Files.readString(file)) || isSetIn(HclBlock.in(file));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private boolean isReferredTo(String hcl) {
      String prefix = kind.equals("data") ? "\\bdata\\." : "(?<!data\\.)\\b";
      String index = "(\\[[^]]*])?";
      return Pattern.compile(
              prefix + type + "\\.\\w+" + index + "\\." + path.replace(".", index + "\\.") + "\\b")
          .matcher(hcl)
          .find();
    }

    private boolean isSetIn(List<HclBlock> blocks) {
      return blocks.stream()
          .filter(block -> block.is("%s \"%s\"".formatted(kind, type)))
          .anyMatch(block -> isSetIn(block, List.of(path.split("\\."))));
    }

    private static boolean isSetIn(HclBlock block, List<String> path) {
      String name = path.get(0);
      List<HclBlock> inner = block.blocks(name);
      if (path.size() == 1) {
        return block.attribute(name).isPresent() || !inner.isEmpty();
      }
      return inner.stream().anyMatch(it -> isSetIn(it, path.subList(1, path.size())));
    }

    @Override
    public String toString() {
      return kind + " " + type + " " + path;
    }
  }

  @TestFactory
  Stream<DynamicTest> areNotUsed() throws IOException {
    try (Stream<Path> files = Files.walk(ModuleFolder.SOURCE)) {
      List<Path> configuration =
          files
              .filter(file -> file.toString().endsWith(".tf"))
              .filter(file -> !file.toString().contains(".terraform"))
              .toList();
      assertThat(configuration).hasSizeGreaterThan(10);
      return NAMES.stream()
          .map(
              name ->
                  DynamicTest.dynamicTest(
                      name.toString(), () -> assertThat(configuration).noneMatch(name::isUsedIn)));
    }
  }

  @Test
  void areFoundWhereTheyAreUsed(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("main.tf"),
            """
            locals {
              region  = data.aws_region.current.name
              regions = data.aws_region.all["a"].id
              bucket  = aws_s3_bucket.this[0].website_endpoint
              other   = data.aws_s3_bucket.this.website_domain
            }

            resource "aws_s3_bucket" "this" {
              bucket = "pictures"
              acl    = "private"

              versioning {
                enabled = true
              }
            }

            resource "aws_s3_bucket_lifecycle_configuration" "this" {
              rule {
                prefix = "a/"
              }
            }
            """);

    assertThat(NAMES.stream().filter(name -> name.isUsedIn(file)).map(DeprecatedName::toString))
        .containsExactly(
            "data aws_region id",
            "data aws_region name",
            "resource aws_s3_bucket acl",
            "resource aws_s3_bucket versioning",
            "resource aws_s3_bucket website_endpoint",
            "resource aws_s3_bucket_lifecycle_configuration rule.prefix");
  }

  private static List<DeprecatedName> read(String resource) {
    try (InputStream stream = DeprecatedNamesTest.class.getResourceAsStream(resource)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" "))
          .map(words -> new DeprecatedName(words[0], words[1], words[2]))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
