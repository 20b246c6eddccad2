/** Native memory: its owners, its lifetime, and views of it that need no LibTorch. */
package dev.flowline.tensor;
