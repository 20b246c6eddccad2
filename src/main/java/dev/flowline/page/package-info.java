/**
 * Drawing: pages, charts, colour maps and overlays. It lies below everything that draws a page and
 * knows nothing of models.
 *
 * <p>Templates in {@code src/main/jte} draw the pages and escape text by where it stands; their
 * classes belong to the packages that their folders name. Charts are our own SVG and no library's:
 * the same data give the same bytes, the style sheet of the page gives them its colours, light or
 * dark, and they stay well-formed XML without fonts or a window system. The chart libraries for
 * Java draw by AWT or come under the LGPL or GPL.
 */
package dev.flowline.page;
