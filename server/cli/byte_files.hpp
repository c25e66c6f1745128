#pragma once

#include "config/bytes.hpp"
#include "config/error.hpp"

#include <cstdint>
#include <string>
#include <utility>

namespace hotline::cli {

/// An open file descriptor, closed at the end if it is ours.
class Descriptor {
 public:
  Descriptor(int number, bool owned) noexcept : number_(number), owned_(owned) {}
  Descriptor(Descriptor&& other) noexcept : number_(other.number_), owned_(other.owned_) { other.owned_ = false; }
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() { close(); }
  int number() const noexcept { return number_; }
  void close() noexcept;

 private:
  int number_;
  bool owned_;
};

/// A file or stream that is read from beginning to end, without buffers of its own that would keep what went through.
class InputFile {
 public:
  /// "-" is `standard_input`.
  static Outcome<InputFile> open(const std::string& path, int standard_input);
  /// How many bytes were read; 0 at the end.
  Outcome<std::size_t> read(MutableBytes into);

 private:
  InputFile(std::string name, Descriptor descriptor) noexcept : name_(std::move(name)), descriptor_(std::move(descriptor)) {}
  std::string name_;
  Descriptor descriptor_;
};

/// Where a result goes. A regular file, of mode 0600, appears under its name only by commit(), whole and synced;
/// until then it has another name beside it, and is removed when something fails. Streams and devices get it at once.
class OutputFile {
 public:
  /// Empty path or "-": `standard_output`.
  static Outcome<OutputFile> create(const std::string& path, int standard_output);
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;
  ~OutputFile();

  Outcome<void> write(Bytes bytes);
  Outcome<void> commit();
  /// Bytes that someone else may have seen although there was no commit.
  std::uint64_t exposed_bytes() const noexcept { return temporary_path_.empty() ? written_bytes_ : 0; }

 private:
  OutputFile(std::string name, std::string temporary_path, Descriptor descriptor) noexcept
      : name_(std::move(name)), temporary_path_(std::move(temporary_path)), descriptor_(std::move(descriptor)) {}
  std::string name_;
  std::string temporary_path_;  // empty: written in place
  Descriptor descriptor_;
  std::uint64_t written_bytes_ = 0;
};

}  // namespace hotline::cli
