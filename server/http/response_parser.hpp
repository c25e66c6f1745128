#pragma once

#include <boost/beast/http/basic_parser.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hotline::http {

/// Beast's parser for answers, for the client: the header into plain strings, the body as views into the read buffer.
class ResponseParser final : public boost::beast::http::basic_parser<false> {
 public:
  explicit ResponseParser(std::size_t header_bytes_max);

  int status() const noexcept { return status_; }
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case
  std::string_view piece;                                    ///< what the last put() found of the body

 private:
  using ErrorCode = boost::beast::error_code;
  using View = boost::beast::string_view;

  void on_request_impl(boost::beast::http::verb, View, View, int, ErrorCode&) override {}
  void on_response_impl(int code, View, int, ErrorCode&) override { status_ = code; }
  void on_field_impl(boost::beast::http::field, View name, View value, ErrorCode&) override;
  void on_trailer_field_impl(boost::beast::http::field, View, View, ErrorCode&) override {}
  void on_header_impl(ErrorCode&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, ErrorCode&) override {}
  std::size_t on_body_impl(View body, ErrorCode&) override;
  void on_chunk_header_impl(std::uint64_t, View, ErrorCode&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, View body, ErrorCode&) override;
  void on_finish_impl(ErrorCode&) override {}

  int status_ = 0;
};

}  // namespace hotline::http
