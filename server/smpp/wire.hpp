#pragma once

#include "server/smpp/pdu.hpp"

#include <algorithm>

namespace hotline::smpp {

/// Takes the fields of a PDU one after the other. The first thing wrong is the fault; after it, where reading cannot go on, all is 0
/// and empty.
class Reader {
 public:
  explicit Reader(Bytes bytes) : left_(bytes) {}

  bool at_end() const noexcept { return left_.empty(); }
  /// Whether the place in the PDU is lost.
  bool broken() const noexcept { return broken_; }
  std::optional<Status> fault() const noexcept { return fault_; }
  /// Reading goes on.
  void fail(Status status) noexcept {
    if (!fault_) fault_ = status;
  }

  std::uint8_t u8() noexcept { return static_cast<std::uint8_t>(number(1, Status::bad_command_length)); }
  std::uint16_t u16(Status status) noexcept { return static_cast<std::uint16_t>(number(2, status)); }
  std::uint32_t u32() noexcept { return number(4, Status::bad_command_length); }

  Bytes bytes(std::size_t size, Status status) noexcept {
    if (size > left_.size()) {
      lose(status);
      return {};
    }
    const Bytes taken = left_.first(size);
    left_ = left_.subspan(size);
    return taken;
  }

  /// As many bytes as are left, when they are fewer.
  crypto::SecretBuffer rest_or(std::size_t size, Status status) {
    if (size <= left_.size()) return crypto::SecretBuffer(bytes(size, status));
    crypto::SecretBuffer rest(left_);
    lose(status);
    return rest;
  }

  /// A C-octet string, without its NUL; at most so many bytes with it.
  crypto::SecretBuffer text(std::size_t bytes_max, Status status) {
    const Bytes within = left_.first(std::min(bytes_max, left_.size()));
    const auto end = std::find(within.begin(), within.end(), Byte{0});
    if (end == within.end()) {
      lose(left_.size() < bytes_max ? Status::bad_command_length : status);
      return {};
    }
    const std::size_t size = static_cast<std::size_t>(end - within.begin());
    crypto::SecretBuffer text(within.first(size));
    left_ = left_.subspan(size + 1);
    return text;
  }

 private:
  std::uint32_t number(std::size_t size, Status status) noexcept {
    std::uint32_t value = 0;
    for (const Byte byte : bytes(size, status)) value = value << 8 | byte;
    return value;
  }
  void lose(Status status) noexcept {
    fail(status);
    broken_ = true;
    left_ = {};
  }

  Bytes left_;
  std::optional<Status> fault_;
  bool broken_ = false;
};

class Writer {
 public:
  void u8(std::uint8_t value) { out_.push_back(value); }
  void u16(std::uint16_t value) {
    u8(static_cast<std::uint8_t>(value >> 8));
    u8(static_cast<std::uint8_t>(value & 0xff));
  }
  void u32(std::uint32_t value) {
    u16(static_cast<std::uint16_t>(value >> 16));
    u16(static_cast<std::uint16_t>(value & 0xffff));
  }
  void bytes(Bytes value) { out_.append(value); }
  /// A C-octet string of at most so many bytes with its NUL.
  void text(const crypto::SecretBuffer& value, std::size_t bytes_max) {
    const Bytes content = value.reveal();
    if (content.size() >= bytes_max) fail(Errc::too_large);
    if (std::find(content.begin(), content.end(), Byte{0}) != content.end()) fail(Errc::malformed);
    bytes(content);
    u8(0);
  }
  void fail(Errc error) noexcept {
    if (!error_) error_ = error;
  }

  /// With the length put in front.
  Result<crypto::SecretBuffer> finish() && {
    if (out_.size() > pdu_bytes_max) fail(Errc::too_large);
    if (error_) return *error_;
    const auto length = static_cast<std::uint32_t>(out_.size());
    const MutableBytes place = out_.reveal_mutable();
    for (std::size_t i = 0; i < 4; ++i) place[i] = static_cast<Byte>(length >> (24 - 8 * i));
    return std::move(out_);
  }

 private:
  crypto::SecretBuffer out_;
  std::optional<Errc> error_;
};

}  // namespace hotline::smpp
