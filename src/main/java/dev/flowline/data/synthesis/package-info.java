/** Made-up anomalies on images of good parts, with their exact masks. */
package dev.flowline.data.synthesis;
