/** Comparison of several models on several products: results beside published ones, as a page. */
package dev.flowline.compare;
