#pragma once

#include "config/bytes.hpp"
#include "config/error.hpp"
#include "server/http/form.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace hotline::sms {

/// What a request says, by name, in the order received; values in wiped memory. Names may repeat.
using Fields = std::vector<http::FormField>;

/// application/x-www-form-urlencoded, from a body or a raw query. Errc::malformed; Errc::too_large over `fields_max`.
Result<Fields> parse_form_fields(Bytes text, std::size_t fields_max);

/// A JSON document (RFC 8259) laid flat: strings, numbers and truths under their dotted path, such as "data.payload.to.0.phone";
/// null is nothing. Numbers keep the characters they were written with. Bytes that are not UTF-8 pass, as in forms.
/// Errc::malformed; Errc::too_large over `fields_max` values, 32 levels, or 512 KiB of paths.
Result<Fields> parse_json_fields(Bytes text, std::size_t fields_max);

}  // namespace hotline::sms
