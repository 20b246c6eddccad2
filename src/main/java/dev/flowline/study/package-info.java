/** Goodness of fit: whether the null hypotheses of the statistical test hold for a model. */
package dev.flowline.study;
