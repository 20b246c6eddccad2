#ifndef FLOWLINE_INSPECT_REPLACED_FILE_HPP
#define FLOWLINE_INSPECT_REPLACED_FILE_HPP

#include <cstdio>
#include <string>
#include <vector>

#include "inspect/onnx_file.hpp"

namespace flowline {

/// A file that is written beside its place and takes it when it is whole; without commit() nothing
/// is left of it. Throws Error(FLOWLINE_INVALID_ARGUMENT) with the path if it cannot be written.
class ReplacedFile {
 public:
  explicit ReplacedFile(const std::string& path);
  ~ReplacedFile();
  ReplacedFile(const ReplacedFile&) = delete;
  ReplacedFile& operator=(const ReplacedFile&) = delete;

  void write(const std::string& bytes) { write(bytes.data(), bytes.size()); }

  /// Appends a part of another file.
  void copy(FileBytes& from, FileRange range);

  void commit();

 private:
  void write(const char* bytes, size_t count);
  [[noreturn]] void fail() const;

  const std::string path_;
  std::string temporary_;  // a template of mkstemp's, then the name; empty once committed
  std::FILE* file_ = nullptr;
};

}  // namespace flowline
#endif
