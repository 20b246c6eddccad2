package dev.flowline.page;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Pieces of a page that needs nothing but itself; every piece is well-formed XML, too. */
public final class Html {
  private static final float JPEG_QUALITY = 0.88f;

  private Html() {}

  public static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                default -> escaped.appendCodePoint(c < ' ' && c != '\n' && c != '\t' ? 0xfffd : c);
              }
            });
    return escaped.toString();
  }

  /** A file's or folder's name as part of a relative address: safe in an attribute, too. */
  public static String pathSegment(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** A table whose first column names, and whose others are figures. */
  public static String table(List<String> headings, List<List<String>> rows) {
    StringBuilder html = new StringBuilder("<div class=\"scroll\"><table>\n<thead><tr>");
    headings.forEach(h -> html.append("<th>").append(escape(h)).append("</th>"));
    html.append("</tr></thead>\n<tbody>\n");
    for (List<String> row : rows) {
      html.append("<tr>");
      for (int i = 0; i < row.size(); i++) {
        String cell = escape(row.get(i));
        html.append(i == 0 ? "<th>" + cell + "</th>" : "<td>" + cell + "</td>");
      }
      html.append("</tr>\n");
    }
    return html.append("</tbody></table></div>\n").toString();
  }

  /** Terms and what they are. */
  public static String definitions(Map<String, String> terms) {
    StringBuilder html = new StringBuilder("<dl>\n");
    terms.forEach(
        (name, value) ->
            html.append("<dt>")
                .append(escape(name))
                .append("</dt>")
                .append("<dd>")
                .append(escape(value))
                .append("</dd>\n"));
    return html.append("</dl>\n").toString();
  }

  /** A picture and what it shows. */
  public static String figure(String caption, String uri) {
    return "<figure><img loading=\"lazy\" alt=\"%s\" src=\"%s\"/><figcaption>%s</figcaption></figure>\n"
        .formatted(caption, uri, caption);
  }

  /** A chart's entry in its key: the mark of that class, and what it is. */
  public static String key(String css, String text) {
    return "<span><i class=\"key %s\"></i>%s</span>".formatted(css, escape(text));
  }

  /**
   * A chart, with the sentence that says how to read it.
   *
   * @param figure as XML
   * @param keys of {@link #key}
   */
  public static String card(String title, String figure, String keys, String reading) {
    return """
        <section class="card">
        <h3>%s</h3>
        <div class="keys">%s</div>
        %s
        <p class="note">%s</p>
        </section>
        """
        .formatted(escape(title), keys, figure, escape(reading));
  }

  public static String jpeg(BufferedImage image) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      ImageWriteParam options = writer.getDefaultWriteParam();
      options.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      options.setCompressionQuality(JPEG_QUALITY);
      try (var stream = new MemoryCacheImageOutputStream(bytes)) {
        writer.setOutput(stream);
        writer.write(null, new IIOImage(image, null, null), options);
      }
      return dataUri("image/jpeg", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
  }

  public static String png(BufferedImage image) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      ImageIO.write(image, "png", bytes);
      return dataUri("image/png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String dataUri(String type, ByteArrayOutputStream bytes) {
    return "data:" + type + ";base64," + Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  /**
   * A page.
   *
   * @param kind such as evaluation or comparison, in CSS too
   * @param title heads it
   * @param verdict what it says, in a sentence
   * @param resource of the rest, see {@link #fill}
   */
  public static String page(
      String kind, String title, String verdict, String resource, Map<String, String> values) {
    return fill(
        "page.html",
        Map.of(
            "kind", kind,
            "title", escape(title),
            "css", fill("report.css", Map.of()),
            "verdict", escape(verdict),
            "main", fill(resource, values)));
  }

  /** A resource of this package with its {@code {{name}}}s replaced. */
  static String fill(String resource, Map<String, String> values) {
    String template;
    try (InputStream stream = Html.class.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new IllegalStateException("resource " + resource + " is missing from the jar");
      }
      template = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    StringBuilder page = new StringBuilder();
    int at = 0;
    for (int open = template.indexOf("{{"); open >= 0; open = template.indexOf("{{", at)) {
      int close = template.indexOf("}}", open);
      String name = template.substring(open + 2, close);
      if (!values.containsKey(name)) {
        throw new IllegalStateException(resource + " asks for " + name);
      }
      page.append(template, at, open).append(values.get(name));
      at = close + 2;
    }
    return page.append(template, at, template.length()).toString();
  }
}
