package com.healthmetrics.aws.testkit.storage;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * The body of a DeleteObjects request, parsed as strictly as the S3 API Reference describes it.
 *
 * @param objects 1 to 1,000 objects
 * @param quiet whether the response lists failures only
 */
record DeleteRequest(List<Target> objects, boolean quiet) {
  private static final int MAX_OBJECTS = 1_000;

  /** Of the JDK's parser; reading deeper elements takes a deeper stack. */
  private static final String MAX_DEPTH =
      "http://www.oracle.com/xml/jaxp/properties/maxElementDepth";

  /** An object, or one of its versions. */
  record Target(String key, Optional<String> versionId) {}

  DeleteRequest {
    objects = List.copyOf(objects);
  }

  static DeleteRequest parse(byte[] body) {
    Element root = root(body);
    if (!"Delete".equals(root.getLocalName())) {
      throw malformed("The root is " + root.getLocalName() + ", not Delete.");
    }
    List<Target> objects = new ArrayList<>();
    boolean quiet = false;
    for (Element child : children(root)) {
      switch (child.getLocalName()) {
        case "Object" -> objects.add(target(child));
        case "Quiet" -> quiet = Boolean.parseBoolean(child.getTextContent().strip());
        default ->
            throw malformed("Delete does not allow the element " + child.getLocalName() + ".");
      }
    }
    if (objects.isEmpty() || objects.size() > MAX_OBJECTS) {
      throw malformed(
          "The list has "
              + objects.size()
              + " objects; one request deletes 1 to "
              + MAX_OBJECTS
              + ".");
    }
    return new DeleteRequest(objects, quiet);
  }

  private static Target target(Element object) {
    Optional<String> key = Optional.empty();
    Optional<String> versionId = Optional.empty();
    for (Element child : children(object)) {
      switch (child.getLocalName()) {
        case "Key" -> key = Optional.of(child.getTextContent());
        case "VersionId" -> versionId = Optional.of(child.getTextContent());
        case "ETag", "LastModifiedTime", "Size" ->
            throw S3Refusal.notImplemented(
                "DeleteObjects with the condition "
                    + child.getLocalName()
                    + " is not implemented; call DeleteObject with If-Match.");
        default ->
            throw malformed("Object does not allow the element " + child.getLocalName() + ".");
      }
    }
    String present =
        key.filter(text -> !text.isEmpty())
            .orElseThrow(() -> malformed("An Object has no Key, or the Key is empty."));
    return new Target(present, versionId);
  }

  private static List<Element> children(Element parent) {
    List<Element> children = new ArrayList<>();
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element element) {
        children.add(element);
      } else if (!node.getTextContent().isBlank()) {
        throw malformed("There is text in " + parent.getLocalName() + ".");
      }
    }
    return children;
  }

  private static Element root(byte[] body) {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultNSInstance();
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      factory.setExpandEntityReferences(false);
      factory.setAttribute(MAX_DEPTH, "8");
      factory.setIgnoringComments(true);
      DocumentBuilder parser = factory.newDocumentBuilder();
      parser.setErrorHandler(new DefaultHandler());
      return parser.parse(new ByteArrayInputStream(body)).getDocumentElement();
    } catch (SAXException e) {
      throw malformed("The body is not an XML 1.0 document without a DTD: " + e.getMessage());
    } catch (IOException e) {
      throw malformed("The body cannot be decoded: " + e.getMessage());
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException("the parser of the JDK has these features", e);
    }
  }

  private static S3Refusal malformed(String reason) {
    return S3Refusal.of(
        400,
        "MalformedXML",
        "The XML you provided was not well-formed or did not validate against our published"
            + " schema",
        reason);
  }
}
