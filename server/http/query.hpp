#pragma once

#include "config/error.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hotline::http {

using QueryPairs = std::vector<std::pair<std::string, std::string>>;

/// The pairs of a raw query in their order, %-escapes and '+' undone. At most `pairs_max`: Errc::too_large; a broken escape:
/// Errc::malformed. For a person's words in a query, as old SMS gateways send them, feed FormParser instead: it
/// keeps values in wiped memory.
Result<QueryPairs> parse_query(std::string_view raw_query, std::size_t pairs_max = 100);
/// The first value of that name.
std::optional<std::string_view> find_pair(const QueryPairs& pairs, std::string_view name);

/// For building a target: everything but unreserved characters (RFC 3986 section 2.3) is escaped.
std::string percent_encode(std::string_view text);

}  // namespace hotline::http
