#include "parts.hpp"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "acontrario/law_test.hpp"
#include "acontrario/scale_test.hpp"
#include "acontrario/upsample.hpp"
#include "flowline/flowline.h"
#include "plain/plain_selection.hpp"
#include "plain/plain_tree.hpp"
#include "tree/peak_tree.hpp"

using namespace flowline;

namespace {

/// Goes round the maps of a field.
class Maps {
 public:
  explicit Maps(const Field& field) : field_(field) {}
  const float* next() {
    if (++at_ == field_.maps.size()) at_ = 0;
    return field_.maps[at_].data();
  }

 private:
  const Field& field_;
  size_t at_ = 0;
};

Judgement judgement_of(const Field& field, int32_t pfa_bound,
                       int32_t number_of_tests = FLOWLINE_TESTS_PUBLISHED) {
  return {pfa_bound, number_of_tests, field.channels, field.pixels(), field.pixels()};
}

Part energy_part(const Field& field, const Kernels& kernels) {
  const int64_t latents = std::max<int64_t>(1, (1 << 22) / (field.channels * field.pixels()));
  auto z = std::make_shared<std::vector<float>>(
      normal_numbers(latents * field.channels * field.pixels(), 1));
  auto energy = std::make_shared<std::vector<float>>(field.pixels());
  auto at = std::make_shared<int64_t>(0);
  return {"energy", "", field.pixels(), [=, &field, &kernels] {
            if (++*at == latents) *at = 0;
            const Image image = {
                FLOWLINE_FLOAT32, z->data() + *at * field.channels * field.pixels(),
                field.channels,   field.side,
                field.side,       field.pixels(),
                field.side,       1};
            kernels.energy(image, energy->data());
          }};
}

// To 256 x 256: the minimum of the field's maps and of one of half their side.
Part upsample_part(const Field& field, const Kernels& kernels) {
  constexpr int64_t OUT = 256;
  auto maps = std::make_shared<Maps>(field);
  auto upsamplers = std::make_shared<std::vector<Upsampler>>(2);
  (*upsamplers)[0].resize(field.side, field.side, OUT, OUT);
  (*upsamplers)[1].resize(field.side / 2, field.side / 2, OUT, OUT);
  auto out = std::make_shared<std::vector<float>>(OUT * OUT);
  return {"upsample", "", OUT * OUT, [=, &kernels] {
            for (Upsampler& upsampler : *upsamplers) upsampler.widen(kernels, maps->next());
            interpolated_minimum(kernels, upsamplers->data(), 2, 0.0f, out->data());
          }};
}

Part plain_tree_part(const Field& field, const char* name, int connectivity) {
  auto maps = std::make_shared<Maps>(field);
  auto builder = std::make_shared<PlainTree>();
  auto tree = std::make_shared<ComponentTree>();
  return {name, "", field.pixels(), [=, &field] {
            builder->build(maps->next(), field.side, field.side, connectivity, tree.get());
          }};
}

Part tree_part(const Field& field, const Kernels& kernels, const char* name, const char* baseline,
               int connectivity) {
  auto maps = std::make_shared<Maps>(field);
  auto builder = std::make_shared<PeakTree>(kernels);
  auto tree = std::make_shared<ComponentTree>();
  return {name, baseline, field.pixels(), [=, &field] {
            builder->build_above(-INFINITY, maps->next(), field.side, field.side, connectivity,
                                 tree.get());
          }};
}

Part sort_part(const Field& field, const Kernels& kernels) {
  auto maps = std::make_shared<Maps>(field);
  auto sorted = std::make_shared<SortedCells>();
  sorted->reserve(field.pixels());
  return {"sort", "", field.pixels(), [=, &field, &kernels] {
            sorted->sort(kernels, maps->next(), field.pixels(), -INFINITY);
          }};
}

Part plain_chain_part(const Field& field, const char* name, int32_t pfa_bound) {
  auto maps = std::make_shared<Maps>(field);
  auto builder = std::make_shared<PlainTree>();
  auto tree = std::make_shared<ComponentTree>();
  auto selection = std::make_shared<PlainSelection>();
  auto painted = std::make_shared<std::vector<float>>(field.pixels());
  const Judgement judgement = judgement_of(field, pfa_bound);
  return {name, "", field.pixels(), [=, &field] {
            builder->build_above(judgement.floor(), maps->next(), field.side, field.side, 4,
                                 tree.get());
            selection->select(*tree, tree->altitude.data(), judgement);
            selection->paint(*tree, field.pixels(), 477.0, painted->data());
          }};
}

Part chain_part(const Field& field, const Kernels& kernels, const char* name, const char* baseline,
                const Judgement& judgement) {
  auto maps = std::make_shared<Maps>(field);
  auto test = std::make_shared<ScaleTest>(kernels);
  auto painted = std::make_shared<std::vector<float>>(field.pixels());
  return {name, baseline, field.pixels(), [=, &field] {
            test->paint(maps->next(), field.side, field.side, judgement, 477.0, painted->data());
          }};
}

/// A relative law of the size that good images make it, whose knots begin at the median.
struct OwnLaw {
  static constexpr int32_t CLASSES = 10, KNOTS = 150;
  std::vector<float> level;
  std::vector<double> log10_pfa, baseline_log10_pfa;

