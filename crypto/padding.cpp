#include "crypto/padding.hpp"

#include "config/limits.hpp"

#include <algorithm>
#include <bit>

namespace hotline::crypto {

Result<void> pad_json(SecretBuffer& json) {
  constexpr std::size_t smallest_bytes = 1024;
  const std::size_t size = json.size();
  if (size > Limits{}.report_bytes_max) return Errc::too_large;
  json.resize(std::max(smallest_bytes, std::bit_ceil(size)));
  std::fill(json.reveal_mutable().begin() + static_cast<std::ptrdiff_t>(size), json.reveal_mutable().end(), Byte{' '});
  return {};
}

std::uint64_t padme(std::uint64_t size_bytes) noexcept {
  if (size_bytes < 2) return size_bytes;
  const unsigned exponent = static_cast<unsigned>(std::bit_width(size_bytes)) - 1;  // floor(log2 size)
  const unsigned kept = static_cast<unsigned>(std::bit_width(exponent));            // floor(log2 exponent) + 1
  const unsigned cleared = exponent > kept ? exponent - kept : 0;
  const std::uint64_t mask = (std::uint64_t{1} << cleared) - 1;
  return (size_bytes + mask) & ~mask;
}

}  // namespace hotline::crypto
