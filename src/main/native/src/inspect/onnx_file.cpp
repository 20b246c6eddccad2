#include "inspect/onnx_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "checks/status.hpp"

namespace flowline {
namespace {

constexpr uint64_t METADATA = 14;  // the number of ModelProto's field
constexpr uint64_t KEY = 1, VALUE = 2;
constexpr size_t LONGEST_KEY = 256;
constexpr size_t MOST_ENTRIES = 4096;
constexpr size_t WINDOW = 1 << 16;

enum WireType : uint64_t { VARINT = 0, FIXED64 = 1, BYTES = 2, FIXED32 = 5 };

/// The fields of a message, one after the other.
class Fields {
 public:
  Fields(FileBytes& file, FileRange message)
      : file_(file), at_(message.offset), end_(message.offset + message.bytes) {}

  /// Goes to the next field; false at the end.
  bool next() {
    if (at_ == end_) return false;
    whole_.offset = at_;
    const uint64_t tag = varint();
    number_ = tag >> 3;
    type_ = tag & 7;
    if (number_ == 0) broken();
    uint64_t bytes = 0;
    switch (type_) {
      case VARINT:
        varint();
        break;
      case FIXED64:
        bytes = 8;
        break;
      case BYTES:
        bytes = varint();
        break;
      case FIXED32:
        bytes = 4;
        break;
      default:
        broken();
    }
    if (bytes > end_ - at_) broken();
    content_ = {at_, bytes};
    at_ += bytes;
    whole_.bytes = at_ - whole_.offset;
    return true;
  }

  bool is(uint64_t number) const { return number_ == number && type_ == BYTES; }
  FileRange content() const { return content_; }
  FileRange whole() const { return whole_; }

 private:
  uint64_t varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (at_ == end_) broken();
      const uint8_t byte = file_.at(at_++);
      value |= uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) return value;
    }
    broken();
  }

  [[noreturn]] void broken() const {
    file_.fail("is no ONNX file: its structure ends in the middle, or is none, at byte " +
               std::to_string(at_));
  }

  FileBytes& file_;
  uint64_t at_, end_;
  uint64_t number_ = 0, type_ = 0;
  FileRange content_, whole_;
};

OnnxMetadata::Entry entry_of(FileBytes& file, const Fields& model) {
  OnnxMetadata::Entry entry;
  entry.field = model.whole();
  Fields fields(file, model.content());
  while (fields.next()) {
    if (fields.is(VALUE)) entry.value = fields.content();
    if (!fields.is(KEY)) continue;
    entry.key.assign(std::min<uint64_t>(fields.content().bytes, LONGEST_KEY), '\0');
    file.read({fields.content().offset, entry.key.size()}, entry.key.data());
  }
  return entry;
}

int sextet_of(uint8_t letter) {
  if (letter >= 'A' && letter <= 'Z') return letter - 'A';
  if (letter >= 'a' && letter <= 'z') return letter - 'a' + 26;
  if (letter >= '0' && letter <= '9') return letter - '0' + 52;
  return letter == '+' ? 62 : letter == '/' ? 63 : -1;
}

std::string varint_of(uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>((value & 0x7f) | 0x80);
  return bytes + static_cast<char>(value);
}

std::string bytes_field(uint64_t number, const std::string& content) {
  return varint_of(number << 3 | BYTES) + varint_of(content.size()) + content;
}

}  // namespace

FileBytes::FileBytes(const std::string& path) : path_(path) {
  struct stat status;
  const int descriptor =
      open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // for no pipe's writer
  if (descriptor >= 0) file_.reset(fdopen(descriptor, "rb"));
  if (!file_) fail(std::string("cannot be opened: ") + std::strerror(errno));
  if (fstat(fileno(file_.get()), &status) != 0 || !S_ISREG(status.st_mode)) fail("is no file");
  std::setvbuf(file_.get(), nullptr, _IONBF, 0);
  size_ = static_cast<uint64_t>(status.st_size);
  window_.resize(WINDOW);
}

void FileBytes::fail(const std::string& why) const {
  throw Error(FLOWLINE_INVALID_ARGUMENT, path_ + " " + why);
}

void FileBytes::fetch(uint64_t offset, char* to, size_t bytes) {
  if (fseeko(file_.get(), static_cast<off_t>(offset), SEEK_SET) != 0 ||
      std::fread(to, 1, bytes, file_.get()) != bytes) {
    fail("cannot be read: it was changed meanwhile, or the disk fails");
  }
}

uint8_t FileBytes::at(uint64_t offset) {
  if (offset - held_.offset >= held_.bytes) {
    const FileRange wanted = {offset, std::min<uint64_t>(window_.size(), size_ - offset)};
    held_ = {};
    fetch(wanted.offset, window_.data(), wanted.bytes);
    held_ = wanted;
  }
  return static_cast<uint8_t>(window_[offset - held_.offset]);
}

void FileBytes::read(FileRange range, char* to) {
  if (range.bytes > 0) fetch(range.offset, to, range.bytes);
}

const OnnxMetadata::Entry* OnnxMetadata::find(const std::string& key) const {
  const auto found = std::find_if(entries.rbegin(), entries.rend(),
                                  [&](const Entry& entry) { return entry.key == key; });
  return found == entries.rend() ? nullptr : &*found;
}

OnnxMetadata metadata_of(FileBytes& file) {
  OnnxMetadata metadata;
  Fields model(file, {0, file.size()});
  while (model.next()) {
    if (!model.is(METADATA)) continue;
    if (metadata.entries.size() == MOST_ENTRIES) {
      file.fail("has more than " + std::to_string(MOST_ENTRIES) + " texts of metadata");
    }
    metadata.entries.push_back(entry_of(file, model));
  }
  return metadata;
}

bool is_png_in_base64(FileBytes& file, FileRange text) {
  constexpr char PNG[] = "iVBORw0KGgo";  // 89 50 4E 47 0D 0A 1A 0A
  constexpr size_t SIGNATURE = sizeof PNG - 1;
  if (text.bytes < SIGNATURE || text.bytes % 4 != 0) return false;
  uint64_t letters = text.bytes;
  while (text.bytes - letters < 2 && file.at(text.offset + letters - 1) == '=') letters--;
  for (uint64_t i = 0; i < letters; i++) {
    const uint8_t letter = file.at(text.offset + i);
    if (sextet_of(letter) < 0 || (i < SIGNATURE && letter != PNG[i])) return false;
  }
  return true;
}

std::string metadata_field(const std::string& key, const std::string& value) {
  return bytes_field(METADATA, bytes_field(KEY, key) + bytes_field(VALUE, value));
}

}  // namespace flowline
