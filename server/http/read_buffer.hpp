#pragma once

#include "config/bytes.hpp"

#include <memory>
#include <string_view>

namespace hotline::http {

/// What a connection has received and not used yet. Wiped when given back; small while idle.
class ReadBuffer {
 public:
  ReadBuffer() = default;
  ReadBuffer(const ReadBuffer&) = delete;
  ReadBuffer& operator=(const ReadBuffer&) = delete;
  ~ReadBuffer() { release(); }

  bool empty() const noexcept { return begin_ == end_; }
  std::size_t size() const noexcept { return end_ - begin_; }
  std::string_view data() const noexcept;
  /// Room behind the data, at least one byte. Allocates `least` bytes in all at first, then doubles when full, up to `most`.
  /// Empty when the data fills `most`. Views into data() are void afterwards.
  MutableBytes prepare(std::size_t least, std::size_t most);
  void commit(std::size_t size) noexcept;
  void consume(std::size_t size) noexcept;
  /// Wipes all that was ever in here but for what is not used yet, and gives large memory back. Views become void.
  void wipe_used();

 private:
  void release() noexcept;
  void move_to(std::unique_ptr<Byte[]> memory, std::size_t capacity) noexcept;

  std::unique_ptr<Byte[]> memory_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t written_ = 0;  ///< bytes from here on were never written
};

inline constexpr std::size_t idle_buffer_bytes = 2048;
inline constexpr std::size_t body_piece_bytes_max = 64 * 1024;

}  // namespace hotline::http
