// inspect.hpp: the same answers as inspect.h, errors as exceptions.
#include <algorithm>
#include <utility>
#include <vector>

#include "flowline/inspect.hpp"
#include "tiny_model.hpp"

int main() {
  const tiny::File file(tiny::content({}));
  flowline::ModelOptions options;
  options.engine = flowline::Engine::None;
  flowline::Model model(file.path(), options);
  flowline::Context context;
  std::vector<float> fine(2 * 3 * 64, 0.5f), coarse(2 * 3 * 16, 0.5f);
  for (size_t c = 3; c < 6; c++) {
    for (const size_t position : {18, 19, 26, 27}) fine[c * 64 + position] = 9;
  }
  const flowline::Tensor latents[] = {flowline::Tensor(fine, {2, 3, 8, 8}),
                                      flowline::Tensor(coarse, {2, 3, 4, 4})};
  const unsigned char pixel = 0;
  const flowline::Frame frames[] = {{flowline::PixelFormat::Gray8, &pixel, 160, 320},
                                    {flowline::PixelFormat::Gray8, &pixel, 160, 320}};
  const std::vector<flowline::Judgement> judged = model.judge(context, latents, frames);
  flowline_region regions[2][4];
  flowline_judgement received[2] = {};
  for (int i = 0; i < 2; i++) {
    received[i].struct_size = sizeof received[i];
    received[i].regions = regions[i];
    received[i].capacity = 4;
  }
  CHECK(flowline_judge(context.handle(), model.handle(), latents, 2, frames, received) ==
        FLOWLINE_OK);
  CHECK(judged.size() == 2);
  // Maps if they are asked for.
  CHECK(judged[1].log10_nfa_map.empty() && judged[1].anomaly_map.empty());
  std::vector<float> maps(4 * 256);
  flowline_judgement with_maps[2] = {};
  for (int i = 0; i < 2; i++) {
    with_maps[i].struct_size = sizeof with_maps[i];
    with_maps[i].log10_nfa = maps.data() + 2 * i * 256;
    with_maps[i].anomaly_map = maps.data() + (2 * i + 1) * 256;
  }
  CHECK(flowline_judge(context.handle(), model.handle(), latents, 2, frames, with_maps) ==
        FLOWLINE_OK);
  const std::vector<flowline::Judgement> mapped = model.judge(context, latents, frames, true);
  for (size_t i = 0; i < 2; i++) {
    CHECK(mapped[i].log10_nfa_map.size() == 256 && mapped[i].anomaly_map.size() == 256);
    CHECK(std::equal(maps.begin() + 512 * i, maps.begin() + 512 * i + 256,
                     mapped[i].log10_nfa_map.begin()));
    CHECK(std::equal(maps.begin() + 512 * i + 256, maps.begin() + 512 * i + 512,
                     mapped[i].anomaly_map.begin()));
    CHECK(mapped[i].regions.size() == judged[i].regions.size());
  }
  CHECK(mapped[0].anomaly_map != mapped[1].anomaly_map);
  {
    tiny::Manifest own;
    own.likelihood = "false";
    const tiny::File of_own(tiny::content(own));
    const flowline::Model other(of_own.path(), options);
    const flowline::Judgement none = other.judge(context, latents, frames, true)[0];
    CHECK(none.log10_nfa_map.size() == 256 && none.anomaly_map.empty());
  }
  for (size_t i = 0; i < 2; i++) {
    CHECK(judged[i].verdict == static_cast<flowline::Verdict>(received[i].verdict));
    CHECK(judged[i].min_log10_nfa == received[i].min_log10_nfa);
    CHECK(judged[i].anomaly_score == received[i].anomaly_score);
    CHECK(judged[i].log10_epsilon == -0.5 && judged[i].promised == 0.2);
    CHECK(judged[i].p_value == received[i].p_value);
    CHECK(static_cast<int64_t>(judged[i].regions.size()) == received[i].region_count);
    CHECK(judged[i].region_count == received[i].region_count);
  }
  CHECK(judged[1].verdict == flowline::Verdict::Defect &&
        judged[1].regions[0].x == regions[1][0].x);
  CHECK(model.preprocessing().width == 16 && model.preprocessing().deviation[1] == 0.25f);
  CHECK(model.description() == flowline_model_description(model.handle()));

  const auto refused = [](flowline_status status, auto&& call) {
    try {
      call();
    } catch (const flowline::Error& error) {
      return error.status() == status;
    }
    return false;
  };
  CHECK(refused(FLOWLINE_INVALID_ARGUMENT, [&] { flowline::Model("/no/file.onnx", options); }));
  CHECK(refused(FLOWLINE_INVALID_ARGUMENT, [&] { model.inspect(context, frames[0]); }));
  CHECK(refused(FLOWLINE_INVALID_ARGUMENT, [&] {
    model.judge(context, latents, flowline::Span<const flowline::Frame>(frames, 1));
  }));
  const std::vector<float> good = {1, 2, 3, 4, 5, 6, 7, 8, 9};
  CHECK(refused(FLOWLINE_TOO_FEW_IMAGES, [&] { model.recalibrate(good, 0.01); }));
  model.recalibrate(good, 0.2);
  const tiny::File saved("");
  model.save(saved.path());
  flowline::Model again(saved.path(), options);
  flowline::Model moved = std::move(again);
  CHECK(moved.judge(context, latents)[0].log10_epsilon == 2);
}
