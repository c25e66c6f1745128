#include "storage/sqlcipher/page_finding.hpp"

#include <charconv>

namespace hotline::storage::sqlcipher {

bool is_about_page_beyond_4_gib(std::string_view line, std::int64_t page_bytes) noexcept {
  constexpr std::string_view before = " for page ";
  const auto at = line.rfind(before);
  if (at == std::string_view::npos) return false;
  const std::string_view digits = line.substr(at + before.size());
  std::int64_t page = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), page);
  if (error != std::errc() || end != digits.data() + digits.size()) return false;
  return (page - 1) * page_bytes >= std::int64_t{1} << 32;
}

}  // namespace hotline::storage::sqlcipher
