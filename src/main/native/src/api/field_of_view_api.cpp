#include "api/checked_structs.hpp"
#include "api/context.hpp"
#include "api/field_of_view_handle.hpp"
#include "api/footprint.hpp"
#include "backend/host_pointers.hpp"
#include "checks/argument_checks.hpp"
#include "checks/status.hpp"

using namespace flowline;

flowline_status flowline_field_of_view_create(flowline_context* context,
                                              const flowline_segment_options* options,
                                              int64_t height, int64_t width, int64_t batch,
                                              flowline_field_of_view** field_of_view) {
  const flowline_status pointed = translate([&] {
    require_pointer("field_of_view", field_of_view, alignof(flowline_field_of_view*));
    HostPointers().require("field_of_view", field_of_view);
    *field_of_view = nullptr;  // also if the context cannot be had
  });
  if (pointed != FLOWLINE_OK) return pointed;
  return translate(context, [&] {
    const flowline_segment_options where = segment_options_of(options);
    require_map(height, width);
    require_between("batch", batch, 1, MOST_IMAGES);
    if (where.field_of_view != nullptr) invalid("options.field_of_view must be NULL");
    require_inside(where, height, width, batch);
    Footprint memory;
    memory.read("options.ignore", where.ignore,
                where.ignore_batch_stride * (batch - 1) + height * width);
    memory.write("field_of_view", field_of_view, sizeof *field_of_view);
    *field_of_view =
        new flowline_field_of_view(context->backend.get(), where, height, width, batch);
  });
}

void flowline_field_of_view_destroy(flowline_field_of_view* field_of_view) { delete field_of_view; }