  OwnLaw() {
    for (int32_t k = 0; k < CLASSES; k++) {
      for (int32_t i = 0; i < KNOTS; i++) log10_pfa.push_back(-0.02 * i * (1 + 0.1 * k));
    }
    for (int32_t i = 0; i < KNOTS; i++) {
      level.push_back(0.5f + static_cast<float>(i) * (0.1f / KNOTS));
      baseline_log10_pfa.push_back(-0.02 * i);
    }
  }

  RegionLaw law() const {
    return {CLASSES, KNOTS, level.data(), log10_pfa.data(), 0, 0.61f, 1, baseline_log10_pfa.data()};
  }
};

// From the fused map to the painted one. The fused map: of a field's energies the anomaly map.
Part law_part(const Field& field, const Kernels& kernels) {
  auto fused = std::make_shared<Field>(field);
  for (std::vector<float>& map : fused->maps) {
    for (float& energy : map) {
      energy = 1.0f - std::exp(-0.5f * energy / static_cast<float>(field.channels));
    }
  }
  auto maps = std::make_shared<Maps>(*fused);
  auto own = std::make_shared<OwnLaw>();
  auto test = std::make_shared<LawTest>(kernels);
  test->reserve(field.side, field.side);
  auto painted = std::make_shared<std::vector<float>>(field.pixels());
  return {"law", "", field.pixels(), [=, &field] {
            static_cast<void>(fused);  // whose maps they are
            test->paint(maps->next(), field.side, field.side, own->law(), painted->data());
          }};
}

void check(flowline_status status) {
  if (status == FLOWLINE_OK) return;
  std::fprintf(stderr, "%s\n", flowline_last_error());
  std::exit(1);
}

std::shared_ptr<flowline_context> new_context(int32_t threads, int32_t instruction_set) {
  flowline_context_options options = FLOWLINE_CONTEXT_OPTIONS_DEFAULT;
  options.threads = threads;
  options.instruction_set = instruction_set;
  flowline_context* context = nullptr;
  check(flowline_context_create(&options, &context));
  return {context, flowline_context_destroy};
}

// All that flowline_select gives, of energies.
Part select_part(const Field& field, int32_t instruction_set) {
  auto maps = std::make_shared<Maps>(field);
  auto context = new_context(1, instruction_set);
  auto regions = std::make_shared<std::vector<int32_t>>(field.pixels());
  auto log10_pfa = std::make_shared<std::vector<double>>(field.pixels());
  auto painted = std::make_shared<std::vector<float>>(field.pixels());
  return {"select", "chain-all-by-size", field.pixels(), [=, &field] {
            check(flowline_select(context.get(), maps->next(), nullptr, field.side, field.side,
                                  field.channels, 0, nullptr, regions->data(), log10_pfa->data(),
                                  painted->data()));
          }};
}

struct Scale {
  int64_t channels, side;
};

/// Latents of a batch and a context of its own.
class Segmentation {
 public:
  Segmentation(const std::vector<Scale>& scales, int64_t batch, int32_t threads,
               int32_t instruction_set, int64_t side = 256)
      : map_(batch * side * side), side_(side), context_(new_context(threads, instruction_set)) {
    for (const Scale& scale : scales) {
      const int64_t count = scale.channels * scale.side * scale.side;
      numbers_.push_back(normal_numbers(batch * count, 7));
      flowline_tensor latent{};
      latent.struct_size = sizeof latent;
      latent.data = numbers_.back().data();
      latent.batch = batch;
      latent.channels = scale.channels;
      latent.height = latent.width = scale.side;
      latents_.push_back(latent);
      pixels += batch * scale.side * scale.side;
    }
  }

