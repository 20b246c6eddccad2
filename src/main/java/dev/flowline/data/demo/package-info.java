/** Paints the demo's line: products, defects and their exact masks. */
package dev.flowline.data.demo;
