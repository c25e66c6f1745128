#pragma once

#include "config/error.hpp"
#include "server/http/message.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace hotline::intake {

/// The headers of tus 1.0.0 (https://tus.io/protocols/resumable-upload): core, creation, termination. Reading them does no I/O.
inline constexpr std::string_view tus_version = "1.0.0";
inline constexpr std::string_view tus_extensions = "creation,termination";

/// A whole number as tus writes it: decimal digits, at most 19, nothing else. Errc::malformed otherwise.
Result<std::uint64_t> tus_number(std::string_view text);

/// What a request asks for.
struct TusRequest {
  http::Method method = http::Method::other;    ///< X-HTTP-Method-Override counts, where the request is a POST
  std::optional<std::uint64_t> length;          ///< Upload-Length
  std::optional<std::uint64_t> offset;          ///< Upload-Offset
};

/// Errc::unsupported: Tus-Resumable is missing or another version's. Errc::malformed: a header is there twice or is no number.
Result<TusRequest> read_tus_request(const http::Request& request);

}  // namespace hotline::intake
