package com.healthmetrics.aws.internal.image;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What exiftool finds in files, and what of it a published picture may have. */
final class Exiftool {
  private static final Pattern LINE = Pattern.compile("\\[([^]]+)] +(\\S+) +: ?(.*)");

  /** About the file system, or computed from other values. */
  private static final Set<String> ABOUT_THE_FILE = Set.of("ExifTool", "System", "Composite");

  private static final Pattern STRUCTURE =
      Pattern.compile(
          "File|JFIF|Adobe|ICC_Profile\\d*|ICC-\\w+|PNG|PNG-pHYs|RIFF|Meta|QuickTime|Track\\d+");

  /** What PNG says about pixels, color and animation; its text would be in the same group. */
  private static final Set<String> PNG =
      Set.of(
          "ImageWidth",
          "ImageHeight",
          "BitDepth",
          "ColorType",
          "Compression",
          "Filter",
          "Interlace",
          "Palette",
          "Transparency",
          "Gamma",
          "SRGBRendering",
          "WhitePointX",
          "WhitePointY",
          "RedX",
          "RedY",
          "GreenX",
          "GreenY",
          "BlueX",
          "BlueY",
          "AnimationFrames",
          "AnimationPlays",
          "ColorPrimaries",
          "TransferCharacteristics",
          "MatrixCoefficients",
          "VideoFullRangeFlag");

  private Exiftool() {}

  /** A value that exiftool found. */
  record Tag(String group, String name, String value) {
    boolean isAllowed() {
      if (group.equals("IFD0")) {
        return name.equals("Orientation");
      }
      if (group.equals("PNG")) {
        return PNG.contains(name) || name.equals("ProfileName") && value.equals("ICC");
      }
      if (name.endsWith("Date")) {
        return value.equals("0000:00:00 00:00:00");
      }
      return STRUCTURE.matcher(group).matches()
          && !name.equals("Comment")
          && !name.equals("HandlerDescription");
    }
  }

  /** Reads many files at once, as starting exiftool takes longer than reading a file. */
  static Map<String, List<Tag>> read(Path folder) {
    String output = Tool.run(folder, "exiftool", "-a", "-G1", "-ee3", "-s", ".").output();
    Map<String, List<Tag>> files = new LinkedHashMap<>();
    List<Tag> tags = new ArrayList<>();
    for (String line : output.split("\n")) {
      Matcher matcher = LINE.matcher(line);
      if (line.startsWith("======== ./")) {
        tags = new ArrayList<>();
        files.put(line.substring("======== ./".length()).trim(), tags);
      } else if (matcher.matches() && !ABOUT_THE_FILE.contains(matcher.group(1))) {
        tags.add(new Tag(matcher.group(1), matcher.group(2), matcher.group(3)));
      }
    }
    return files;
  }

  static String groups(List<Tag> tags) {
    return tags.stream().map(Tag::group).collect(Collectors.toCollection(TreeSet::new)).stream()
        .collect(Collectors.joining(", "));
  }

  static String maker(List<Tag> tags) {
    return tags.stream()
        .filter(tag -> tag.name().equals("Make"))
        .map(Tag::value)
        .findFirst()
        .orElse("");
  }

  /** The orientation that viewers use, in words; upright without one. */
  static String orientation(List<Tag> tags) {
    return tags.stream()
        .filter(tag -> tag.group().equals("IFD0") && tag.name().equals("Orientation"))
        .map(Tag::value)
        .findFirst()
        .orElse("Horizontal (normal)");
  }
}
