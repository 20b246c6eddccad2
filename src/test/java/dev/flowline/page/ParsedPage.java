package dev.flowline.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** A page as a browser sees it: elements, attributes and texts. */
public final class ParsedPage {
  private static final Set<String> ELEMENTS =
      Set.of(
          ("a article body circle dd div dl dt em figcaption figure h1 h2 h3 head header html i img label"
                  + " li line main meta option p polygon polyline rect script section select small span"
                  + " strong style svg table"
                  + " tbody td text th thead title tr ul")
              .split(" "));
  private static final Set<String> ATTRIBUTES =
      Set.of(
          ("alt aria-label charset class colspan content cx cy data-filter data-name data-nfa data-outcome"
                  + " data-rank data-sort data-type data-verdict height hidden href http-equiv lang loading"
                  + " name points r role scope src style text-anchor title transform value viewBox width x x1 x2 y y1 y2")
              .split(" "));

  private final Document document;

  private ParsedPage(Document document) {
    this.document = document;
  }

  /** Parses a page, which must be well-formed XML. */
  public static ParsedPage of(String html) {
    try {
      return new ParsedPage(
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(new InputSource(new StringReader(html))));
    } catch (SAXException | IOException | ParserConfigurationException e) {
      throw new AssertionError(e.getMessage() + "\n" + html, e);
    }
  }

  /** Returns all elements of a tag, in their order; "*" for any. */
  public List<Element> elements(String tag) {
    var found = document.getElementsByTagName(tag);
    return IntStream.range(0, found.getLength()).mapToObj(i -> (Element) found.item(i)).toList();
  }

  /** Returns all elements of a tag and a CSS class. */
  public List<Element> elements(String tag, String css) {
    return elements(tag).stream()
        .filter(e -> List.of(e.getAttribute("class").split(" ")).contains(css))
        .toList();
  }

  /** Returns the text of the only element of a tag and a CSS class. */
  public String text(String tag, String css) {
    List<Element> found = elements(tag, css);
    assertEquals(1, found.size(), tag + "." + css);
    return found.get(0).getTextContent();
  }

  /** Returns the texts of all elements of a tag. */
  public List<String> texts(String tag) {
    return elements(tag).stream().map(Element::getTextContent).toList();
  }

  /** Returns the cells of all rows of all tables. */
  public List<List<String>> rows() {
    List<List<String>> rows = new ArrayList<>();
    for (Element row : elements("tr")) {
      List<String> cells = new ArrayList<>();
      for (Node cell = row.getFirstChild(); cell != null; cell = cell.getNextSibling()) {
        if (cell instanceof Element) {
          cells.add(cell.getTextContent());
        }
      }
      rows.add(cells);
    }
    return rows;
  }

  /** Returns the row that begins with these cells. */
  public List<String> row(String... first) {
    return rows().stream()
        .filter(row -> row.size() >= first.length)
        .filter(row -> row.subList(0, first.length).equals(List.of(first)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no row " + List.of(first) + " in " + rows()));
  }

  /** Returns all text that is read: of elements, and of attributes that are shown. */
  public String shown() {
    String body = elements("body").get(0).getTextContent();
    for (String script : texts("script")) {
      body = body.replace(script, "");
    }
    StringBuilder shown = new StringBuilder(body);
    for (Element element : elements("*")) {
      for (String attribute : List.of("alt", "title", "aria-label")) {
        shown.append('\n').append(element.getAttribute(attribute));
      }
    }
    return shown.toString();
  }

  /**
   * Fails unless the page runs nothing but our script, whose digest its policy names, and needs
   * nothing from elsewhere.
   */
  public void assertHarmless() {
    Set<String> tags = new HashSet<>();
    Set<String> attributes = new HashSet<>();
    for (Element element : elements("*")) {
      tags.add(element.getTagName());
      for (int i = 0; i < element.getAttributes().getLength(); i++) {
        attributes.add(element.getAttributes().item(i).getNodeName());
      }
      if (element.hasAttribute("src")) {
        String source = element.getAttribute("src");
        assertTrue(source.startsWith("data:image/"), source);
      }
      if (element.hasAttribute("href")) {
        String address = element.getAttribute("href");
        assertTrue(address.matches("[^:/?#][^:?#]*"), "no relative address: " + address);
      }
      assertTrue(!element.getAttribute("style").contains("url("), element.getAttribute("style"));
    }
    tags.removeAll(ELEMENTS);
    attributes.removeAll(ATTRIBUTES);
    assertEquals(Set.of(), tags, "elements that no page of ours has");
    assertEquals(Set.of(), attributes, "attributes that no page of ours has");
    assertEquals(1, elements("style").size());
    String css = elements("style").get(0).getTextContent();
    assertTrue(!css.matches("(?s).*(url\\(|@import|@font-face).*"), "nothing from outside");
    assertOnlyOurScript();
  }

  private void assertOnlyOurScript() {
    assertEquals(1, elements("script").size());
    Element script = elements("script").get(0);
    assertEquals(0, script.getAttributes().getLength(), "attributes of the script");
    String ours = ourScript();
    assertEquals(ours, script.getTextContent());
    assertTrue(!ours.matches("(?s).*[<&].*"), "HTML and XML read the script alike");
    List<Element> policies =
        elements("meta").stream().filter(e -> e.hasAttribute("http-equiv")).toList();
    assertEquals(1, policies.size());
    assertEquals("Content-Security-Policy", policies.get(0).getAttribute("http-equiv"));
    assertEquals(
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-"
            + sha256(ours)
            + "'; base-uri 'none'; form-action 'none'",
        policies.get(0).getAttribute("content"));
  }

  private static String ourScript() {
    try {
      return Files.readString(Path.of("src/main/resources/dev/flowline/page/page.js"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String sha256(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns the picture of an img element, which the page holds. */
  public static BufferedImage picture(Element img) {
    String data = img.getAttribute("src").replaceFirst("^data:image/[a-z]+;base64,", "");
    try {
      return ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(data)));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
