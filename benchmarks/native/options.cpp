#include "options.hpp"

#include <sstream>
#include <stdexcept>

const char* const USAGE =
    "flowline_benchmark [options]\n"
    "  --part=A,B              energy, upsample, sort, tree, chain, chain-all, law, plain-tree,\n"
    "                          plain-chain, plain-chain-all, segment-ms-cait, segment-resnet-18,\n"
    "                          batch-1, batch-2, batch-1-cached, batch-2-cached, tree-8,\n"
    "                          plain-tree-8, select, map-2048, mask-2048, view-2048,\n"
    "                          regions-2048, inspect-good, inspect-few, inspect-many,\n"
    "                          inspect-map, frame-1024-F, frame-2448-F, plain-frame-1024-F,\n"
    "                          plain-frame-2448-F; F: gray8, rgb8, bgra8, bayer8, gray16, rgb16;\n"
    "                          convolutions: direct-S, winograd-S, libtorch-S, S: "
    "side-inputs-outputs\n"
    "                          flow: step-S, libtorch-step-S, S: side-channels-kernel;\n"
    "                          flow-I-T, libtorch-flow-I-T, I: side of the input, T: threads;\n"
    "                          layers: linear-196-192-576 (rows, inputs, outputs),\n"
    "                          attention-196-4-48 (tokens, heads, their channels) and\n"
    "                          gradients-14-64 (side, channels)\n"
    "  --field=A,B             noise, chi-square, chi-square-192, smooth\n"
    "  --size=14,28            side of the maps\n"
    "  --instruction-set=A,B   best, baseline, avx2, avx512, neon, or all that there are\n"
    "  --rounds=N              interleaved repetitions of which the median is taken\n"
    "  --repeat=N              run the one part N times, all of it within the function\n"
    "                          flowline_measured (valgrind --tool=callgrind\n"
    "                          --toggle-collect=flowline_measured), and print N * pixels\n"
    "  --plant=1.5             make the measured part, not its baseline, cost 1.5 times as much\n"
    "  --libtorch=FILE         measure the convolutions of libtorch_cpu.so, the path of it, too\n"
    "  --json                  one object a figure\n";

namespace {

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> items;
  std::istringstream stream(list);
  for (std::string item; std::getline(stream, item, ',');) items.push_back(item);
  return items;
}

}  // namespace

Options parse_options(int count, char** arguments) {
  Options options;
  for (int i = 1; i < count; i++) {
    const std::string argument = arguments[i];
    const size_t equals = argument.find('=');
    const std::string name = argument.substr(0, equals);
    const std::string value = equals == std::string::npos ? "" : argument.substr(equals + 1);
    if (name == "--part") {
      options.parts = split(value);
    } else if (name == "--field") {
      options.fields = split(value);
    } else if (name == "--size") {
      options.sizes.clear();
      for (const std::string& size : split(value)) options.sizes.push_back(std::stoi(size));
    } else if (name == "--instruction-set") {
      options.instruction_sets = split(value);
    } else if (name == "--repeat") {
      options.repeat = std::stoll(value);
    } else if (name == "--rounds") {
      options.rounds = std::stoi(value);
    } else if (name == "--plant") {
      options.plant = std::stod(value);
    } else if (name == "--libtorch") {
      options.libtorch = value;
    } else if (argument == "--json") {
      options.json = true;
    } else {
      throw std::invalid_argument("unknown option " + argument);
    }
  }
  if (options.plant < 1.0 || options.plant > 2.0) {
    throw std::invalid_argument("--plant must be 1 to 2");
  }
  return options;
}
