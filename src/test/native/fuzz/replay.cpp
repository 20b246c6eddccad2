// A fuzzer without a fuzzing engine: runs every input of a corpus once, under any compiler and any
// sanitizer. A corpus is one file, an input a line in hexadecimal; "-" is the empty input.
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

int main(int count, char** arguments) {
  if (count != 2) {
    std::fprintf(stderr, "usage: %s CORPUS.hex\n", arguments[0]);
    return 2;
  }
  std::ifstream corpus(arguments[1]);
  int inputs = 0;
  for (std::string line; std::getline(corpus, line); inputs++) {
    std::vector<uint8_t> bytes;
    for (size_t i = 0; i + 1 < line.size(); i += 2) {
      bytes.push_back(static_cast<uint8_t>(std::stoi(line.substr(i, 2), nullptr, 16)));
    }
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
  }
  std::printf("%d inputs\n", inputs);
  return inputs > 0 ? 0 : 1;
}
