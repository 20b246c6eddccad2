#include "inspect/input_mask.hpp"

#include "inspect/map_scale.hpp"

namespace flowline {
namespace {

/// Whether each position is out of view.
std::vector<uint8_t> out_of_view(const Manifest::View& view) {
  std::vector<uint8_t> out;
  out.reserve(static_cast<size_t>(view.height * view.width));
  for (size_t i = 0; i < view.runs.size(); i++) {
    out.insert(out.end(), static_cast<size_t>(view.runs[i]), i % 2);
  }
  return out;
}

/// Whether each position is of another zone.
std::vector<uint8_t> out_of_zone(const Manifest::View& zones, size_t zone) {
  std::vector<uint8_t> out;
  out.reserve(static_cast<size_t>(zones.height * zones.width));
  for (size_t i = 0; i < zones.runs.size(); i += 2) {
    const bool other = static_cast<size_t>(zones.runs[i]) != zone;
    out.insert(out.end(), static_cast<size_t>(zones.runs[i + 1]), other);
  }
  return out;
}

}  // namespace

InputMask::InputMask(const Manifest& manifest) {
  Runs runs{manifest.input.height, manifest.input.width, manifest.view, std::nullopt};
  if (manifest.zones) {
    runs.zones = {manifest.zones->height, manifest.zones->width, manifest.zones->runs};
  }
  runs_ = std::make_shared<const Runs>(std::move(runs));
}

InputMask InputMask::of_zone(size_t zone) const {
  InputMask mask = *this;
  mask.zone_ = zone;
  return mask;
}

std::vector<uint8_t> InputMask::pixels() const {
  const auto of_pixels = [&](const std::vector<uint8_t>& of_positions, const Manifest::View& size) {
    return of_pixels_by_centre(of_positions, size.height, size.width, runs_->height, runs_->width);
  };
  std::vector<uint8_t> out;
  if (runs_->view) out = of_pixels(out_of_view(*runs_->view), *runs_->view);
  if (!zone_) return out;
  const std::vector<uint8_t> others = of_pixels(out_of_zone(*runs_->zones, *zone_), *runs_->zones);
  if (out.empty()) return others;
  for (size_t i = 0; i < out.size(); i++) out[i] |= others[i];
  return out;
}

}  // namespace flowline
