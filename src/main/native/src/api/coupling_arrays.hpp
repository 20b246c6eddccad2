#ifndef FLOWLINE_API_COUPLING_ARRAYS_HPP
#define FLOWLINE_API_COUPLING_ARRAYS_HPP

#include <cstdint>
#include <string>
#include <vector>

#include "checks/argument_checks.hpp"
#include "checks/status.hpp"
#include "flowline/flowline.h"

namespace flowline {

/// Checks what the arrays of a coupling hold, which are host memory: gains are positive, offsets
/// finite, and the permutation is one. name_of("coupling.gain", "gain", c) names an element. seen:
/// workspace.
template <class NameOf>
void require_coupling_arrays(const flowline_coupling& coupling, int64_t channels,
                             std::vector<uint8_t>* seen, const NameOf& name_of) {
  for (int64_t c = 0; coupling.gain != nullptr && c < channels; c++) {
    require_positive(name_of("coupling.gain", "gain", c), coupling.gain[c]);
  }
  for (int64_t c = 0; coupling.offset != nullptr && c < channels; c++) {
    require_finite_value(name_of("coupling.offset", "offset", c), coupling.offset[c]);
  }
  if (coupling.permutation == nullptr) return;
  seen->assign(static_cast<size_t>(channels), 0);
  for (int64_t c = 0; c < channels; c++) {
    const int32_t from = coupling.permutation[c];
    const Name name = name_of("coupling.permutation", "permutation", c);
    require_between(name, from, 0, channels - 1);
    uint8_t& taken = (*seen)[static_cast<size_t>(from)];
    if (taken != 0) invalid(name.text() + " repeats " + std::to_string(from));
    taken = 1;
  }
}

}  // namespace flowline
#endif
