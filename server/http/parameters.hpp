#pragma once

#include "config/error.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hotline::http {

/// A header value of the shape `value; name=token; name="quoted"` (RFC 9110 section 5.6.6; Content-Type and
/// Content-Disposition).
struct ParameterizedValue {
  std::string value;                                            ///< in lower case
  std::vector<std::pair<std::string, std::string>> parameters;  ///< names in lower case, quotes and escapes undone

  std::optional<std::string_view> parameter(std::string_view name) const;
};

/// At most 16 parameters, none named twice; Errc::malformed otherwise. In a quoted string only \" and \\ are escapes:
/// a file name such as "C:\photo" keeps its backslash.
Result<ParameterizedValue> parse_parameterized(std::string_view text);

/// The characters of a token (RFC 9110 section 5.6.2).
bool is_token_char(char c) noexcept;
std::string lower_case(std::string_view text);
bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;
/// Without leading and trailing spaces and tabs.
std::string_view trim(std::string_view text) noexcept;

}  // namespace hotline::http
