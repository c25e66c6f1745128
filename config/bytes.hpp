#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace hotline {

using Byte = std::uint8_t;
using Bytes = std::span<const Byte>;        ///< a view; whoever passes it keeps the memory alive
using MutableBytes = std::span<Byte>;
using ByteVector = std::vector<Byte>;       ///< for what is not secret: sealed things, public keys
template <std::size_t N>
using ByteArray = std::array<Byte, N>;

inline Bytes as_bytes(std::string_view text) noexcept {
  return {reinterpret_cast<const Byte*>(text.data()), text.size()};
}
inline std::string_view as_text(Bytes bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline void append(ByteVector& to, Bytes bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }

/// Fixed-size copy; the caller has checked the size.
template <std::size_t N>
ByteArray<N> to_array(std::span<const Byte, N> bytes) noexcept {
  ByteArray<N> array;
  std::memcpy(array.data(), bytes.data(), N);
  return array;
}

}  // namespace hotline
