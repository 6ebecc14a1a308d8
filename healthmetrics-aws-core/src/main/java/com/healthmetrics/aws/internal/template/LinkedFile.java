package com.healthmetrics.aws.internal.template;

import java.util.List;

/** A file of one locale with its partials and layout put in. */
record LinkedFile(String path, List<TemplateNode> nodes) {

  /** Where problems of the file as a whole are said to be. */
  Place beginning() {
    return new Place(path, 1);
  }
}
