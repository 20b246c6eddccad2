/** How the made-up line is painted: products, defects and their exact masks. */
package dev.flowline.data.demo;
