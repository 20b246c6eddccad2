package dev.flowline.page;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The script of every page, {@code page.js} of the jar: it enlarges pictures, and filters and sorts
 * a gallery. A page can be read without it.
 */
final class PageScript {
  static final String SOURCE = PageResource.read("page.js");

  /**
   * The content security policy of every page: nothing is loaded, and only this script runs, which
   * the browser knows by its digest.
   */
  static final String POLICY =
      "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-%s'; base-uri 'none'; form-action 'none'"
          .formatted(digest());

  private PageScript() {}

  private static String digest() {
    try {
      byte[] source = SOURCE.getBytes(StandardCharsets.UTF_8);
      return Base64.getEncoder()
          .encodeToString(MessageDigest.getInstance("SHA-256").digest(source));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
