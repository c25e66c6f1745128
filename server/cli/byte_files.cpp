#include "server/cli/byte_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace hotline::cli {
namespace {

std::string reason(int error) {
  if (error == ENOSPC || error == EDQUOT) return "no space left; make room and try again";
  if (error == EACCES || error == EPERM) return "not allowed; check who may use it";
  if (error == ENOENT) return "there is no such file or folder; check the name";
  if (error == EISDIR) return "it is a folder; name a file";
  if (error == EPIPE) return "the program that reads it has ended";
  return std::strerror(error);
}

Problem problem(const std::string& verb, const std::string& name) {
  return {"cannot " + verb + " " + name + ": " + reason(errno)};
}

/// A regular file, or nothing yet: only these are replaced by another. A pipe or /dev/null is written to as it is.
bool can_be_replaced(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return errno == ENOENT;
  return S_ISREG(status.st_mode);
}

}  // namespace

void Descriptor::close() noexcept {
  if (owned_) ::close(number_);
  owned_ = false;
}

Outcome<InputFile> InputFile::open(const std::string& path, int standard_input) {
  if (path == "-") return InputFile("standard input", Descriptor(standard_input, false));
  const int number = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (number < 0) return problem("open", path);
  return InputFile(path, Descriptor(number, true));
}

Outcome<std::size_t> InputFile::read(MutableBytes into) {
  for (;;) {
    const ssize_t size = ::read(descriptor_.number(), into.data(), into.size());
    if (size >= 0) return static_cast<std::size_t>(size);
    if (errno != EINTR) return problem("read", name_);
  }
}

Outcome<OutputFile> OutputFile::create(const std::string& path, int standard_output) {
  if (path.empty() || path == "-") return OutputFile("standard output", {}, Descriptor(standard_output, false));
  if (!can_be_replaced(path)) {
    const int number = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (number < 0) return problem("write to", path);
    return OutputFile(path, {}, Descriptor(number, true));
  }
  std::string temporary_path = path + ".XXXXXX";
  const int number = ::mkostemp(temporary_path.data(), O_CLOEXEC);  // mode 0600
  if (number < 0) return problem("write to", path);
  return OutputFile(path, std::move(temporary_path), Descriptor(number, true));
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : name_(std::move(other.name_)),
      temporary_path_(std::exchange(other.temporary_path_, {})),
      descriptor_(std::move(other.descriptor_)),
      written_bytes_(other.written_bytes_) {}

OutputFile::~OutputFile() {
  if (!temporary_path_.empty()) ::unlink(temporary_path_.c_str());
}

Outcome<void> OutputFile::write(Bytes bytes) {
  while (!bytes.empty()) {
    const ssize_t size = ::write(descriptor_.number(), bytes.data(), bytes.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return problem("write to", name_);
    written_bytes_ += static_cast<std::uint64_t>(size);
    bytes = bytes.subspan(static_cast<std::size_t>(size));
  }
  return {};
}

Outcome<void> OutputFile::commit() {
  if (temporary_path_.empty()) return {};
  if (::fsync(descriptor_.number()) != 0 || ::rename(temporary_path_.c_str(), name_.c_str()) != 0)
    return problem("write to", name_);
  temporary_path_.clear();
  descriptor_.close();
  return {};
}

}  // namespace hotline::cli
