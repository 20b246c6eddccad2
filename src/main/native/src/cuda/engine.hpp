#ifndef FLOWLINE_CUDA_ENGINE_HPP
#define FLOWLINE_CUDA_ENGINE_HPP

#include <algorithm>
#include <cfloat>
#include <cstdint>
#include <cstring>
#include <vector>

#include "acontrario/judgement.hpp"
#include "acontrario/number_of_tests.hpp"
#include "cuda/coupling_kernel.hpp"
#include "cuda/energy_kernel.hpp"
#include "cuda/law_kernel.hpp"
#include "cuda/library.hpp"
#include "cuda/machine.hpp"
#include "cuda/map_kernel.hpp"
#include "cuda/mean_kernel.hpp"
#include "cuda/scale_kernel.hpp"

namespace flowline {

/// The calls of CudaLibrary as kernels one after the other on a Machine (machine.hpp). Nothing here
/// waits for a kernel or reads what one has written.
template <class Machine>
class Engine {
 public:
  explicit Engine(Machine* machine) : machine_(*machine) {
    machine_.template load<UploadKernel>();
    machine_.template load<PrepareKernel>();
    machine_.template load<EnergyKernel>();
    load_tests<ScaleTests>();
    load_tests<LawTests>();
    machine_.template load<MapKernel>();
    machine_.template load<MeanKernel>();
    machine_.template load<CouplingKernel>();
    machine_.template load<LogDetKernel>();
  }

  void energy(const flowline_tensor& latent, float* energy);
  void reserve(const CudaSegmentation& call);
  void segment(const CudaSegmentation& call);
  void coupling_forward(const flowline_coupling& coupling, const flowline_tensor& input,
                        const flowline_tensor& subnet, float* output, double* log_det);
  void coupling_undo_affine(const flowline_coupling& coupling, const flowline_tensor& input,
                            float* output, double* log_det);
  void coupling_inverse(const flowline_coupling& coupling, const flowline_tensor& latent,
                        const flowline_tensor& subnet, double* log_det);

 private:
  /// The workspace of a segmentation. Of no memory, it only counts.
  struct Workspace {
    float* energy;      // (batch, all positions)
    float* likelihood;  // likewise
    float* painted;     // likewise, of which a law needs the finest scale's
    uint32_t* not_finite;
    uint32_t* lowest;
    uint32_t* ignored;
    Price* price;
    char* arrays;  // of scales that are too large for shared memory
  };

  /// How a scale is tested: by a block in shared memory, by a block in global memory, by all blocks.
  enum class Way { SHARED, BLOCK, GRID };
  static constexpr int64_t MOST_OF_A_BLOCK = 128 * 128;  // positions; beyond, the whole device

  template <class Tests>
  void load_tests() {
    machine_.template load<BlockTestKernel<Tests, true>>();
    machine_.template load<BlockTestKernel<Tests, false>>();
    machine_.template load_grid<GridTestKernel<Tests>>();
  }

  static int64_t pixels_of(const flowline_tensor& latent) { return latent.height * latent.width; }

  static int64_t rows_of(const CudaSegmentation& call) {
    return call.ignore_batch_stride == 0 ? 1 : call.latents[0].batch;
  }

  static int64_t positions_of(const CudaSegmentation& call) {
    int64_t positions = 0;
    for (int32_t s = 0; s < call.scales; s++) positions += pixels_of(call.latents[s]);
    return positions;
  }

  static int64_t ignored_words(const CudaSegmentation& call) {
    return (call.maps.height * call.maps.width + 31) / 32;
  }

  static bool asks_for_test(const CudaSegmentation& call) {
    return call.maps.log10_nfa != nullptr || call.maps.smallest != nullptr;
  }

  static bool asks_for_anomaly(const CudaSegmentation& call) {
    return call.maps.anomaly_map != nullptr || call.maps.anomaly_score != nullptr;
  }

  static bool asks_for_likelihood(const CudaSegmentation& call) {
    return asks_for_anomaly(call) || call.maps.fused_map != nullptr ||
           (call.law != nullptr && asks_for_test(call));
  }

  /// Scales that are tested each for itself, the finest first; by a law it is the fused map, which is
  /// of the finest one's size.
  static int32_t tested_scales(const CudaSegmentation& call) {
    return call.law == nullptr ? call.scales : 1;
  }

