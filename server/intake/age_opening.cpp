#include "server/intake/age_opening.hpp"

#include <algorithm>
#include <array>

namespace hotline::intake {
namespace {

/// Base64 of so many characters, and what stands after it.
struct Stretch {
  std::size_t characters;
  std::string_view after;
};
/// The encapsulated key (1,120 bytes), the sealed file key (32 bytes) and the MAC (32 bytes). A second recipient would begin with "\n-> ".
constexpr std::array<Stretch, 3> stretches{{{1494, "\n"}, {43, "\n--- "}, {43, "\n"}}};

constexpr bool is_base64(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
}

/// Whether the character may stand there; `at` is within the header.
bool fits_at(std::size_t at, char c) {
  if (at < age_opening.size()) return c == age_opening[at];
  at -= age_opening.size();
  for (const Stretch& stretch : stretches) {
    if (at < stretch.characters) return is_base64(c);
    at -= stretch.characters;
    if (at < stretch.after.size()) return c == stretch.after[at];
    at -= stretch.after.size();
  }
  return true;
}

}  // namespace

bool fits_age_opening(std::uint64_t offset, Bytes bytes) noexcept {
  if (offset >= age_opening_bytes) return true;
  std::size_t at = static_cast<std::size_t>(offset);
  return std::ranges::all_of(as_text(bytes.first(std::min(bytes.size(), age_opening_bytes - at))), [&](char c) { return fits_at(at++, c); });
}

}  // namespace hotline::intake
