package com.healthmetrics.aws.testkit.internal;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Writes an XML document element by element. Not thread-safe. */
public final class XmlWriter {
  private final StringBuilder xml =
      new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");

  /** Opens an element; the root may append its namespace to the name. */
  public XmlWriter open(String name) {
    xml.append('<').append(name).append('>');
    return this;
  }

  /** Closes an element. */
  public XmlWriter close(String name) {
    xml.append("</").append(name).append('>');
    return this;
  }

  /** An element of text. */
  public XmlWriter text(String name, Object value) {
    return open(name).text(value.toString()).close(name);
  }

  /** Text in the element that was opened. */
  public XmlWriter text(String value) {
    xml.append(Xml.escape(value));
    return this;
  }

  /** An element of text, if present. */
  public XmlWriter text(String name, Optional<?> value) {
    value.ifPresent(present -> text(name, (Object) present));
    return this;
  }

  /** The document. */
  public byte[] bytes() {
    return xml.toString().getBytes(StandardCharsets.UTF_8);
  }
}
