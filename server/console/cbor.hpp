#pragma once

#include "config/bytes.hpp"
#include "config/error.hpp"

#include <string_view>

namespace hotline::console {

/// The value of one byte string among the members of a CBOR map (RFC 8949) with text keys, as a view into `map`; other members are
/// passed over. Errc::malformed: not one such map from the first byte to the last, deeper than 8, of indefinite length, or the member
/// is missing, repeated or no byte string.
Result<Bytes> cbor_bytes_member(Bytes map, std::string_view name);

}  // namespace hotline::console
