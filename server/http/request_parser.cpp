#include "server/http/request_parser.hpp"

#include "server/http/parameters.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>

namespace hotline::http {
namespace {

namespace beast = boost::beast;

/// The line's end of the chunk before, 16 hex digits, a line's end; and the end of the whole body.
constexpr std::size_t chunk_line_bytes_max = 2 + 16 + 2 + 2;

Method method_of(beast::http::verb verb) noexcept {
  switch (verb) {
    case beast::http::verb::get: return Method::get;
    case beast::http::verb::head: return Method::head;
    case beast::http::verb::post: return Method::post;
    case beast::http::verb::put: return Method::put;
    case beast::http::verb::patch: return Method::patch;
    case beast::http::verb::delete_: return Method::del;
    case beast::http::verb::options: return Method::options;
    default: return Method::other;
  }
}

}  // namespace

RequestParser::RequestParser(std::size_t header_bytes_max, std::size_t fields_max, std::size_t chunk_extension_bytes_max)
    : fields_max_(fields_max), extension_bytes_left_(chunk_extension_bytes_max) {
  header_limit(static_cast<std::uint32_t>(header_bytes_max));
  body_limit(boost::none);
}

int RequestParser::parse_header(std::string_view header, Request& request) {
  request_ = &request;
  beast::error_code error;
  const std::size_t taken = put(boost::asio::buffer(header.data(), header.size()), error);
  request_ = nullptr;
  if (error == beast::http::error::header_limit) return 431;
  if (error || !is_header_done() || taken != header.size()) return 400;
  return 0;
}

RequestParser::Step RequestParser::parse_body(std::string_view bytes) {
  Step step;
  piece_ = {};
  extension_bytes_ = 0;
  beast::error_code error;
  step.taken = put(boost::asio::buffer(bytes.data(), bytes.size()), error);
  step.piece = piece_;
  step.need_more = error == beast::http::error::need_more;
  // A chunk's size has no use for more digits than a 64-bit number has, yet leading zeros would be taken without end.
  const bool oversized = piece_.empty() && step.taken > chunk_line_bytes_max + extension_bytes_;
  step.malformed = (error && !step.need_more) || oversized;
  return step;
}

void RequestParser::on_request_impl(beast::http::verb verb, View method, View target, int version, ErrorCode&) {
  request_->method = method_of(verb);
  method_ = method;
  target_ = target;
  version_ = version;
}

void RequestParser::on_field_impl(beast::http::field, View name, View value, ErrorCode& error) {
  if (request_->headers.size() == fields_max_) {
    error = beast::http::error::header_limit;
    return;
  }
  request_->headers.emplace_back(lower_case(name), std::string(value));
}

void RequestParser::on_trailer_field_impl(beast::http::field, View, View, ErrorCode& error) {
  error = beast::http::error::bad_field;
}

void RequestParser::on_header_impl(ErrorCode&) {}
void RequestParser::on_body_init_impl(const boost::optional<std::uint64_t>&, ErrorCode&) {}

std::size_t RequestParser::on_body_impl(View body, ErrorCode&) {
  piece_ = body;
  return body.size();
}

void RequestParser::on_chunk_header_impl(std::uint64_t, View extensions, ErrorCode& error) {
  if (extensions.size() > extension_bytes_left_) {
    error = beast::http::error::bad_chunk_extension;
    return;
  }
  extension_bytes_left_ -= extensions.size();
  extension_bytes_ = extensions.size();
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, View body, ErrorCode&) {
  piece_ = body;
  return body.size();
}

void RequestParser::on_finish_impl(ErrorCode&) {}

}  // namespace hotline::http