  void run() {
    flowline_maps maps{};
    maps.struct_size = sizeof maps;
    maps.height = maps.width = side_;
    maps.log10_nfa = map_.data();
    flowline_segment_options options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
    options.ignore = mask_.empty() || view_ != nullptr ? nullptr : mask_.data();
    options.field_of_view = view_.get();
    check(flowline_segment(context_.get(), latents_.data(), static_cast<int32_t>(latents_.size()),
                           &options, &maps));
  }

  /// The verdict and the regions; with_map: the decided map as well. Exits unless a defect has at
  /// least so many regions, or none if there are to be none.
  void inspect(bool with_map, int64_t least) {
    flowline_maps maps{};
    maps.struct_size = sizeof maps;
    maps.height = maps.width = side_;
    maps.log10_nfa = map_.data();
    flowline_verdict verdict;
    int64_t count = 0;
    flowline_inspection asked{};
    asked.struct_size = sizeof asked;
    asked.height = asked.width = side_;
    asked.log10_epsilon = -2.0;
    asked.verdict = &verdict;
    asked.regions = found_;
    asked.capacity = 8;
    asked.region_count = &count;
    asked.maps = with_map ? &maps : nullptr;
    check(flowline_inspect(context_.get(), latents_.data(), static_cast<int32_t>(latents_.size()),
                           nullptr, &asked));
    if (count < least || (least == 0 && count > 0)) std::exit(1);
  }

  /// Bright positions all over the finest scale, each a region.
  void add_many_defects() {
    for (int64_t y = 2; y < latents_[0].height; y += 4) {
      for (int64_t x = 2; x < latents_[0].width; x += 4) {
        numbers_[0][y * latents_[0].width + x] = 14.0f;
      }
    }
  }

  /// Bright positions: a square of the finest scale, and a spot.
  void add_defects() {
    for (int64_t y = 10; y < 16; y++)
      std::fill_n(&numbers_[0][y * latents_[0].width + 20], 6, 9.0f);
    numbers_[0][3 * latents_[0].width + 3] = 20.0f;
  }

  /// Nothing but a disc is in view.
  void look_through_lens() {
    for (int64_t pixel = 0; pixel < side_ * side_; pixel++) {
      const int64_t y = 2 * (pixel / side_) - side_, x = 2 * (pixel % side_) - side_;
      mask_.push_back(y * y + x * x > side_ * side_);
    }
  }

  /// The mask is prepared, and no longer read.
  void prepare() {
    flowline_segment_options options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
    options.ignore = mask_.data();
    flowline_field_of_view* view = nullptr;
    check(flowline_field_of_view_create(context_.get(), &options, side_, side_, 1, &view));
    view_.reset(view, flowline_field_of_view_destroy);
  }

  /// The regions of the first map.
  void find_regions() {
    int64_t count = 0;
    check(flowline_regions(context_.get(), map_.data(), side_, side_, -2.0, 8, found_, 8, &count));
    if (count == 0) std::exit(1);
  }

  int64_t pixels = 0;  ///< of all latents

 private:
  std::vector<std::vector<float>> numbers_;
  std::vector<flowline_tensor> latents_;
  std::vector<float> map_;
  std::vector<uint8_t> mask_;
  int64_t side_;
  flowline_region found_[8];
  std::shared_ptr<flowline_context> context_;
  std::shared_ptr<flowline_field_of_view> view_;
};

}  // namespace

