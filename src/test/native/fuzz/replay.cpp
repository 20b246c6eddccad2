// A fuzzer without a fuzzing engine: runs every input of a corpus once, under any compiler and any
// sanitizer. A corpus is one file, an input a line in hexadecimal; "-" is the empty input.
//
//     SOME_fuzzer CORPUS.hex                     run
//     SOME_fuzzer CORPUS.hex --unpack FOLDER     write each input into a file, for libFuzzer
//     SOME_fuzzer CORPUS.hex --pack FILE...      write the corpus from files, the shortest first
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

using Bytes = std::vector<uint8_t>;

std::vector<Bytes> read_corpus(const char* name) {
  std::ifstream file(name);
  std::vector<Bytes> corpus;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    Bytes input;
    for (size_t i = 0; i + 1 < line.size(); i += 2) {
      input.push_back(static_cast<uint8_t>(std::stoi(line.substr(i, 2), nullptr, 16)));
    }
    corpus.push_back(input);
  }
  return corpus;
}

void pack(const char* name, int count, char** files) {
  std::vector<Bytes> corpus = {Bytes()};
  for (int i = 0; i < count; i++) {
    std::ifstream file(files[i], std::ios::binary);
    corpus.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    while (!corpus.back().empty() && corpus.back().back() == 0) corpus.back().pop_back();
  }
  std::sort(corpus.begin(), corpus.end(), [](const Bytes& a, const Bytes& b) {
    return a.size() < b.size() || (a.size() == b.size() && a < b);
  });
  corpus.erase(std::unique(corpus.begin(), corpus.end()), corpus.end());
  FILE* out = std::fopen(name, "w");
  for (const Bytes& input : corpus) {
    if (input.empty()) std::fputs("-", out);
    for (uint8_t byte : input) std::fprintf(out, "%02x", byte);
    std::fputs("\n", out);
  }
  std::fclose(out);
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) {
    std::fprintf(stderr, "which corpus?\n");
    return 2;
  }
  const std::string verb = count > 2 ? arguments[2] : "";
  if (verb == "--pack") {
    pack(arguments[1], count - 3, arguments + 3);
    return 0;
  }
  const std::vector<Bytes> corpus = read_corpus(arguments[1]);
  if (corpus.empty()) {
    std::fprintf(stderr, "%s: no inputs\n", arguments[1]);
    return 1;
  }
  for (size_t i = 0; i < corpus.size(); i++) {
    if (verb == "--unpack") {
      std::ofstream file(std::string(arguments[3]) + "/" + std::to_string(i), std::ios::binary);
      file.write(reinterpret_cast<const char*>(corpus[i].data()),
                 static_cast<std::streamsize>(corpus[i].size()));
    } else {
      LLVMFuzzerTestOneInput(corpus[i].data(), corpus[i].size());
    }
  }
  std::printf("%zu inputs\n", corpus.size());
}
