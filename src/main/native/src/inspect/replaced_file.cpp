#include "inspect/replaced_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "checks/status.hpp"

namespace flowline {

ReplacedFile::ReplacedFile(const std::string& path) : path_(path), temporary_(path + ".XXXXXX") {
  const int descriptor = mkostemp(temporary_.data(), O_CLOEXEC);
  if (descriptor < 0) {
    temporary_.clear();
    fail();
  }
  const mode_t mask = umask(0);
  umask(mask);
  fchmod(descriptor, 0666 & ~mask);
  file_ = fdopen(descriptor, "wb");
  if (file_ == nullptr) {
    close(descriptor);
    fail();
  }
}

ReplacedFile::~ReplacedFile() {
  if (file_ != nullptr) std::fclose(file_);
  if (!temporary_.empty()) unlink(temporary_.c_str());
}

void ReplacedFile::fail() const {
  throw Error(FLOWLINE_INVALID_ARGUMENT, path_ + " cannot be written: " + std::strerror(errno));
}

void ReplacedFile::write(const char* bytes, size_t count) {
  if (std::fwrite(bytes, 1, count, file_) != count) fail();
}

void ReplacedFile::copy(FileBytes& from, FileRange range) {
  std::vector<char> piece(1 << 16);
  while (range.bytes > 0) {
    const uint64_t count = std::min<uint64_t>(piece.size(), range.bytes);
    from.read({range.offset, count}, piece.data());
    write(piece.data(), count);
    range = {range.offset + count, range.bytes - count};
  }
}

void ReplacedFile::commit() {
  if (std::fflush(file_) != 0 || fsync(fileno(file_)) != 0) fail();
  const int closed = std::fclose(file_);
  file_ = nullptr;
  if (closed != 0 || std::rename(temporary_.c_str(), path_.c_str()) != 0) fail();
  temporary_.clear();
}

}  // namespace flowline