std::vector<Part> parts_of_field(const Field& field, const Kernels& kernels,
                                 int32_t instruction_set) {
  std::vector<Part> parts;
  if (field.side <= 112) {
    parts.push_back(energy_part(field, kernels));
    parts.push_back(upsample_part(field, kernels));
  }
  parts.push_back(sort_part(field, kernels));
  parts.push_back(plain_tree_part(field, "plain-tree", 4));
  parts.push_back(plain_tree_part(field, "plain-tree-8", 8));
  parts.push_back(tree_part(field, kernels, "tree", "plain-tree", 4));
  parts.push_back(tree_part(field, kernels, "tree-8", "plain-tree-8", 8));
  parts.push_back(plain_chain_part(field, "plain-chain", FLOWLINE_PFA_CHERNOFF));
  parts.push_back(plain_chain_part(field, "plain-chain-all", FLOWLINE_PFA_AS_RELEASED));
  parts.push_back(chain_part(field, kernels, "chain", "plain-chain",
                             judgement_of(field, FLOWLINE_PFA_CHERNOFF)));
  parts.push_back(chain_part(field, kernels, "chain-all", "plain-chain-all",
                             judgement_of(field, FLOWLINE_PFA_AS_RELEASED)));
  parts.push_back(
      chain_part(field, kernels, "chain-all-by-size", "",
                 judgement_of(field, FLOWLINE_PFA_AS_RELEASED, FLOWLINE_TESTS_BY_SIZE)));
  parts.push_back(law_part(field, kernels));
  parts.push_back(select_part(field, instruction_set));
  return parts;
}

std::vector<Part> segment_parts(int32_t instruction_set) {
  const std::vector<Scale> ms_cait = {{816, 28}, {192, 14}};
  const std::vector<Scale> resnet_18 = {{80, 112}, {160, 56}, {192, 28}};
  const std::vector<Scale> few_channels = {{16, 28}, {16, 14}};  // a batch of 1 MB
  std::vector<Part> parts;
  auto add = [&](const char* name, const char* baseline, const std::vector<Scale>& scales,
                 int64_t batch, int32_t threads, bool one_thread) {
    auto made = std::make_shared<Segmentation>(scales, batch, threads, instruction_set);
    parts.push_back({name, baseline, made->pixels, [made] { made->run(); }, one_thread});
  };
  add("segment-ms-cait", "", ms_cait, 1, 1, true);
  add("segment-resnet-18", "", resnet_18, 1, 1, true);
  add("batch-1", "", ms_cait, 16, 1, false);
  add("batch-2", "batch-1", ms_cait, 16, 2, false);
  add("batch-1-cached", "", few_channels, 16, 1, false);
  add("batch-2-cached", "batch-1-cached", few_channels, 16, 2, false);
  // A large map of published size, and its regions.
  constexpr int64_t SIDE = 2048;
  const std::vector<Scale> resnet_256 = {{80, 64}, {160, 32}, {192, 16}};
  auto large = std::make_shared<Segmentation>(resnet_256, 1, 1, instruction_set, SIDE);
  large->add_defects();
  large->run();
  parts.push_back({"map-2048", "", SIDE * SIDE, [large] { large->run(); }});
  auto lens = std::make_shared<Segmentation>(resnet_256, 1, 1, instruction_set, SIDE);
  lens->look_through_lens();
  parts.push_back({"mask-2048", "map-2048", SIDE * SIDE, [lens] { lens->run(); }});
  auto prepared = std::make_shared<Segmentation>(resnet_256, 1, 1, instruction_set, SIDE);
  prepared->look_through_lens();
  prepared->prepare();
  parts.push_back({"view-2048", "mask-2048", SIDE * SIDE, [prepared] { prepared->run(); }});
  parts.push_back({"regions-2048", "map-2048", SIDE * SIDE, [large] { large->find_regions(); }});
  // Verdict and regions in one call: of a good image, of two regions, of two hundred.
  auto good = std::make_shared<Segmentation>(resnet_256, 1, 1, instruction_set, SIDE);
  auto many = std::make_shared<Segmentation>(resnet_256, 1, 1, instruction_set, SIDE);
  many->add_many_defects();
  parts.push_back({"inspect-good", "map-2048", SIDE * SIDE, [good] { good->inspect(false, 0); }});
  parts.push_back({"inspect-few", "map-2048", SIDE * SIDE, [large] { large->inspect(false, 2); }});
  parts.push_back({"inspect-many", "map-2048", SIDE * SIDE, [many] { many->inspect(false, 200); }});
  parts.push_back({"inspect-map", "map-2048", SIDE * SIDE, [many] { many->inspect(true, 200); }});
  return parts;
}
