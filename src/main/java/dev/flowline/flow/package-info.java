/** Normalizing flows: invertible modules, their composition, and the likelihood. */
package dev.flowline.flow;
