#pragma once

#include "server/http/message.hpp"
#include "server/http/multipart.hpp"

#include <functional>
#include <string_view>

namespace hotline::intake {

/// Given each part_begin, data and part_end in order; may wait for storage between them.
using PartHandler = std::function<http::Awaitable<Result<void>>(http::MultipartParser::Event, const http::PartHeader&)>;

/// Reads a multipart body to its end. Errc::unsupported for another media type; else the parser's, the body's and the
/// handler's errors.
http::Awaitable<Result<void>> read_parts(std::string_view content_type, http::BodyReader& body, PartHandler handler);

}  // namespace hotline::intake
