/** The bootstrap of the native libraries and the mirror of {@code flowline.h}; not for users. */
package dev.flowline.internal;
