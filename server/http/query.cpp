#include "server/http/query.hpp"

#include "server/http/percent.hpp"

#include <algorithm>

namespace hotline::http {

Result<QueryPairs> parse_query(std::string_view raw_query, std::size_t pairs_max) {
  QueryPairs pairs;
  while (!raw_query.empty()) {
    const std::size_t end = std::min(raw_query.find('&'), raw_query.size());
    const std::string_view pair = raw_query.substr(0, end);
    raw_query.remove_prefix(std::min(end + 1, raw_query.size()));
    if (pair.empty()) continue;
    if (pairs.size() == pairs_max) return Errc::too_large;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    auto& [name, value] = pairs.emplace_back();
    if (!percent_decode(pair.substr(0, equals), true, name)) return Errc::malformed;
    if (equals < pair.size() && !percent_decode(pair.substr(equals + 1), true, value)) return Errc::malformed;
  }
  return pairs;
}

std::optional<std::string_view> find_pair(const QueryPairs& pairs, std::string_view name) {
  for (const auto& [key, value] : pairs) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
                            c == '_' || c == '~';
    if (unreserved) {
      encoded.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded.push_back('%');
      encoded.push_back(digits[byte >> 4]);
      encoded.push_back(digits[byte & 15]);
    }
  }
  return encoded;
}

}  // namespace hotline::http
