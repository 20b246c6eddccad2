/** Networks as pure functions of a small interface of tensor operations, and its readers. */
package dev.flowline.nn;
