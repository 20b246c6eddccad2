#include "acontrario/deciding_region.hpp"

namespace flowline {

void DecidingRegion::reserve(int64_t positions) {
  const size_t most = static_cast<size_t>(positions);
  members_.reserve(most);
  if (is_member_.size() < most) is_member_.resize(most);
}

void DecidingRegion::find(const TestedGrid& grid, float smallest, double below) {
  reserve(grid.height * grid.width);
  for (const int32_t member : members_) is_member_[static_cast<size_t>(member)] = 0;
  members_.clear();
  grid_ = grid;
  const int64_t first =
      std::find(grid.values, grid.values + grid.height * grid.width, smallest) - grid.values;
  top_ = bottom_ = first / grid.width;
  left_ = right_ = first % grid.width;
  take_in(top_, left_, below);
  for (size_t i = 0; i < members_.size(); i++) {
    const int64_t row = members_[i] / grid.width, column = members_[i] % grid.width;
    take_in(row - 1, column, below);
    take_in(row + 1, column, below);
    take_in(row, column - 1, below);
    take_in(row, column + 1, below);
  }
}

void DecidingRegion::take_in(int64_t row, int64_t column, double below) {
  if (row < 0 || row >= grid_.height || column < 0 || column >= grid_.width) return;
  const int64_t position = row * grid_.width + column;
  uint8_t& is_member = is_member_[static_cast<size_t>(position)];
  if (is_member != 0 || !(grid_.values[position] < below)) return;
  is_member = 1;
  members_.push_back(static_cast<int32_t>(position));
  top_ = std::min(top_, row);
  bottom_ = std::max(bottom_, row);
  left_ = std::min(left_, column);
  right_ = std::max(right_, column);
}

}  // namespace flowline