  static int64_t bytes_of_arrays(int64_t positions) {
    Carver counter(nullptr);
    ScaleArrays arrays;
    lay_out(counter, positions, &arrays);
    return (counter.taken() + 255) / 256 * 256;
  }

  Way way_of(int64_t positions) const {
    if (bytes_of_arrays(positions) <= machine_.most_shared()) return Way::SHARED;
    return positions <= MOST_OF_A_BLOCK ? Way::BLOCK : Way::GRID;
  }

  /// Blocks that test scales in global memory at once: what each needs is too much for all.
  int64_t global_blocks(const CudaSegmentation& call) const {
    return std::min<int64_t>(call.latents[0].batch * tested_scales(call),
                             machine_.blocks_at_once());
  }

  int64_t array_bytes(const CudaSegmentation& call) const;
  void lay_out_workspace(const CudaSegmentation& call, Carver* memory, Workspace* workspace) const;
  EnergyScale energy_scale(const flowline_tensor& latent, float* energy,
                           int64_t image_stride) const;
  void launch_energy(EnergyKernel* kernel, int64_t batch);
  void test_scales(const CudaSegmentation& call, const Workspace& workspace, const View& view);
  void test_by_law(const CudaSegmentation& call, const Workspace& workspace, const View& view);
  template <class Tests>
  Tests tests_of(const CudaSegmentation& call, const Workspace& workspace, const View& view) const;
  template <class Tests>
  void launch_tests(Way way, const CudaSegmentation& call, int64_t largest, Tests* tests);
  static void lead_to(int64_t height, int64_t width, const CudaSegmentation& call,
                      const Workspace& workspace, MapScale* scale);
  MapKernel map_kernel(int64_t height, int64_t width, const CudaSegmentation& call,
                       const Workspace& workspace) const;
  void launch_map(const MapKernel& kernel, int64_t batch);
  void launch_fused_map(const CudaSegmentation& call, const Workspace& workspace);
  void launch_maps(const CudaSegmentation& call, const Workspace& workspace, const View& view);
  void mean_energies(const CudaSegmentation& call, const Workspace& workspace);
  void channel_means(const CudaSegmentation& call, const Workspace& workspace);
  void launch_means(MeanKernel* kernel, int64_t batch);
  void launch_coupling(const flowline_coupling& coupling, CouplingKernel* kernel,
                       const flowline_tensor& tensor, const flowline_tensor* subnet, float* output,
                       double* log_det);
  View view_of(const CudaSegmentation& call, uint32_t* ignored) const;
  void upload(const uint32_t* words, int64_t count, uint32_t* to);
  void upload_ignored(const CudaSegmentation& call, uint32_t* to);
  void stage_prices(const CudaSegmentation& call);
  void prepare(const CudaSegmentation& call, const Workspace& workspace);
  static UploadKernel uploaded(const uint32_t* words, int64_t count, uint32_t* to);

