#include "server/http/response_parser.hpp"

#include "server/http/parameters.hpp"

namespace hotline::http {

ResponseParser::ResponseParser(std::size_t header_bytes_max) {
  header_limit(static_cast<std::uint32_t>(header_bytes_max));
  body_limit(boost::none);
}

void ResponseParser::on_field_impl(boost::beast::http::field, View name, View value, ErrorCode&) {
  headers.emplace_back(lower_case(name), std::string(value));
}

std::size_t ResponseParser::on_body_impl(View body, ErrorCode&) {
  piece = body;
  return body.size();
}

std::size_t ResponseParser::on_chunk_body_impl(std::uint64_t, View body, ErrorCode&) {
  piece = body;
  return body.size();
}

}  // namespace hotline::http
