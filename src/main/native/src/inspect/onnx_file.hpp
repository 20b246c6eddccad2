#ifndef FLOWLINE_INSPECT_ONNX_FILE_HPP
#define FLOWLINE_INSPECT_ONNX_FILE_HPP

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace flowline {

/// A place of bytes in a file.
struct FileRange {
  uint64_t offset = 0;
  uint64_t bytes = 0;
};

/// A file that is read piece by piece, through one buffer of fixed size.
class FileBytes {
 public:
  /// Throws Error(FLOWLINE_INVALID_ARGUMENT) with the path if it cannot be opened.
  explicit FileBytes(const std::string& path);

  uint64_t size() const { return size_; }

  /// Returns the byte at an offset below size().
  uint8_t at(uint64_t offset);

  /// Copies bytes that lie in the file.
  void read(FileRange range, char* to);

  [[noreturn]] void fail(const std::string& why) const;

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  void fetch(uint64_t offset, char* to, size_t bytes);

  const std::string path_;
  std::unique_ptr<std::FILE, Close> file_;
  uint64_t size_ = 0;
  std::vector<char> window_;
  FileRange held_;  // what the window holds
};

/// The texts that an ONNX file holds for who reads it (metadata_props of its ModelProto). The network
/// is not looked at.
struct OnnxMetadata {
  struct Entry {
    std::string key;
    FileRange value;
    FileRange field;  // all of it, its tag and length included
  };
  std::vector<Entry> entries;

  /// Returns the last entry with a key; nullptr if there is none.
  const Entry* find(const std::string& key) const;
};

/// Throws Error(FLOWLINE_INVALID_ARGUMENT) if the file is no protobuf message.
OnnxMetadata metadata_of(FileBytes& file);

/// Returns whether a text is the Base64 form of something that begins as a PNG does.
bool is_png_in_base64(FileBytes& file, FileRange text);

/// The bytes of a metadata field.
std::string metadata_field(const std::string& key, const std::string& value);

}  // namespace flowline
#endif
