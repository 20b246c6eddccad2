#include "plain/plain_convolution.hpp"

#include <cmath>

namespace {

// The points 0, 3/4, -3/4, 3/2, -3/2 and infinity, written out.
constexpr double BT[6][6] = {{1.265625, 0, -2.8125, 0, 1, 0},   {0, -1.6875, -2.25, 0.75, 1, 0},
                             {0, 1.6875, -2.25, -0.75, 1, 0},   {0, -0.84375, -0.5625, 1.5, 1, 0},
                             {0, 0.84375, -0.5625, -1.5, 1, 0}, {0, 1.265625, 0, -2.8125, 0, 1}};
constexpr double AT[4][6] = {{1, 1, 1, 1, 1, 0},
                             {0, 0.75, -0.75, 1.5, -1.5, 0},
                             {0, 0.5625, 0.5625, 2.25, 2.25, 0},
                             {0, 0.421875, -0.421875, 3.375, -3.375, 1}};
constexpr double F0 = 1 / 1.265625, FA = 1 / -1.8984375, FB = 1 / 7.59375;
constexpr double G[6][3] = {{F0, 0, 0},
                            {FA, 0.75 * FA, 0.5625 * FA},
                            {FA, -0.75 * FA, 0.5625 * FA},
                            {FB, 1.5 * FB, 2.25 * FB},
                            {FB, -1.5 * FB, 2.25 * FB},
                            {0, 0, 1}};

// |L| |m| |L^T| for a matrix L of `rows` x N and m of N x N.
template <int N>
void absolute(const double (*left)[N], int rows, const double* m, double* out) {
  for (int i = 0; i < rows; i++) {
    for (int j = 0; j < rows; j++) {
      double sum = 0;
      for (int a = 0; a < N; a++) {
        for (int b = 0; b < N; b++) {
          sum += std::fabs(left[i][a]) * std::fabs(m[a * N + b]) * std::fabs(left[j][b]);
        }
      }
      out[i * rows + j] = sum;
    }
  }
}

}  // namespace

std::vector<double> PlainConvolution::of(const float* image, int64_t height, int64_t width,
                                         int64_t stride) const {
  std::vector<double> out(height * width * outputs);
  for (int64_t y = 0; y < height; y++) {
    for (int64_t x = 0; x < width; x++) {
      for (int64_t n = 0; n < outputs; n++) {
        double sum = bias == nullptr ? 0.0 : static_cast<double>(bias[n]);
        for (int64_t dy = 0; dy < 3; dy++) {
          for (int64_t dx = 0; dx < 3; dx++) {
            const int64_t row = y + dy - 1, column = x + dx - 1;
            if (row < 0 || column < 0 || row >= height || column >= width) continue;
            const float* pixel = image + (row * width + column) * stride;
            const float* weight = weights + n * inputs * 9 + dy * 3 + dx;
            for (int64_t c = 0; c < inputs; c++) {
              sum += static_cast<double>(pixel[c]) * static_cast<double>(weight[c * 9]);
            }
          }
        }
        out[(y * width + x) * outputs + n] = sum;
      }
    }
  }
  return out;
}

std::vector<double> PlainConvolution::winograd_bound(const float* image, int64_t height,
                                                     int64_t width, int64_t stride) const {
  constexpr double U = 0x1p-24;
  std::vector<double> g(outputs * inputs * 36), d(inputs * 36), out(height * width * outputs);
  for (int64_t i = 0; i < outputs * inputs; i++) {
    double kernel[9];
    for (int j = 0; j < 9; j++) kernel[j] = static_cast<double>(weights[i * 9 + j]);
    absolute<3>(G, 6, kernel, &g[i * 36]);
  }
  for (int64_t top = 0; top < height; top += 4) {
    for (int64_t left = 0; left < width; left += 4) {
      for (int64_t c = 0; c < inputs; c++) {
        double patch[36] = {};
        for (int64_t i = 0; i < 36; i++) {
          const int64_t row = top + i / 6 - 1, column = left + i % 6 - 1;
          if (row < 0 || column < 0 || row >= height || column >= width) continue;
          patch[i] = static_cast<double>(image[(row * width + column) * stride + c]);
        }
        absolute<6>(BT, 6, patch, &d[c * 36]);
      }
      for (int64_t n = 0; n < outputs; n++) {
        double sums[36] = {}, bound[16];
        for (int64_t c = 0; c < inputs; c++) {
          for (int i = 0; i < 36; i++) sums[i] += d[c * 36 + i] * g[(n * inputs + c) * 36 + i];
        }
        absolute<6>(AT, 4, sums, bound);
        const double rest = bias == nullptr ? 0.0 : U * std::fabs(static_cast<double>(bias[n]));
        for (int64_t i = 0; i < 16; i++) {
          const int64_t y = top + i / 4, x = left + i % 4;
          if (y >= height || x >= width) continue;
          out[(y * width + x) * outputs + n] =
              U * static_cast<double>(inputs + 32) * bound[i] + rest;
        }
      }
    }
  }
  return out;
}
