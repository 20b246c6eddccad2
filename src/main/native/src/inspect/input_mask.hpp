#ifndef FLOWLINE_INSPECT_INPUT_MASK_HPP
#define FLOWLINE_INSPECT_INPUT_MASK_HPP

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "inspect/manifest.hpp"

namespace flowline {

/// The pixels of the network's input that a test leaves out: those out of view and, for the test of a
/// zone, those of other zones. It holds them as the file does, in runs that all zones share: as pixels
/// a file of some kilobytes could have billions.
class InputMask {
 public:
  /// Leaves out what is out of view.
  explicit InputMask(const Manifest& manifest);

  /// Returns a mask that leaves out other zones too.
  ///
  /// zone: an index of the manifest's.
  InputMask of_zone(size_t zone) const;

  /// Whether anything may be left out.
  bool leaves_out() const { return runs_->view.has_value() || zone_.has_value(); }

  /// Returns 1 for what is left out, else 0, by pixel: (height, width) of the network's input.
  std::vector<uint8_t> pixels() const;

 private:
  struct Runs {
    int64_t height, width;  // of the network's input
    std::optional<Manifest::View> view;
    std::optional<Manifest::View> zones;  // its runs are pairs, as those of Manifest::Zones
  };

  std::shared_ptr<const Runs> runs_;
  std::optional<size_t> zone_;
};

}  // namespace flowline
#endif