  Machine& machine_;
  std::vector<uint32_t> staging_;
};

template <class Machine>
int64_t Engine<Machine>::array_bytes(const CudaSegmentation& call) const {
  int64_t bytes = 0;
  for (int32_t s = 0; s < tested_scales(call); s++) {
    const int64_t positions = pixels_of(call.latents[s]);
    const Way way = way_of(positions);
    if (way == Way::BLOCK) {
      bytes = std::max(bytes, global_blocks(call) * bytes_of_arrays(positions));
    } else if (way == Way::GRID) {
      bytes = std::max(bytes, bytes_of_arrays(positions));
    }
  }
  return bytes;
}

template <class Machine>
void Engine<Machine>::lay_out_workspace(const CudaSegmentation& call, Carver* memory,
                                        Workspace* workspace) const {
  const int64_t batch = call.latents[0].batch;
  const int64_t floats = batch * positions_of(call);
  const bool test = asks_for_test(call);
  memory->take(&workspace->energy, floats);
  memory->take(&workspace->likelihood, asks_for_likelihood(call) ? floats : 0);
  memory->take(&workspace->painted, test ? floats : 0);
  memory->take(&workspace->not_finite, batch);
  memory->take(&workspace->lowest, batch);
  memory->take(&workspace->ignored,
               call.ignore == nullptr ? 0 : rows_of(call) * ignored_words(call));
  memory->take(&workspace->price, rows_of(call) * call.scales);
  memory->take(&workspace->arrays, test ? array_bytes(call) : 0);
}

template <class Machine>
void Engine<Machine>::reserve(const CudaSegmentation& call) {
  Carver counter(nullptr);
  Workspace workspace;
  lay_out_workspace(call, &counter, &workspace);
  machine_.workspace(counter.taken());
}

template <class Machine>
void Engine<Machine>::segment(const CudaSegmentation& call) {
  Carver counter(nullptr);
  Workspace workspace;
  lay_out_workspace(call, &counter, &workspace);
  Carver memory(machine_.workspace(counter.taken()));
  lay_out_workspace(call, &memory, &workspace);

  const int64_t batch = call.latents[0].batch;
  prepare(call, workspace);
  EnergyKernel energies;
  energies.scales = call.scales;
  energies.not_finite = workspace.not_finite;
  int64_t before = 0;
  for (int32_t s = 0; s < call.scales; s++) {
    energies.scale[s] =
        energy_scale(call.latents[s], workspace.energy + before, positions_of(call));
    energies.scale[s].likelihood =
        asks_for_likelihood(call) ? workspace.likelihood + before : nullptr;
    before += pixels_of(call.latents[s]);
  }
  launch_energy(&energies, batch);
  if (call.maps.mean_energies != nullptr) mean_energies(call, workspace);
  if (call.maps.channel_means != nullptr) channel_means(call, workspace);
  if (call.maps.fused_map != nullptr) launch_fused_map(call, workspace);
  const View view = view_of(call, workspace.ignored);
  if (asks_for_test(call)) {
    if (call.ignore != nullptr) upload_ignored(call, workspace.ignored);
    call.law == nullptr ? test_scales(call, workspace, view) : test_by_law(call, workspace, view);
  }
  if (asks_for_test(call) || asks_for_anomaly(call)) launch_maps(call, workspace, view);
}

template <class Machine>
void Engine<Machine>::energy(const flowline_tensor& latent, float* energy) {
  EnergyKernel kernel;
  kernel.scales = 1;
  kernel.not_finite = nullptr;
  kernel.scale[0] = energy_scale(latent, energy, pixels_of(latent));
  launch_energy(&kernel, latent.batch);
}

template <class Machine>
EnergyScale Engine<Machine>::energy_scale(const flowline_tensor& latent, float* energy,
                                          int64_t image_stride) const {
  EnergyScale scale = {};
  scale.data = latent.data;
  scale.type = latent.type;
  scale.channels = latent.channels;
  scale.pixels = pixels_of(latent);
  scale.width = latent.width;
  scale.batch_stride = latent.batch_stride;
  scale.channel_stride = latent.channel_stride;
  scale.row_stride = latent.row_stride;
  scale.column_stride = latent.column_stride;
  scale.energy = energy;
  scale.image_stride = image_stride;
  // As many bytes a load as the data allow, 16 at most: whole vectors that are aligned to their size.
  const int64_t size = latent.type == FLOWLINE_FLOAT32 ? 4 : 2;
  const bool side_by_side = (latent.width == 1 || latent.column_stride == 1) &&
                            (latent.height == 1 || latent.row_stride == latent.width) &&
                            latent.width > 1;
  scale.vector = 1;
  for (int32_t vector = static_cast<int32_t>(16 / size); vector >= 4 && scale.vector == 1;
       vector /= 2) {
    const bool whole = scale.pixels % vector == 0 && latent.channel_stride % vector == 0 &&
                       (latent.batch == 1 || latent.batch_stride % vector == 0) &&
                       reinterpret_cast<uintptr_t>(latent.data) % (vector * size) == 0;
    if (side_by_side && whole) scale.vector = vector;
  }
  const int64_t runs = (latent.channels - 1) / EnergyKernel::RUN + 1;
  scale.runs_at_once = 1;
  while (scale.runs_at_once < EnergyKernel::MOST_AT_ONCE && scale.runs_at_once < runs) {
    scale.runs_at_once *= 2;
  }
  const int64_t tile = EnergyKernel::pixels_of_block(scale.vector, scale.runs_at_once);
  scale.blocks = static_cast<int32_t>((scale.pixels - 1) / tile + 1);
  return scale;
}

template <class Machine>
void Engine<Machine>::launch_energy(EnergyKernel* kernel, int64_t batch) {
  int64_t blocks = 0;
  for (int32_t s = 0; s < kernel->scales; s++) {
    kernel->scale[s].first_block = blocks;
    blocks += batch * kernel->scale[s].blocks;
  }
  machine_.launch(*kernel, blocks, EnergyKernel::SHARED);
}

template <class Machine>
template <class Tests>
Tests Engine<Machine>::tests_of(const CudaSegmentation& call, const Workspace& workspace,
                                const View& view) const {
  Tests tests = {};
  tests.batch = call.latents[0].batch;
  tests.price = workspace.price;
  tests.price_stride = call.ignore_batch_stride == 0 ? 0 : call.scales;
  tests.view = view;
  tests.not_finite = workspace.not_finite;
  tests.smallest = workspace.lowest;
  tests.memory = workspace.arrays;
  return tests;
}

/// largest: positions of the largest of the maps.
template <class Machine>
template <class Tests>
void Engine<Machine>::launch_tests(Way way, const CudaSegmentation& call, int64_t largest,
                                   Tests* tests) {
  tests->memory_stride = bytes_of_arrays(largest);
  if (way == Way::GRID) {
    machine_.launch_grid(GridTestKernel<Tests>{*tests});
  } else if (way == Way::BLOCK) {
    const int64_t blocks = std::min(tests->jobs(), global_blocks(call));
    machine_.launch(BlockTestKernel<Tests, false>{*tests, blocks}, blocks, 0);
  } else {
    const int64_t blocks = tests->jobs();
    machine_.launch(BlockTestKernel<Tests, true>{*tests, blocks}, blocks, bytes_of_arrays(largest));
  }
}

template <class Machine>
void Engine<Machine>::test_scales(const CudaSegmentation& call, const Workspace& workspace,
                                  const View& view) {
  for (Way way : {Way::GRID, Way::BLOCK, Way::SHARED}) {
    ScaleTests tests = tests_of<ScaleTests>(call, workspace, view);
    int64_t largest = 0;
    int64_t before = 0;
    for (int32_t s = 0; s < call.scales; s++) {
      const flowline_tensor& latent = call.latents[s];
      const int64_t positions = pixels_of(latent);
      if (way_of(positions) == way) {
        const Judgement judgement = {call.pfa_bound, call.number_of_tests, latent.channels, 0, 0};
        tests.price_of[tests.scales] = s;
        tests.scale[tests.scales++] = {workspace.energy + before,
                                       workspace.painted + before,
                                       positions_of(call),
                                       static_cast<int32_t>(latent.height),
                                       static_cast<int32_t>(latent.width),
                                       judgement.floor()};
        largest = std::max(largest, positions);
      }
      before += positions;
    }
    if (tests.scales > 0) launch_tests(way, call, largest, &tests);
  }
}

template <class Machine>
void Engine<Machine>::test_by_law(const CudaSegmentation& call, const Workspace& workspace,
                                  const View& view) {
  const flowline_tensor& finest = call.latents[0];
  LawTests tests = tests_of<LawTests>(call, workspace, view);
  lead_to(finest.height, finest.width, call, workspace, tests.scale);
  tests.scales = call.scales;
  tests.share = 1.0f / static_cast<float>(call.scales);
  tests.law = *call.law;
  tests.height = static_cast<int32_t>(finest.height);
  tests.width = static_cast<int32_t>(finest.width);
  tests.fused = call.maps.fused_map;
  tests.painted = workspace.painted;
  tests.image_stride = positions_of(call);
  launch_tests(way_of(pixels_of(finest)), call, pixels_of(finest), &tests);
}

/// Fills in, by scale, what makes maps of (height, width) of it.
template <class Machine>
void Engine<Machine>::lead_to(int64_t height, int64_t width, const CudaSegmentation& call,
                              const Workspace& workspace, MapScale* scale) {
  int64_t before = 0;
  for (int32_t s = 0; s < call.scales; s++) {
    const flowline_tensor& latent = call.latents[s];
    scale[s] = {workspace.painted + before,
                workspace.likelihood + before,
                positions_of(call),
                static_cast<int32_t>(latent.height),
                static_cast<int32_t>(latent.width),
                static_cast<float>(latent.height) / static_cast<float>(height),
                static_cast<float>(latent.width) / static_cast<float>(width)};
    before += pixels_of(latent);
  }
}

/// What makes maps of (height, width), nothing of which is asked for yet.
template <class Machine>
MapKernel Engine<Machine>::map_kernel(int64_t height, int64_t width, const CudaSegmentation& call,
                                      const Workspace& workspace) const {
  MapKernel kernel = {};
  kernel.scales = call.scales;
  kernel.painted_scales = tested_scales(call);
  kernel.height = static_cast<int32_t>(height);
  kernel.width = static_cast<int32_t>(width);
  kernel.blocks_of_image = (kernel.height * kernel.width - 1) / MapKernel::PIXELS + 1;
  kernel.price = workspace.price;
  kernel.price_stride = call.ignore_batch_stride == 0 ? 0 : call.scales;
  kernel.not_finite = workspace.not_finite;
  kernel.lowest = workspace.lowest;
  kernel.share = 1.0f / static_cast<float>(call.scales);
  lead_to(height, width, call, workspace, kernel.scale);
  return kernel;
}

template <class Machine>
void Engine<Machine>::launch_map(const MapKernel& kernel, int64_t batch) {
  machine_.launch(kernel, batch * kernel.blocks_of_image, MapKernel::SHARED);
}

template <class Machine>
void Engine<Machine>::launch_fused_map(const CudaSegmentation& call, const Workspace& workspace) {
  const flowline_tensor& finest = call.latents[0];
  MapKernel kernel = map_kernel(finest.height, finest.width, call, workspace);
  kernel.anomaly_map = call.maps.fused_map;
  launch_map(kernel, finest.batch);
}

template <class Machine>
void Engine<Machine>::launch_maps(const CudaSegmentation& call, const Workspace& workspace,
                                  const View& view) {
  MapKernel kernel = map_kernel(call.maps.height, call.maps.width, call, workspace);
  kernel.view = view;
  kernel.log10_nfa = call.maps.log10_nfa;
  kernel.smallest = call.maps.smallest;
  kernel.anomaly_map = call.maps.anomaly_map;
  kernel.anomaly_score = reinterpret_cast<uint32_t*>(call.maps.anomaly_score);
  launch_map(kernel, call.latents[0].batch);
}

template <class Machine>
void Engine<Machine>::mean_energies(const CudaSegmentation& call, const Workspace& workspace) {
  MeanKernel kernel = {};
  kernel.not_finite = workspace.not_finite;
  const float* energy = workspace.energy;
  for (int32_t s = 0; s < call.scales; s++) {
    const flowline_tensor& latent = call.latents[s];
    const int64_t pixels = pixels_of(latent);
    MeanScale& scale = kernel.scale[kernel.scales++];
    scale.data = energy;
    scale.type = FLOWLINE_FLOAT32;
    scale.channels = 1;
    scale.height = 1;
    scale.width = static_cast<int32_t>(pixels);
    scale.batch_stride = positions_of(call);
    scale.column_stride = 1;
    scale.divisor = static_cast<double>(pixels) * static_cast<double>(latent.channels);
    scale.mean = call.maps.mean_energies + s;
    scale.mean_stride = call.scales;
    scale.piece_channels = 1;
    energy += pixels;
  }
  launch_means(&kernel, call.latents[0].batch);
}

template <class Machine>
void Engine<Machine>::channel_means(const CudaSegmentation& call, const Workspace& workspace) {
  MeanKernel kernel = {};
  kernel.not_finite = workspace.not_finite;
  int64_t channels = 0;
  for (int32_t s = 0; s < call.scales; s++) {
    const flowline_tensor& latent = call.latents[s];
    MeanScale& scale = kernel.scale[kernel.scales++];
    scale.data = latent.data;
    scale.type = latent.type;
    scale.channels = static_cast<int32_t>(latent.channels);
    scale.height = static_cast<int32_t>(latent.height);
    scale.width = static_cast<int32_t>(latent.width);
    scale.batch_stride = latent.batch_stride;
    scale.channel_stride = latent.channel_stride;
    scale.row_stride = latent.row_stride;
    scale.column_stride = latent.column_stride;
    scale.divisor = static_cast<double>(pixels_of(latent));
    scale.mean = call.maps.channel_means + channels;
    scale.channel_is_inner = latent.channel_stride == 1 && latent.column_stride != 1;
    scale.piece_channels = scale.channel_is_inner ? MeanKernel::MOST_CHANNELS : 4;
    channels += latent.channels;
  }
  for (int32_t s = 0; s < call.scales; s++) kernel.scale[s].mean_stride = channels;
  launch_means(&kernel, call.latents[0].batch);
}

template <class Machine>
void Engine<Machine>::launch_means(MeanKernel* kernel, int64_t batch) {
  int64_t blocks = 0;
  for (int32_t s = 0; s < kernel->scales; s++) {
    MeanScale& scale = kernel->scale[s];
    scale.blocks = (scale.channels - 1) / scale.piece_channels + 1;
    scale.first_block = blocks;
    blocks += batch * scale.blocks;
  }
  machine_.launch(*kernel, blocks, MeanKernel::SHARED);
}

template <class Machine>
View Engine<Machine>::view_of(const CudaSegmentation& call, uint32_t* ignored) const {
  View view = {};
  view.height = call.maps.height;
  view.width = call.maps.width;
  view.top = call.top;
  view.bottom = call.bottom;
  view.left = call.left;
  view.right = call.right;
  view.ignored = call.ignore == nullptr ? nullptr : ignored;
  view.ignored_stride = call.ignore_batch_stride == 0 ? 0 : ignored_words(call);
  view.whole = call.ignore == nullptr && call.top == 0 && call.left == 0 &&
               call.bottom == call.maps.height && call.right == call.maps.width;
  return view;
}

template <class Machine>
UploadKernel Engine<Machine>::uploaded(const uint32_t* words, int64_t count, uint32_t* to) {
  UploadKernel kernel;
  kernel.words = static_cast<int32_t>(std::min<int64_t>(count, UploadKernel::WORDS));
  kernel.to = to;
  std::copy_n(words, kernel.words, kernel.word);
  return kernel;
}

template <class Machine>
void Engine<Machine>::upload(const uint32_t* words, int64_t count, uint32_t* to) {
  for (int64_t done = 0; done < count; done += UploadKernel::WORDS) {
    machine_.launch(uploaded(words + done, count - done, to + done), 1, 0);
  }
}

template <class Machine>
void Engine<Machine>::prepare(const CudaSegmentation& call, const Workspace& workspace) {
  staging_.clear();
  if (asks_for_test(call)) stage_prices(call);
  uint32_t* const to = reinterpret_cast<uint32_t*>(workspace.price);
  const int64_t words = static_cast<int64_t>(staging_.size());
  PrepareKernel kernel;
  kernel.first = uploaded(staging_.data(), words, to);
  kernel.not_finite = workspace.not_finite;
  kernel.lowest = workspace.lowest;
  kernel.anomaly_score = reinterpret_cast<uint32_t*>(call.maps.anomaly_score);
  kernel.highest_rank = rank_of(FLT_MAX);
  kernel.batch = call.latents[0].batch;
  machine_.launch(kernel, (kernel.batch - 1) / PrepareKernel::THREADS + 1, 0);
  const int64_t done = kernel.first.words;
  upload(staging_.data() + done, words - done, to + done);
}

template <class Machine>
void Engine<Machine>::upload_ignored(const CudaSegmentation& call, uint32_t* to) {
  const int64_t pixels = call.maps.height * call.maps.width;
  for (int64_t row = 0; row < rows_of(call); row++) {
    const uint8_t* mask = call.ignore + row * call.ignore_batch_stride;
    staging_.assign(static_cast<size_t>(ignored_words(call)), 0);
    for (int64_t i = 0; i < pixels; i++) {
      staging_[static_cast<size_t>(i / 32)] |= static_cast<uint32_t>(mask[i] != 0) << i % 32;
    }
    upload(staging_.data(), ignored_words(call), to + row * ignored_words(call));
  }
}

template <class Machine>
void Engine<Machine>::stage_prices(const CudaSegmentation& call) {
  const int64_t rows = rows_of(call);
  const bool by_size = call.number_of_tests == FLOWLINE_TESTS_BY_SIZE;
  constexpr size_t WORDS = sizeof(Price) / sizeof(uint32_t);
  staging_.resize(static_cast<size_t>(rows * call.scales) * WORDS);
  uint32_t* at = staging_.data();
  for (int64_t row = 0; row < rows; row++) {
    for (int32_t s = 0; s < call.scales; s++) {
      Price price = {};
      price.pfa_bound = call.pfa_bound;
      price.by_size = by_size;
      price.channels = static_cast<double>(call.latents[s].channels);
      const int64_t tested = call.scale_pixels[row * call.scales + s];
      price.tested = tested > 0;
      if (call.law != nullptr) {
        price.background = log10_tests_of(*call.law);
      } else if (by_size && tested > 0) {
        const TestsBySize tests(tested, call.total_pixels[row]);
        price.log10_of_scale = tests.log10_of_scale();
        price.background = tests.log10(1);
      } else {
        price.log10_tests = call.log10_published[row];
      }
      std::memcpy(at, &price, sizeof price);
      at += WORDS;
    }
  }
}

template <class Machine>
void Engine<Machine>::coupling_forward(const flowline_coupling& coupling,
                                       const flowline_tensor& input, const flowline_tensor& subnet,
                                       float* output, double* log_det) {
  CouplingKernel kernel = {};
  kernel.step = CouplingKernel::FORWARD;
  launch_coupling(coupling, &kernel, input, &subnet, output, log_det);
}

template <class Machine>
void Engine<Machine>::coupling_undo_affine(const flowline_coupling& coupling,
                                           const flowline_tensor& input, float* output,
                                           double* log_det) {
  CouplingKernel kernel = {};
  kernel.step = CouplingKernel::UNDO_AFFINE;
  launch_coupling(coupling, &kernel, input, nullptr, output, log_det);
}

template <class Machine>
void Engine<Machine>::coupling_inverse(const flowline_coupling& coupling,
                                       const flowline_tensor& latent, const flowline_tensor& subnet,
                                       double* log_det) {
  CouplingKernel kernel = {};
  kernel.step = CouplingKernel::INVERSE;
  float* data = static_cast<float*>(const_cast<void*>(latent.data));
  launch_coupling(coupling, &kernel, latent, &subnet, data, log_det);
}

template <class Machine>
void Engine<Machine>::launch_coupling(const flowline_coupling& coupling, CouplingKernel* kernel,
                                      const flowline_tensor& tensor, const flowline_tensor* subnet,
                                      float* output, double* log_det) {
  const auto elements = [](const flowline_tensor& of, const void* data) {
    return Elements{static_cast<float*>(const_cast<void*>(data)), of.batch_stride,
                    of.channel_stride, of.row_stride, of.column_stride};
  };
  const auto joins = [](const flowline_tensor& of) {
    return of.height == 1 || of.row_stride == of.width * of.column_stride;
  };
  const bool inverse = kernel->step == CouplingKernel::INVERSE;
  const bool affine = kernel->step == CouplingKernel::UNDO_AFFINE;
  const int64_t half = tensor.channels / 2;
  kernel->clamp = coupling.clamp;
  kernel->alpha = coupling.alpha;
  kernel->scale = coupling.subnet_scale;
  kernel->gain = coupling.gain;
  kernel->offset = coupling.offset;
  kernel->permutation = coupling.permutation;
  kernel->from = elements(tensor, tensor.data);
  kernel->to = elements(tensor, output);
  if (subnet != nullptr) kernel->subnet = elements(*subnet, subnet->data);
  kernel->channels = static_cast<int32_t>(tensor.channels);
  kernel->height = static_cast<int32_t>(tensor.height);
  kernel->width = static_cast<int32_t>(tensor.width);
  kernel->rows_join = joins(tensor) && (subnet == nullptr || joins(*subnet));
  kernel->channel_is_inner = tensor.channel_stride == 1 && tensor.column_stride != 1;
  kernel->piece_channels = kernel->channel_is_inner ? 32 : 4;
  kernel->blocks_of_image = (kernel->worked_channels() - 1) / kernel->piece_channels + 1;
  const int64_t sums = affine ? 0 : tensor.batch * half * static_cast<int64_t>(sizeof(double));
  if (!affine) kernel->log_scale = static_cast<double*>(machine_.workspace(sums));
  machine_.launch(*kernel, tensor.batch * kernel->blocks_of_image, CouplingKernel::SHARED);
  if (log_det == nullptr) return;
  LogDetKernel joined = {};
  joined.log_det = log_det;
  joined.sign = kernel->step == CouplingKernel::FORWARD ? 1.0 : -1.0;
  joined.log_scale = kernel->log_scale;
  joined.count = half;
  joined.gain = inverse ? nullptr : coupling.gain;
  joined.channels = tensor.channels;
  joined.positions = static_cast<double>(pixels_of(tensor));
  machine_.launch(joined, tensor.batch, LogDetKernel::SHARED);
}

}  // namespace flowline
#endif
