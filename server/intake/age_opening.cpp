#include "server/intake/age_opening.hpp"

namespace hotline::intake {

bool fits_age_opening(std::uint64_t offset, Bytes bytes) noexcept {
  if (offset >= age_opening.size()) return true;
  const std::string_view expected = age_opening.substr(static_cast<std::size_t>(offset), bytes.size());
  return as_text(bytes.first(expected.size())) == expected;
}

}  // namespace hotline::intake
