/**
 * Drawing: HTML, SVG charts, colour maps and overlays. It lies below everything that draws a page
 * and knows nothing of models.
 */
package dev.flowline.page;
